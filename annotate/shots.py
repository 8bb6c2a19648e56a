"""Examples in a prompt: verified rows of our own, never invented ones.

A few stand in `annotate/prompts/shots-KIND.toml`; the tests execute and judge them again. Others can be
given as JSON lines with the columns of a release (`code`, `call`, `monologue`, for backward ones `output`).
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from pyx.annotate.listing import number_lines
from pyx.errors import RecipeError
from pyx.source.docstring import hide_examples


@dataclass(frozen=True, slots=True)
class Shot:
    """One verified row: a program, a call, what was said about it and what it returned."""

    code: str
    call: str
    text: str
    output: str = ""


def load_shots(kind: str, count: int, source: str = "") -> tuple[Shot, ...]:
    """The first `count` shots of a JSON lines file, or of those that ship with pyx."""
    rows = _read_rows(Path(source)) if source and count else read_rows(kind)
    if len(rows) < count:
        raise RecipeError(
            f"{count} shots for {kind}, there are {len(rows)}", hint="give fewer, or shots_from"
        )
    return tuple(
        Shot(row["code"], row["call"], row["monologue"], row.get("output", "")) for row in rows[:count]
    )


def read_rows(kind: str) -> list[dict[str, Any]]:
    """The rows that ship with pyx for a kind of ask."""
    file = resources.files("pyx.annotate.prompts").joinpath(f"shots-{kind}.toml")
    return list(tomllib.loads(file.read_text("utf-8"))["shot"]) if file.is_file() else []


def _read_rows(file: Path) -> list[dict[str, Any]]:
    try:
        rows = [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
    except (OSError, ValueError) as error:
        raise RecipeError(f"shots_from {str(file)!r}: {error}", hint="it is a file of JSON lines") from None
    for number, row in enumerate(rows, 1):
        if not isinstance(row, dict) or not {"code", "call", "monologue"} <= row.keys():
            raise RecipeError(f"{file.name}, line {number}: no code, call and monologue")
    return rows


def write_shots(shots: Iterable[Shot], *, backward: bool = False) -> str:
    """The shots as a prompt shows them, "" for none; `backward` ones show the result instead of the call."""
    return "\n\n".join(_write_shot(shot, backward) for shot in shots)


def _write_shot(shot: Shot, backward: bool) -> str:
    if not backward:
        program, asked = number_lines(shot.code), f"Call: `{shot.call}`"
    else:
        program = hide_examples(shot.code).strip("\n")
        asked = f"Result: `{shot.call.partition('(')[0]}(...)` == `{shot.output}`"
    return f"An example.\nProgram:\n```\n{program}\n```\n{asked}\n\n{shot.text}"

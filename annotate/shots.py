"""Examples in a prompt: verified rows of our own, never invented ones.

A few stand in `annotate/prompts/shots-KIND.toml`; the tests execute and judge them again. Others can be
given as JSON lines with the columns of a release (`code`, `call`, `monologue`).
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


@dataclass(frozen=True, slots=True)
class Shot:
    """One verified row: a program, a call and what was said about it."""

    code: str
    call: str
    text: str


def load_shots(kind: str, count: int, source: str = "") -> tuple[Shot, ...]:
    """The first `count` shots of a JSON lines file, or of those that ship with pyx."""
    rows = _read_rows(Path(source)) if source and count else read_rows(kind)
    if len(rows) < count:
        raise RecipeError(
            f"{count} shots for {kind}, there are {len(rows)}", hint="give fewer, or shots_from"
        )
    return tuple(Shot(row["code"], row["call"], row["monologue"]) for row in rows[:count])


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


def write_shots(shots: Iterable[Shot]) -> str:
    """The shots as a prompt shows them, "" for none."""
    parts = [
        f"An example.\nProgram:\n```\n{number_lines(shot.code)}\n```\nCall: `{shot.call}`\n\n{shot.text}"
        for shot in shots
    ]
    return "\n\n".join(parts)

"""Programs of your own, one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from pyx.errors import RecipeError
from pyx.records import Origin, Reject, Sample, digest
from pyx.registry import SEEDS
from pyx.seeds.tree import LARGEST, STAGE, make_sample

_KEYS = ("code", "entry_point", "description", "licence", "path")


@SEEDS.add("jsonl", version=1)
def read_jsonl(argument: str) -> Iterator[Sample | Reject]:
    """A file of rows with `code`, and if you have them `entry_point`, `description`, `licence`, `path`.

    With `entry_point` only that function is cut; `description` stands in for its docstring.
    """
    file = Path(argument).expanduser()
    if not argument or not file.is_file():
        raise RecipeError(
            f"seeds jsonl:{argument}: no such file", hint="give a file with one JSON object a line"
        )
    corpus = f"jsonl:{file.name}"
    with file.open("rb") as lines:
        number = 0
        while line := lines.readline(LARGEST * 2):
            number += 1
            if line.strip():
                yield _read_line(line, Origin(corpus, f"line {number}"))


def _read_line(line: bytes, origin: Origin) -> Sample | Reject:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        return _reject(origin, "not-json", str(error).partition("\n")[0])
    if not isinstance(row, dict) or not isinstance(row.get("code"), str):
        return _reject(origin, "no-code", 'a row needs "code", a text')
    for key in _KEYS:
        if not isinstance(row.get(key, ""), str):
            return _reject(origin, "wrong-type", f"{key} is no text")
    return read_row(row, origin)


def read_row(row: dict[str, Any], origin: Origin) -> Sample:
    """The sample of a row whose values are known to be texts."""
    origin = replace(origin, path=row.get("path") or origin.path, licence=row.get("licence", ""))
    sample = make_sample(row["code"].replace("\r\n", "\n"), origin)
    notes = {key: row[key] for key in ("entry_point", "description") if row.get(key)}
    if not notes:
        return sample
    return replace(sample, id=digest(sample.id, *notes.values()), notes=notes)


def _reject(origin: Origin, reason: str, detail: str) -> Reject:
    return Reject("file", digest(origin.corpus, origin.path), STAGE, reason, detail, origin=origin)


EXAMPLES = [
    (
        {
            "rows.jsonl": '{"code": "def f(x): return x"}\n\n'
            '{"code": 3}\n{"code": \n{"code": "x = 1", "path": "a.py", "licence": "MIT"}\n'
        },
        ["line 1", "no-code", "not-json", "a.py"],
    ),
]

"""Programs of your own, one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from pyx.errors import RecipeError
from pyx.records import Origin, Reject, Sample
from pyx.registry import SEEDS
from pyx.seeds.rows import read_row, reject_row
from pyx.seeds.tree import LARGEST


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
    with file.open("rb") as lines:
        number = 0
        while line := lines.readline(LARGEST * 2):
            number += 1
            whole = line.endswith(b"\n") or len(line) < LARGEST * 2
            if line.strip():
                yield _read_line(line, Origin(f"jsonl:{file.name}", f"line {number}"), whole=whole)
            while not whole:
                whole = (rest := lines.readline(LARGEST)).endswith(b"\n") or not rest


def _read_line(line: bytes, origin: Origin, *, whole: bool) -> Sample | Reject:
    if not whole:
        return reject_row(origin, "too-large", f"a line of more than {LARGEST * 2} bytes")
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        return reject_row(origin, "not-json", str(error).partition("\n")[0])
    return read_row(row, origin)


EXAMPLES = [
    (
        {
            "rows.jsonl": '{"code": "def f(x): return x"}\n\n'
            '{"code": 3}\n{"code": \n{"code": "x = 1", "path": "a.py", "licence": "MIT"}\n'
        },
        ["line 1", "no-code", "not-json", "a.py"],
    ),
]

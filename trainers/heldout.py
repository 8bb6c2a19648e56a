"""The held-out programs of a release as rows for the benchmark `heldout-o`.

    python -m pyx.trainers.heldout RELEASE > heldout.jsonl

One call a program, the first whose result has a literal form: many calls of one program would
count it many times.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

from pyx import literals
from pyx.trainers.lessons import Book, open_book, read_rows


def list_rows(book: Book, split: str = "test") -> Iterator[dict[str, Any]]:
    """A row a program: id, entry, code, call, output."""
    for row in read_rows(book, "programs", split):
        case = next((one for one in row["cases"] if _is_plain(one)), None)
        if case is not None:
            yield {
                "id": case["id"], "entry": row["entry_point"], "code": row["code"],
                "call": case["call"], "output": case["output"],
            }  # fmt: skip


def _is_plain(case: dict[str, Any]) -> bool:
    """Whether a case is one call that returns a literal, and nothing else."""
    if case["setup"] or case["exception"] or not literals.is_literal(case["output"]):
        return False
    return literals.type_name(type(literals.read(case["output"]))) == str(case["output_type"])


if __name__ == "__main__":
    for made in list_rows(open_book(sys.argv[1]), *sys.argv[2:]):
        print(json.dumps(made))

"""States, compared with a tracer of twenty lines that knows nothing of ours."""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from pyx import literals
from pyx.commands.trace import find_states
from pyx.trace.recorder import trace_text

CRUXEVAL = Path(__file__).parent.parent.parent / "shared" / "benchmarks" / "cruxeval.jsonl"


class Plain:
    """Lines in order, each with the text of all its frame's locals when the next thing happens there."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []
        self.open: dict[FrameType, dict[str, Any]] = {}

    def __call__(self, frame: FrameType, event: str, _arg: Any) -> Any:
        if frame.f_code.co_filename != "<plain>" or frame.f_code.co_name.startswith("<"):
            return None
        row = self.open.pop(frame, None)
        if row is not None:
            row["locals"] = {name: literals.write(value) for name, value in frame.f_locals.items()}
        if event == "line":
            self.open[frame] = {"line": frame.f_lineno, "function": frame.f_code.co_qualname}
            self.rows.append(self.open[frame])
        return self


def find_plain_states(code: str, call: str) -> list[dict[str, Any]]:
    space: dict[str, Any] = {}
    exec(compile(code, "<plain>", "exec"), space)
    plain = Plain()
    sys.settrace(plain)
    try:
        eval(call, space)
    finally:
        sys.settrace(None)
    return plain.rows


@pytest.mark.skipif(not CRUXEVAL.exists(), reason="cruxeval.jsonl is not here")
def test_states_of_two_hundred_programs_are_those_that_a_plain_tracer_sees() -> None:
    rows = [json.loads(line) for line in CRUXEVAL.read_text().splitlines()][::4]
    compared = skipped = 0
    for row in rows:
        if sys.version_info >= (3, 12) and _has_comprehension(row["code"]):
            skipped += 1  # its items are lines of the function there, for a plain tracer
            continue
        code, call = ast.unparse(ast.parse(row["code"])), f"f({row['input']})"  # one statement a line
        ours, plain = list(find_states(trace_text(code, call))), find_plain_states(code, call)
        assert [state["line"] for state in ours] == [state["line"] for state in plain], row["id"]
        for here, there in zip(ours, plain, strict=True):
            assert here["function"] == there["function"]
            assert here["locals"].keys() == there["locals"].keys()
            for name, text in there["locals"].items():
                if "<opaque" not in text:
                    assert here["locals"][name] == text, (row["id"], here, there)
                    compared += 1
    assert len(rows) == 200 and skipped < 80 and compared > 5_000 - 40 * skipped


def _has_comprehension(code: str) -> bool:
    return any(
        isinstance(node, (ast.ListComp, ast.SetComp, ast.DictComp)) for node in ast.walk(ast.parse(code))
    )

"""A long loop is watched for a while; what it does after that is one skip, and is said to be one."""

# ruff: noqa: E501 (program texts stand as they are)

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from pyx.annotate.forward import find_cases
from pyx.records import Case, Origin, Program, Sample
from pyx.registry import FORMATS
from pyx.trace import recorder
from pyx.trace.events import Budgets, dump, load
from pyx.trace.recorder import trace_text
from pyx.trace.steps import steps

ROOT = Path(__file__).parent.parent
PYTHONS = [
    Path.home() / ".pyenv" / "versions" / version / "bin" / "python" for version in ("3.12.1", "3.13.0")
]

SCRIPT = """
import json, sys
sys.path.insert(0, "tests/laws")
import oracle
from pyx.trace import events, recorder, replay
code, call = json.load(sys.stdin)
witness = oracle.Witness()
trace, made = recorder.record_text(code, call, budgets=events.Budgets(repeats=5), witness=witness)
print(json.dumps({
    "trace": events.dump(trace), "value": repr(made.value), "error": repr(made.exception), "ended": made.ended,
    "fault": witness.fault or made.truncated or replay.check(trace.events, made.final),
}))
"""

SUM = """\
def f(n):
    t = 0
    xs = []
    for i in range(n):
        if i % 2:
            t += i
        xs.append(t)
        xs[:] = xs[-3:]
    k = 1
    return t, xs
"""

LOOPS = {
    "for": SUM,
    "a loop in a loop, calls, prints": """\
def g(x):
    return x + 1
def f(n):
    d = {}
    while n:
        n -= 1
        for j in range(3):
            d[j] = g(n)
        print(n) if n < 2 else None
    d["end"] = 1
    for q in (1, 2):
        d[q] = q
    return d
""",
    "recursion out of the loop": """\
def f(n):
    if n > 60:
        return 0
    t = 0
    for i in range(100):
        t += f(n + 30)
        if i == 60:
            return t
    return t
""",
    "an exception ends the loop": """\
def f(n):
    t = []
    try:
        for i in range(1000):
            try:
                t.append(1 // (500 - i) if i % 7 else 0)
            except ZeroDivisionError:
                raise KeyError(i)
    except KeyError as e:
        t = [e.args]
    for i in range(1000):
        t[0] = 5 // (500 - i)
""",
    "changes of others' objects": """\
LOG = []
class A:
    n = 0
    def add(self, x):
        self.n += x
        A.n -= 1
        LOG[:] = [x, self]
def f(n):
    a, b = A(), [0]
    def inner():
        nonlocal n
        n -= 1
        return n
    while inner() > 0:
        a.add(n)
        b = [b][0]
        b[0] += 1
    return a.n, A.n, b
""",
    "break and else": """\
def f(n):
    for i in range(n):
        if i == 40:
            break
    else:
        i = -1
    for j in range(n):
        j *= 2
    else:
        i += j
    return i
""",
}


@pytest.fixture(params=PYTHONS, ids=lambda path: path.parent.parent.name)
def python(request: pytest.FixtureRequest) -> Iterator[Path]:
    if not request.param.exists():
        pytest.skip(f"Python {request.param.parent.parent.name} is not here")
    yield request.param


def record(python: Path, code: str, call: str) -> dict[str, Any]:
    done = subprocess.run(
        [python, "-c", SCRIPT], input=json.dumps([code, call]), cwd=ROOT, env={"PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


@pytest.mark.parametrize("name", LOOPS)
def test_a_skipped_loop_is_made_up_for_by_one_look_at_everything(python: Path, name: str) -> None:
    found = record(python, LOOPS[name], "f(50)")
    _, plain = recorder.record_text(LOOPS[name], "f(50)", budgets=Budgets(events=100_000))
    assert (found["fault"], found["ended"]) == ("", True)
    assert (found["value"], found["error"]) == (repr(plain.value), repr(plain.exception))
    taken = load(found["trace"]).events
    assert any(event[0] == "s" and event[5] == 5 for event in taken)
    assert len(taken) < min(250, len(plain.events))


def test_the_length_of_a_loop_no_longer_matters(python: Path) -> None:
    short, long = (len(load(record(python, SUM, f"f({n})")["trace"]).events) for n in (50, 5_000))
    assert short == long


def test_a_generator_that_went_on_unseen_ends_the_recording(python: Path) -> None:
    code = "def g():\n    yield 1\n    yield 2\ndef f(n):\n    it = g()\n    a = next(it)\n    for i in range(n):\n        n += 1\n    return next(it)\n"
    found = record(python, code, "f(50)")
    assert found["fault"] == "a generator goes on that may have run in a skipped loop"
    assert found["value"] == "2"


def test_without_disable_recording_stops_and_says_so() -> None:
    trace, made = recorder.record_text(SUM, "f(50)", budgets=Budgets(repeats=5))
    assert made.value == recorder.record_text(SUM, "f(50)")[1].value
    if sys.version_info < (3, 12):
        assert trace.truncated.startswith(f"repeats: {len(trace.events)}, sha256 ")


def test_nothing_is_skipped_unless_that_is_asked_for() -> None:
    assert not any(event[0] == "s" for event in trace_text(SUM, "f(500)").events)


WORDS = {
    "scratchpad": "skip:     for i in range(n):\nstate: {",
    "semcoder": '[SKIP] {"t": 625, "xs": [576, 576, 625], "i": 49} [/SKIP]',
    "labelled": "[L4] [SKIP] t = 625; xs = [576, 576, 625]; i = 49 [/SKIP] [/L4]",
    "next": "__skip__ t = 625, xs = [576, 576, 625], i = 49",
    "steps": "Line 4: the rest of this loop was not watched; after it t = 625, xs = [576, 576, 625], i = 49.",
    "cwm": "\n...\n",
    "json": '["s",0,3,{},[[1,"s",1,1,[]]],5]',
}


def test_every_format_says_what_was_skipped(python: Path) -> None:
    trace = load(record(python, SUM, "f(50)")["trace"])
    program = Program(SUM, "f")
    for plugin in FORMATS:
        assert WORDS[plugin.name] in plugin.function(program, trace)
    assert dump(load(dump(trace))) == dump(trace)


def test_an_execution_with_a_skip_is_not_told_as_if_it_had_been_seen(python: Path) -> None:
    trace = load(record(python, SUM, "f(50)")["trace"])
    case = Case("c", "f(50)", "typed", status="ok", value="(625, [576, 576, 625])")
    seen = replace(trace_text(SUM, "f(50)"), case="c")
    for given, told in ((seen, [case]), (replace(trace, case="c"), [])):
        sample = Sample("id", Origin("tests"), program=Program(SUM, "f"), cases=(case,), traces=(given,))
        assert list(find_cases(sample)) == told


def test_a_step_before_a_skip_says_only_what_it_did_itself(python: Path) -> None:
    found = steps(load(record(python, SUM, "f(50)")["trace"]))
    place = next(step.index for step in found if step.kind == "skip")
    before, skip = found[place - 1], found[place]
    assert (before.kind, before.after) == ("line", skip.before)
    assert (skip.line, skip.after["t"], skip.taken, skip.iteration) == (4, "625", None, 0)
    assert asdict(found[place + 1])["line"] == 9

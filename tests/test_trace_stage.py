"""The trace stage keeps what is proven, and says why it drops the rest."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from pyx.cli import group
from pyx.errors import PyxError
from pyx.records import Case, Origin, Program, Reject, Sample
from pyx.stages.execute import execute
from pyx.stages.trace import trace
from pyx.trace import replay
from pyx.trace.events import Budgets
from pyx.trace.recorder import trace_text
from pyx.trace.steps import steps


def make_sample(code: str, *calls: str) -> Sample:
    cases = tuple(Case(f"case{number}", call, "doctest") for number, call in enumerate(calls))
    found = list(execute([Sample("id", Origin("tests"), program=Program(code, "f"), cases=cases)]))
    assert isinstance(found[-1], Sample), found
    return found[-1]


def find_reasons(items: list[Sample | Reject]) -> list[str]:
    return [f"{item.level}: {item.reason}" if isinstance(item, Reject) else "kept" for item in items]


def test_a_proven_trace_is_kept_beside_its_case() -> None:
    code = "def f(xs):\n    xs.append(len(xs))\n    print(xs)\n    return xs\n"
    (sample,) = trace([make_sample(code, "f([])", "f([1])")])
    assert isinstance(sample, Sample)
    assert [found.case for found in sample.traces] == [case.id for case in sample.cases] == ["case0", "case1"]
    for found, case in zip(sample.traces, sample.cases, strict=True):
        assert steps(found)[-1].value == case.value
        assert replay.find_final(found.events).output == case.stdout


def test_a_trace_with_too_many_events_drops_its_case() -> None:
    sample = make_sample("def f(n):\n    while n:\n        n -= 1\n    return n\n", "f(2)", "f(5000)")
    assert find_reasons(list(trace([sample], events=100))) == ["case: trace-too-long", "kept"]


def test_a_container_beyond_the_budget_drops_its_case_and_then_the_program() -> None:
    sample = make_sample("def f(n):\n    xs = [0] * n\n    return len(xs)\n", "f(3000)")
    assert find_reasons(list(trace([sample]))) == ["case: trace-too-long", "program: no-case-left"]


def test_a_traced_run_that_differs_from_the_plain_one_drops_its_case() -> None:
    sample = make_sample("def f(n):\n    return n + 1\n", "f(1)")
    lie = dataclasses.replace(sample, cases=(dataclasses.replace(sample.cases[0], value="3"),))
    assert find_reasons(list(trace([lie]))) == ["case: trace-differs", "program: no-case-left"]


@pytest.mark.parametrize(
    ("code", "call"),
    [
        ("def f(n):\n    return n / 0\n", "f(1)"),
        ("def f(n):\n    for i in range(n):\n        yield i\n", "f(3)"),
        ("class A:\n    def __init__(self, x):\n        self.x = x\ndef f(n):\n    return A(n).x\n", "f(3)"),
        ("def f(s):\n    return {c for c in s}\n", "f('abc')"),
        (
            "def f(s):\n    from collections import deque\n    q = deque(s)\n    q.rotate(1)\n    return list(q)\n",  # noqa: E501
            "f('abc')",
        ),
    ],
)
def test_these_programs_are_proven(code: str, call: str) -> None:
    assert find_reasons(list(trace([make_sample(code, call)]))) == ["kept"]


def test_states_are_json_lines_of_lines_and_locals_after_them(tmp_path: Path) -> None:
    file = tmp_path / "p.py"
    file.write_text("def f(x):\n    y = x + 1\n    return y\n")
    words = ["trace", str(file), "--call", "f(1)"]
    runner = CliRunner()
    done, proof, sizes = (runner.invoke(group, [*words, flag]) for flag in ("--states", "--replay", "--all"))
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(row["line"], row["locals"]) for row in rows] == [
        (2, {"x": "1", "y": "2"}),
        (3, {"x": "1", "y": "2"}),
    ]
    assert proof.stdout.startswith("4 events, replayed to the live state")
    assert {line.split("\t")[0] for line in sizes.stdout.splitlines()} >= {
        "scratchpad",
        "cwm",
        "next",
        "json",
    }


MODULE = '''\
"""A module."""
import math
A = [1]
class P:
    n = 0
    def put(self, x):
        self.x = x
        P.n += 1
        return self
    class Q:
        z = [A]
p = P().put(A)
for i in range(2):
    A.append(math.floor(i + 0.5))
print(p.x)
try:
    1 // 0
except ZeroDivisionError as e:
    text = str(e)
'''


@pytest.mark.parametrize("words", [[], ["--no-policy"]])
def test_without_a_call_the_run_of_the_module_is_recorded(tmp_path: Path, words: list[str]) -> None:
    file = tmp_path / "p.py"
    file.write_text(MODULE)
    runner = CliRunner()
    done = runner.invoke(group, ["trace", str(file), "--states", *words])
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    lines = [1, 2, 3, 4, 5, 6, 10, 11, 12, 7, 8, 9, 13, 14, 13, 14, 13, 15, 16, 17, 18, 19]
    assert [row["line"] for row in rows] == lines
    assert rows[-1]["function"] == "<module>" and rows[-1]["locals"]["text"].startswith("'integer division")
    assert [row["locals"] for row in rows if row["function"] == "P.Q"] == [{"z": "[[1]]"}]
    assert rows[-1]["locals"]["p"] == "P(x=[1, 0, 1])"
    proof = runner.invoke(group, ["trace", str(file), "--replay", *words])
    assert "replayed to the live state; the same under two hash seeds" in proof.stdout


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["--setup", "x = 1"], "--setup 'x = 1' without a call"),
        (["--call", "f(1)", "--format", "json", "--tokens", "5"], "--tokens 5: json leaves nothing out"),
    ],
)
def test_options_that_mean_nothing_are_refused(tmp_path: Path, words: list[str], problem: str) -> None:
    file = tmp_path / "p.py"
    file.write_text("def f(x):\n    return x\n")
    done = CliRunner().invoke(group, ["trace", str(file), *words])
    assert isinstance(done.exception, PyxError) and problem in str(done.exception)


@pytest.mark.parametrize(
    ("budgets", "cut"),
    [
        (Budgets(events=10), r"events: 10, sha256 [0-9a-f]{64}"),
        (Budgets(items=20), r"items: 21, sha256 [0-9a-f]{64}"),
        (Budgets(text=5), ""),
    ],
)
def test_every_cut_carries_its_length_and_hash(budgets: Budgets, cut: str) -> None:
    code = "def f(n):\n    s = 'ab' * n\n    xs = [s]\n    for i in range(n): xs.append(i)\n    return xs\n"
    trace = trace_text(code, "f(30)", budgets=budgets)
    assert re.fullmatch(cut, trace.truncated)
    if not cut:
        digest = hashlib.sha256(b"ab" * 30).hexdigest()
        assert next(event[3]["s"] for event in trace.events if "s" in replay.read_event(event)[3]) == [
            "'ababa'", 60, digest,
        ]  # fmt: skip


def test_what_is_cut_is_told_apart_by_its_hash() -> None:
    code = "def f(a, n):\n    return [a] * n\n"
    cuts = {
        trace_text(code, f"f({a}, 50)", budgets=Budgets(items=20)).truncated for a in ("1", "2", "{1}", "{2}")
    }
    assert len(cuts) == 3  # of objects only the type is known there

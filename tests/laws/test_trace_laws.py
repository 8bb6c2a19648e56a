"""Laws of traces, over random programs that run and over the programs of CRUXEval."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import executable_programs
import oracle
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from pyx import literals
from pyx.trace import events, recorder, replay, steps, texts

ROOT = Path(__file__).parent.parent.parent
CRUXEVAL = ROOT.parent / "shared" / "benchmarks" / "cruxeval.jsonl"
OTHERS = {
    version: Path.home() / ".pyenv" / "versions" / version / "bin" / "python"
    for version in ("3.12.1", "3.13.0")
}

needs_cruxeval = pytest.mark.skipif(not CRUXEVAL.exists(), reason="cruxeval.jsonl is not here")
few = settings(max_examples=15, deadline=None, database=None, suppress_health_check=list(HealthCheck))
many = settings(few, max_examples=1_000)


def read_cruxeval() -> list[dict[str, str]]:
    return [json.loads(line) for line in CRUXEVAL.read_text().splitlines()]


@few
@given(executable_programs.programs)
def test_replay_agrees_with_the_live_state_after_every_event(code: str) -> None:
    fault, compared = oracle.find_fault(code)
    assert not fault
    assert compared > 10


@few
@given(executable_programs.programs)
def test_plans_save_work_and_change_no_event(code: str) -> None:
    assert not oracle.find_difference(code)


@few
@given(executable_programs.programs)
def test_the_run_of_a_module_is_recorded_with_its_class_bodies(code: str) -> None:
    whole = f"{code}\nr = f(2)\n"
    fault, compared = oracle.find_fault(whole, "")
    assert not fault
    assert compared > 40
    assert not oracle.find_difference(whole, "")


@few
@given(executable_programs.programs)
def test_a_trace_is_read_back_from_its_json_as_it_was(code: str) -> None:
    trace = recorder.trace_text(code, "f(1)", budgets=oracle.BUDGETS)
    assert events.dump(events.load(events.dump(trace))) == events.dump(trace)


@few
@given(executable_programs.programs)
def test_every_step_has_its_frame_and_its_statement(code: str) -> None:
    trace = recorder.trace_text(code, "f(1)", budgets=oracle.BUDGETS)
    found = steps.steps(trace)
    assert [step.index for step in found] == list(range(len(found)))
    for step in found:
        assert step.kind == "call" or trace.statements[step.statement][0] == step.line
        assert set(step.changed) <= {*step.before, *step.after}


@pytest.mark.slow
@many
@given(executable_programs.programs)
def test_a_thousand_random_programs_are_recorded_without_a_mismatch(code: str) -> None:
    fault, _ = oracle.find_fault(code)
    assert not fault
    assert not oracle.find_difference(code)


@needs_cruxeval
def test_no_value_of_cruxeval_differs_from_the_live_one() -> None:
    for row in read_cruxeval():
        trace, made = recorder.record_text(row["code"], f"f({row['input']})")
        assert not replay.check(trace.events, made.final), row["id"]
        state = replay.find_final(trace.events)
        returned = texts.Texts(state).write(state.ended[0][1])
        assert returned == literals.write(made.value), row["id"]
        assert literals.same(returned, row["output"]) or made.value == eval(row["output"]), row["id"]


@needs_cruxeval
@pytest.mark.slow
def test_replay_agrees_with_the_live_state_on_every_step_of_cruxeval() -> None:
    compared = 0
    for row in read_cruxeval():
        fault, count = oracle.find_fault(row["code"], f"f({row['input']})")
        assert not fault, row["id"]
        compared += count
    assert compared > 9_000


@needs_cruxeval
def test_plans_change_no_event_of_cruxeval() -> None:
    for row in read_cruxeval():
        assert not oracle.find_difference(row["code"], f"f({row['input']})"), row["id"]


SCRIPT = """
import json, sys
from pyx.trace import recorder
from pyx.trace.events import Budgets
for code, call in json.load(sys.stdin):
    trace = recorder.trace_text(code, call, budgets=Budgets(events=3_000))
    print(json.dumps(trace.events))
"""


def find_streams(python: str, programs: list[tuple[str, str]]) -> list[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [python, "-c", SCRIPT],
        input=json.dumps(programs),
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


def draw_programs(count: int) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []

    @seed(7)
    @settings(few, max_examples=count, phases=[Phase.generate])
    @given(executable_programs.programs)
    def collect(code: str) -> None:
        found.append((code, "f(2)"))

    collect()
    return found


@pytest.mark.parametrize("version", OTHERS)
def test_other_interpreters_record_the_same_events(version: str) -> None:
    if not OTHERS[version].exists():
        pytest.skip(f"Python {version} is not here")
    programs = draw_programs(20)
    assert find_streams(str(OTHERS[version]), programs) == find_streams(sys.executable, programs)


@needs_cruxeval
@pytest.mark.slow
@pytest.mark.parametrize("version", OTHERS)
def test_other_interpreters_record_the_same_events_of_cruxeval_and_a_thousand_programs(version: str) -> None:
    if not OTHERS[version].exists():
        pytest.skip(f"Python {version} is not here")
    programs = [(row["code"], f"f({row['input']})") for row in read_cruxeval()] + draw_programs(1_000)
    ours = find_streams(sys.executable, programs)
    assert find_streams(str(OTHERS[version]), programs) == ours


DIFFERENT = {
    "a generator that is dropped with a finally to run": (
        "def g(xs):\n    try:\n        yield 1\n    finally:\n        xs.append(2)\n"
        "def f(xs):\n    it = g(xs)\n    next(it)\n    it = None\n    k = 1\n    return xs\n"
    ),
    "a look at vars()": "def f(xs):\n    d = vars()\n    k = 1\n    return sorted(d)\n",
}


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="compares later interpreters with 3.11")
@pytest.mark.parametrize("version", OTHERS)
@pytest.mark.parametrize("name", DIFFERENT)
def test_the_events_that_differ_between_interpreters_are_those_that_the_page_tells_of(
    version: str, name: str
) -> None:
    if not OTHERS[version].exists():
        pytest.skip(f"Python {version} is not here")
    program = [(DIFFERENT[name], "f([3])")]
    same = find_streams(str(OTHERS[version]), program) == find_streams(sys.executable, program)
    assert same is version.startswith("3.12")
    assert not oracle.find_fault(*program[0])[0]

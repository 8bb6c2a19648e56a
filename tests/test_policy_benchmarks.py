"""Canonical programs of published benchmarks are admitted, and run under guards as they run without."""

from __future__ import annotations

import ast
import contextlib
import gzip
import io
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pyx.sandbox import policy

FOLDER = Path(__file__).parents[1].parent / "shared" / "benchmarks"
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="no benchmark data beside the repository")

Seen = tuple[str, str, list[tuple[str, str, int]]]


@dataclass(frozen=True)
class Task:
    """A canonical program and the statements or the call that use it."""

    id: str
    code: str
    use: str
    is_call: bool = False


def read_cruxeval() -> Iterator[Task]:
    for line in (FOLDER / "cruxeval.jsonl").open():
        row = json.loads(line)
        yield Task(row["id"], row["code"], f"f({row['input']})", is_call=True)


def read_humaneval() -> Iterator[Task]:
    with gzip.open(FOLDER / "HumanEval.jsonl.gz", "rt") as file:
        for line in file:
            row = json.loads(line)
            # Four of the tests draw random inputs.
            use = f"import random\nrandom.seed(0)\n{row['test']}\ncheck({row['entry_point']})"
            yield Task(row["task_id"], row["prompt"] + row["canonical_solution"], use)


def read_mbpp() -> Iterator[Task]:
    for line in (FOLDER / "mbpp.jsonl").open():
        row = json.loads(line)
        yield Task(
            f"MBPP/{row['task_id']}", row["code"], "\n".join([row["test_setup_code"], *row["test_list"]])
        )


def execute(tree: ast.Module, space: dict[str, Any], task: Task) -> Seen:
    """What the use of a program gives, prints, and the events of the program's lines."""
    events: list[tuple[str, str, int]] = []

    def trace(frame: Any, event: str, _: object) -> Any:
        if frame.f_code.co_filename != policy.FILENAME:
            return None
        if len(events) < 20_000:  # some tests make millions of steps
            events.append((event, frame.f_code.co_name, frame.f_lineno))
        return trace

    before, output = sys.gettrace(), io.StringIO()
    value: object = None
    with contextlib.redirect_stdout(output):
        sys.settrace(trace)
        try:
            exec(compile(tree, policy.FILENAME, "exec", dont_inherit=True), space)
            outside = {name: value for name, value in space.items() if name != "__builtins__"}
            value = run_use(task, outside)
        except Exception as error:
            value = error
        finally:
            sys.settrace(before)
    return repr(value), output.getvalue(), events


def run_use(task: Task, space: dict[str, Any]) -> object:
    if task.is_call:
        return eval(task.use, space)
    exec(task.use, space)
    return None


def compare(task: Task) -> None:
    plain = execute(ast.parse(task.code), {"__name__": policy.PROGRAM}, task)
    guarded = execute(policy.rewrite(ast.parse(task.code)), policy.namespace(), task)
    assert plain == guarded, task.id


def admits(task: Task) -> bool:
    return policy.check(ast.parse(task.code)) == []


def test_all_but_two_of_1938_canonical_programs_are_admitted() -> None:
    refused = {}
    tasks = [*read_cruxeval(), *read_humaneval(), *read_mbpp()]
    for task in tasks:
        if refusals := policy.check(ast.parse(task.code)):
            refused[task.id] = [refusal.sentence for refusal in refusals]
    assert len(tasks) == 1938
    assert refused == {
        "HumanEval/160": ["it uses eval, which no program may"],
        "MBPP/264": ["it uses exit, which no program may"],
    }


def test_cruxeval_gives_the_same_values_and_line_events_under_guards() -> None:
    for task in read_cruxeval():
        compare(task)


@pytest.mark.slow
def test_humaneval_and_mbpp_give_the_same_values_and_line_events_under_guards() -> None:
    for task in [*read_humaneval(), *read_mbpp()]:
        if admits(task):
            compare(task)

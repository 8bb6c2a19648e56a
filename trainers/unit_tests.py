"""Marks programs by a benchmark's assertions.

Published: program and assertions are one text that must run to its end. Strict: the program must
define the function by syntax, the assertions run in a namespace of their own, and where one says
`CALL == LITERAL` the value leaves the sandbox as data and is compared outside.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pyx import literals
from pyx.sandbox.pool import Job
from pyx.trainers import extract
from pyx.trainers.tasks import RIGHT, Mark, Marks, Scorer, Task, Terms, mark_outcome


@dataclass(frozen=True, slots=True)
class Probe:
    """An expression of the tests and the value it must have."""

    expression: str
    value: Any


def score_programs(task: Task, answers: Sequence[str], *, scorer: Scorer, terms: Terms) -> Marks:
    """The marks of all programs written for one task."""
    mark = _mark_strictly if scorer == "strict" else _mark_as_published
    return {"": [mark(task, answer, terms) for answer in answers]}


def _mark_as_published(task: Task, answer: str, terms: Terms) -> Mark:
    code = "\n".join([answer, task.setup, *task.tests])
    return mark_outcome(terms.execute(Job(code, policy=False, limits=terms.limits)))


def _mark_strictly(task: Task, answer: str, terms: Terms) -> Mark:
    if not extract.defines(answer, task.entry):
        return Mark(False, "no-function")
    probes = find_probes(task.tests, task.entry)
    if probes is None:
        return _run_tests(task, answer, terms)
    call = f"[{', '.join(f'({probe.expression})' for probe in probes)}]"
    setup = f"{task.setup}\ncandidate = {task.entry}"
    outcome = terms.execute(Job(answer, setup=setup, call=call, policy=False, limits=terms.limits))
    if outcome.status != "ok":
        return mark_outcome(outcome)
    values = literals.read(outcome.value)
    if any(isinstance(value, literals.Opaque) and not _is_own(value) for value in values):
        return _run_tests(task, answer, terms)
    right = all(value == probe.value for value, probe in zip(values, probes, strict=True))
    return RIGHT if right else Mark(False, "AssertionError")


def _is_own(value: literals.Opaque) -> bool:
    """Whether the program itself defines the type: its `==` may say anything."""
    return value.type.startswith("program.")


def _run_tests(task: Task, answer: str, terms: Terms) -> Mark:
    setup = "\n".join([task.setup, *task.tests])
    return mark_outcome(
        terms.execute(Job(answer, setup=setup, call="None", policy=False, limits=terms.limits))
    )


def find_probes(tests: Sequence[str], entry: str) -> list[Probe] | None:
    """What the tests demand, when all they say is `assert CALL == LITERAL`; else None."""
    probes = []
    for node in _find_statements(tests, entry):
        match node:
            case ast.Assert(test=ast.Compare(left=left, ops=[ast.Eq()], comparators=[right])):
                text = ast.unparse(right)
                if not literals.is_literal(text) or "nan" in text:
                    return None
                probes.append(Probe(ast.unparse(left), literals.read(text)))
            case ast.Assert(test=ast.Constant(value=True)):
                continue
            case _:
                return None
    return probes


def _find_statements(tests: Sequence[str], entry: str) -> list[ast.stmt]:
    """The statements of the tests; those of `check(candidate)` where the tests are that function."""
    found: list[ast.stmt] = []
    for node in ast.parse("\n".join(tests)).body:
        match node:
            case ast.FunctionDef(name="check", body=body):
                found += body
            case ast.Assign(targets=[ast.Name(id="METADATA")]):
                continue
            case ast.Expr(value=ast.Call(func=ast.Name(id="check"), args=[ast.Name(id=name)])):
                if name != entry:
                    return [node]
            case _:
                found.append(node)
    return found

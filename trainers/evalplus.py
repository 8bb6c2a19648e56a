"""Marks programs as EvalPlus does: on the benchmark's own inputs, then on the added ones.

What is expected is what the reference gives, executed here. Published: the comparison runs
beside the program, on live objects. Strict: values leave the sandbox as data and are compared
outside, unless they have no literal form. A `plus` mark needs the `base` one.
"""

from __future__ import annotations

import functools
import inspect
import json
from collections.abc import Mapping, Sequence
from typing import Any

from pyx import literals
from pyx.sandbox.pool import Job, Limits, Outcome
from pyx.trainers import extract, oracle
from pyx.trainers.tasks import RIGHT, Execute, Mark, Marks, Scorer, Task, mark_outcome

GROUPS = ("base", "plus")

TUPLES: dict[str, tuple[int, ...]] = {
    "tuple": (2, 116, 132, 143, 222, 261, 273, 394, 399, 421, 424, 429, 470, 560, 579, 596, 616, 630, 726,
              740, 744, 809),
    "tuples": (63, 64, 70, 94, 120, 237, 272, 299, 400, 409, 417, 438, 473, 614, 780),
    "tuples same": (75, 413, 444, 753),
    "same tuple": (106, 750),
    "sets": (115,),
    "float complex": (124,),
    "tuple same": (250, 307, 405, 446, 617, 720, 763, 808),
    "complex": (252,),
    "tuple-of-tuples": (259, 401, 445),
    "tuple-of-some": (278,),
    "values same": (722,),
    "deep": (580, 615, 791),
}  # fmt: skip
"""MBPP+ is published as JSON: the shapes of the arguments that JSON cannot hold, by task number."""


def make_task(row: Mapping[str, Any], family: str) -> Task:
    """The task of a row of HumanEval+ or MBPP+."""
    number = int(row["task_id"].rpartition("/")[2])
    shapes = (shape for shape, numbers in TUPLES.items() if number in numbers)
    shape = next(shapes, "same") if family == "mbpp" else "same"
    inputs = {group: json.dumps(list(row[f"{group}_input"] or [])) for group in GROUPS}
    extra = {"family": family, "atol": row["atol"], "shape": shape, **inputs}
    gold = row["prompt"] + row["canonical_solution"]
    return Task(
        row["task_id"], "code", row["entry_point"], gold, code=row["prompt"], text=row["prompt"], extra=extra
    )


def score_evalplus(
    task: Task,
    answers: Sequence[str],
    *,
    scorer: Scorer,
    execute: Execute,
    limits: Limits,
    floats: str = "tolerance",
) -> Marks:
    """The base and plus marks of all programs written for one task; `floats` is tolerance or exact."""
    marks: Marks = {group: [] for group in GROUPS}
    mark = functools.partial(_mark, task, scorer=scorer, execute=execute, limits=limits, floats=floats)
    for answer in answers:
        base = mark(answer, "base")
        marks["base"].append(base)
        marks["plus"].append(mark(answer, "plus") if base.passed else base)
    return marks


def _mark(
    task: Task, answer: str, group: str, *, scorer: Scorer, execute: Execute, limits: Limits, floats: str
) -> Mark:
    if scorer == "published":
        return _compare_inside(task, answer, group, execute, limits, floats)
    if not extract.defines(answer, task.entry):
        return Mark(False, "no-function")
    outcome, wanted = (_run_inputs(task, code, group, execute, limits) for code in (answer, task.gold))
    if outcome.status not in ("ok", "output_limit"):
        return mark_outcome(outcome)
    if _not_none(task) or _is_foreign(outcome) or _is_foreign(wanted):
        return _compare_inside(task, answer, group, execute, limits, floats)
    return _compare_outside(task, group, outcome.value, wanted.value, floats)


def _is_foreign(outcome: Outcome) -> bool:
    """Whether what came back cannot be compared outside: too long, or objects of a library's types."""
    if outcome.status == "output_limit":
        return True
    return not literals.is_literal(outcome.value) and "<opaque program." not in outcome.value


def _compare_inside(
    task: Task, answer: str, group: str, execute: Execute, limits: Limits, floats: str
) -> Mark:
    inputs, rule = _inputs(task, group), f"scope['Oracle'](*{_rule(task, floats)!r})"
    load, wanted = _write_expected(task, group, execute, limits)
    call = f"scope['judge']({task.entry}, {rule}, {inputs}, {wanted})"
    outcome = execute(Job(answer, setup=f"{_scope()}\n{load}", call=call, policy=False, limits=limits))
    if outcome.status != "ok":
        return mark_outcome(outcome)
    count = len(json.loads(task.extra[group]))
    return RIGHT if outcome.value == str(count) else Mark(False, "wrong-value")


def _write_expected(task: Task, group: str, execute: Execute, limits: Limits) -> tuple[str, str]:
    """Statements and an expression for what is expected: its text, or the reference where it has none."""
    known = _run_inputs(task, task.gold, group, execute, limits)
    if known.status == "ok" and literals.is_literal(known.value) and not _not_none(task):
        return f"scope['expected'] = scope['builtins'].eval({known.value!r}, scope)", "scope['expected']"
    load = f"scope['reference'] = {{}}\nscope['builtins'].exec({task.gold!r}, scope['reference'])"
    gold = f"scope['reference'][{task.entry!r}]"
    return load, f"scope['answer_all']({gold}, {_inputs(task, group)}, {_not_none(task)})"


def _compare_outside(task: Task, group: str, value: str, expected: str, floats: str) -> Mark:
    values, wanted = literals.read(value), literals.read(expected)
    given = oracle.read_inputs(task.extra[group], task.extra["shape"])
    if not isinstance(values, list) or len(values) != len(wanted):
        return Mark(False, "tampered")
    rule = oracle.Oracle(*_rule(task, floats))
    try:
        right = all(rule.agree(*row) for row in zip(given, values, wanted, strict=True))
    except (TypeError, ValueError, ArithmeticError):
        return Mark(False, "wrong-type")
    return RIGHT if right else Mark(False, "wrong-value")


def _run_inputs(task: Task, code: str, group: str, execute: Execute, limits: Limits) -> Outcome:
    """The outcome whose value lists what the function gives for each input."""
    call = f"scope['answer_all']({task.entry}, {_inputs(task, group)}, False)"
    return execute(Job(code, setup=_scope(), call=call, policy=False, limits=limits))


def _rule(task: Task, floats: str) -> tuple[str, str, float, bool]:
    return task.entry, task.extra["family"], task.extra["atol"], floats == "exact"


def _not_none(task: Task) -> bool:
    return task.extra["family"] == "mbpp" and task.entry in oracle.NOT_NONE


def _inputs(task: Task, group: str) -> str:
    return f"scope['read_inputs']({task.extra[group]!r}, {task.extra['shape']!r})"


@functools.cache
def _scope() -> str:
    """Statements that give the oracle a namespace of its own, where no name of the program stands."""
    source = inspect.getsource(oracle)
    return f"import builtins\nscope = {{'builtins': builtins}}\nscope['builtins'].exec({source!r}, scope)"

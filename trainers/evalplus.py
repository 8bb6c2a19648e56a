"""Marks programs as EvalPlus does: on the benchmark's own inputs, then on the added ones.

What is expected is what the reference gives, executed here. Values leave the sandbox as data and
are compared outside; those without a literal form are compared beside the program, on live
objects. Published: also on live objects of the program's own types, and an input may take no
longer than EvalPlus lets it. A `plus` mark needs the `base` one.
"""

from __future__ import annotations

import functools
import inspect
import json
from collections.abc import Mapping, Sequence
from typing import Any

from pyx import literals
from pyx.sandbox.pool import Job, Outcome
from pyx.trainers import extract, oracle
from pyx.trainers.tasks import RIGHT, Mark, Marks, Scorer, Task, Terms, mark_outcome

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


def score_evalplus(task: Task, answers: Sequence[str], *, scorer: Scorer, terms: Terms) -> Marks:
    """The base and plus marks of all programs written for one task."""
    marks: Marks = {group: [] for group in GROUPS}
    for answer in answers:
        base = _mark(task, answer, "base", scorer, terms)
        marks["base"].append(base)
        marks["plus"].append(_mark(task, answer, "plus", scorer, terms) if base.passed else base)
    return marks


def _mark(task: Task, answer: str, group: str, scorer: Scorer, terms: Terms) -> Mark:
    strict = scorer == "strict"
    if strict and not extract.defines(answer, task.entry):
        return Mark(False, "no-function")
    outcome, wanted = (_run_inputs(task, code, group, terms) for code in (answer, task.gold))
    if outcome.status not in ("ok", "output_limit"):
        return mark_outcome(outcome)
    options = (
        task.entry, task.extra["family"], task.extra["atol"],
        terms.floats == "exact", 0.0 if strict else terms.second,
    )  # fmt: skip
    if _is_foreign(wanted) or _is_foreign(outcome, but_own=strict):
        return _compare_inside(task, answer, group, options, wanted, terms)
    return _compare_outside(task, group, options, outcome, wanted)


def _run_inputs(task: Task, code: str, group: str, terms: Terms) -> Outcome:
    """The outcome whose value lists what the function gives for each input, and the times it took."""
    call = f"scope['answer_all']({task.entry}, {_inputs(task, group)})"
    return terms.execute(Job(code, setup=_scope(), call=call, policy=False, limits=terms.limits))


def _is_foreign(outcome: Outcome, *, but_own: bool = False) -> bool:
    """Whether what came back cannot be compared outside: too long, or objects without a literal form.

    With `but_own`, objects of the program's own types can: their `==` may say anything, and is not asked.
    """
    if outcome.status != "ok":
        return True
    value = outcome.value
    if "<opaque " not in value or (but_own and "<opaque program." in value):
        return False
    return not literals.is_literal(value)


def _compare_outside(
    task: Task, group: str, options: tuple[Any, ...], outcome: Outcome, wanted: Outcome
) -> Mark:
    inputs = oracle.read_inputs(task.extra[group], task.extra["shape"])
    try:
        rows = list(zip(inputs, *literals.read(outcome.value), *_read(wanted.value), strict=True))
    except (TypeError, ValueError):
        return Mark(False, "tampered")
    try:
        reason = oracle.Oracle(*options).find_fault(rows)
    except (TypeError, ValueError, ArithmeticError):
        return Mark(False, "wrong-type")
    return Mark(False, reason) if reason else RIGHT


@functools.lru_cache(maxsize=4)  # the same for all answers to a task
def _read(text: str) -> Any:
    return literals.read(text)


def _compare_inside(
    task: Task, answer: str, group: str, options: tuple[Any, ...], wanted: Outcome, terms: Terms
) -> Mark:
    load, expected = _write_expected(task, group, wanted)
    rule = f"scope['Oracle'](*{options!r})"
    call = f"scope['judge']({task.entry}, {rule}, {_inputs(task, group)}, {expected})"
    setup = f"{_scope()}\n{load}"
    outcome = terms.execute(Job(answer, setup=setup, call=call, policy=False, limits=terms.limits))
    if outcome.status != "ok":
        return mark_outcome(outcome)
    return RIGHT if outcome.value == "''" else Mark(False, outcome.value.strip("'"))


def _write_expected(task: Task, group: str, wanted: Outcome) -> tuple[str, str]:
    """Statements and an expression for what is expected: its text, or the reference where it has none."""
    if not _is_foreign(wanted):
        return f"scope['expected'] = scope['builtins'].eval({wanted.value!r}, scope)", "scope['expected']"
    load = f"scope['reference'] = {{}}\nscope['builtins'].exec({task.gold!r}, scope['reference'])"
    gold = f"scope['reference'][{task.entry!r}]"
    return load, f"scope['answer_all']({gold}, {_inputs(task, group)})"


def _inputs(task: Task, group: str) -> str:
    return f"scope['read_inputs']({task.extra[group]!r}, {task.extra['shape']!r})"


@functools.cache
def _scope() -> str:
    """Statements that give the oracle a namespace of its own, where no name of the program stands."""
    source = inspect.getsource(oracle)
    return f"import builtins\nscope = {{'builtins': builtins}}\nscope['builtins'].exec({source!r}, scope)"

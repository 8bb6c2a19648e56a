"""From tasks and answers to marks: boxes side by side, and limits that a slow machine does not change.

A program may use multiples of the CPU time that this machine needs for a fixed piece of work and for
the task's reference, so that a machine half as fast gives everything twice the time.
"""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from pyx.errors import SandboxError
from pyx.registry import Plugin
from pyx.sandbox.pool import Box, Job, Limits, Outcome
from pyx.trainers.pass_at_k import mean_pass_at_k
from pyx.trainers.tasks import DEFAULT, SCORERS, Execute, Mark, Marks, Scorer, Task, Terms

SAFE = ("sealed", "kernel")
YARDSTICK = Job("total = 0\nfor number in range(3_000_000):\n    total += number % 7", policy=False)
FACTORS = (20, 5)
"""How many times the yardstick's time, and the reference's, a program may use."""
SECOND = 5
"""How many times the yardstick's time is a second of a published time limit."""
PATIENT = replace(DEFAULT, cpu_s=120.0, wall_s=600.0)
"""What the reference may use while it is timed."""


@dataclass(frozen=True, slots=True)
class Scored:
    """All marks of one task by scorer, then group, then answer."""

    task: Task
    answers: tuple[str, ...]
    marks: dict[Scorer, Marks]


@contextmanager
def open_boxes(count: int, *, weak: bool = False, lean: bool = True) -> Iterator[Execute]:
    """A function that executes jobs in the next free of `count` boxes, from any thread.

    A box below level `kernel` is a `SandboxError` unless `weak` allows it. Lean boxes record nothing.
    """
    boxes = [Box(lean=lean) for _ in range(count)]
    free: queue.SimpleQueue[Box] = queue.SimpleQueue()
    for box in boxes:
        free.put(box)

    def execute(job: Job) -> Outcome:
        box = free.get()
        try:
            return box.run(job)
        finally:
            free.put(box)

    try:
        if boxes[0].level not in SAFE and not weak:
            raise SandboxError(
                f"this machine only gives level {boxes[0].level!r}, and a model's programs need 'kernel'",
                hint="pyx doctor says what is missing; --weak-sandbox runs them all the same",
            )
        yield execute
    finally:
        for box in boxes:
            box.close()


def score_tasks(
    plugin: Plugin,
    tasks: Iterable[Task],
    answers: Mapping[str, list[str]],
    execute: Execute,
    *,
    workers: int = 1,
    scorers: tuple[Scorer, ...] = SCORERS,
    floats: str = "tolerance",
    progress: Callable[[], None] = lambda: None,
) -> list[Scored]:
    """Mark the answers of every task, in order."""
    yard = execute(YARDSTICK).cpu_ms / 1000

    def score(task: Task) -> Scored:
        scored = score_task(plugin, task, answers.get(task.id, []), execute, yard, scorers, floats)
        progress()
        return scored

    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(score, tasks))


def score_task(
    plugin: Plugin,
    task: Task,
    answers: list[str],
    execute: Execute,
    yard: float,
    scorers: tuple[Scorer, ...],
    floats: str,
) -> Scored:
    """Mark one task's answers; equal answers are executed once."""
    if not answers:
        return Scored(task, (), {scorer: {} for scorer in scorers})
    remembered = _remember(execute)
    limits = find_limits(plugin, task, remembered, yard)
    terms = Terms(remembered, limits, floats, SECOND * yard)
    distinct = list(dict.fromkeys(answers))
    marks: dict[Scorer, Marks] = {}
    for scorer in scorers:
        found = plugin.facts["score"](task, distinct, scorer=scorer, terms=terms)
        marks[scorer] = {group: _spread(distinct, row, answers) for group, row in found.items()}
    return Scored(task, tuple(answers), marks)


def _spread(distinct: list[str], marks: list[Mark], answers: list[str]) -> list[Mark]:
    by_answer = dict(zip(distinct, marks, strict=True))
    return [by_answer[answer] for answer in answers]


def _remember(execute: Execute) -> Execute:
    """Each program and call once, whatever its limits: those of the reference are the widest."""
    known: dict[tuple[str, str, str], Outcome] = {}

    def run(job: Job) -> Outcome:
        key = (job.code, job.setup, job.call)
        if key not in known:
            known[key] = execute(job)
        return known[key]

    return run


def find_limits(plugin: Plugin, task: Task, execute: Execute, yard: float) -> Limits:
    """Limits from what the task's own reference needs here."""
    spent = [0.0]

    def timed(job: Job) -> Outcome:
        outcome = execute(job)
        spent.append(outcome.cpu_ms / 1000)
        return outcome

    plugin.facts["score"](task, [task.gold], scorer="strict", terms=Terms(timed, PATIENT))
    cpu_s = FACTORS[0] * yard + FACTORS[1] * max(spent)
    return replace(DEFAULT, cpu_s=cpu_s, wall_s=10 * cpu_s)


def summarise(scored: list[Scored], scorer: Scorer, ks: tuple[int, ...]) -> dict[str, float]:
    """pass@k in percent, by group, for each k that the answers suffice for."""
    result: dict[str, float] = {}
    groups = dict.fromkeys(group for one in scored for group in one.marks[scorer])
    most = max((len(one.answers) for one in scored), default=0)
    for group in groups:
        counts = [_count(one.marks[scorer].get(group, [])) for one in scored]
        for k in ks:
            if k <= most:
                result[f"{group} pass@{k}".strip()] = mean_pass_at_k(counts, k)
    return result


def _count(marks: list[Mark]) -> tuple[int, int]:
    """How many answers count, and how many of them are right; a task without answers counts as wrong."""
    counted = [mark for mark in marks if mark.passed is not None]
    return (max(len(counted), 1), sum(bool(mark.passed) for mark in counted)) if counted else (0, 0)


def count_reasons(scored: list[Scored], scorer: Scorer) -> dict[str, int]:
    """Why answers were wrong, the commonest first."""
    counts: dict[str, int] = {}
    for one in scored:
        for row in one.marks[scorer].values():
            for mark in row:
                if not mark.passed:
                    counts[mark.reason] = counts.get(mark.reason, 0) + 1
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def describe_marks(one: Scored, place: int) -> dict[str, Any]:
    """The marks of one answer as a row: scorer (and group) to right, wrong or left out."""
    row: dict[str, Any] = {}
    for scorer, marks in one.marks.items():
        for group, many in marks.items():
            mark = many[place]
            row[f"{scorer} {group}".strip()] = {"passed": mark.passed, "reason": mark.reason}
    return row

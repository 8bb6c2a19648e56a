"""What a benchmark asks and how an answer was marked: the records between benchmark and score."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pyx.sandbox.pool import Job, Limits, Outcome

Kind = Literal["output", "input", "code"]
"""What is asked for: the value of a call, a call that gives a value, or a program."""

Scorer = Literal["published", "strict"]
"""The benchmark's own rule, quirks and all; or ours, by syntax and execution."""

SCORERS: tuple[Scorer, ...] = ("published", "strict")


@dataclass(frozen=True, slots=True)
class Task:
    """One question of a benchmark, with all that is needed to put it and to mark an answer."""

    id: str
    kind: Kind
    entry: str  # the function that is called
    gold: str  # a right answer: a literal, a call, a program
    code: str = ""  # output, input: the program; code: what an answer continues, "" when it stands alone
    call: str = ""  # output, input: the call of the dataset
    output: str = ""  # output, input: the value of that call, as the dataset writes it
    text: str = ""  # code: the problem in words
    tests: tuple[str, ...] = ()  # code: statements that must hold
    setup: str = ""  # code: statements before the tests
    extra: Mapping[str, Any] = field(default_factory=dict)  # what only this benchmark's scorer reads


@dataclass(frozen=True, slots=True)
class Mark:
    """Whether one answer is right; None when the published rule leaves it out of the count."""

    passed: bool | None
    reason: str = ""  # why not, short and countable


Marks = dict[str, list[Mark]]
"""Marks of a task's answers by group; the group is "" where a benchmark has only one."""

Execute = Callable[[Job], Outcome]

RIGHT = Mark(True)

DEFAULT = Limits(cpu_s=3.0, wall_s=30.0, memory_mb=2048, output_chars=1 << 20, value_chars=900_000)
"""What a benchmark program may use when its reference was not timed."""


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms programs are executed, and floats compared."""

    execute: Execute
    limits: Limits = DEFAULT
    floats: str = "tolerance"  # of EvalPlus's benchmarks: tolerance or exact
    second: float = 0.0  # processor time here for a second of a published limit; 0 drops those limits


Score = Callable[..., Marks]
"""`(task, answers, *, scorer, terms) -> Marks`."""


def mark_outcome(outcome: Outcome) -> Mark:
    """Right when the execution ended in order; else the reason is the exception or the status."""
    if outcome.status == "ok":
        return RIGHT
    return Mark(False, outcome.exception or outcome.status)

"""Running every case, twice, and keeping what came out the same."""

from __future__ import annotations

import ast
import platform
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from pyx import literals
from pyx.records import Case, Program, Reject, Sample
from pyx.registry import STAGES
from pyx.sandbox import probes
from pyx.sandbox.pool import Job, Limits, Outcome, open_box, require_level

SEEDS = (0, 1)
"""The hash seeds of two worlds that are compared."""


def find_labels(
    *, policy: bool = True, lists: dict[str, dict[str, Any]] | None = None, **_: Any
) -> dict[str, Any]:
    """What else the outcomes depend on: the policy, the level of the sandbox, and its self-test."""
    from pyx.sandbox import policy as rules

    level = open_box().level
    digest = rules.choose(lists).digest() if policy else ""
    return {"policy": digest, "level": level, "self-test": probes.describe(level)}


@STAGES.add("execute", version=1, needs=("cases",), gives=("outcomes",), depends=find_labels)
def execute(
    samples: Iterable[Sample],
    *,
    keep_errors: bool = True,
    policy: bool = True,
    lists: dict[str, dict[str, Any]] | None = None,
    cpu_seconds: float = 5.0,
    wall_seconds: float = 20.0,
    memory_mb: int = 512,
    output_chars: int = 65_536,
    value_chars: int = 4_096,
    allow_level: str = "kernel",
) -> Iterator[Sample | Reject]:
    """Call every case in fresh children of two worlds; keep it when the same came out.

    The worlds differ in hash seed, clock, time zone, environment, folder and addresses. A case is
    dropped when it did not end by itself, was refused, differs between the two, or returned what
    has no literal form. One that raised an exception is a case like any other, unless
    `keep_errors` is off. A program without a case left is dropped. `lists` adds to what the policy
    lets programs import, as for `admit`. What a teacher wrote is executed at `allow_level` or
    above, or not at all; the user's own seeds at any level.
    """
    limits = Limits(
        cpu_s=cpu_seconds, wall_s=wall_seconds, memory_mb=memory_mb,
        output_chars=output_chars, value_chars=value_chars,
    )  # fmt: skip
    for sample in samples:
        if any(case.grade == "teacher" for case in sample.cases) or "teacher" in sample.notes:
            require_level(open_box().level, allow_level)
        kept = []
        for case in sample.cases:
            job = _make_job(sample.given, case, limits, policy=policy and (lists or True))
            outcomes = _run_twice(job)
            reason, detail = find_reason(case, outcomes, keep_errors=keep_errors)
            if reason == DIFFERS:
                reason = find_cause(job, outcomes[0])
                detail += name_suspects(sample.given.code)
            if reason:
                yield Reject("case", case.id, "execute", reason, detail, sample.id, sample.origin)
            else:
                kept.append(fill(case, outcomes[0]))
        yield from _finish(sample, kept)


def _make_job(program: Program, case: Case, limits: Limits, *, policy: Any) -> Job:
    return Job(program.code, case.call, case.setup, program.entry, policy=policy, limits=limits)


def _run_twice(job: Job) -> list[Outcome]:
    first = open_box(SEEDS[0]).run(job)
    if first.status not in ("ok", "error"):
        return [first]
    return [first, open_box(SEEDS[1], shifted=True).run(job)]


def find_cause(job: Job, first: Outcome) -> str:
    """Why two worlds disagree, found by worlds that differ from the first in one thing."""
    if _find_difference(first, open_box(twin=1).run(job)):
        return "random-or-address"
    if _find_difference(first, open_box(shifted=True).run(job)):
        return "clock-or-environment"
    return "hash-seed"


def name_suspects(code: str) -> str:
    """The places of a program whose result may depend on more than its arguments, as words in brackets."""
    from pyx.sandbox import policy as rules

    suspects = rules.find_causes(ast.parse(code))
    return f" ({'; '.join(map(str, suspects[:3]))})" if suspects else ""


DIFFERS = "nondeterministic"

_ENDS = {
    "timeout": "timeout", "memory": "memory", "crash": "crash", "killed": "killed", "exit": "exit",
    "refused": "refused", "denied": "denied", "output_limit": "output-limit", "tampered": "tampered",
}  # fmt: skip
_SAME = ("status", "exception", "message", "value", "type", "stdout", "args", "changed")
"""What must not differ between two runs, the most telling first."""


def find_reason(case: Case, outcomes: list[Outcome], *, keep_errors: bool) -> tuple[str, str]:
    """Why a case with these outcomes is dropped, and a line about it; two empty texts when it stays."""
    first = outcomes[0]
    if first.status in _ENDS:
        return _ENDS[first.status], " ".join(first.message.split())[:200]
    where = (first.payload or {}).get("where", "call") if first.status == "error" else "call"
    if where != "call":
        return f"error-in-{where}", f"{first.exception}: {first.message}"[:200]
    differs = _find_difference(first, outcomes[1])
    if differs:
        return DIFFERS, differs
    return _judge_result(case, first, keep_errors=keep_errors)


def _find_difference(first: Outcome, other: Outcome) -> str:
    for name in _SAME:
        here, there = getattr(first, name), getattr(other, name)
        if here != there:
            return f"{name}: {here!r:.80} and {there!r:.80}"
    return ""


def _judge_result(case: Case, outcome: Outcome, *, keep_errors: bool) -> tuple[str, str]:
    if case.documented and not literals.same(case.documented, outcome.value):
        got = outcome.value or outcome.exception
        return "not-as-documented", f"{got:.80} where {case.documented:.80} is stated"
    if outcome.status == "error":
        return ("", "") if keep_errors else ("exception", outcome.exception)
    return ("", "") if literals.is_literal(outcome.value) else ("non-literal-output", outcome.type)


def fill(case: Case, outcome: Outcome) -> Case:
    """The case with what was observed."""
    seen = {name: getattr(outcome, name) for name in (*_SAME, "level")}
    return replace(case, **seen, python=".".join(platform.python_version_tuple()[:2]))


def _finish(sample: Sample, kept: list[Case]) -> Iterator[Sample | Reject]:
    if kept:
        yield replace(sample, cases=tuple(kept))
    else:
        yield Reject("program", sample.id, "execute", "no-case-left", "", sample.parent, sample.origin)


_PROGRAM = 'def f(x: int) -> int:\n    """>>> f(1)\n    {}\n    """\n    return x + 1\n'

EXAMPLES = [
    (_PROGRAM.format(2), ["f"]),
    (_PROGRAM.format(3), ["case: not-as-documented", "f"]),
]

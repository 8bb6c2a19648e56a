"""Recording every case, and keeping the traces that prove themselves."""

from __future__ import annotations

import functools
import platform
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from pyx.records import Case, Program, Reject, Sample, Trace, digest
from pyx.registry import STAGES
from pyx.sandbox import rulebook
from pyx.sandbox.pool import Job, Limits, Outcome, open_box
from pyx.stages.execute import SEEDS, find_labels
from pyx.trace import replay
from pyx.trace.events import VERSION

_SAME = ("status", "exception", "message", "value", "type", "stdout", "args", "changed")
"""What a traced run must have in common with the plain one."""


def find_dependencies(**options: Any) -> dict[str, Any]:
    """What else the traces depend on: what outcomes do, and the rules of other distributions."""
    return find_labels(**options) | {"rules": rulebook.read_rulebook().mark}


@STAGES.add("trace", version=2, needs=("outcomes",), gives=("traces",), depends=find_dependencies)
def trace(
    samples: Iterable[Sample],
    *,
    policy: bool = True,
    lists: dict[str, dict[str, Any]] | None = None,
    events: int = 2_000,
    items: int = 2_000,
    text: int = 4_000,
    repeats: int = 0,
    cpu_seconds: float = 20.0,
    wall_seconds: float = 60.0,
    memory_mb: int = 1024,
) -> Iterator[Sample | Reject]:
    """Record every case under two hash seeds and keep it when its trace is proven.

    Proven means: the traced run gave what the plain run gave; replaying the events arrives at the
    live state; both hash seeds gave the same events; the end of the entry call was seen. A trace
    of more than `events` events, or with a container of more than `items` items or a string of
    more than `text` characters, is too long and drops its case. With `repeats`, a loop of which a
    statement has run that often is not watched further: what it did is recorded as one skip. That
    needs Python 3.12; on 3.11 such a case is dropped.
    """
    limits = Limits(cpu_s=cpu_seconds, wall_s=wall_seconds, memory_mb=memory_mb)
    budgets = {"events": events, "items": items, "text": text, "repeats": repeats}
    for sample in samples:
        cases, traces = [], []
        for case in sample.cases:
            outcomes = _record_twice(sample.given, case, limits, budgets, policy=policy and (lists or True))
            reason, detail = find_reason(case, outcomes)
            if reason:
                yield Reject("case", case.id, "trace", reason, detail, sample.id, sample.origin)
                continue
            cases.append(case)
            traces.append(make_trace(sample.given, case, outcomes[0].payload))
        yield from _finish(sample, cases, traces)


def _record_twice(
    program: Program, case: Case, limits: Limits, budgets: dict[str, int], *, policy: Any
) -> list[Outcome]:
    """Under two hash seeds, each time with every object looked at after every statement."""
    job = Job(
        program.code, case.call, case.setup, program.entry,
        mode="record", policy=policy, limits=limits, budgets=budgets,
    )  # fmt: skip
    return [open_box(seed).run(job) for seed in SEEDS]


def find_reason(case: Case, outcomes: list[Outcome]) -> tuple[str, str]:
    """Why the trace of a case is not proven, and a line about it; two empty texts when it is."""
    for outcome in outcomes:
        payload = outcome.payload or {}
        if payload.get("truncated"):
            return _name_cut(payload["truncated"]), payload["truncated"]
        for name in _SAME:
            plain, traced = getattr(case, name), getattr(outcome, name)
            if plain != traced:
                return "trace-differs", f"{name}: {plain!r:.80} but traced {traced!r:.80}"
        if not payload.get("ended"):
            return "trace-unfinished", "the end of the entry call was not seen"
        problem = replay.check(payload["events"], payload["final"])
        if problem:
            return "replay-differs", problem
    if outcomes[0].payload["events"] != outcomes[1].payload["events"]:
        return "trace-nondeterministic", _find_difference(outcomes)
    return "", ""


def _name_cut(reason: str) -> str:
    """The reject's reason for a recording that stopped early."""
    if reason.startswith("the program"):
        return "not-recordable"
    return "recorder-failed" if reason.startswith("the recorder") else "trace-too-long"


def _find_difference(outcomes: list[Outcome]) -> str:
    streams = [outcome.payload["events"] for outcome in outcomes]
    for number, (here, there) in enumerate(zip(*streams, strict=False)):
        if here != there:
            return f"event {number}: {here!r:.80} and {there!r:.80}"
    return f"{len(streams[0])} and {len(streams[1])} events"


def make_trace(program: Program, case: Case, payload: dict[str, Any]) -> Trace:
    """The trace of a recording that came out of the sandbox."""
    return Trace(
        case=case.id,
        v=VERSION,
        py=".".join(platform.python_version_tuple()[:2]),
        source=digest(program.code),
        entry=program.entry,
        input=case.call,
        statements=tuple(tuple(row) for row in payload["statements"]),
        events=tuple(tuple(event) for event in payload["events"]),
        rules=_find_rules(),
        truncated=payload["truncated"],
    )


@functools.cache
def _find_rules() -> tuple[str, ...]:
    return rulebook.find_labels()


def _finish(sample: Sample, cases: list[Case], traces: list[Trace]) -> Iterator[Sample | Reject]:
    if cases:
        yield replace(sample, cases=tuple(cases), traces=tuple(traces))
    else:
        yield Reject("program", sample.id, "trace", "no-case-left", "", sample.parent, sample.origin)


_PROGRAM = (
    'def f(n: int) -> int:\n    """>>> f({})\n    {}\n    """\n    return sum(i * i for i in range(n))\n'
)

EXAMPLES = [
    (_PROGRAM.format(3, 5), ["f"]),
    (_PROGRAM.format(2000, 2664667000), ["case: trace-too-long", "f"]),
]

"""Step accuracy: how much of what a model says about an execution is true, claim by claim.

The verdict lays the claims along a recording of the same call. A sentence that cannot be laid
counts with all of its claims as false; what could not be read counts neither way.
"""

from __future__ import annotations

import platform
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pyx import records, verdict
from pyx.claims import reader
from pyx.sandbox.pool import Job, Limits
from pyx.trace import events
from pyx.trainers.render import LABEL
from pyx.trainers.tasks import Execute, Task
from pyx.verdict.alignment import align
from pyx.verdict.groups import group_claims
from pyx.verdict.timeline import build_timeline


@dataclass(frozen=True, slots=True)
class Steps:
    """The claims of one answer, checked."""

    claims: int
    true: int
    first_false: str  # why the first false sentence is false, "" when there is none
    read: float  # share of the sentences that could be read


def judge_steps(task: Task, text: str, *, execute: Execute, limits: Limits, shift: int = 0) -> Steps | None:
    """The claims of a text about the task's call, none where the call cannot be recorded.

    `shift` is what the text's line labels are off by.
    """
    trace = record_task(task, execute, limits)
    if trace is None:
        return None
    reading = reader.read(shift_labels(text, -shift), task.code, entry=task.entry)
    groups = group_claims(reading.claims)
    timeline = build_timeline(task.code, trace)
    alignment = align(timeline, groups)
    true = sum(len(groups[number].claims) for number in alignment.matched)
    reasons = list(verdict.explain_wrong(timeline, groups, alignment))
    claims = sum(len(group.claims) for group in groups)
    return Steps(claims, true, reasons[0] if reasons else "", reading.share)


def record_task(task: Task, execute: Execute, limits: Limits) -> records.Trace | None:
    """The trace of the task's call, recorded in the sandbox."""
    job = Job(task.code, call=task.call, mode="record", policy=False, limits=limits)
    payload = execute(job).payload
    if not payload or "events" not in payload:
        return None
    return records.Trace(
        case=task.id,
        v=events.VERSION,
        py=".".join(platform.python_version_tuple()[:2]),
        source=records.digest(task.code),
        entry=task.entry,
        input=task.call,
        statements=tuple(tuple(row) for row in payload["statements"]),
        events=tuple(tuple(event) for event in payload["events"]),
        truncated=payload["truncated"],
    )


def shift_labels(text: str, by: int) -> str:
    """The text with its line labels `[L5]` counted from elsewhere."""
    return LABEL.sub(lambda match: f"[L{int(match[1]) + by}]", text) if by else text


def summarise_steps(rows: Iterable[tuple[Steps, bool]]) -> dict[str, Any]:
    """Over answers and whether each was right: percentages that say how the right ones came about."""
    found = list(rows)
    claims = sum(steps.claims for steps, _ in found)
    right = [steps for steps, passed in found if passed]
    lucky = [steps for steps in right if steps.first_false]
    return {
        "answers": len(found),
        "claims": claims,
        "true claims": _share(sum(steps.true for steps, _ in found), claims),
        "answers without a false claim": _share(sum(not steps.first_false for steps, _ in found), len(found)),
        "right answers for wrong reasons": _share(len(lucky), len(right)),
        "sentences read": _share(sum(steps.read for steps, _ in found), len(found)),
    }


def _share(part: float, whole: int) -> float:
    return 100.0 * part / whole if whole else 0.0

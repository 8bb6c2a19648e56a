"""Monologues in a teacher's own words: believed when every claim that is read in them is true."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pyx.annotate.ask import Ask, Message
from pyx.annotate.listing import label_lines, number_lines
from pyx.annotate.narrate import narrate
from pyx.annotate.reply import Unread
from pyx.annotate.shots import Shot, load_shots, write_shots
from pyx.annotate.stream import Bench, work_ahead
from pyx.annotate.tutor import Refusal, Tutor, find_labels, find_tutor, teach, write_line
from pyx.claims import count_tokens, name_text
from pyx.claims.reader import read
from pyx.errors import RecipeError, nearest
from pyx.records import Case, Monologue, Reject, Sample, Trace, digest
from pyx.trace.steps import Step, steps
from pyx.verdict import judge as judge_claims

HINTS = ("none", "trace", "narrator")

LONGEST_HINT = 12_000
"""Characters: about what the longest monologue has."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How freely told monologues are asked for, and what is accepted."""

    tutor: Tutor
    hint: str = "none"
    shots: tuple[Shot, ...] = ()
    statements: float = 0.5
    branches: float = 0.0
    reading: float = 0.5


def make_manner(
    *,
    hint: str = "none",
    shots: int = 1,
    shots_from: str = "",
    statements: float = 0.5,
    branches: float = 0.0,
    reading: float = 0.5,
    **options: Any,
) -> Manner:
    """The manner that a step's options describe."""
    if hint not in HINTS:
        raise RecipeError(f"no hint {hint!r}", hint=nearest(hint, HINTS))
    tutor = find_tutor("forward", **options)
    return Manner(tutor, hint, load_shots("forward", shots, shots_from), statements, branches, reading)


def label_manner(manner: Manner) -> dict[str, Any]:
    """What a step's output depends on besides its options."""
    return find_labels(manner.tutor) | {"shots": [digest(write_shots(manner.shots))] if manner.shots else []}


Choose = Callable[[Sample], Sequence[Case]]


def tell_freely(
    samples: Iterable[Sample], manner: Manner, choose: Choose, *, budget: int
) -> Iterator[Sample | Reject]:
    """Ask for a monologue on each case that is chosen of a sample; every refused text is a reject."""

    async def work(bench: Bench, sample: Sample) -> list[Sample | Reject]:
        told = await asyncio.gather(*(_tell(bench, manner, sample, case, budget) for case in choose(sample)))
        made = [monologue for monologue, _ in told if monologue is not None]
        rejects = [reject for _, found in told for reject in found]
        return [*rejects, replace(sample, monologues=(*sample.monologues, *made))]

    yield from work_ahead(samples, work, teacher=manner.tutor.teacher)


async def _tell(
    bench: Bench, manner: Manner, sample: Sample, case: Case, budget: int
) -> tuple[Monologue | None, list[Reject]]:
    trace = next(trace for trace in sample.traces if trace.case == case.id)
    ask = Ask("forward", sample, case, write_messages(manner, sample, case, trace))

    async def judge(text: str) -> tuple[Monologue, float]:
        return judge_text(manner, sample, case, trace, text, budget=budget)

    lesson = await teach(bench.contact, manner.tutor, ask, judge)
    made = lesson.made and replace(lesson.made, tries=lesson.tries)
    return made, reject_texts(sample, case, "forward", lesson.refusals)


def write_messages(manner: Manner, sample: Sample, case: Case, trace: Trace) -> tuple[Message, ...]:
    """The first messages about a case."""
    code = sample.given.code
    return manner.tutor.prompt.write(
        numbered=number_lines(code),
        labelled=label_lines(code),
        call=case.call,
        hint=write_hint(manner.hint, sample, case, trace),
        examples=write_shots(manner.shots),
    )


def write_hint(hint: str, sample: Sample, case: Case, trace: Trace) -> str:
    """What the teacher is told of the execution: nothing where it would be longer than `LONGEST_HINT`."""
    told = ""
    if hint == "trace":
        told = f"\nThis was recorded when it ran:\n{list_steps(steps(trace))}\nresult: {case.answer}\n"
    if hint == "narrator":
        text = narrate(sample.given, trace, seed=f"{sample.id}{case.id}", answer=case.answer).text
        told = f"\nThis account is true in every detail. Tell it in your own words:\n{text}\n"
    return told if len(told) <= LONGEST_HINT else ""


_SHOWN = 60
"""Steps of a recorded execution that a hint shows, half of them from its end."""


def list_steps(taken: Sequence[Step]) -> str:
    """The steps of a trace, one a line, with what each changed."""
    lines = [_list_step(step) for step in taken]
    if len(lines) > _SHOWN:
        left_out = len(lines) - _SHOWN
        lines[_SHOWN // 2 : -_SHOWN // 2] = [f"({left_out} steps left out)"]
    return "\n".join(lines)


def _list_step(step: Step) -> str:
    changed = ", ".join(f"{name} = {step.after[name]}" for name in step.changed if name in step.after)
    words = {
        "call": f"call of {step.function}",
        "return": f"returns {step.value}",
        "yield": f"yields {step.value}",
    }
    said = words.get(step.kind, step.exception and f"raises {step.exception}")
    return f"line {step.line}: " + "; ".join(filter(None, (said, changed))) or "runs"


_MARKS = re.compile(r"\[/?MONOLOGUE\]\n?")


def judge_text(
    manner: Manner, sample: Sample, case: Case, trace: Trace, text: str, *, budget: int
) -> tuple[Monologue, float]:
    """The monologue that a text is, and how much it covers; `Unread` with the first thing wrong in it."""
    text = _MARKS.sub("", text).strip()
    if count_tokens(text) > budget:
        raise Unread("over-budget", f"{count_tokens(text)} tokens, {budget} are allowed")
    code = sample.given.code
    reading = read(text, code, entry=sample.given.entry)
    verdict = judge_claims(
        reading.claims,
        code,
        trace,
        answer=case.answer,
        read=reading.share,
        statements=manner.statements,
        branches=manner.branches,
        reading=manner.reading,
    )
    if not verdict.accepted:
        reason, _, detail = verdict.reasons[0].partition(": ")
        raise Unread(reason.replace(" ", "-"), detail)
    monologue = Monologue(
        name_text(case.id, "forward", text),
        case.id,
        "forward",
        text,
        reading.claims,
        manner.tutor.model,
        manner.tutor.prompt.hash,
        verdict=verdict,
    )
    return monologue, verdict.statements + verdict.branches + verdict.read


def reject_texts(sample: Sample, case: Case, stage: str, refusals: Iterable[Refusal]) -> list[Reject]:
    """A reject for every text about a case that was refused."""
    return [
        Reject(
            "monologue",
            digest(name_text(case.id, stage, refusal.text), str(number)),
            stage,
            refusal.reason,
            write_line(refusal.detail),
            sample.id,
            sample.origin,
        )
        for number, refusal in enumerate(refusals)
    ]

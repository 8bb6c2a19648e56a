"""Backward monologues: from a result back to an input that is executed and gives it."""

from __future__ import annotations

import asyncio
import functools
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from pyx import literals
from pyx.annotate.ask import Ask
from pyx.annotate.freely import reject_texts
from pyx.annotate.listing import label_lines
from pyx.annotate.reply import Unread, find_last_call
from pyx.annotate.shots import load_shots, write_shots
from pyx.annotate.stream import PATIENCE, Bench, work_ahead
from pyx.annotate.tutor import Tutor, find_labels, find_tutor, teach
from pyx.claims import count_tokens, name_text
from pyx.records import Case, Claim, Monologue, Reject, Sample, Verdict, digest
from pyx.registry import STAGES
from pyx.sandbox.pool import Job, Limits, Outcome
from pyx.source.docstring import hide_examples

_LIMITS = Limits(cpu_s=2.0, wall_s=10.0)
_DULL = ("None", "True", "False", "[]", "{}", "''", "()", "0", "set()")
"""Results that almost any input gives: there is nothing to go back from."""

_TAGGED = re.compile(r"\[ANSWER\](.*?)(?:\[/ANSWER\]|\Z)", re.DOTALL | re.IGNORECASE)
_MARKS = re.compile(r"\[/?MONOLOGUE\]\n?")
_CONSTRAINT = re.compile(r"^\W*constraint\W*\s+(.+)$", re.MULTILINE | re.IGNORECASE)


make_tutor = functools.partial(find_tutor, "backward")


@STAGES.add(
    "backward",
    version=2,
    needs=("outcomes",),
    check=make_tutor,
    patience=PATIENCE,
    depends=lambda **options: (
        find_labels(make_tutor(**options)) | {"shots": digest(write_examples(**options))}
    ),
)
def backward(
    samples: Iterable[Sample],
    *,
    teacher: str = "openai",
    model: str = "",
    parameters: dict[str, Any] | None = None,
    options: dict[str, Any] | None = None,
    style: str = "plain",
    shots: int = 1,
    shots_from: str = "",
    tries: int = 3,
    best_of: int = 1,
    most: int = 3,
    budget: int = 2000,
) -> Iterator[Sample | Reject]:
    """Ask how the result of a case comes about, back to an input; execute that input.

    The first `most` cases with a result worth it are asked about: one that can be written down, and is not
    of those that almost any input gives. A text is accepted when its input, which need not be that of the
    case, gives exactly the result; what is wrong goes back, `tries` times in all. Every refused text is a
    reject. Doctest examples are hidden from the teacher: they may hold the answer.
    """
    examples = write_examples(shots=shots, shots_from=shots_from)

    async def work(bench: Bench, sample: Sample) -> list[Sample | Reject]:
        cases = find_cases(sample)[:most]
        if not cases:
            return [sample]
        # Made when it is needed: a step with nothing to ask needs no teacher.
        tutor = make_tutor(
            teacher=teacher, model=model, parameters=parameters, options=options, style=style, tries=tries,
            best_of=best_of,
        )  # fmt: skip
        asked = (_go_back(bench, tutor, sample, case, examples, budget) for case in cases)
        told = await asyncio.gather(*asked)
        made = [monologue for monologue, _ in told if monologue is not None]
        rejects = [reject for _, found in told for reject in found]
        return [*rejects, replace(sample, monologues=(*sample.monologues, *made))]

    yield from work_ahead(samples, work, teacher=teacher)


def write_examples(*, shots: int = 1, shots_from: str = "", **_: Any) -> str:
    """The examples of the prompt, by the step's options."""
    return write_shots(load_shots("backward", shots, shots_from), backward=True)


def find_cases(sample: Sample) -> list[Case]:
    """The cases whose result is worth going back from, one for each different result."""
    found: dict[str, Case] = {}
    for case in sample.cases:
        if case.status == "ok" and literals.is_literal(case.value) and case.value not in _DULL:
            found.setdefault(case.value, case)
    return list(found.values())


async def _go_back(
    bench: Bench, tutor: Tutor, sample: Sample, case: Case, examples: str, budget: int
) -> tuple[Monologue | None, list[Reject]]:
    program = sample.given
    shown = hide_examples(program.code)  # they may hold the very input that is asked for
    messages = tutor.prompt.write(
        code=shown.rstrip(),
        labelled=label_lines(shown),
        entry=program.entry,
        output=case.value,
        examples=examples,
    )

    async def judge(text: str) -> tuple[Monologue, float]:
        text = _MARKS.sub("", text).strip()
        if count_tokens(text) > budget:
            raise Unread("over-budget", f"{count_tokens(text)} tokens, {budget} are allowed")
        call = find_input(text, program.entry)
        outcome = await bench.execute(Job(program.code, call, case.setup, program.entry, limits=_LIMITS))
        check_outcome(call, outcome, case)
        return make_monologue(tutor, case, text, call), float(-len(text))

    lesson = await teach(bench.contact, tutor, Ask("backward", sample, case, messages), judge)
    made = lesson.made and replace(lesson.made, tries=lesson.tries)
    return made, reject_texts(sample, case, "backward", lesson.refusals)


def find_input(text: str, entry: str) -> str:
    """The call that a text ends in; `Unread` when there is none, or its arguments are no literals."""
    tagged = _TAGGED.findall(text)
    call = find_last_call(tagged[-1] if tagged else text, entry)
    if not call:
        raise Unread("no-input", f"there is no call {entry}(...) with literals as arguments in the answer")
    return call


def check_outcome(call: str, outcome: Outcome, case: Case) -> None:
    """Raise `Unread` unless the call gave the result of the case, types and all."""
    if outcome.status == "error":
        raise Unread("input-raises", f"{call} raises {outcome.exception}: {outcome.message[:200]}")
    if outcome.status != "ok":
        raise Unread(f"input-{outcome.status}", f"{call}: {outcome.message[:200]}")
    if (outcome.value, outcome.type) != (case.value, case.type):
        raise Unread("wrong-output", f"{call} returns {outcome.value[:200]}, not {case.value[:200]}")


def make_monologue(tutor: Tutor, case: Case, text: str, call: str) -> Monologue:
    """The accepted monologue: what it demands of the input, then the input, executed.

    A constraint is kept as it was said (`kind` "constraint"); it is the input that was checked.
    """
    said = [match[1].strip() for match in _CONSTRAINT.finditer(text)]
    claims = [Claim("constraint", value=_find_expression(words), said=words) for words in said]
    claims.append(Claim("input", value=call, said=call))
    verdict = Verdict((), checked=1, statements=0.0, branches=0.0, read=1.0)
    name = name_text(case.id, "backward", text)
    return Monologue(
        name, case.id, "backward", text, tuple(claims), tutor.model, tutor.prompt.hash, verdict=verdict
    )


def _find_expression(words: str) -> str:
    """The expression of a constraint, where it gives one: the place of a predicate to execute."""
    match = re.search(r"`([^`]+)`", words)
    return match[1] if match else ""


_NOTHING = 'def f(n: int) -> None:\n    """Nothing.\n\n    >>> f(3)\n    """\n    print(n)\n'

EXAMPLES = [(_NOTHING, ["f"])]

"""Keep the cases that teach most, once it is known what came of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from pyx.records import Case, Reject, Sample
from pyx.registry import STAGES

_GRADES = ("doctest", "callsite", "teacher", "typed", "mutated", "heuristic")
_MADE = ("typed", "mutated", "heuristic")
_MISFITS = ("TypeError", "AttributeError", "NameError")


@STAGES.add("choose", version=1, needs=("outcomes",), gives=())
def choose(
    samples: Iterable[Sample], *, most: int = 6, raising: int = 1, alike: int = 3
) -> Iterator[Sample | Reject]:
    """Keep up to `most` cases of each program: real inputs first, then those with new answers.

    Of made inputs that the program cannot take none is kept, of cases that raise the same exception
    `raising`, of cases with the same answer `alike`. Every case left out is a reject.
    """
    for sample in samples:
        reasons = _judge(sample.cases, most, raising, alike)
        for case in sample.cases:
            if case.id in reasons:
                reason = reasons[case.id]
                yield Reject("case", case.id, "choose", reason, case.call[:200], sample.id, sample.origin)
        kept = tuple(case for case in sample.cases if case.id not in reasons)
        if kept:
            yield replace(sample, cases=kept)
        else:
            yield Reject("program", sample.id, "choose", "no-case-left", "", sample.id, sample.origin)


def _judge(cases: tuple[Case, ...], most: int, raising: int, alike: int) -> dict[str, str]:
    """Case id -> why it is left out."""
    reasons: dict[str, str] = {}
    seen: Counter[str] = Counter()
    kept = 0
    for case in _rank(cases):
        answer = f"{case.type} {case.answer} {case.stdout}"
        if case.grade in _MADE and case.exception in _MISFITS:
            reasons[case.id] = "input-does-not-fit"
        elif kept >= most:
            reasons[case.id] = "more-than-enough"
        elif seen[answer] >= (raising if case.exception else alike):
            reasons[case.id] = "same-exception-again" if case.exception else "same-answer-again"
        else:
            seen[answer] += 1
            kept += 1
    return reasons


def _rank(cases: tuple[Case, ...]) -> list[Case]:
    """Real inputs first; among made ones those whose answer is new before those that repeat one."""
    ranked = sorted(cases, key=lambda case: _GRADES.index(case.grade))
    seen: set[str] = set()
    first: list[Case] = []
    again: list[Case] = []
    for case in ranked:
        (again if case.answer in seen and case.grade in _MADE else first).append(case)
        seen.add(case.answer)
    return first + again


_TWO_CASES = "from typing import Literal\n\ndef f(x: Literal[2, 3]) -> int:\n    return x // {}\n"

EXAMPLES = [
    (_TWO_CASES.format(1), ["f"]),
    (_TWO_CASES.format(1), ["case: more-than-enough", "f"], {"most": 1}),
    (_TWO_CASES.format(4), ["case: same-answer-again", "f"], {"alike": 1}),
    (_TWO_CASES.format(0), ["case: same-exception-again", "f"], {"raising": 1}),
]

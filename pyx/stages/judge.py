"""Judging: every claim of every monologue is compared with the trace of its case."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from pyx.records import Monologue, Reject, Sample
from pyx.registry import STAGES
from pyx.verdict import judge as judge_claims


@STAGES.add("judge", version=1, needs=("monologues", "traces"), gives=("verdicts",))
def judge(
    samples: Iterable[Sample], *, statements: float = 0.5, branches: float = 0.0, reading: float = 0.0
) -> Iterator[Sample | Reject]:
    """Keep the monologues whose every claim is true, with their verdict.

    `statements` and `branches` are the least shares of the executed statements and of the ways
    that branches went that a text must speak of, `reading` the least share of its sentences that
    could be read. The case of a refused monologue stays.
    """
    least = {"statements": statements, "branches": branches, "reading": reading}
    for sample in samples:
        kept = []
        for monologue in sample.monologues:
            judged = judge_monologue(sample, monologue, least)
            if judged.verdict is not None and not judged.verdict.accepted:
                yield refuse(sample, judged)
            else:
                kept.append(judged)
        yield replace(sample, monologues=tuple(kept))


def judge_monologue(sample: Sample, monologue: Monologue, least: dict[str, float]) -> Monologue:
    """The monologue with its verdict; one in another direction than forward stays as it is."""
    if monologue.direction != "forward":
        return monologue
    trace = next(trace for trace in sample.traces if trace.case == monologue.case)
    case = next(case for case in sample.cases if case.id == monologue.case)
    read = monologue.verdict.read if monologue.verdict else 1.0
    verdict = judge_claims(monologue.claims, sample.given.code, trace, answer=case.answer, read=read, **least)
    return replace(monologue, verdict=verdict)


def refuse(sample: Sample, monologue: Monologue) -> Reject:
    """The reject of a monologue: its first reason."""
    assert monologue.verdict is not None
    reason, _, detail = monologue.verdict.reasons[0].partition(": ")
    return Reject(
        "monologue", monologue.id, "judge", reason.replace(" ", "-"), detail, sample.id, sample.origin
    )


_SQUARE = 'def f(n: int) -> int:\n    """Square n.\n\n    >>> f(3)\n    9\n    """\n    return n * n\n'

EXAMPLES = [(_SQUARE, ["f"])]

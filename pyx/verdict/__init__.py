"""Whether what a text claims agrees with what was recorded, and why not.

A verdict shares nothing with the narrator: it lays the claims along the replayed steps by a
derivation of its own. Each of its reasons begins with one of `REASONS`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pyx import literals
from pyx.records import Claim, Trace, Verdict
from pyx.trace.steps import Step
from pyx.verdict.alignment import NEAR, Alignment, Place, align
from pyx.verdict.checks import holds, is_answer
from pyx.verdict.groups import Group, group_claims
from pyx.verdict.reasons import explain_failure
from pyx.verdict.timeline import Timeline, build_timeline

REASONS = {
    "wrong value": "a name, an expression or an output had another value, types and all",
    "wrong line": "the line never ran, or it does not do what is said of it",
    "wrong branch": "a condition went the other way",
    "wrong count": "another number of iterations or calls",
    "wrong order": "it happened, but not at that point",
    "wrong answer": "the result is another one: `1` is not `True`, `'1'` is not `1`, `1` is not `1.0`",
    "wrong exception": "another exception came up, or none",
    "unsupported name": "the program has no such name",
    "too little covered": "too few of the executed statements, or of the ways branches went, are spoken of",
    "too little read": "too few of the sentences could be read",
    "no answer": "the text does not say what the call comes to",
    "not executed": "the call could not be recorded: refused by the policy, stopped, or not Python",
}
"""What a reason begins with, and what it means."""


def judge(
    claims: Sequence[Claim], code: str, trace: Trace, *, answer: str = "", read: float = 1.0,
    statements: float = 0.5, branches: float = 0.0, reading: float = 0.0,
) -> Verdict:  # fmt: skip
    """Judge the claims of a text about one execution.

    `answer` is the result to end in, by default what the trace's entry call came to; `read` is
    the share of the text that was read. `statements`, `branches` and `reading` are the least
    shares that are accepted.
    """
    timeline = build_timeline(code, trace)
    groups = group_claims(claims)
    alignment = align(timeline, groups)
    spoken, turned = measure_coverage(timeline, alignment, groups)
    reasons = [*explain_wrong(timeline, groups, alignment), *check_answers(claims, answer or timeline.answer)]
    if spoken < statements:
        reasons.append(f"too little covered: {spoken:.0%} of the statements, {statements:.0%} are wanted")
    elif turned < branches:
        reasons.append(f"too little covered: {turned:.0%} of the branches, {branches:.0%} are wanted")
    if read < reading:
        reasons.append(f"too little read: {read:.0%} of the sentences, {reading:.0%} are wanted")
    return Verdict(tuple(reasons), len(claims), round(spoken, 4), round(turned, 4), round(read, 4))


def explain_wrong(timeline: Timeline, groups: Sequence[Group], alignment: Alignment) -> Iterator[str]:
    """A reason for each group that could not be laid."""
    spoken = {moment.step.index for laid in alignment.matched.values() for _, moment in laid}
    for number, place in sorted(alignment.wrong.items()):
        yield explain_failure(timeline, groups[number], place, spoken)
    for number in alignment.late:
        yield f"wrong order: {groups[number].claims[0].said[:60]!r} came before what is told before it"


def check_answers(claims: Sequence[Claim], true: str) -> Iterator[str]:
    """What is wrong with the results that a text states; there must be one."""
    answers = [claim.value for claim in claims if claim.kind == "answer"]
    if not answers:
        yield "no answer: the text states no result"
    for answer in dict.fromkeys(answers):
        if not is_answer(answer, true):
            yield f"wrong answer: it is {clip(true)}, not {clip(answer)}"


def clip(text: str) -> str:
    """A value for a message, at most a line long."""
    return text if len(text) <= 60 else f"{text[:57]}..."


def measure_coverage(
    timeline: Timeline, alignment: Alignment, groups: Sequence[Group] = ()
) -> tuple[float, float]:
    """The shares of the executed statements, and of the ways branches went, that are spoken of."""
    spoken = {moment.step.index for laid in alignment.matched.values() for _, moment in laid}
    spoken.update(_find_mentioned(timeline, alignment, groups))
    steps = [timeline.taken[index] for index in spoken]
    ran = {
        step.statement for step in timeline.taken if step.kind == "line" and not _is_silent(timeline, step)
    }
    said = {step.statement for step in steps if step.statement in ran}
    ways = {(step.statement, step.taken) for step in timeline.taken if step.taken is not None}
    shown = {(step.statement, step.taken) for step in steps if step.taken is not None}
    return _share(len(said), len(ran)), _share(len(shown & ways), len(ways))


def _find_mentioned(timeline: Timeline, alignment: Alignment, groups: Sequence[Group]) -> Iterator[int]:
    """The steps that first gave a name a value that is only mentioned, or all those of a loop's names."""
    place = 0
    for number, group in enumerate(groups):
        laid = alignment.matched.get(number)
        place = max([place, *(moment.place for _, moment in laid or ())])
        for claim in group.claims if laid is not None else ():
            ahead = timeline.moments[place : place + NEAR]
            yield from [moment.step.index for moment in ahead if _gives(claim, moment.step)][:1]


def _gives(claim: Claim, step: Step) -> bool:
    """Whether a step gave a name the value, or the loop's name a value, that a claim speaks of."""
    if claim.kind == "spanned":
        return claim.name in step.changed
    given = (step.after.get(name, "") for name in step.changed)
    return claim.kind == "mentioned" and any(literals.same(value, claim.value) for value in given)


def _is_silent(timeline: Timeline, step: Step) -> bool:
    """Whether a statement does nothing that could be told: a docstring, `pass`, a declaration."""
    return timeline.rows[step.statement][3] in ("Pass", "Global", "Nonlocal") or timeline.is_text(
        step.statement
    )


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


__all__ = [
    "REASONS", "Alignment", "Group", "Place", "Timeline", "align", "build_timeline", "check_answers",
    "explain_wrong", "group_claims", "holds", "judge", "measure_coverage",
]  # fmt: skip

"""Why a claim does not hold: one line, whose words before the colon are the kind of reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pyx.records import Claim
from pyx.trace import expressions
from pyx.verdict.alignment import Place, lay
from pyx.verdict.checks import holds
from pyx.verdict.groups import Group
from pyx.verdict.surroundings import seen
from pyx.verdict.timeline import Moment, Timeline

NUMBERED = ("began", "within", "iterated", "deep")
COUNTS = ("began", "iterated", "alike", "within", "deep", "executed")
NAMING = ("became", "gained", "spanned", "held", "was", "shown", "ended", "named")


def explain_failure(timeline: Timeline, group: Group, place: Place, spoken: set[int]) -> str:
    """Why a group could not be laid from a place on."""
    for claim in group.claims:
        if claim.kind in NAMING and claim.name and not _is_known(timeline, claim, place):
            return f"unsupported name: the program has no {claim.name!r}"
    if group.line and group.line not in timeline.by_line:
        return f"wrong line: line {group.line} never runs"
    others = tuple(claim for claim in group.claims if claim.kind not in NUMBERED)
    counts = tuple(claim for claim in group.claims if claim.kind in (*NUMBERED, "ran"))
    counted = others != group.claims and lay(timeline, Group(counts), place) is None
    if counted and others and lay(timeline, Group(others), place) is not None:
        return f"wrong count: {group.claims[0].said[:80]!r}"
    turned = Group(tuple(map(_turn, group.claims)))
    if turned != group and lay(timeline, turned, place) is not None:
        return f"wrong branch: {group.claims[0].said[:80]!r}"
    if _was_earlier(timeline, group, place, spoken):
        return f"wrong order: {_name(group)} comes earlier than it is told"
    nearest = _nearest(timeline, group, place)
    if nearest is None:
        return f"wrong order: line {group.line} does not run again after what was told before"
    moment, fails = nearest
    reasons = [explain_claim(timeline, claim, moment) for claim in fails]
    # That the line is another one explains whatever else does not fit.
    return next((reason for reason in reasons if reason.startswith("wrong line")), reasons[0])


def _is_known(timeline: Timeline, claim: Claim, place: Place) -> bool:
    if claim.kind == "named":
        return lay(timeline, Group((claim,)), place) is not None
    return claim.name in timeline.names


def _turn(claim: Claim) -> Claim:
    """The claim that a branch went the other way; any other claim as it is."""
    return replace(claim, value=str(claim.value != "True")) if claim.kind == "took" else claim


def _name(group: Group) -> str:
    return f"line {group.line}" if group.line else f"{group.claims[0].said[:60]!r}"


def _was_earlier(timeline: Timeline, group: Group, place: Place, spoken: set[int]) -> bool:
    """Whether the group holds at a moment before its place that nothing else speaks of."""
    at = Place()
    while (laid := lay(timeline, group, at)) is not None:
        if not laid[0]:
            return False
        moment = laid[0][0][1]
        if moment.place >= place.moment:
            return False
        if moment.step.index not in spoken:
            return True
        at = Place(moment.place + 1)
    return False


def _nearest(timeline: Timeline, group: Group, place: Place) -> tuple[Moment, list[Claim]] | None:
    """The moment that satisfies most of a group, and the claims that fail there."""
    best: tuple[int, Moment, list[Claim]] | None = None
    for moment in _candidates(timeline, group, place):
        fails = [claim for claim in group.claims if not holds(timeline, claim, moment)]
        right = len(group.claims) - len(fails)
        if fails and (best is None or right > best[0]):
            best = right, moment, fails
    return None if best is None else best[1:]


def _candidates(timeline: Timeline, group: Group, place: Place) -> Iterator[Moment]:
    if not group.line:
        yield from timeline.moments[place.moment : place.moment + 200]
    for moment in timeline.by_line.get(group.line, ()):
        if moment.place >= place.moment:
            yield moment


def explain_claim(timeline: Timeline, claim: Claim, moment: Moment) -> str:
    """Why a claim fails at a moment."""
    step = moment.step
    where = f"line {step.line}"
    if claim.kind == "within" and not any(
        run.starts and run.starts[0] <= step.index < run.end for run in timeline.runs
    ):
        return f"wrong line: {where} runs in no loop"
    if claim.kind == "executed" and "never" in claim.said:
        return f"wrong line: {claim.said[:80]!r}"
    if claim.kind in COUNTS:
        return f"wrong count: {where}, {claim.said[:80]!r}"
    if claim.kind == "placed":
        return f"wrong value: {where}, {_clip(claim.value)} is not at index {claim.count} of anything there"
    if claim.kind == "edged":
        return f"wrong value: {where}, {_clip(claim.value)} is not {claim.name} in anything there"
    if claim.kind == "sized":
        return f"wrong value: {where}, nothing there holds {claim.count} items"
    if claim.kind == "invoked":
        return f"wrong value: {claim.name} is never called"
    if claim.kind == "stands":
        return f"wrong line: {claim.name} does not stand on line {claim.line}"
    if claim.kind == "does" and not claim.line:
        return f"wrong value: no statement does {claim.name!r}"
    if claim.kind == "does":
        return f"wrong line: line {claim.line} is no {claim.name}"
    if claim.kind == "took" and step.taken is None:
        return f"wrong branch: {claim.said[:80]!r}"
    if claim.kind == "took":
        return f"wrong branch: {where} went {_way(step.taken)}, not {_way(claim.value == 'True')}"
    if claim.kind == "raised":
        return f"wrong exception: {where}, {step.exception or 'none'}, not {claim.value}"
    if claim.kind == "called":
        return f"wrong line: {where} does not call {claim.name}"
    state = seen(timeline, step, after=claim.kind != "was")
    if claim.kind in ("became", "shown", "held") and not claim.line:
        return f"wrong value: {claim.name or 'it'} is not {_clip(claim.value)} from there on"
    if claim.kind == "became" and claim.name not in {*step.changed, *timeline.sets(step)}:
        return f"wrong line: {where} does not change {claim.name}"
    if claim.kind == "spanned":
        return f"wrong value: no loop gives {claim.name} the values {_clip(claim.value)}"
    if claim.kind == "tested":
        return f"wrong value: no condition compares {claim.name} there"
    if claim.kind == "gained":
        return f"wrong value: {where}, {claim.name or 'nothing'} does not gain {_clip(claim.value)}"
    if claim.kind == "computed":
        true = _evaluate(claim, timeline, moment)
        return f"wrong value: {where}, {claim.name} is {true}, not {_clip(claim.value)}"
    if claim.kind == "returned":
        return f"wrong value: {where}, {claim.name or 'it'} does not return {_clip(claim.value)}"
    if claim.kind == "mentioned":
        return f"wrong value: {where}, {_clip(claim.value)} stands nowhere there"
    true = state.get(claim.name, "not bound")
    return f"wrong value: {where}, {claim.name or 'it'} is {_clip(true)}, not {_clip(claim.value)}"


def _way(taken: bool | None) -> str:
    return "into its body" if taken else "past its body"


def _evaluate(claim: Claim, timeline: Timeline, moment: Moment) -> str:
    try:
        return _clip(expressions.evaluate(claim.name, seen(timeline, moment.step, after=False)))
    except expressions.Unknown:
        return "not known"


def _clip(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."

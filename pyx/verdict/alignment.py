"""Claims laid along the execution: each at the earliest moment that it can speak of.

Claims are grouped by the sentence that makes them. A group with a `ran` claim is anchored: one
moment on that line must satisfy all of it. Groups follow each other in time, never backwards, and
one statement's change is not claimed by two sentences. Because each group takes the earliest
moment that will do, a way to lay all of them exists exactly when this finds one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pyx import literals
from pyx.records import Claim
from pyx.verdict.checks import holds
from pyx.verdict.timeline import LOOPS, Moment, Timeline

ONCE = ("became", "began")
"""Kinds that one execution of a statement can satisfy only once."""

BACK = 12
"""How many sentences before the one that fails are suspected of being the wrong one."""

NEAR = 40
"""Moments ahead within which a value that is only mentioned must stand."""

FAR = 3000
"""Moments ahead within which a claim without a line must hold."""

PROBLEMS = 5
"""Wrong sentences that are named before an alignment is given up."""


@dataclass(frozen=True, slots=True)
class Group:
    """The claims of one sentence."""

    claims: tuple[Claim, ...]

    @property
    def line(self) -> int:
        """The line it is anchored to, 0 for none."""
        return next((claim.line for claim in self.claims if claim.kind == "ran"), 0)

    @property
    def once(self) -> frozenset[tuple[str, str]]:
        made = {
            (claim.kind, claim.name)
            for claim in self.claims
            if claim.kind in ONCE and (claim.line or claim.kind != "began")
        }
        tests = {("took", "") for claim in self.claims if claim.kind == "took"}
        return frozenset(made | tests)


@dataclass(frozen=True, slots=True)
class Place:
    """How far an alignment has come: the moment, and what is used up there."""

    moment: int = 0
    step: int = -1
    used: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True)
class Alignment:
    """Where the groups came to lie, and those that could not be laid anywhere."""

    matched: dict[int, tuple[Moment, ...]] = field(default_factory=dict)  # by group
    wrong: dict[int, Place] = field(default_factory=dict)  # by group: from where it was looked for
    late: tuple[int, ...] = ()  # groups that hold, but tell news that is older than what was just told


def group_claims(claims: Sequence[Claim]) -> list[Group]:
    """Claims by sentence: a new one begins with each `ran`, and when the words are others."""
    groups: list[list[Claim]] = []
    for claim in claims:
        if claim.kind == "answer":
            continue
        if groups and claim.kind != "ran" and claim.said == groups[-1][-1].said:
            groups[-1].append(claim)
        else:
            groups.append([claim])
    return [Group(tuple(group)) for group in groups]


def align(timeline: Timeline, groups: Sequence[Group]) -> Alignment:
    """Lay groups along the execution; the ones to blame are left out, so that the rest can be laid."""
    wrong: dict[int, Place] = {}
    while True:
        found = _run(timeline, groups, wrong)
        failed = len(found.places) - 1
        if failed == len(groups) or len(wrong) >= PROBLEMS:
            return Alignment(found.matched, wrong, tuple(find_late(timeline, groups, found.matched)))
        guilty = _blame(timeline, groups, wrong, found.places, failed)
        wrong[guilty] = found.places[guilty]


def find_late(
    timeline: Timeline, groups: Sequence[Group], matched: dict[int, tuple[Moment, ...]]
) -> Iterator[int]:
    """Sentences that say nothing but a new value of a name, one that it had before what was just told."""
    told: set[tuple[str, int]] = set()
    before: tuple[int, int, str] | None = None  # frame, place and kind of the latest news before
    for number, group in enumerate(groups):
        news = list(_find_news(timeline, group, matched.get(number, ())))
        fresh = [
            item for item in news if (item[0].name, item[1].place) not in told and item[1].step.kind == "line"
        ]
        if fresh and before and len(fresh) == len(group.claims) and _is_older(timeline, fresh, before):
            end = next(
                (matched[later][0].place for later in range(number + 1, len(groups)) if matched.get(later)),
                None,
            )
            if not any(_comes_again(timeline, claim, before[1], end) for claim, _ in fresh):
                yield number
        told.update((claim.name, moment.place) for claim, moment in news)
        latest = max((moment for _, moment in news), key=lambda moment: moment.place, default=None)
        before = None if latest is None else (latest.step.frame, latest.place, group.claims[0].kind)


def _is_older(timeline: Timeline, fresh: list[tuple[Claim, Moment]], before: tuple[int, int, str]) -> bool:
    """Whether news came about before what was told last; of a branch, why it went so may follow it."""
    for claim, moment in fresh:
        begins = timeline.rows[moment.step.statement][3] == "For"
        if claim.kind not in STATES or moment.step.frame != before[0] or moment.place >= before[1]:
            return False
        if before[2] in ("took", "tested", "computed") and not begins:
            return False
    return True


def _comes_again(timeline: Timeline, claim: Claim, start: int, end: int | None) -> bool:
    """Whether a name was given the same value once more between two places."""
    return any(
        claim.name in {*moment.step.changed, *timeline.sets(moment.step)}
        and literals.same(moment.step.after.get(claim.name, ""), claim.value)
        for moment in timeline.moments[start : None if end is None else end + 1]
    )


STATES = ("shown", "held")
"""Kinds that say what a name is, not that it just became so."""


def _find_news(timeline: Timeline, group: Group, moments: Sequence[Moment]) -> Iterator[tuple[Claim, Moment]]:
    """When what a sentence tells came about; nothing for what says nothing of time."""
    if len(moments) != len(group.claims):
        return
    for claim, moment in zip(group.claims, moments, strict=True):
        if claim.kind in ("became", "returned", "took", "tested", "gained", "began"):
            yield claim, moment
        elif claim.kind in STATES:
            for earlier in reversed(timeline.moments[: moment.place + 1]):
                step = earlier.step
                if step.frame == moment.step.frame and claim.name in step.changed:
                    yield claim, earlier
                    break


@dataclass(frozen=True, slots=True)
class _Run:
    matched: dict[int, tuple[Moment, ...]]
    places: list[Place]  # before each group that was tried, and after the last


def _run(
    timeline: Timeline, groups: Sequence[Group], left_out: dict[int, Place] | set[int],
    start: int = 0, place: Place | None = None,
) -> _Run:  # fmt: skip
    """Lay groups from `start` on, until one fails."""
    place = place or Place()
    found = _Run({}, [place])
    for number in range(start, len(groups)):
        if number not in left_out:
            laid = lay(timeline, groups[number], place)
            if laid is None:
                return found
            moments, place = laid
            found.matched[number] = moments
        found.places.append(place)
    return found


def _blame(
    timeline: Timeline, groups: Sequence[Group], wrong: dict[int, Place], places: list[Place], failed: int
) -> int:
    """The group without which the alignment gets furthest; the one that failed, where that is as good."""
    best, guilty = -1, failed
    for suspect in range(failed, max(-1, failed - BACK), -1):
        if suspect in wrong:
            continue
        rest = _run(timeline, groups, {*wrong, suspect}, suspect, places[suspect])
        reached = suspect + len(rest.places) - 1
        if reached > best:
            best, guilty = reached, suspect
    return guilty


def lay(timeline: Timeline, group: Group, place: Place) -> tuple[tuple[Moment, ...], Place] | None:
    """The earliest moments that satisfy a group, and the place after it."""
    if not group.line:
        return _lay_loose(timeline, group.claims, place)
    for moment in timeline.by_line.get(group.line, ()):
        if moment.place < place.moment or not is_free(group, moment, place):
            continue
        fixed = [claim for claim in group.claims if claim.line]
        if not all(holds(timeline, claim, moment) for claim in fixed):
            continue
        here = Place(moment.place, moment.step.index, _use(group, moment, place))
        loose = tuple(
            claim for claim in group.claims if not claim.line and not holds(timeline, claim, moment)
        )
        if not loose:
            return (moment,), here
        laid = _lay_loose(timeline, loose, here)
        if laid is not None:
            return (moment, *laid[0]), laid[1]
    return None


def is_free(group: Group, moment: Moment, place: Place) -> bool:
    """Whether nothing that the group claims of this step has been claimed before."""
    return moment.step.index != place.step or not (group.once & place.used)


def _use(group: Group, moment: Moment, place: Place) -> frozenset[tuple[str, str]]:
    return group.once | place.used if moment.step.index == place.step else group.once


def _lay_loose(
    timeline: Timeline, claims: Sequence[Claim], place: Place
) -> tuple[tuple[Moment, ...], Place] | None:
    """Lay claims without a line one after the other."""
    found: list[Moment] = []
    first = place
    frame: Claim | None = None  # the iteration that the sentence speaks of
    turns: dict[str, Claim] = {}  # the same, told by the names that loops bind
    for claim in claims:
        frame = claim if claim.kind == "within" else frame
        if claim.kind in ("mentioned", "named", "invoked", "spanned"):
            if not _is_about(timeline, claim, place):
                return None
            continue
        single = Group((claim,))
        for moment in find_ahead(timeline, claim, place):
            if frame is not None and not holds(timeline, frame, moment):
                continue
            if claim.name not in turns and not all(holds(timeline, turn, moment) for turn in turns.values()):
                continue
            if claim.kind == "took" and not _may_take(timeline, claim, moment, place, first):
                continue
            free = claim.kind == "took" or is_free(single, moment, place)
            if free and holds(timeline, claim, moment):
                place = Place(moment.place, moment.step.index, _use(single, moment, place))
                found.append(moment)
                if claim.kind in STATES and claim.name in timeline.targets:
                    turns[claim.name] = claim
                break
            if claim.kind == "took":
                return None  # the next condition went the other way
        else:
            return None
    return tuple(found), place


def find_ahead(timeline: Timeline, claim: Claim, place: Place) -> Iterator[Moment]:
    """The moments from a place on that a claim can speak of."""
    if claim.line:
        yield from (moment for moment in timeline.by_line.get(claim.line, ()) if moment.place >= place.moment)
    else:
        yield from timeline.moments[place.moment : place.moment + FAR]


def _is_about(timeline: Timeline, claim: Claim, place: Place) -> bool:
    """Whether a value or a name stands near a place; where exactly says nothing about time."""
    near = timeline.moments[max(0, place.moment - 4) : place.moment + NEAR]
    return any(holds(timeline, claim, moment) for moment in near)


def _may_take(timeline: Timeline, claim: Claim, moment: Moment, place: Place, first: Place) -> bool:
    """Whether a moment is a condition that a sentence can speak of, and none that was told before."""
    step = moment.step
    if step.taken is None or claim.line not in (0, step.line):
        return False
    if step.index == first.step and ("took", "") in first.used and place.moment == first.moment:
        return False
    kind = timeline.rows[step.statement][3]
    return holds(timeline, claim, moment) or not (
        (claim.name in ("", "condition") and not claim.line and kind == "For")
        or (claim.name in ("if", "loop") and (claim.name == "loop") != (kind in LOOPS))
    )

"""Claims laid along the execution: each at the earliest moment that it can speak of.

Claims are grouped by the sentence that makes them. A group with a `ran` claim is anchored: one
moment on that line must satisfy all of it. Groups follow each other in time, never backwards, and
one statement's change is not claimed by two sentences. Because each group takes the earliest
moment that will do, a way to lay all of them exists exactly when this finds one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from pyx.records import Claim
from pyx.verdict.checks import holds
from pyx.verdict.groups import Group, Laid, is_timeless
from pyx.verdict.news import find_late
from pyx.verdict.timeline import LOOPS, Moment, Timeline

BACK = 12
"""How many sentences before the one that fails are suspected of being the wrong one."""

NEAR = 40
"""Moments ahead within which a value that is only mentioned must stand."""

FAR = 3000
"""Moments ahead within which a claim without a line must hold."""

PROBLEMS = 5
"""Wrong sentences that are named before an alignment is given up."""


@dataclass(frozen=True, slots=True)
class Place:
    """How far an alignment has come: the moment, and what is used up there."""

    moment: int = 0
    step: int = -1
    used: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True)
class Alignment:
    """Where the groups came to lie, and those that could not be laid anywhere."""

    matched: dict[int, Laid] = field(default_factory=dict)  # by group
    wrong: dict[int, Place] = field(default_factory=dict)  # by group: from where it was looked for
    late: tuple[int, ...] = ()  # groups that hold, but tell news that is older than what was just told


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


@dataclass(frozen=True, slots=True)
class _Run:
    matched: dict[int, Laid]
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
            found.matched[number], place = laid
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


def lay(timeline: Timeline, group: Group, place: Place) -> tuple[Laid, Place] | None:
    """The earliest moments that satisfy a group's claims, and the place after it."""
    if not group.line:
        return _lay_loose(timeline, group.claims, place)
    for moment in timeline.by_line.get(group.line, ()):
        if moment.place < place.moment or not is_free(group, moment, place):
            continue
        fixed = [claim for claim in group.claims if claim.line]
        visit = find_visit(timeline, moment)
        if not all(any(holds(timeline, claim, spot) for spot in visit) for claim in fixed):
            continue
        here = Place(moment.place, moment.step.index, _use(group, moment, place))
        loose = [claim for claim in group.claims if not claim.line and not holds(timeline, claim, moment)]
        fixed = [claim for claim in group.claims if claim not in loose]
        laid = _lay_loose(timeline, loose, here)
        if laid is not None:
            return (*((claim, moment) for claim in fixed), *laid[0]), laid[1]
    return None


def find_visit(timeline: Timeline, moment: Moment) -> list[Moment]:
    """A moment, and those of the statements that follow it on the same line: "if x: y = 1"."""
    found = [moment]
    for other in timeline.moments[moment.place + 1 : moment.place + 4]:
        same = other.step.line == moment.step.line and other.step.frame == moment.step.frame
        if not same or other.step.statement in {spot.step.statement for spot in found}:
            break
        found.append(other)
    return found


def is_free(group: Group, moment: Moment, place: Place) -> bool:
    """Whether nothing that the group claims of this step has been claimed before."""
    return moment.step.index != place.step or not (group.once & place.used)


def _use(group: Group, moment: Moment, place: Place) -> frozenset[tuple[str, str]]:
    return group.once | place.used if moment.step.index == place.step else group.once


def _lay_loose(timeline: Timeline, claims: Sequence[Claim], place: Place) -> tuple[Laid, Place] | None:
    """Lay claims without a line one after the other."""
    found: list[tuple[Claim, Moment]] = []
    first = place
    frame: Claim | None = None  # the iteration that the sentence speaks of
    turns: dict[str, Claim] = {}  # the same, told by the names that loops bind
    for claim in claims:
        if claim.kind in ("within", "began"):
            frame = replace(claim, kind="within")
        if is_timeless(claim):
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
                found.append((claim, moment))
                if claim.kind == "item" or (
                    claim.kind in ("shown", "held") and claim.name in timeline.targets
                ):
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

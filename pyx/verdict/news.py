"""What sentences tell that is new, and when it came about: a state must not be told after what followed it.

Claims of events cannot stand in a wrong order, for they are laid forwards. A state holds for a
while, and so could be told at any moment of that while. It is late when it came about before the
event that was told last, was not told then, and does not come about again before the next one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pyx import literals
from pyx.records import Claim
from pyx.verdict.groups import TIMELESS, Group, Laid
from pyx.verdict.timeline import Moment, Timeline

STATES = ("shown", "held", "was")
"""Kinds that say what a name is, not that it just became so."""

EVENTS = ("became", "returned", "took", "tested", "gained", "began")
"""Kinds that say what happened."""

ABOUT = ("ran", "within", *TIMELESS)
"""Kinds that say of what a sentence speaks."""


LASTING = re.compile(
    r"\b(?:remains?|remained|stays?|stayed|still|keeps?|kept|unchanged|already|had been|since|because)\b",
    re.IGNORECASE,
)
"""Words that speak of a state as one that has lasted, or as a reason."""


RESULTS = ("answer", "output", "result")
"""Names by which a last line may state what was returned, though the program has a variable called so."""


@dataclass(frozen=True, slots=True)
class _Told:
    """The latest thing that a sentence told."""

    frame: int
    place: int
    kind: str
    over: bool  # whether it was a result, after which texts look back


def find_late(timeline: Timeline, groups: Sequence[Group], matched: Mapping[int, Laid]) -> Iterator[int]:
    """The sentences that tell nothing but states, and tell them late."""
    told: set[tuple[str, int]] = set()
    before: _Told | None = None
    for number, group in enumerate(groups):
        laid = matched.get(number, ())
        news = [(claim, came) for claim, moment in laid for came in _find_coming(timeline, claim, moment)]
        states = [(claim, came) for claim, came in news if _is_fresh(claim, came, told)]
        telling = [claim for claim, _ in laid if claim.kind not in ABOUT]
        result = number == len(groups) - 1 and all(claim.name in RESULTS for claim, _ in states)
        looks_back = before is not None and before.over and (len(telling) < len(laid) or result)
        if before and states and len(states) == len(telling) and not looks_back:
            end = next(
                (matched[later][0][1].place for later in matched if later > number and matched[later]), None
            )
            if _is_older(timeline, states, before) and not any(
                _comes_again(timeline, claim, before.place, end) for claim, _ in states
            ):
                yield number
        told.update((claim.name, came.place) for claim, came in news)
        latest = max((came for _, came in news), key=lambda came: came.place, default=None)
        over = any(claim.kind == "returned" for claim, _ in laid)
        before = _Told(latest.step.frame, latest.place, group.claims[0].kind, over) if latest else None


def _find_coming(timeline: Timeline, claim: Claim, moment: Moment) -> Iterator[Moment]:
    """When what a claim tells came about; nothing for what says nothing of time."""
    if claim.kind in EVENTS:
        yield moment
    elif claim.kind in STATES:
        for earlier in reversed(timeline.moments[: moment.place + 1]):
            step = earlier.step
            gives = claim.name in step.changed and literals.same(step.after.get(claim.name, ""), claim.value)
            if gives and step.frame == moment.step.frame:
                yield earlier
                return


def _is_fresh(claim: Claim, came: Moment, told: set[tuple[str, int]]) -> bool:
    new = claim.kind in STATES and came.step.kind == "line" and (claim.name, came.place) not in told
    return new and not LASTING.search(claim.said)


def _is_older(timeline: Timeline, states: Sequence[tuple[Claim, Moment]], before: _Told) -> bool:
    """Whether states came about before what was told last; why a branch went so may follow it."""
    for _, came in states:
        begins = timeline.rows[came.step.statement][3] == "For"
        if came.step.frame != before.frame or came.place >= before.place:
            return False
        if before.kind in ("took", "tested", "computed") and not begins:
            return False
    return True


def _comes_again(timeline: Timeline, claim: Claim, start: int, end: int | None) -> bool:
    """Whether a name was given the same value once more between two places."""
    return any(
        claim.name in {*moment.step.changed, *timeline.sets(moment.step)}
        and literals.same(moment.step.after.get(claim.name, ""), claim.value)
        for moment in timeline.moments[start : None if end is None else end + 1]
    )

"""Claims by the sentence that makes them, and where a sentence comes to lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pyx.records import Claim
from pyx.verdict.timeline import Moment

Laid = tuple[tuple[Claim, Moment], ...]
"""The claims of a group that speak of a time, each with its moment."""

ONCE = ("became", "began")
"""Kinds that one execution of a statement can satisfy only once."""

TIMELESS = ("mentioned", "named", "invoked", "spanned", "does")
"""Kinds that say what is so, not when."""


def is_timeless(claim: Claim) -> bool:
    """Whether a claim says what is so of the whole execution, or near a point of it."""
    return claim.kind in TIMELESS or (claim.kind == "executed" and not claim.value)


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

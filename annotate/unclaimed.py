"""What a sentence says beyond its claims: facts that a stranger reads in it and nobody vouches for.

A rule claims what it says. Whether it claims all of it is found by reading its sentence as one
reads a stranger's (`pyx.claims.reader`): each fact must be among the claims, or follow from them
and the text of the program.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from typing import TypeVar

from pyx import literals
from pyx.claims.reader import read
from pyx.claims.tokens import normalize
from pyx.records import Claim
from pyx.trace import expressions

STATIC = frozenset(("ran", "stands", "does", "named", "answer"))
"""What the program's text, or the line label, already says."""

STATES = frozenset(("became", "held", "was", "shown", "ended", "computed", "mentioned"))
COUNTS = frozenset(("began", "within", "iterated", "alike", "ended", "deep", "called"))

N = TypeVar("N", bound=ast.expr)


def find_unclaimed(text: str, claims: Sequence[Claim], code: str, *, line: int) -> Iterator[str]:
    """The facts that are read in a sentence and not claimed, in words."""
    for fact in read(f"[L{line}] {text}" if line else text, code).claims:
        if fact.kind in STATIC or any(_says(claim, fact) for claim in claims):
            continue
        if not _follows(fact, claims, code, line):
            yield describe(fact)


def _says(claim: Claim, fact: Claim) -> bool:
    """Whether a claim says a fact, which may be read in other terms."""
    if fact.kind in COUNTS:
        same = claim.kind in COUNTS and claim.count == fact.count
        return same and (fact.kind != "ended" or (claim.name == fact.name and _agree(claim, fact)))
    if fact.kind == "took":
        return claim.kind in ("took", "began", "iterated") or claim.value == fact.value
    if fact.kind == "tested":
        return claim.kind == "took" or claim.value in ("True", "False")
    if fact.kind == "mentioned":
        size = _comes_to("len(x)", {"x": claim.value}, fact.value)  # "a list of 40 items"
        return size or fact.value in claim.value or fact.value in (claim.name, str(claim.count))
    if fact.kind in STATES:
        (name, value), (wanted, other) = _spell(claim), _spell(fact)
        return claim.kind in STATES and name == wanted and literals.same(value, other)
    if fact.kind in ("returned", "invoked") and claim.kind == "computed":
        return claim.name == fact.name or (claim.name.startswith(f"{fact.name}(") and _agree(claim, fact))
    same = not fact.name or not claim.name or claim.name.rpartition(".")[2] == fact.name.rpartition(".")[2]
    return claim.kind == fact.kind and same and _agree(claim, fact)


def _agree(claim: Claim, fact: Claim) -> bool:
    return literals.same(claim.value, fact.value)


def _spell(claim: Claim) -> tuple[str, str]:
    """One spelling of what says the same: that `x not in xs` is true, and that `x in xs` is false."""
    name = normalize(_strip(claim.name).replace("(", "").replace(")", ""))
    if " not in " in name and claim.value in ("True", "False"):
        return name.replace(" not in ", " in "), str(claim.value == "False")
    return name, claim.value


def _strip(name: str) -> str:
    """An expression without the `bool(...)` by which a reader asks whether it counts as true."""
    return name[5:-1] if name.startswith("bool(") else name


def _follows(fact: Claim, claims: Sequence[Claim], code: str, line: int) -> bool:
    """Whether a fact needs no claim of its own: the program's text says it, or what it comes to."""
    if fact.kind == "gained":
        told = [claim for claim in claims if claim.kind in STATES and claim.name == fact.name]
        stands = any(_comes_to(node, {}, fact.value) for node in _find(ast.expr, code, line))
        return bool(told) and (stands or any(fact.value in claim.value for claim in told))
    if fact.kind == "mentioned":
        return any(_comes_to(node, {}, fact.value) for node in _find(ast.expr, code, line))
    if fact.kind != "computed":
        return False
    state = {claim.name: claim.value for claim in claims if claim.kind in STATES}
    if _comes_to(fact.name, state, fact.value):
        return True
    wanted = normalize(_strip(fact.name))
    places = {normalize(ast.unparse(node)) for node in _find(ast.expr, code, line)}
    if wanted in places and any(_agree(claim, fact) for claim in claims):
        return True
    inside = re.fullmatch(r"len\((.*)\)", wanted)  # "a list of 40 items"
    return bool(inside and inside[1] in places) and any(
        _comes_to("len(x)", {"x": claim.value}, fact.value) for claim in claims
    )


def _comes_to(node: ast.expr | str, state: dict[str, str], value: str) -> bool:
    """Whether an expression has a value in a state, as far as that can be known."""
    try:
        return literals.same(expressions.evaluate(node, state), value)
    except expressions.Unknown:
        return False


def _find(kind: type[N], code: str, line: int) -> Iterator[N]:
    """The expressions of a kind on a line of a program."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, kind) and node.lineno <= line <= (node.end_lineno or node.lineno):
            yield node


def describe(fact: Claim) -> str:
    """What a sentence does by stating a fact, for the writer of a rule."""
    if fact.kind in STATES:
        return (
            f"says that `{fact.name}` is `{fact.value}`" if fact.name else f"names the value `{fact.value}`"
        )
    if fact.kind in COUNTS:
        return f"speaks of iteration or count {fact.count}"
    if fact.kind == "took":
        return f"says that the body is {'entered' if fact.value == 'True' else 'not entered'}"
    if fact.kind == "returned":
        return f"says that {fact.name or 'something'} returns `{fact.value}`"
    return f"says that {fact.name or 'something'} {fact.kind} `{fact.value}`"

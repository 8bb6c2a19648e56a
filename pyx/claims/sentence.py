"""One sentence on its way to claims: what all that read it need."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pyx.claims import relations
from pyx.claims.layout import Layout
from pyx.claims.links import Link
from pyx.claims.tokens import Token, compute, is_test, normalize
from pyx.claims.units import Unit
from pyx.claims.vocabulary import Vocabulary
from pyx.records import Claim

_COUNTED = frozenset((
    "element", "elements", "item", "items", "character", "characters", "number", "numbers", "key", "keys",
    "value", "values", "digit", "digits", "letter", "letters", "word", "words", "entry", "entries",
    "index", "position", "occurrences", "appearances",
))  # fmt: skip
_ENDS = ("end", "front", "start", "beginning", "back", "top")


@dataclass(frozen=True, slots=True)
class Found:
    """A claim and where in its sentence it is made, by token."""

    place: int
    claim: Claim
    aside: bool = False


@dataclass(frozen=True)
class Sentence:
    """A unit of text, and what is known of the program that it speaks of."""

    unit: Unit
    words: Vocabulary
    layout: Layout

    @property
    def tokens(self) -> tuple[Token, ...]:
        return self.unit.tokens

    def measure(self, place: int) -> str | None:
        """`length of x` as an expression; "" when something else of x is meant, None when x itself."""
        before = [
            token
            for token in self.tokens[max(0, place - 3) : place]
            if token.low not in ("the", "a", "variable", "list", "string")
        ]
        if (
            len(before) < 2
            or before[-1].low not in ("of", "in", "from", "inside")
            or before[-2].kind != "word"
        ):
            return None
        noun = before[-2].low
        if before[-1].low != "of" and noun not in _COUNTED:
            return None
        if noun in ("value", "values", "version", "state", "copy", "contents", "content", *_ENDS):
            return None
        return relations.MEASURES[noun].format(self.tokens[place].text) if noun in relations.MEASURES else ""

    def is_function(self, name: str) -> bool:
        return name in self.words.functions and name not in self.words.variables

    def is_condition(self, text: str) -> bool:
        """Whether an expression is true or false by its form, or a condition of the program."""
        return is_test(text) or normalize(text) in self.layout.tests

    def line(self) -> int:
        return self.unit.label

    def took(self, place: int, way: bool, kind: str) -> Iterator[Found]:
        """That a branch went a way; nothing where the program has none of the kind."""
        if kind in ("condition", "if") and not self.layout.tests:
            return
        line = next((line for line in (self.unit.label, self.unit.under) if line in self.layout.branches), 0)
        if line and kind and (kind == "loop") != (line in self.layout.loops):
            line = 0
        yield Found(place, Claim("took", line, kind if not line else "", str(way)))

    def test(self, link: Link) -> str:
        left, right = self.tokens[link.subject].text, self.tokens[link.value].text
        return compare(left, "==" if link.how in ("state", "change", "before") else link.how, right)

    def spell(self) -> tuple[str, list[int]]:
        """The sentence with a mark for each operand that is no whole number, and where tokens start."""
        return self.spell_by(lambda token: token.low if not token.is_operand or token.text.isdigit() else "◊")

    def spell_kinds(self) -> tuple[str, list[int]]:
        """The sentence with `V` for each value and `N` for each name, and where tokens start."""
        return self.spell_by(lambda token: {"value": "V", "name": "N"}.get(token.kind, token.low))

    def spell_by(self, spell: Callable[[Token], str]) -> tuple[str, list[int]]:
        """The sentence with each token spelled so, and where tokens start."""
        parts = [spell(token) for token in self.tokens]
        ends = itertools.accumulate((len(part) + 1 for part in parts), initial=0)
        return " ".join(parts), list(ends)[: len(parts)]

    def use(self, used: set[int], starts: list[int], match: re.Match[str]) -> None:
        """Mark the tokens of a match as explained."""
        used.update(place for place, start in enumerate(starts) if match.start() <= start < match.end())


def find_text(token: Token) -> str | None:
    """The value that a token stands for, None when it is none; a range stays as it is written."""
    if token.kind == "value" or token.text.startswith("range("):
        return token.text
    return compute(token.text) if token.kind == "const" else None


def compare(left: str, sign: str, right: str) -> str:
    return f"({left}) {sign.format(f'({right})')}" if "{}" in sign else f"({left}) {sign} ({right})"


def find_place(starts: list[int], offset: int) -> int:
    """The token that begins at or after an offset of the spelled sentence."""
    return next((place for place, start in enumerate(starts) if start >= offset), len(starts))

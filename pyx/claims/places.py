"""Where things stand: at an index, first, or last."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pyx.claims.phrases import MADE
from pyx.claims.sentence import Found, Sentence
from pyx.claims.tokens import Token
from pyx.records import Claim

_INDEX = r"(?:(?:at|in|to|on|from|into) )?(?:the )?(?:index|position|place|slot)(?: number)?"
_STANDS = (
    r"(?:(?:is|was|sits|sitting|stands|standing|found|occurs|appears|comes|located|first|now|again|then|inserted|put|placed"
    r"|goes|gets|stored|popped|removed|taken|deleted) ){0,6}"
)
PLACED = (
    re.compile(rf"(?P<v>[VK]) {_STANDS}{_INDEX} (?P<k>K)\b(?! to\b)"),
    re.compile(
        r"(?:index|position) of (?:the )?(?P<v>[VK])(?: in (?:the )?(?:[NV]|text|string|list))? (?:is"
        r"|was|=|gives|:) (?P<k>K)\b"
    ),
    re.compile(
        rf"{_INDEX} (?P<k>K) (?:we (?:have|find|get|see)|there is|there's|is|holds|has|stands|comes)"
        rf" (?:an? |the )?(?P<v>[VK])"
    ),
    re.compile(r"\b(?:finds?|found) (?:it|the )?(?P<v>V) at (?P<k>K)\b"),
    re.compile(r"^(?:[-*•] )?N = (?P<k>K) (?:→|->|=>|:|\() (?P<v>V)"),
)
"""A value and the index at which it stands; in the last form the index is what a loop's name is."""

EDGE = re.compile(
    r"\b(?P<edge>first|last) (?:character|element|item|letter|entry|one|value|digit|word|number|char)"
    r"(?: (?:of|in) (?:the )?(?:N|text|string|list|array))? (?:now |here )?(?:is|was|being|=) (?:now "
    r"|then |an? |the )*(?P<v>[VK])"
)


class Places(Sentence):
    """Reads where values stand."""

    def find_places(self) -> Iterator[Found]:
        text, starts = self._spell()
        for number, pattern in enumerate(PLACED):
            for match in pattern.finditer(text):
                value, index = (self._at(starts, match.start(key)) for key in ("v", "k"))
                if number == len(PLACED) - 1 and not self._may_be_item(starts, match):
                    continue
                yield Found(
                    value,
                    Claim("placed", self.line(), value=self.tokens[value].text, count=self._number(index)),
                )
        for match in MADE.finditer(text):
            place = self._at(starts, match.end() - 1)
            yield Found(place, Claim("became", self.line(), "", self.tokens[place].text))
        for match in EDGE.finditer(text):
            place = self._at(starts, match.start("v"))
            yield Found(place, Claim("edged", self.line(), match["edge"], self.tokens[place].text))

    def _may_be_item(self, starts: list[int], match: re.Match[str]) -> bool:
        """Whether "i = 2 → 'a'" can tell the letter at an index, not what something became."""
        name, value = (
            self.tokens[self._at(starts, match.start())],
            self.tokens[self._at(starts, match.start("v"))],
        )
        letter = value.text[:1] in "'\"" and len(value.text) == 3
        return letter and (name.text in self.layout.targets or not name.is_operand)

    def _number(self, place: int) -> int:
        return int(self.tokens[place].text)

    def _at(self, starts: list[int], offset: int) -> int:
        return next(place for place, start in enumerate(starts) if start >= offset)

    def _spell(self) -> tuple[str, list[int]]:
        """The sentence with `K` for a whole number, `V` for another value, `N` for a name."""
        return self.spell_by(_spell_token)


def _spell_token(token: Token) -> str:
    if token.kind == "value" and token.text.lstrip("-").isdigit():
        return "K"
    return {"value": "V", "name": "N"}.get(token.kind, token.low)

"""Values that stand behind others and are nothing of theirs: "i = 2: 'n'", "x is 3, the list is [3]"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pyx import literals
from pyx.claims.tokens import Token, after_of, is_test

UNITS = frozenset((
    "items", "item", "characters", "character", "elements", "element", "entries", "entry", "keys", "key",
    "chars", "letters", "letter", "numbers", "values", "words", "strings", "pairs", "members", "digits",
))  # fmt: skip
PIECES = (UNITS - {"values"}) | {"pieces", "parts", "spaces", "blanks", "single", "more"}

_NEW_SUBJECT = re.compile(
    r".*[:;,.–—(] ?(?:here |so |and |now )*(?:the|this|that|these|those|its|an?)(?: [a-z]+){0,4}(?: an?|"
    r" the)?"
)
_MARKS_ALONE = re.compile(r"(?:[:;,(→⇒–—-]|->|=>| |and|finally|then)*")


_SAYING = re.compile(
    r"(?:\b(?:is|are|was|becomes?|became|to|now|gives|giving|making|into|equals|holds|changes|goes|drops|rises|grows)\b|[→⇒=]|->)"
)


MAKING = frozenset((
    "gives", "gave", "yields", "yielded", "produces", "produced", "results", "resulted", "makes", "leaves",
    "brings", "leads", "turns", "splits",
))  # fmt: skip


_VERBS = ("is", "was", "gets", "goes", "becomes", "has", "occurs")
_MADE_IT = re.compile(r"\b(?:makes|making|turns|leaves|gives) it\b")


def is_gerund(tokens: Sequence[Token], left: int, raw: str) -> bool:
    """Whether a name is only what something is done to: "joining xs gives 'ab'"."""
    before = tokens[max(0, left - 3) : left]
    return any(token.low.endswith("ing") and token.kind == "word" for token in before) and bool(
        MAKING & set(raw.split())
    )


def is_aside(tokens: Sequence[Token], left: int, right: int, raw: str) -> bool:
    """Whether a value behind another one, or behind a test, is no value of what stands before it."""
    one, other = tokens[left], tokens[right]
    if one.kind in ("expr", "const") and is_test(one.text) and other.kind == "value":
        return other.text not in ("True", "False")
    if one.kind != "value" or other.kind != "value":
        return False
    if one.text in ("True", "False") and other.text not in ("True", "False"):
        return True  # "x == y is False here (7 against 3)"
    if _MARKS_ALONE.fullmatch(raw) and after_of(tokens, right) in _VERBS:
        return True  # "i = 0 → 5 is appended"
    if _NEW_SUBJECT.fullmatch(raw) or (_MARKS_ALONE.fullmatch(raw) and after_of(tokens, right) in UNITS):
        return True  # "i = 4: this is the 'r'", "i = 4: 2 letters"
    if _MADE_IT.search(raw) or raw in ("gives", "gave", "yields", "produces"):
        return True  # "i = 1, which makes it [1]", "i = 1 gives 'a'"
    if raw[:1] in (":", ";") and not _SAYING.search(raw):
        return True  # "k = 2: once more a 5"
    return bool(_MARKS_ALONE.fullmatch(raw)) and _kind(one.text) != _kind(other.text)  # "i = 2, 'n'"


def _kind(text: str) -> str:
    """The type of a value, integers and floats being one."""
    kind = type(literals.read(text)).__name__
    return "number" if kind in ("int", "float") else kind

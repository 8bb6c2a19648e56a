"""Subjects and the values that a sentence gives them: "`n % 2` is 1, so x becomes 3"."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from pyx.claims import phrases, relations
from pyx.claims.asides import MAKING, PIECES, UNITS, is_aside, is_gerund
from pyx.claims.tokens import Token, after_of, is_test

_SETTERS = frozenset((
    "set", "sets", "setting", "initialize", "initializes", "initializing", "initialise", "initialises",
    "assign", "assigns", "update", "updates", "updating", "reset", "resets", "change", "changes",
    "increment", "increments", "incrementing", "decrement", "decrements", "increase", "increases",
    "reduce", "reduces", "bring", "brings", "bringing", "take", "takes", "raising", "raise", "make",
    "makes", "reassign", "reassigns", "advance", "move",
))  # fmt: skip
_STORERS = frozenset((
    "assign", "assigns", "assigned", "store", "stores", "stored", "storing", "bind", "binds", "bound",
    "assigning", "save", "saves", "saved",
))  # fmt: skip
ASKING = frozenset((
    "if", "whether", "until", "unless", "suppose", "were", "checks", "check", "checking", "tests", "test",
    "testing", "verify", "verifies",
))  # fmt: skip
_TURN = re.compile(r"\b(?:holds|fails|passes|matches) ,|, (?:so|then|thus|therefore|because|since)\b")
_MARKS = (":", "", "->", "→", "=>", "⇒", "-", "–", "—", ";", ",")
_SAYS = ("is", "isn't", "was", "wasn't", "has", "does", "doesn't", "equals", "appears", "exceeds", "matches")
_LONG = re.compile(
    r"(?:,? (?:which|that) |,? and |,? an? (?:string|list|text|tuple) )?(?:has|had|having|of|,? whose|,?"
    r" its) (?:a |the )?length"
    r"(?: (?:of|is|was|equals|=|:))?(?: (?:now|only|just))*"
)
"""Words between a thing and how long it is."""
_COUNTING = re.compile(r",(?: that's| that is| which is| which makes| i\.e\. ,?| so| in all)?")
"""What stands between a value and how many items it has: "[1, 2], that's 2 elements"."""
_PUT = frozenset((
    "appended", "added", "prepended", "inserted", "removed", "pushed", "attached", "concatenated", "in",
    "put",
))  # fmt: skip
_SAME = (
    "=", "==", "becomes", "is", "equals", "is set to", "set to", ":=", "is now", "to", "is assigned",
    "as",
)  # fmt: skip
_SOFT = frozenset((
    "the", "that", "value", "of", "a", "an", "this", "current", "element", "character", "item",
    "variable", "our", "is", "are",
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Link:
    """Two operands of a sentence, by their places, and how they are related.

    `how` is state, change, before, size, or the operator of a comparison; an `asked` one is a question.
    """

    subject: int
    value: int
    how: str
    asked: bool = False
    sure: bool = False  # by a verb, not by `=` or a mark alone
    now: bool = False  # as it is now, not as it was before the line ran
    aside: bool = False  # "x, which is 3,": the sentence is about something else
    named: bool = True  # whether the subject is a name, or computes one thing


def find_links(tokens: Sequence[Token]) -> list[Link]:
    """The links of a sentence, in the order of the values."""
    found: list[Link] = []
    roots: dict[int, Link] = {}  # what was given to a subject, to that link
    operands = [place for place, token in enumerate(tokens) if token.is_operand]
    for left, right in itertools.pairwise(operands):
        for link in _relate(tokens, roots, left, right):
            found.append(link)
            if link.how in ("state", "change", "before"):
                roots.setdefault(link.value, link)
    return found


def _relate(tokens: Sequence[Token], roots: dict[int, Link], left: int, right: int) -> list[Link]:
    raw = " ".join(token.low for token in tokens[left + 1 : right])
    words = " ".join(relations.FILLERS.sub(" ", raw).split())
    asked = is_asked(tokens, left)
    if relations.OTHER_SUBJECT.search(raw) or _is_told_of(tokens, left, right, raw):
        return []
    if re.search(r"(?:[-+*/%&|^]|<<|>>)=", raw) or _TURN.search(raw):
        return []
    if raw == "(" and after_of(tokens, right) in UNITS and tokens[right].text.isdigit():
        return [Link(left, right, "size")]
    if (
        tokens[right].text.isdigit()
        and _LONG.fullmatch(raw)
        and not (" its " in raw and tokens[left].kind != "value")
    ):
        return [Link(left, right, "size")]
    if raw == "(" and (right + 1 >= len(tokens) or tokens[right + 1].text not in (")", ",")):
        return []
    if words in relations.COMPARE:
        # "x, which is 3, is less than 5" is about x; "`x < 5`: 3 is less than 5" is about 3.
        subject = roots[left].subject if left in roots and roots[left].named else left
        return [Link(subject, right, relations.COMPARE[words], asked, True)]
    if tokens[left].kind == "name" and left and tokens[left - 1].low == "by" and " and becomes" in f" {raw}":
        first = next((place for place in range(left - 1, -1, -1) if tokens[place].kind == "name"), left)
        return [Link(first, right, "change", asked, True)]  # "x grows by n and becomes 3"
    if tokens[right].kind == "name":
        return _relate_store(tokens, left, right, words)
    if is_aside(tokens, left, right, raw) or ";" in raw:
        return []
    if (
        left
        and tokens[left].kind == "name"
        and (tokens[left - 1].low in ("no", "without") or is_gerund(tokens, left, raw))
    ):
        return []
    if tokens[left].kind == "value" and re.fullmatch(r"\( (?:of )?length(?: of| is| =| :)?", raw):
        return [Link(left, right, "size")]
    long = [token.low for token in tokens[right + 2 : right + 3]] == ["long"]
    counted = tokens[left].kind == "value" and _COUNTING.fullmatch(raw) and not tokens[left].text.isdigit()
    if re.search(r"\b(?:all|each|every)\b", raw):
        counted = long = False
    if (long or counted) and tokens[right].text.isdigit() and after_of(tokens, right) in UNITS:
        return [Link(left, right, "size")]
    having = re.match(r"(?:now |then |still |already )*(?:has|have|had|holds|contains)\b", raw)
    if tokens[right].text.isdigit() and after_of(tokens, right) in PIECES and not having:
        sized = tokens[left].kind == "expr" and bool(MAKING & set(raw.split()))
        return [Link(left, right, "size")] if sized else []
    if tokens[right].text.isdigit() and re.search(
        r"\b(?:tuple|list|set|array|sequence|string|dictionary|dict) (?:of|with)$", raw
    ):
        return [Link(left, right, "size")]
    if (
        tokens[right].text in ("True", "False")
        and left > 1
        and tokens[left - 1].low in ("with", "against", "on")
        and any(token.low in ("comparison", "check", "test", "condition") for token in tokens[:left])
    ):
        return []
    if (
        words == "from"
        and tokens[left].kind == "name"
        and not any(token.low in ("to", "→", "->", "up", "down") for token in tokens[right + 1 : right + 4])
    ):
        return []
    if words in relations.EDGES and tokens[right].text[0] in "'\"":
        if tokens[left].kind == "value" or " it " in f" {raw} ":
            return []
        return [Link(left, right, relations.EDGES[words], asked, True)]
    how = _find_relation(tokens, left, words, raw) or _relate_it(tokens, left, raw)
    if how is None and (noun := re.fullmatch(r"(.+ the) [a-z]+", raw)):  # "is equal to the separator ' '"
        plain = " ".join(relations.FILLERS.sub(" ", noun[1]).split())
        if plain in relations.COMPARE:
            return [Link(left, right, relations.COMPARE[plain], asked, True)]
        if "equal to" in raw:
            return [Link(left, right, "==", asked, True)]
    if how is None and " and " in raw:  # "n doubles and becomes 4"
        tail = raw.rpartition(" and ")[2]
        words = " ".join(relations.FILLERS.sub(" ", tail).split())
        how = (
            _find_relation(tokens, left, words, tail)
            if words in ("becomes", "became", "is set to", "goes to", "is", "equals")
            else None
        )
    after = tokens[right + 1].low if right + 1 < len(tokens) else ""
    if (
        ((how and re.search("[a-z=]", raw)) or raw in ("has", "has got", "now has"))
        and tokens[right].text.isdigit()
        and after in UNITS
    ):
        how = "size"
    if words == "takes" and "," in raw:
        return []
    if words in ("gets", "receives", "takes", "is given") and (after in _PUT or after == "at"):
        return []
    if words in ("gets", "receives", "is given", "now gets") and tokens[left].kind == "name":
        return [Link(left, right, "gain", asked, True)]
    root = roots.get(left)
    if words == "returns" and tokens[left].kind != "expr":
        return []
    if tokens[right].kind == "expr" and (words not in _SAME or "," in raw):
        return []
    if (
        tokens[left].kind == "value"
        and tokens[right].kind == "const"
        and raw in (":", ",", ";", "-", "–", "—")
    ):
        return []  # "i = 2: 2 % 2 = 0"
    third = tokens[right + 2].kind if right + 2 < len(tokens) else ""
    if (
        raw == ":"
        and after_of(tokens, right) in (",", "and")
        and (tokens[left].kind, third) == ("name", "value")
    ):
        return []  # "three parts: 1, 2 and 3"
    if tokens[right].kind == "const" and is_test(tokens[right].text) and raw.strip(" ,") in _MARKS:
        return []
    if (
        tokens[left].kind == "expr"
        and raw.strip(" ,") in _MARKS
        and tokens[right].text not in ("True", "False")
        and is_test(tokens[left].text)
    ):
        return []  # "while n > 0: 472 is ..."
    if how is None or (words == "to" and root is None and not _is_set(tokens, left)):
        return []
    sure = bool(re.search("[a-z]", words))
    if root is not None and re.match(r",? ?and\b", raw) and how == "change":
        # "x grows by n, which is 3, and becomes 6": it is x that becomes.
        first = next((place for place in range(left) if tokens[place].kind == "name"), root.subject)
        return [Link(first, right, how, root.asked, sure)]
    if tokens[left].kind == "value":
        if words in ("as", "with", "at") or (words == "" and "value" in raw.split()):
            return []  # "True as 3 > 2", "k is 'a', value 3": another thing begins
        return (
            [] if root is None else [Link(root.subject, right, how, root.asked, sure, "now" in raw.split())]
        )
    now = how == "state" and "now" in raw.split()
    aside = bool(re.match(r"(?:, )?(?:which|that)\b|\(", raw))
    named = tokens[left].kind == "name" or not is_test(tokens[left].text)
    links = [Link(left, right, how, asked, sure, now, aside, named)]
    filled = root is not None and tokens[left].kind in ("expr", "const") and not is_test(tokens[left].text)
    if root is not None and filled and how != "size" and root.how != "before":
        # "x = a + b = 3": what the expression comes to is what the name gets.
        links.append(Link(root.subject, right, root.how, root.asked, root.sure))
    return links


def _is_told_of(tokens: Sequence[Token], left: int, right: int, raw: str) -> bool:
    """Whether it is the value of which something is said ("x: 3 isn't in d"), or another thing."""
    if raw == ":" and after_of(tokens, right) in _SAYS:
        return True
    stored = left > 0 and tokens[left - 1].low in ("in", "into", "to")
    return stored and raw == ", leaving"  # "store it in x, leaving [3]" speaks of where it was


def _find_relation(tokens: Sequence[Token], left: int, words: str, raw: str) -> str | None:
    """state, change or before; None when the words between two operands say nothing of the kind."""
    if words in relations.BEFORE:
        return "before"
    if words == "into" and _is_set(
        tokens, left, ("turns", "turn", "turning", "makes", "changes", "transforms")
    ):
        return "change"
    if words in ("equal to", "equal") and _is_set(
        tokens, left, ("makes", "make", "making", "sets", "leaves")
    ):
        return "change"
    if words in ("->", "→", "=>", "⇒") and left and tokens[left - 1].low in ("return", "returns", "returned"):
        return "state"
    if words in relations.CHANGE or words == "to":
        return "change"
    if words in relations.STATE:
        return "state"
    if words == "" and "value" in raw and tokens[left - 1].low in ("gives", "give", "giving", "gave"):
        return "change"
    if words == "" and re.search(r"\bvalue\b|:|\(|\bas\b", raw):
        return "state"
    if (
        words == ""
        and raw in ("", "the")
        and _is_set(tokens, left, ("makes", "make", "making", "leaves", "leaving"))
    ):
        return "state"
    return None


_IT = re.compile(r"(?P<head>.*?)(?:[:;,—–-] |\band |\bso )it (?P<said>[^:;,.?!]+)")


def _relate_it(tokens: Sequence[Token], left: int, raw: str) -> str | None:
    """What is said of `it`, where nothing but a name stands before it that it can be."""
    match = _IT.fullmatch(raw)
    if (
        match is None
        or tokens[left].kind != "name"
        or any(map(phrases.CHANGED.fullmatch, match["head"].split()))
    ):
        return None
    others = (token.is_operand and token.text != tokens[left].text for token in tokens[:left])
    nouns = (relations.GENERIC - {"is", "now", "then", "first", "a", "an", "the"}) & set(
        match["head"].split()
    )
    if nouns or any(others):
        return None
    return _find_relation(
        tokens, left, " ".join(relations.FILLERS.sub(" ", match["said"]).split()), match["said"]
    )


def _is_set(tokens: Sequence[Token], place: int, verbs: Sequence[str] | frozenset[str] = _SETTERS) -> bool:
    return any(token.low in verbs for token in tokens[max(0, place - 5) : place] if token.kind == "word")


def _relate_store(tokens: Sequence[Token], left: int, right: int, words: str) -> list[Link]:
    """ "assign 5 to x": the value comes first."""
    if tokens[left].kind not in ("value", "const"):
        return []
    if words not in ("to", "in", "into", "is assigned to", "is stored in", "assigned to", "stored in"):
        return []
    if "assigned" in words or "stored" in words or _is_set(tokens, left, _STORERS):
        return [Link(right, left, "change", False, True)]
    return []


def _is_other_clause(tokens: Sequence[Token], place: int) -> bool:
    """Whether what is asked begins behind a comma: "i = 4, `c.isdigit()`? no"."""
    marks = [number for number in range(place, len(tokens)) if tokens[number].text in (",", "?")]
    behind = tokens[marks[0] + 1 : marks[1]] if len(marks) > 1 and tokens[marks[0]].text == "," else ()
    return any(token.kind in ("expr", "const") for token in behind) and tokens[place].kind in (
        "name",
        "value",
    )


def is_asked(tokens: Sequence[Token], place: int) -> bool:
    """Whether what stands at a place is asked ("if x is 3", "is x 3?"), not said."""
    end = next((token.text for token in tokens[place:] if token.text in ("?", ".", ";", "!")), "")
    if end == "?" and not _is_other_clause(tokens, place):
        return True
    for number in range(place - 1, -1, -1):
        token = tokens[number]
        if number and token.low in ("check", "test") and tokens[number - 1].low in ("the", "this", "a"):
            return False
        if token.kind == "mark" and token.text not in ("(", "'", '"'):
            return False
        if token.kind == "word" and token.low in _SOFT:
            continue
        return token.kind == "word" and token.low in ASKING
    return False

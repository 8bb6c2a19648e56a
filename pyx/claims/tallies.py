"""How often: lines and branches that ran, functions that were called, and how much something holds."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import replace

from pyx.claims import looping
from pyx.claims.layout import Layout
from pyx.claims.sentence import Found, Sentence, find_place
from pyx.claims.tokens import Token
from pyx.claims.units import LEADS, Unit
from pyx.claims.vocabulary import Vocabulary
from pyx.records import Claim

_COUNT = (
    r"(?:(?:exactly|only|just|altogether|a total of|in total|for|all) )*(?P<count>\d+|once|twice|never)"
    r"(?: times?\b| x\b)?"
)
_BE = (
    r"(?:(?:is|was|are|were|has|have|had|been|gets|got|will be|being|thus|therefore|now|then|only"
    r"|again|also) ){0,6}"
)
_RAN = (
    r"(?:run|runs|ran|executed|executes|reached|hit|visited|entered|fires|fired|carried out|performed"
    r"|done|used)"
)
_ASKED = r"(?:evaluated|checked|tested|asked|looked at|executed|reached|evaluates|run|runs)"

LINE = re.compile(rf"@(?P<line>\d+) {_BE}(?:{_RAN}|{_ASKED}) {_COUNT}")
ORDINAL = re.compile(
    rf"@(?P<line>\d+) {_BE}(?:{_RAN}|{_ASKED}) (?:for the )?(?P<count>{'|'.join(looping.ORDINALS)})"
    r"(?P<last> and (?:last|final))? time\b"
)
NEVER = re.compile(
    rf"@(?P<line>\d+) {_BE}never {_BE}(?:{_RAN}|{_ASKED})\b|\bnever (?:reach|reaches|reached|get to|gets"
    rf" to|run|runs|ran"
    r"|execute|executes|executed|enter|enters|entered) @(?P<line2>\d+)"
)
QUALIFIED = re.compile(r"\b(?:again|this (?:time|iteration|call|round)|here|until|yet|any ?more|before)\b")
BRANCH = re.compile(
    r"\b(?:body of the (?P<body>if)|(?:if|condition|test|check|comparison|branch)"
    r"(?: (?:body|block|branch|statement|condition|test))?)"
    rf"(?: on @(?P<line>\d+))? {_BE}(?P<way>true|taken|entered|met|satisfied|succeeds|succeeded|holds"
    rf"|held|passes|passed"
    rf"|false|fails|failed|not met|{_ASKED}|{_RAN}) {_COUNT}"
)
CALLED = re.compile(
    rf"\bN {_BE}(?:called|entered|invoked) {_COUNT}|\bthere (?:were|are) (?P<count2>\d+) calls of N\b"
)
METHOD = re.compile(
    rf"\b(?P<method>[a-z_]+)(?: \( \))? {_BE}(?:called|ran|run|executed|used|applied) {_COUNT}"
)
SIZED = re.compile(
    r"\b(?:(?P<grown>grows to|grew to|shrinks to|is down to|goes up to)|over|through|of|all|its|has|have"
    r"|had|having|holds?|held|contains?|contained|with|now|leaves"
    r"|leaving|of) (?:only |now |just |exactly |the |its |all |these )*"
    r"(?P<count>\d+) (?:\w+ )?(?:elements?|items?|characters?|chars?|letters?|keys?|entries|entry|words?"
    r"|pairs?|strings?"
    r"|members?|numbers?|values?|digits?)\b"
)

_TRUE = (
    "true", "taken", "entered", "met", "satisfied", "succeeds", "succeeded", "holds", "held", "passes",
    "passed",
)  # fmt: skip
_FALSE = ("false", "fails", "failed", "not met")
_WORDS = {"once": 1, "twice": 2, "never": 0}


class Tallies(Sentence):
    """Reads how often something ran, in all or so far, and how many items something holds."""

    def find_tallies(self, used: set[int]) -> Iterator[Found]:
        text, starts = self._spell()
        for pattern, kind in ((LINE, ""), (BRANCH, "test"), (CALLED, "call")):
            for match in pattern.finditer(text):
                self.use(used, starts, match)
                yield Found(find_place(starts, match.start()), self._tally(match, kind))
        for match in METHOD.finditer(text):
            if match["method"] in self.layout.methods:
                self.use(used, starts, match)
                word = match["count"]
                times = int(word) if word.isdigit() else _WORDS[word]
                place = find_place(starts, match.start())
                yield Found(place, Claim("executed", name=f"method {match['method']}", count=times))
        for match in ORDINAL.finditer(text):
            count = looping.ORDINALS[match["count"]]
            so_far = "" if match["last"] else "so far"
            yield Found(
                find_place(starts, match.start()),
                Claim("executed", int(match["line"]), value=so_far, count=count),
            )
        for match in NEVER.finditer(text):
            if not QUALIFIED.search(text):
                line = int(match["line"] or match["line2"])
                yield Found(find_place(starts, match.start()), Claim("executed", line, count=0))

    def find_sizes(self, used: set[int]) -> Iterator[Found]:
        """ "the list now has 3 elements"."""
        text, starts = self._spell()
        for match in SIZED.finditer(text):
            place = find_place(starts, match.start("count"))
            if place not in used:
                used.add(place)
                grown = "became" if match["grown"] else ""
                yield Found(place, Claim("sized", self.line(), value=grown, count=int(match["count"])))

    def is_of_line(self) -> bool:
        """Whether the sentence says of a line, first of all, how often it ran."""
        text, _ = self._spell()
        return any(pattern.match(text) for pattern in (LINE, ORDINAL, NEVER))

    def _tally(self, match: re.Match[str], kind: str) -> Claim:
        given = match.groupdict()
        word = given["count"] or given.get("count2") or ""
        count = int(word) if word.isdigit() else _WORDS[word]
        if kind == "call":
            place = next(place for place, token in enumerate(self.tokens) if token.kind == "name")
            return Claim("executed", name=f"call {self.tokens[place].text}", count=count)
        line = int(given.get("line") or 0)
        so_far = "so far" if re.search(r"\b(?:now|so far|by now|already)\b", self.unit.said) else ""
        if kind == "test":
            noun = (
                "if" if match["body"] or match[0].startswith("if") or _find_way(match) == "False" else "test"
            )
            kind = f"{noun} {_find_way(match)}".strip()
        return Claim("executed", line, kind, so_far, count)

    def _spell(self) -> tuple[str, list[int]]:
        """The sentence with `@3` for a label, `N` for a function and digits for whole numbers."""
        return self.spell_by(self._spell_token)

    def _spell_token(self, token: Token) -> str:
        if token.kind == "label":
            return f"@{token.text}"
        if token.kind == "name" and self.is_function(token.text):
            return "N"
        return token.low if not token.is_operand or token.text.isdigit() else "◊"


def _find_way(match: re.Match[str]) -> str:
    """Which way of a branch is counted: True, False, either of them, or "" for both together."""
    before = match.string[: match.start()].split()[-1:]
    if before == ["else"]:
        return "False"
    if match["way"] in _FALSE:
        return "False"
    if "branch" in match[0] and before != ["the"]:
        return "either"
    if match["body"] or "body" in match[0] or match["way"] in _TRUE:
        return "True" if before in ([], ["the"], ["if"], ["inner"], ["outer"]) or match["body"] else "either"
    return ""


def untie(unit: Unit, words: Vocabulary, layout: Layout) -> Unit:
    """A sentence that says how often its line ran speaks of no one time, and so stands under no line."""
    if not unit.label:
        return unit
    label = Token("label", str(unit.label), 0, 0)
    said = itertools.dropwhile(lambda token: token.low in LEADS or token.kind == "mark", unit.tokens)
    whole = replace(unit, tokens=(label, *said), label=0)
    return whole if Tallies(whole, words, layout).is_of_line() else unit

"""Claims read out of free prose: a teacher's, a person's, the narrator's own.

Forgiving in form: line labels (`[L3]`, `Line 3:`), values in code spans or bare, after `=`, `is`,
`becomes`, `returns` and their kin; conditions that are true, hold or fail; bodies that are entered
or skipped; iterations and how often; exceptions, output, and the answer. A value that no phrase
explains is still claimed: as one that stands somewhere in the execution at that point. A sentence
without any claim is unread.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from pyx import literals
from pyx.claims import phrases
from pyx.claims.answers import find_answers
from pyx.claims.layout import Layout, find_layout
from pyx.claims.links import Link, find_links, is_asked
from pyx.claims.tokens import Token, Vocabulary, compute, find_free, learn_names, normalize
from pyx.claims.units import Unit, cut_units
from pyx.records import Claim


@dataclass(frozen=True, slots=True)
class Reading:
    """The claims of a text, and the sentences that say nothing that could be read."""

    claims: tuple[Claim, ...]
    sentences: int
    unread: tuple[str, ...]

    @property
    def share(self) -> float:
        """The share of the sentences that could be read."""
        return 1 - len(self.unread) / self.sentences if self.sentences else 1.0


_COUNTED = frozenset(
    [
        "element",
        "elements",
        "item",
        "items",
        "character",
        "characters",
        "number",
        "numbers",
        "key",
        "keys",
        "value",
        "values",
        "digit",
        "digits",
        "letter",
        "letters",
        "word",
        "words",
        "entry",
        "entries",
        "index",
        "position",
        "occurrences",
        "appearances",
    ]
)


_ENDS = ("end", "front", "start", "beginning", "back", "top")


@dataclass(frozen=True, slots=True)
class Found:
    """A claim and where in its sentence it is made, by token."""

    place: int
    claim: Claim
    aside: bool = False


def read(text: str, code: str, *, entry: str = "") -> Reading:
    """The claims that a text about a program makes, in the order of the text."""
    words, layout = learn_names(code), find_layout(code)
    body, answers = find_answers(text)
    claims: list[Claim] = []
    unread: list[str] = []
    units = list(cut_units(body, words))
    last = Claim("within")  # the last iteration that was summed up
    for unit in units:
        found = read_unit(unit, words, layout)
        if phrases.AFTERWARDS.match(unit.said) and last.count > 0:
            found = [_end(claim, last) for claim in found]
        summed = [claim for claim in found if claim.kind == "alike" or phrases.RANGE.search(unit.said)]
        if summed:
            count = int(summed[-1].value) if summed[-1].kind == "alike" else summed[-1].count
            last = Claim("within", summed[-1].line, count=count)
        claims += found
        if not found:
            unread.append(unit.said)
    if not answers:
        answers = [claim.value for claim in claims if claim.kind == "returned" and claim.name in ("", entry)][
            -1:
        ]
    claims = _count_from_one(claims)
    claims += [Claim("answer", value=value, said=value) for value in answers]
    return Reading(tuple(claims), len(units), tuple(unread))


def _end(claim: Claim, last: Claim) -> Claim:
    """What holds when the iterations that were summed up are over."""
    if claim.kind not in ("shown", "held", "became", "computed"):
        return claim
    kind = "ended" if claim.kind != "computed" else "computed"
    return replace(claim, kind=kind, line=last.line, count=last.count if kind == "ended" else -1)


def _count_from_one(claims: list[Claim]) -> list[Claim]:
    """Iterations of a text that counts them from 0 are counted from 1."""
    counts = {claim.count for claim in claims if claim.kind == "within"}
    if not {0, 1} <= counts:
        return claims
    return [replace(claim, count=claim.count + 1) if claim.kind == "within" else claim for claim in claims]


def read_unit(unit: Unit, words: Vocabulary, layout: Layout) -> list[Claim]:
    """The claims of one sentence."""
    found = sorted(SentenceReader(unit, words, layout).find(), key=lambda item: item.place)
    claims = [Claim("ran", unit.label)] if unit.label else []
    claims += [item.claim for item in found]
    if unit.label:
        asides = {item.claim for item in found if item.aside}
        claims = [*find_places(unit, layout, claims), *_anchor(claims, unit, layout, asides)]
    return [Claim(c.kind, c.line, c.name, c.value, c.count, unit.said) for c in dict.fromkeys(claims)]


def _anchor(claims: list[Claim], unit: Unit, layout: Layout, asides: set[Claim]) -> list[Claim]:
    """Results and branches of a labelled sentence that says nothing else belong to its own line."""
    others = {claim.kind for claim in claims} - {"ran", "took", "within", "mentioned"}
    telling = [claim for claim in claims if claim.kind not in ("ran", "within")]
    here = layout.functions.get(unit.label, "")
    made = []
    for claim in claims:
        if claim.kind == "took" and not claim.line and not others:
            claim = replace(claim, line=unit.label)
        if len(telling) == 1 and claim.kind in ("shown", "held") and claim not in asides:
            # All that a line is said to do is to leave a name with a value.
            bound = claim.name in layout.binds.get(unit.label, ())
            now = " = " in unit.said or "->" in unit.said or "after" in unit.said.lower()
            claim = replace(claim, kind="became" if not bound else "held" if now else claim.kind)
        if claim.kind == "returned" and claim.name in ("", here):
            claim = replace(claim, line=unit.label)
        made.append(claim)
    return made


def find_places(unit: Unit, layout: Layout, claims: list[Claim]) -> Iterator[Claim]:
    """What a labelled sentence says its line to be: its expressions, its kind of statement."""
    yield Claim("ran", unit.label)
    computed = {normalize(claim.name.removeprefix("bool")) for claim in claims if claim.kind == "computed"}
    computed |= {normalize(claim.name) for claim in claims if claim.kind == "computed"}
    first = next((token.text for token in unit.tokens if token.kind == "expr" and token.coded), "")
    for claim in claims:
        plain = normalize(claim.name.replace("(", "").replace(")", "")) if claim.kind == "computed" else ""
        turned = (
            plain.replace(" not in ", " in ") if " not in " in plain else plain.replace(" in ", " not in ", 1)
        )
        plain = turned if turned in layout.tests else plain
        if plain in layout.tests:
            yield Claim("stands", unit.label, plain)
    for token in unit.tokens:
        spelled = normalize(token.text) if token.kind == "expr" else ""
        if spelled in layout.parts and (
            token.text == first or spelled in computed or spelled in layout.tests
        ):
            yield Claim("stands", unit.label, token.text)
    if unit.label in layout.loops and phrases.OVER.search(unit.said) and "break" not in unit.said.lower():
        yield Claim("took", unit.label, value="False")
    for pattern, kind in phrases.DOING:
        if pattern.search(unit.said):
            yield Claim("does", unit.label, kind)


@dataclass(frozen=True)
class SentenceReader:
    """One sentence on its way to claims."""

    unit: Unit
    words: Vocabulary
    layout: Layout

    @property
    def tokens(self) -> tuple[Token, ...]:
        return self.unit.tokens

    def find(self) -> Iterator[Found]:
        links = find_links(self.tokens)
        used: set[int] = set()
        for link in links:
            used.update((link.value,) if self.tokens[link.value].kind != "name" else ())
            yield from self._link(link)
        yield from self._truths(links, used)
        yield from self._returns(links, used)
        yield from self._counts(used)
        yield from self._faults()
        yield from self._prints(used)
        yield from self._adjectives()
        yield from self._strangers()
        yield from self._rest(used, links)
        yield from self._leaves(links)

    # -- values ---------------------------------------------------------------------------------

    def _link(self, link: Link) -> Iterator[Found]:
        subject, value = self.tokens[link.subject], self.tokens[link.value]
        if link.asked:
            return
        if link.how == "size":
            yield Found(link.value, Claim("computed", self._line(), f"len({subject.text})", value.text))
            return
        if link.how not in ("state", "change", "before"):
            yield from self._compared(link)
            return
        name, text = subject.text, _find_text(value)
        if text is None or value.kind == "expr":
            return
        measured = self._measure(link.subject)
        lines = self.layout.tests.get(normalize(name), set()) if text in ("True", "False") else set()
        if lines and (self.unit.label in lines or not self.unit.label):
            line = self.unit.label or (next(iter(lines)) if len(lines) == 1 else 0)
            yield Found(link.value, Claim("took", line, "condition" if not line else "", text))
        elif measured == "":
            yield Found(link.value, Claim("mentioned", value=text))
        elif subject.kind == "name" and measured is None and not self._is_function(name):
            yield from self._named(link, name, text)
        elif not self._is_function(name):
            yield Found(link.value, Claim("computed", self._line(), measured or name, text))

    def _measure(self, place: int) -> str | None:
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
        return phrases.MEASURES[noun].format(self.tokens[place].text) if noun in phrases.MEASURES else ""

    def _is_function(self, name: str) -> bool:
        return name in self.words.functions and name not in self.words.variables

    def _named(self, link: Link, name: str, text: str) -> Iterator[Found]:
        """A name is said to have a value: from here on, now, or until here."""
        kind = {"change": "became", "before": "was", "state": "shown"}[link.how]
        line = self.unit.label or (
            self.unit.under if name in self.layout.binds.get(self.unit.under, ()) else 0
        )
        if self.unit.label and kind == "shown" and not self.layout.mentions(self.unit.label, name):
            kind = "shown" if self._is_dump() else "became"
        bound = name in self.layout.binds.get(line, ()) and name not in self.layout.reads.get(line, ())
        after = any(token.low == "after" for token in self.tokens[: link.subject])
        if kind == "shown" and line and (link.now or bound or after):
            kind = "held"
        if (
            kind == "shown"
            and not line
            and any(name in self.layout.binds[loop] for loop in self.layout.loops)
        ):
            kind = "held"  # a loop's name is spoken of as it is in its iteration
        if kind == "became" and line and not self.layout.mentions(line, name) and self._is_dump():
            kind, line = "shown", 0
        yield Found(link.value, Claim(kind, line, name, text), link.aside)

    def _is_dump(self) -> bool:
        """Whether the sentence lists the values of several names."""
        return len({token.text for token in self.tokens if token.kind == "name"}) > 1

    def _line(self) -> int:
        return self.unit.label

    def _compared(self, link: Link) -> Iterator[Found]:
        left, right = self.tokens[link.subject], self.tokens[link.value]
        if self._measure(link.subject) == "" or any(self._is_function(token.text) for token in (left, right)):
            return
        test = _compare(self._measure(link.subject) or left.text, link.how, right.text)
        yield Found(link.value, Claim("computed", self._line(), test, "True"))
        for token in (left, right):
            if token.kind == "value":
                yield Found(link.value, Claim("mentioned", value=token.text))

    # -- truth ----------------------------------------------------------------------------------

    def _truths(self, links: list[Link], used: set[int]) -> Iterator[Found]:
        """Conditions that are true or false, and bodies that are entered or not."""
        text, starts = self._spell()
        for match in phrases.TRUE.finditer(text):
            word = next(group for group in match.groups() if group)
            place = _find_place(starts, match.start())
            yield from self._truth(place, phrases.TRUTHS[word], links)
        for place, token in enumerate(self.tokens):
            if token.text in ("True", "False") and place not in used and self._is_condition(place):
                used.add(place)
                yield self._took(place, token.text == "True", "condition")
        for pattern, way in ((phrases.TAKEN, True), (phrases.SKIPPED, False)):
            for match in pattern.finditer(text):
                words = match[0]
                kind = (
                    "loop"
                    if re.search(r"\b(?:loop|for|while)\b", words)
                    else "if"
                    if re.search(r"\bif\b", words)
                    else ""
                )
                if not (way and phrases.SKIPPED.search(text[max(0, match.start() - 12) : match.end()])):
                    yield self._took(_find_place(starts, match.start()), way, kind)

    def _truth(self, place: int, truth: bool, links: list[Link]) -> Iterator[Found]:
        """Something right before a place came out true or false."""
        subject = next(
            (number for number in range(place - 1, -1, -1) if self.tokens[number].is_operand), None
        )
        between = [token.low for token in self.tokens[(subject if subject is not None else -1) + 1 : place]]
        if subject is None or {"condition", "check", "test", "comparison", "branch", "it", "assertion"} & set(
            between
        ):
            if (
                subject is None
                and not any(
                    word
                    in (
                        "condition",
                        "check",
                        "test",
                        "comparison",
                        "it",
                        "this",
                        "which",
                        "expression",
                        "assertion",
                        "statement",
                        "if",
                        "while",
                    )
                    for word in between
                )
                and place
            ):
                return
            yield self._took(place, truth, "condition")
            return
        if any(
            word
            not in (
                "which",
                "that",
                "is",
                "so",
                "this",
                ",",
                "(",
                ")",
                "therefore",
                "thus",
                "and",
                "then",
                "also",
                ":",
                "→",
                "itself",
                "the",
                "expression",
                "here",
                "—",
                "–",
                "?",
                "whole",
                "`",
            )
            for word in between
        ):
            return
        asked = next((link for link in links if link.value == subject and link.asked), None)
        token = self.tokens[subject]
        test = token.text if asked is None else self._test(asked)
        if token.kind == "value" and asked is None and token.text in ("True", "False"):
            return
        lines = self.layout.tests.get(normalize(test), set())
        here = self.unit.label in lines or (len(lines) == 1 and not self.unit.label)
        if here:
            yield Found(place, Claim("took", self.unit.label or next(iter(lines)), value=str(truth)))
        elif not self._is_function(token.text):
            yield Found(place, Claim("computed", self._line(), f"bool({test})", str(truth)))

    def _test(self, link: Link) -> str:
        left, right = self.tokens[link.subject].text, self.tokens[link.value].text
        return _compare(left, "==" if link.how in ("state", "change", "before") else link.how, right)

    def _is_condition(self, place: int) -> bool:
        before = [token.low for token in self.tokens[max(0, place - 6) : place]]
        return bool(
            {"condition", "check", "test", "comparison", "evaluates", "expression", "assertion"} & set(before)
        )

    def _took(self, place: int, way: bool, kind: str) -> Found:
        line = next((line for line in (self.unit.label, self.unit.under) if line in self.layout.branches), 0)
        if line and kind and (kind == "loop") != (line in self.layout.loops):
            line = 0
        return Found(place, Claim("took", line, kind if not line else "", str(way)))

    # -- counts ---------------------------------------------------------------------------------

    def _counts(self, used: set[int]) -> Iterator[Found]:
        text, starts = self._spell()
        for match in phrases.RANGE.finditer(text):
            first, last = int(match[1]), int(match[2])
            place = _find_place(starts, match.start())
            self._use(used, starts, match)
            loop = self.unit.label if self.unit.label in self.layout.loops else 0
            if re.search(r"\bsame way\b", text):
                yield Found(place, Claim("alike", loop, value=str(last), count=first))
            else:
                yield Found(place, Claim("within", count=first))
                yield Found(len(self.tokens), Claim("within", count=last))
        if phrases.RANGE.search(text):
            return
        for match in phrases.ITERATION.finditer(text):
            count = int(match[1] or match[2] or phrases.ORDINALS.get((match[3] or "").lower(), 0))
            self._use(used, starts, match)
            loop = self.unit.label if self.unit.label in self.layout.loops else 0
            yield Found(_find_place(starts, match.start()), Claim("within", loop, count=count))
        yield from self._rounds(text, starts, used)
        for match in re.finditer(r"\b(\d+) levels? deep\b|\bdepth (?:of |is )?(\d+)\b", text):
            self._use(used, starts, match)
            yield Found(_find_place(starts, match.start()), Claim("deep", count=int(match[1] or match[2])))

    def _rounds(self, text: str, starts: list[int], used: set[int]) -> Iterator[Found]:
        for match in phrases.ROUNDS.finditer(text):
            word = (match[1] or match[2]).lower()
            count = int(word) if word.isdigit() else phrases.CARDINALS[word]
            rounds = (
                "iteration" in match[0].lower() or "pass" in match[0].lower() or "round" in match[0].lower()
            )
            loops = re.search(r"\b(?:loop|iterat\w*|body|repeats?|range)\b", text)
            if not (rounds or loops) or (word == "no" and not rounds):
                continue
            self._use(used, starts, match)
            total = loops and not re.match(r"\s*(?:so far|left|remaining|remain|more)\b", text[match.end() :])
            kind = "iterated" if total or re.search(r"\b(?:ends?|over|in all|total)\b", text) else "within"
            line = next((line for line in (self.unit.label, self.unit.under) if line in self.layout.loops), 0)
            if kind == "iterated" or count:
                yield Found(
                    _find_place(starts, match.start()),
                    Claim(kind, line if kind == "iterated" else 0, count=count),
                )

    def _use(self, used: set[int], starts: list[int], match: re.Match[str]) -> None:
        for place, start in enumerate(starts):
            if match.start() <= start < match.end():
                used.add(place)

    # -- results --------------------------------------------------------------------------------

    def _returns(self, links: list[Link], used: set[int]) -> Iterator[Found]:
        for place, token in enumerate(self.tokens):
            if token.kind != "word" or token.low not in (
                "returns",
                "return",
                "returned",
                "returning",
                "back",
            ):
                continue
            if token.low == "back" and self.tokens[place - 1].low not in (
                "comes",
                "came",
                "gives",
                "gets",
                "brings",
            ):
                continue
            found = self._result(place, links)
            if found is None:
                continue
            subject = self.tokens[place - 1] if place else token
            name = subject.text if subject.kind == "name" and self._is_function(subject.text) else ""
            if subject.kind == "expr":
                name = subject.text.partition("(")[0]
                if not self._is_function(name):
                    continue
            used.add(found)
            if self.tokens[found].kind == "value":
                line = self.unit.label if token.low == "return" else 0
                yield Found(found, Claim("returned", line, name, self.tokens[found].text))

    def _result(self, place: int, links: list[Link]) -> int | None:
        """The place of the value that a return gives, through `returns x, which is 3` as well."""
        for number in range(place + 1, min(place + 8, len(self.tokens))):
            token = self.tokens[number]
            if token.is_operand:
                if is_asked(self.tokens, place) or (
                    number + 1 < len(self.tokens) and self.tokens[number + 1].low == "if"
                ):
                    return None
                given = [
                    link.value for link in links if link.subject == number and link.how in ("state", "change")
                ]
                return number if token.kind == "value" else given[-1] if given else None
            if token.kind == "mark" and token.text not in (":", "(", "*"):
                return None
            if token.low not in phrases.GENERIC and token.low not in (
                "empty",
                "with",
                "from",
                "here",
                "value",
                "back",
            ):
                return None
        return None

    def _faults(self) -> Iterator[Found]:
        text = self.unit.said
        spoken = phrases.FAULTY.search(text) or re.search(
            r"\b(?:occurs|is raised|was raised|comes up)\b", text
        )
        for match in phrases.FAULT.finditer(text):
            before = text[max(0, match.start() - 24) : match.start()].lower()
            if spoken and not re.search(r"\b(?:except|catch\w*|handl\w*|for|no|without|not)\b", before):
                yield Found(len(self.tokens), Claim("raised", self.unit.label, value=match[1]))

    def _prints(self, used: set[int]) -> Iterator[Found]:
        for place, token in enumerate(self.tokens[:-1]):
            following = self.tokens[place + 1]
            if token.low in ("prints", "printed", "printing") and following.kind == "value":
                used.add(place + 1)
                yield Found(place, Claim("printed", self._line(), value=following.text))

    def _adjectives(self) -> Iterator[Found]:
        """ "n is even", "the list is not empty": conditions in one word."""
        for place, token in enumerate(self.tokens):
            if not token.is_operand or (token.kind == "value" and token.text in ("True", "False")):
                continue
            after = [item.low for item in self.tokens[place + 1 : place + 5]]
            if after[:1] == [","] and after[1:2] in (["which"], ["that"]):
                after = after[2:]
            if after[:1] != ["is"]:
                continue
            negated = after[1:2] == ["not"]
            word = (after[2:3] if negated else after[1:2] or [""])[0] if len(after) > 1 + negated else ""
            follows = self.tokens[place + len(after) :] if False else ()
            if (
                word not in phrases.ADJECTIVES
                or follows
                or is_asked(self.tokens, place)
                or self._measure(place) == ""
            ):
                continue
            if self._is_function(token.text) or self._leads_on(place, word):
                continue
            test = phrases.ADJECTIVES[word].format(self._measure(place) or token.text)
            yield Found(place, Claim("computed", self._line(), f"bool({test})", str(not negated)))

    def _leads_on(self, place: int, word: str) -> bool:
        """Whether an adjective belongs to a noun that follows: "is an empty list"."""
        for number in range(place, min(place + 6, len(self.tokens) - 1)):
            if self.tokens[number].low == word:
                following = self.tokens[number + 1]
                return following.kind == "word" and following.low in (
                    "list",
                    "string",
                    "dict",
                    "set",
                    "number",
                    "integer",
                    "tuple",
                    "dictionary",
                    "index",
                    "infinity",
                    "values",
                    "numbers",
                    "elements",
                )
        return False

    # -- what is left ---------------------------------------------------------------------------

    def _strangers(self) -> Iterator[Found]:
        """Names that the program does not have."""
        for place, token in enumerate(self.tokens):
            if (
                token.kind == "name"
                and token.text not in self.words.known
                and token.coded
                and token.low not in phrases.GENERIC
            ) or (token.kind == "word" and self._is_stranger(place)):
                yield Found(place, Claim("named", name=token.text))
            elif token.kind == "expr":
                for name in find_free(token.text):
                    if name not in self.words.known:
                        yield Found(place, Claim("named", name=name))

    def _is_stranger(self, place: int) -> bool:
        """Whether a bare word is used as a variable: `word = 5`, or `my_word is 5`."""
        token, after = self.tokens[place], self.tokens[place + 1 : place + 3]
        if token.text in self.words.known or token.low in phrases.GENERIC or token.coded:
            return False
        if re.search(r"\w_\w", token.text):
            return True
        if len(after) < 2:
            return False
        if after[1].kind != "value":
            return False
        if after[0].text == "=":
            return token.text.isidentifier()
        verbs = ("is", "becomes", "equals", "remains", "was", "holds")
        odd = "_" in token.text or any(letter.isdigit() for letter in token.text) or len(token.text) == 1
        # Right after a verb, a sentence's first word is seldom a noun of plain English.
        return after[0].low in verbs and (odd or not self._has_article(place))

    def _has_article(self, place: int) -> bool:
        before = self.tokens[place - 1] if place else None
        return (
            before is not None
            and before.kind == "word"
            and before.low
            not in (
                "so",
                "and",
                "then",
                "now",
                "thus",
                "therefore",
                "here",
                "since",
                "because",
                "as",
                "where",
                "with",
                "when",
                "while",
                "but",
                "still",
            )
        )

    def _rest(self, used: set[int], links: list[Link]) -> Iterator[Found]:
        """Values that nothing else explains must at least stand somewhere."""
        asked = {place for link in links if link.asked for place in (link.subject, link.value)}
        for place, token in enumerate(self.tokens):
            if place in used or place in asked:
                continue
            before = self.tokens[place - 1].low if place else ""
            if token.kind == "value" and before not in (
                "step",
                "case",
                "example",
                "part",
                "#",
                "phase",
                "python",
                "section",
                "frame",
                "steps",
            ):
                yield Found(place, Claim("mentioned", self._line(), value=token.text))
            elif (
                token.kind == "const"
                and re.search(r"[<>=]|\bin\b", token.text)
                and not is_asked(self.tokens, place)
                and not self._is_judged(place)
            ):
                yield Found(place, Claim("computed", self._line(), token.text, "True"))
            elif (
                token.kind == "expr"
                and before in ("since", "because", "as", "now", "when", "once")
                and re.search(r"[<>]|==|!=| in ", token.text)
                and not self._is_judged(place)
            ):
                yield Found(place, Claim("computed", self._line(), f"bool({token.text})", "True"))

    def _leaves(self, links: list[Link]) -> Iterator[Found]:
        """The constants of an expression that is not the program's own must stand somewhere as well."""
        asked = {place for link in links if link.asked for place in (link.subject, link.value)}
        for place, token in enumerate(self.tokens):
            if (
                token.kind not in ("const", "expr")
                or place in asked
                or normalize(token.text) in self.layout.parts
            ):
                continue
            node = ast.parse(token.text.strip(), mode="eval").body
            if token.text.startswith("range("):
                continue
            if isinstance(node, ast.Call) and self._is_function(ast.unparse(node.func)):
                if not node.keywords and all(compute(ast.unparse(item)) is not None for item in node.args):
                    yield Found(place, Claim("invoked", name=token.text))
                continue
            for part in ast.walk(node):
                value = literals.write(part.value) if isinstance(part, ast.Constant) else ""
                if value and value not in self.layout.constants:
                    yield Found(place, Claim("mentioned", value=value))

    def _is_judged(self, place: int) -> bool:
        """Whether something is said about an expression right after it."""
        return any(
            token.low
            in (
                "is",
                "→",
                "=",
                "evaluates",
                "fails",
                "holds",
                "does",
                "->",
                "isn't",
                "doesn't",
                ":",
                "gives",
                "comes",
                "yields",
                "returns",
                "was",
                "=>",
                "?",
                "which",
                "becomes",
                "itself",
                "to",
                "(",
            )
            for token in self.tokens[place + 1 : place + 2]
        ) or any(token.low in ("which", "is", "(") for token in self.tokens[place + 1 : place + 3])

    def _spell(self) -> tuple[str, list[int]]:
        """The sentence with a mark for each operand that is no whole number, and where tokens start."""
        parts, starts, place = [], [], 0
        for token in self.tokens:
            part = token.low if not token.is_operand or token.text.isdigit() else "◊"
            parts.append(part)
            starts.append(place)
            place += len(part) + 1
        return " ".join(parts), starts


def _find_text(token: Token) -> str | None:
    """The value that a token stands for, None when it is none; a range stays as it is written."""
    if token.kind == "value" or token.text.startswith("range("):
        return token.text
    return compute(token.text) if token.kind == "const" else None


def _compare(left: str, sign: str, right: str) -> str:
    return f"({left}) {sign.format(f'({right})')}" if "{}" in sign else f"({left}) {sign} ({right})"


def _find_place(starts: list[int], offset: int) -> int:
    """The token that begins at or after an offset of the spelled sentence."""
    return next((place for place, start in enumerate(starts) if start >= offset), len(starts))

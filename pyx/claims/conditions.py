"""Conditions: what a sentence says came out true or false, and which bodies ran."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pyx.claims import branching, relations
from pyx.claims.links import Link, is_asked
from pyx.claims.sentence import Found, Sentence, find_place
from pyx.claims.tokens import compute, is_test, normalize
from pyx.records import Claim


class Conditions(Sentence):
    """Reads truth: of expressions, of conditions, of branches, and adjectives such as `even`."""

    def find_truths(self, links: list[Link], used: set[int]) -> Iterator[Found]:
        """Conditions that are true or false, and bodies that are entered or not."""
        text, starts = self.spell()
        yield from self._replies(links, used)
        for match in branching.TRUE.finditer(text):
            word = next(group for group in match.groups() if group)
            place = find_place(starts, match.start())
            if any(token.low == "whether" for token in self.tokens[max(0, place - 6) : place]):
                continue
            neither = next(
                (number for number, token in enumerate(self.tokens[:place]) if token.low == "neither"), None
            )
            if neither is None:
                yield from self._truth(place, branching.TRUTHS[word], links)
            for token in self.tokens[neither:place] if neither is not None else ():
                if token.kind in ("expr", "const") and is_test(token.text):
                    used.add(self.tokens.index(token))
                    yield Found(
                        place,
                        Claim(
                            "computed", self.line(), f"bool({token.text})", str(not branching.TRUTHS[word])
                        ),
                    )
        for place, token in enumerate(self.tokens):
            if token.text in ("True", "False") and place not in used and self._is_condition(place):
                used.add(place)
                yield from self.took(place, token.text == "True", "condition")
        yield from self._bodies(text, starts)
        for match in branching.GOES_ON.finditer(text):
            if self.unit.said.lower().find("continue") < 0 or "loop continues" in text:
                yield from self.took(
                    find_place(starts, match.start()),
                    not branching.NEGATED.search(text[: match.start()]),
                    "loop",
                )

    def _bodies(self, text: str, starts: list[int]) -> Iterator[Found]:
        """Bodies that are entered or skipped, negations turned."""
        for pattern, way in ((branching.TAKEN, True), (branching.SKIPPED, False)):
            for match in pattern.finditer(text):
                given = match.groupdict()
                passed = re.search(r"\b(?:nothing|fall)", match[0]) and self.layout.has("If")
                other = passed or re.search(r"\b(?:else|elif|next c)", match[0])
                kind = (
                    "if"
                    if given["if"] or given["if2"] or other
                    else "loop"
                    if given["loop"] or given["loop2"]
                    else ""
                )
                turned = bool(branching.NEGATED.search(text[: match.start()]))
                turned = turned or " not " in f" {given.get('passive') or ''}"
                if not kind and match[0].endswith(" it") and not re.search(r"\b(?:if|true|false|hold)", text):
                    continue
                yield from self.took(find_place(starts, match.start()), way != turned, kind)

    def _replies(self, links: list[Link], used: set[int]) -> Iterator[Found]:
        """A question and its answer: "n > 2? yes", "Is n even? 3 % 2 == 0, no."."""
        reply = next(
            (place for place, token in enumerate(self.tokens) if token.low in branching.REPLIES), None
        )
        asks = [
            place
            for place, token in enumerate(self.tokens[:reply])
            if token.text == "?"
            or (token.text == ":" and reply == place + 1 and is_asked(self.tokens, place - 1))
        ]
        if reply is None or not asks:
            return
        truth = branching.REPLIES[self.tokens[reply].low]
        linked = {link.subject: link for link in links if link.asked and link.value < reply}
        for place in range(reply):
            token = self.tokens[place]
            link = linked.get(place)
            if link is not None and self.measure(place) != "":
                yield from self._judge(reply, self.test(link), truth)
                used.update((link.subject, link.value))
            elif token.kind in ("expr", "const") and place not in used and self.is_condition(token.text):
                used.add(place)
                yield from self._judge(reply, token.text, truth)
            elif token.kind == "name" and asks[0] == place + 1 and place < 3:
                yield from self._judge(reply, token.text, truth)

    def _judge(self, place: int, test: str, truth: bool) -> Iterator[Found]:
        """A condition of the program went this way, or an expression comes out so."""
        lines = self.layout.tests.get(normalize(test), set())
        if self.unit.label in self.layout.compared and compute(test) in ("True", "False"):
            lines = {self.unit.label}  # "[L4] 3 > 2 is true": values in place of the names
        if self.unit.label in lines or (len(lines) == 1 and not self.unit.label and not test.isidentifier()):
            yield Found(place, Claim("took", self.unit.label or next(iter(lines)), value=str(truth)))
        elif not self.is_function(test):
            yield Found(place, Claim("computed", self.line(), f"bool({test})", str(truth)))

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
            yield from self.took(place, truth, "condition")
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
        whole = token.kind == "const" and is_test(token.text)
        test = token.text if asked is None or whole else self.test(asked)
        if token.kind == "value" and asked is None:
            if token.text in ("True", "False"):
                return
            if self.tokens[place].low in ("holds", "fails", "passes", "does", "doesn't", "succeeds"):
                yield from self.took(
                    place, truth, "condition"
                )  # "5 ... does not pass": the test is what fails
                return
        if not self.is_function(token.text):
            yield from self._judge(place, test, truth)

    def _is_condition(self, place: int) -> bool:
        before = [token.low for token in self.tokens[max(0, place - 6) : place]]
        return bool(
            {"condition", "check", "test", "comparison", "evaluates", "expression", "assertion"} & set(before)
        )

    def find_adjectives(self) -> Iterator[Found]:
        """ "n is even", "the list is not empty": conditions in one word."""
        for place, token in enumerate(self.tokens):
            if not token.is_operand or (token.kind == "value" and token.text in ("True", "False")):
                continue
            after = [item.low for item in self.tokens[place + 1 : place + 5]]
            if after[:1] == [","] and after[1:2] in (["which"], ["that"]):
                after = after[2:]
            if after[:1] in (["isn't"], ["wasn't"]):
                after = ["is", "not", *after[1:]]
            if after[:1] not in (["is"], ["was"]):
                continue
            negated = after[1:2] == ["not"]
            word = (after[2:3] if negated else after[1:2] or [""])[0] if len(after) > 1 + negated else ""
            if word not in relations.ADJECTIVES or is_asked(self.tokens, place) or self.measure(place) == "":
                continue
            if self.is_function(token.text) or self._leads_on(place, word):
                continue
            test = relations.ADJECTIVES[word].format(self.measure(place) or token.text)
            yield Found(place, Claim("computed", self.line(), f"bool({test})", str(not negated)))

    def find_its(self) -> Iterator[Found]:
        """ "n = 3: it is odd", where one name alone stands before."""
        for place, token in enumerate(self.tokens[:-2]):
            after = [item.low for item in self.tokens[place + 1 : place + 4]]
            negated = after[1:2] == ["not"]
            word = after[1 + negated] if len(after) > 1 + negated else ""
            before = self.tokens[:place]
            names = {item.text for item in before if item.kind in ("name", "expr")}
            if (
                token.low != "it"
                or after[:1] != ["is"]
                or word not in ("even", "odd", "positive", "negative")
            ):
                continue
            ends = self.tokens[place + 2 + negated + 1 : place + 2 + negated + 2]
            told = len(names) == 1 and before[0].kind == "name" and not is_asked(self.tokens, place)
            if told and not any(item.kind == "word" and item.low not in ("and", "so") for item in ends):
                test = relations.ADJECTIVES[word].format(before[0].text)
                yield Found(place, Claim("computed", self.line(), f"bool({test})", str(not negated)))

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

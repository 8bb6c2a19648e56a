"""How often and to what end: iterations, results, exceptions and output."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pyx import literals
from pyx.claims import looping, phrases, relations
from pyx.claims.links import Link, is_asked
from pyx.claims.sentence import Found, Sentence, find_place
from pyx.claims.tokens import find_free
from pyx.records import Claim


class Courses(Sentence):
    """Reads iterations, counts, results, exceptions and output."""

    def find_spans(self, used: set[int]) -> Iterator[Found]:
        """ "i goes from 0 to 2", "c takes the values 'a', 'b'"."""
        text, starts = self.spell_kinds()
        for match in (*looping.SPAN.finditer(text), *looping.CHAIN.finditer(text)):
            places = [place for place, start in enumerate(starts) if match.start() <= start < match.end()]
            name = next(place for place in places if self.tokens[place].kind == "name")
            values = [self.tokens[place].text for place in places if self.tokens[place].kind == "value"]
            own = self.tokens[name].text in self.layout.targets
            listed = re.match(r"N(?: variable)* (?:=|is|are) V , V$", match[0])  # "i = 0, 5 is added"
            if (
                listed
                or not (own or len(values) > 2)
                or len({type(literals.read(value)) for value in values}) > 1
            ):
                continue
            if used & set(places):
                continue
            used.update(places)
            ranged = len(values) == 2 and re.search(r" (?:to|through|up to|until|\.)\s", match[0])
            part = "..." if re.match(r"N(?: variable)* (?:=|is|are)", match[0]) else ".."
            value = part.join(values) if ranged else f"[{', '.join(values)}]"
            yield Found(name, Claim("spanned", 0, self.tokens[name].text, value))

    def find_counts(self, used: set[int]) -> Iterator[Found]:
        text, starts = self.spell()
        for match in looping.RANGE.finditer(text):
            first, last = int(match[1]), int(match[2])
            place = find_place(starts, match.start())
            self.use(used, starts, match)
            loop = self.unit.label if self.unit.label in self.layout.loops else 0
            if re.search(r"\bsame way\b", text):
                yield Found(place, Claim("alike", loop, value=str(last), count=first))
            else:
                yield Found(place, Claim("within", count=first))
                yield Found(place, Claim("within", count=last))
        if looping.RANGE.search(text):
            return
        for match in looping.ITERATION.finditer(text):
            count = int(match[1] or match[2] or looping.ORDINALS.get((match[3] or match[4] or "").lower(), 0))
            self.use(used, starts, match)
            loop = self.unit.label if self.unit.label in self.layout.loops else 0
            yield Found(find_place(starts, match.start()), Claim("within", loop, count=count))
        for match in looping.LAST.finditer(text):
            word = match[1]
            count = int(word[:-2]) if word[0].isdigit() else looping.ORDINALS[word]
            yield Found(find_place(starts, match.start()), Claim("iterated", count=count))
        yield from self._rounds(text, starts, used)
        for match in re.finditer(r"\b(\d+) levels? deep\b|\bdepth (?:of |is )?(\d+)\b", text):
            self.use(used, starts, match)
            yield Found(find_place(starts, match.start()), Claim("deep", count=int(match[1] or match[2])))

    def _rounds(self, text: str, starts: list[int], used: set[int]) -> Iterator[Found]:
        for match in looping.ROUNDS.finditer(text):
            if find_place(starts, match.start()) in used:
                continue
            word = (match[1] or match[2]).lower()
            count = int(word) if word.isdigit() else looping.CARDINALS[word]
            rounds = (
                "iteration" in match[0].lower() or "pass" in match[0].lower() or "round" in match[0].lower()
            )
            loops = re.search(r"\b(?:loop|iterat\w*|body|repeats?|range)\b", text)
            if not (rounds or loops) or (word == "no" and not rounds):
                continue
            self.use(used, starts, match)
            if re.search(
                r"\b(?:remaining|last|next|other|further|more|another|previous|most|to)\s*$",
                text[: match.start()],
            ) or re.match(r"\s*at most\b", text[match.end() :]):
                continue  # some of the iterations, not all of them
            other = re.search(
                r"(\w+)\W+(?:(?:was|is|were|are|has been|gets) )?(?:executed|called|run|used|tried"
                r"|evaluated)\s*$",
                text[: match.start()],
            )
            if other and other[1] not in ("loop", "body", "it", "block", "loops", "passes"):
                continue
            total = loops and not re.match(r"\s*(?:so far|left|remaining|remain|more)\b", text[match.end() :])
            over = re.search(r"\b(?:ran|ended|over|done|finished|completed|stopped)\b", text)
            planned = re.search(r"\b(?:going to be|will be|there are|planned|so many|makes)\b", text)
            kind = (
                "iterated"
                if total or planned or re.search(r"\b(?:ends?|over|in all|total)\b", text)
                else "within"
            )
            line = next((line for line in (self.unit.label, self.unit.under) if line in self.layout.loops), 0)
            if kind == "iterated" or count:
                how = "over" if over and kind == "iterated" else "" if kind == "iterated" else "so far"
                yield Found(
                    find_place(starts, match.start()), Claim("iterated", line, value=how, count=count)
                )

    def find_returns(self, links: list[Link], used: set[int]) -> Iterator[Found]:
        text, starts = self.spell_kinds()
        for match in phrases.RETURNED.finditer(text):
            place = find_place(starts, match.start())
            following = text[match.end() : match.end() + 12].split()[:1]
            derived = place > 0 and self.tokens[place - 1].low in (
                "of",
                "or",
                "no",
                "no",
            )  # "swapcase of 'a' is returned"
            if (
                not is_asked(self.tokens, place)
                and not derived
                and following not in (["if"], ["when"], ["unless"], ["at"])
            ):
                used.add(place)
                yield Found(place, Claim("returned", 0, "", self.tokens[place].text))
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
                "hand",
                "hands",
                "give",
                "handed",
                "gives",
                "gets",
            ):
                continue
            found = self._result(place, links)
            if found is None:
                continue
            said = self.tokens[place - 1].low if place else ""
            if said.endswith(("n't", "n’t")) or said in ("not", "never", "no", *self.layout.methods):
                used.add(found)  # "we don't return None"; "find returns -1" is not the program's result
                continue
            after = [item.low for item in self.tokens[found + 1 : found + 4]]
            if {"never", "not", "isn't", "executed", "reached", "run"} & set(after):
                used.add(found)
                continue
            if (
                after[:1] in ([","], ["and"], ["or"])
                and self.tokens[found + 2 : found + 3]
                and (self.tokens[found + 2].kind == "value" or after[0] == "or")
            ):
                continue  # "returned are 'a', 'b' and 'c'", "returns 1 or None"
            subject = self.tokens[place - 1] if place else token
            name = subject.text if subject.kind == "name" and self.is_function(subject.text) else ""
            if subject.kind == "expr":
                name = subject.text.partition("(")[0]
                if not self.is_function(name):
                    continue
            used.add(found)
            calls = [item.text for item in self.tokens[:place] if item.kind == "expr" and "(" in item.text]
            call = (calls[-1] if subject.low == "which" else calls[0]) if calls else ""
            if subject.low in ("it", "this", "which") and self.is_function(call.partition("(")[0]):
                yield Found(found, Claim("computed", 0, call, self.tokens[found].text))
            elif self.tokens[found].kind == "value":
                line = self.unit.label if token.low == "return" else 0
                yield Found(found, Claim("returned", line, name, self.tokens[found].text))
                if subject.kind == "expr" and set(find_free(subject.text)) <= {name}:
                    yield Found(found, Claim("computed", 0, subject.text, self.tokens[found].text))

    def find_named(self) -> Iterator[Found]:
        """ "`xs` is returned", "it is appended to `xs`": the program must have such a statement."""
        text, starts = self.spell_kinds()
        for match in phrases.RETURNED_NAME.finditer(text):
            place = find_place(starts, match.start(1) if match[1] else match.start(2))
            denied = re.search(r"(?:n't|\bnot|\bnever)\s*$", text[: match.start()])
            if self.tokens[place].text in self.words.variables and not denied:
                yield Found(place, Claim("does", 0, f"return {self.tokens[place].text}"))
        for match in phrases.PUT_INTO.finditer(text):
            place = find_place(starts, match.end() - 1)
            if self.unit.label and self.tokens[place].text in self.words.variables:
                yield Found(place, Claim("does", self.unit.label, f"change {self.tokens[place].text}"))

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
            if token.kind == "mark" and token.text not in (":", "(", "*", "→", "->", "=>", "⇒", "=", "`"):
                return None
            if (
                token.kind == "word"
                and token.low not in relations.GENERIC
                and token.low
                not in (
                    "empty",
                    "with",
                    "from",
                    "here",
                    "value",
                    "back",
                )
            ):
                return None
        return None

    def find_faults(self) -> Iterator[Found]:
        text = self.unit.said
        words = [token.text.rpartition(".")[2].partition("(")[0] for token in self.tokens]
        spoken = phrases.FAULTY.search(text) or re.search(
            r"\b(?:occurs|is raised|was raised|comes up)\b", text
        )
        for match in phrases.FAULT.finditer(text):
            before = text[max(0, match.start() - 24) : match.start()].lower()
            if spoken and not re.search(r"\b(?:except|catch\w*|handl\w*|for|no|without|not)\b", before):
                place = words.index(match[1]) if match[1] in words else len(self.tokens)
                yield Found(place, Claim("raised", self.unit.label, value=match[1]))

    def find_prints(self, used: set[int]) -> Iterator[Found]:
        for place, token in enumerate(self.tokens[:-1]):
            following = self.tokens[place + 1]
            passive = token.kind == "value" and following.low in ("is", "was", "gets")
            if passive and self.tokens[place + 2 : place + 3] and self.tokens[place + 2].low == "printed":
                used.add(place)
                yield Found(place, Claim("printed", self.line(), value=token.text))
            if token.low in ("prints", "printed", "printing") and following.kind == "value":
                used.add(place + 1)
                yield Found(place, Claim("printed", self.line(), value=following.text))

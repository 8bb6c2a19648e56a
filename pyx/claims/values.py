"""The values that a sentence gives to names and expressions, and what it only mentions."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator
from dataclasses import replace

from pyx.claims import branching, phrases, relations
from pyx.claims.layout import find_root
from pyx.claims.links import Link, is_asked
from pyx.claims.sentence import Found, Sentence, compare, find_place, find_text
from pyx.claims.tokens import compute, is_test, normalize
from pyx.records import Claim


def pair_sides(left: str, right: str) -> Iterator[tuple[str, str]]:
    """Both sides of a comparison, each with the constant that stands in its place in another one."""
    one, other = (ast.parse(text.strip(), mode="eval").body for text in (left, right))
    if not isinstance(one, ast.Compare) or not isinstance(other, ast.Compare):
        return
    if len(one.ops) != 1 or [type(sign) for sign in one.ops] != [type(sign) for sign in other.ops]:
        return
    for name, value in ((one.left, other.left), (one.comparators[0], other.comparators[0])):
        text = compute(ast.unparse(value))
        if text is not None and not isinstance(name, ast.Constant):
            yield ast.unparse(name), text


class Values(Sentence):
    """Reads values: what is, becomes and was, what compares, and what is left over."""

    def find_link(self, link: Link) -> Iterator[Found]:
        subject, value = self.tokens[link.subject], self.tokens[link.value]
        if link.asked:
            return
        if "(" in value.text and normalize(value.text) in self.layout.parts:
            return  # the program's own expression, not what came of it
        if link.how == "size":
            yield Found(link.value, Claim("computed", self.line(), f"len({subject.text})", value.text))
            return
        if link.how in relations.EDGES.values():
            slice_ = f"({subject.text}){link.how.format(value.text)}"
            item = f"({subject.text})[{0 if link.how.startswith('[:') else -1}] == {value.text}"
            yield Found(link.value, Claim("computed", self.line(), f"({slice_}) or {item}", "True"))
            return
        if link.how == "gain":
            text = find_text(value)
            if text is not None and not self.is_function(subject.text):
                yield Found(link.value, Claim("gained", self.line(), subject.text, text))
            return
        if link.how not in ("state", "change", "before"):
            yield from self._compared(link)
            return
        if (
            subject.kind == "name"
            and value.kind == "const"
            and is_test(value.text)
            and link.value == link.subject + 2
            and self.tokens[link.subject + 1].text == "="
        ):
            # "i = 4 > 0": the value, and what is true of it.
            said = ast.parse(value.text.strip(), mode="eval").body
            known = compute(ast.unparse(said.left)) if isinstance(said, ast.Compare) else None
            if known is not None:
                yield from self._named(link, subject.text, known)
                yield Found(link.value, Claim("computed", self.line(), value.text, "True"))
                return
        if subject.text in self.layout.inner or self._is_overview(link):
            yield Found(link.value, Claim("mentioned", value=value.text))
            return
        name, text = subject.text, find_text(value)
        if text is not None and text.startswith("range(") and name.startswith("range("):
            yield Found(link.value, Claim("computed", self.line(), f"list({name}) == list({text})", "True"))
            return
        if text is None or value.kind == "expr" or (text.startswith("range(") and "range(" in name):
            return
        measured = self.measure(link.subject)
        lines = self.layout.tests.get(normalize(name), set()) if text in ("True", "False") else set()
        if lines and name.isidentifier() and not self.unit.label:
            # "ok -> True" may speak of the test `if ok` as well as of the name.
            test = Claim("computed", 0, f"bool({name})", text)
            kind = "became" if link.how == "change" else "shown"
            yield Found(link.value, Claim(kind, 0, name, text) if link.sure else test)
        elif self.unit.label in lines or (len(lines) == 1 and not self.unit.label):
            yield Found(link.value, Claim("took", self.unit.label or next(iter(lines)), "", text))
        elif measured == "":
            yield Found(link.value, Claim("mentioned", value=text))
        elif subject.kind == "name" and measured is None and not self.is_function(name):
            yield from self._named(link, name, text)
        elif (root := self._find_changed(name, text)) and measured is None:
            yield from self._named(replace(link, how="change"), root, text)
        elif not self.is_function(name):
            yield Found(link.value, Claim("computed", self.line(), measured or name, text))

    def _is_overview(self, link: Link) -> bool:
        """Whether a value of a loop's name is none of this moment: "i = 2 comes first", ": becomes 'A'"."""
        if self.tokens[link.subject].text not in self.layout.targets:
            return False
        after = [token.low for token in self.tokens[link.value + 1 : link.value + 3]]
        between = self.tokens[link.subject + 1 : link.value]
        elliptic = any(
            one.text == ":" and other.low == "becomes" for one, other in itertools.pairwise(between)
        )
        return after in (["comes", "first"], ["comes", "last"]) or elliptic

    def _find_changed(self, text: str, value: str) -> str:
        """The name that a call such as `x.append(1)` changes, when it is no value that is said of it."""
        node = ast.parse(text.strip(), mode="eval").body
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            return ""
        changes = node.func.attr in phrases.CHANGING
        return find_root(node.func.value) if changes and value != "None" else ""

    def _named(self, link: Link, name: str, text: str) -> Iterator[Found]:
        """A name is said to have a value: from here on, now, or until here."""
        kind = {"change": "became", "before": "was", "state": "shown"}[link.how]
        line = self.unit.label or (
            self.unit.under if name in self.layout.binds.get(self.unit.under, ()) else 0
        )
        if self.unit.label and kind == "shown" and not self.layout.mentions(self.unit.label, name):
            kind = "shown" if self._is_dump() else "became"
        if re.search(r"\bruns again\b", self.unit.said):
            kind, line = "shown", 0  # of the function that runs, not of the line that calls it
        if kind == "shown" and self._comes_after(link):
            direct = phrases.CHANGED.search(self._between(link.subject, link.value))
            bound = not line or name in self.layout.binds.get(line, ())
            kind = "became" if bound or direct else "held"
        if kind == "was" and self._is_alone(link, name):
            kind = "shown"  # told in the past tense
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
        if kind == "became" and not line and name in self.layout.targets:
            kind = "held"
        if kind == "became" and line and not self.layout.mentions(line, name) and self._is_dump():
            kind, line = "shown", 0
        yield Found(link.value, Claim(kind, line, name, text), link.aside)

    def _comes_after(self, link: Link) -> bool:
        """Whether a value is said to be what a change led to: "..., so x is now 3", "giving 3"."""
        verb = next(
            (
                place
                for place, token in enumerate(self.tokens[: link.value])
                if phrases.CHANGED.fullmatch(token.text)
            ),
            None,
        )
        name = self.tokens[link.subject].text
        if any(
            token.kind == "expr" and self._find_changed(token.text, "") == name
            for token in self.tokens[: link.subject]
        ):
            return True
        if verb is None:
            return False
        led = phrases.LED_TO.search(self._between(link.subject, link.value))
        listed = self.tokens[link.value].text[:1] in ("[", "{") and self.tokens[link.subject - 1].text == ","
        if verb < link.subject and listed and name not in self.layout.targets:
            return True  # "3 is inserted, xs = [3]"
        return bool(led or (verb < link.subject and phrases.SO.search(self._between(verb, link.subject))))

    def _between(self, start: int, end: int) -> str:
        return " ".join(token.low for token in self.tokens[start + 1 : end])

    def _is_alone(self, link: Link, name: str) -> bool:
        """Whether nothing else is said of a name."""
        return sum(token.text == name for token in self.tokens) == 1 and not any(
            token.low in ("from", "to", "now", "before", "previously", "originally")
            for token in self.tokens[link.subject :]
        )

    def _is_dump(self) -> bool:
        """Whether the sentence lists the values of several names."""
        return len({token.text for token in self.tokens if token.kind == "name"}) > 1

    def _compared(self, link: Link) -> Iterator[Found]:
        left, right = self.tokens[link.subject], self.tokens[link.value]
        if self.measure(link.subject) == "" or any(self.is_function(token.text) for token in (left, right)):
            return
        test = compare(self.measure(link.subject) or left.text, link.how, right.text)
        yield Found(link.value, Claim("computed", self.line(), test, "True"))
        for token in (left, right):
            if token.kind == "value":
                yield Found(link.value, Claim("mentioned", value=token.text))

    def find_tested(self) -> Iterator[Found]:
        """Comparisons of values alone, which must be what a condition of the program came to."""
        for place, token in enumerate(self.tokens):
            if token.kind != "const" or not self.layout.signs:
                continue
            node = ast.parse(token.text.strip(), mode="eval").body
            if not isinstance(node, ast.Compare) or len(node.ops) != 1:
                continue
            if type(node.ops[0]).__name__ in self.layout.signs and self._is_condition():
                line = self.unit.label if self.unit.label in self.layout.branches else 0
                yield Found(place, Claim("tested", line, token.text))

    def _is_condition(self) -> bool:
        """Whether the sentence is about a branch: it names one, or says that something is true."""
        words = {token.low for token in self.tokens}
        asked = "?" in words and bool(words & set(branching.REPLIES))
        return (
            asked
            or self.unit.label in self.layout.branches
            or bool(words & branching.ABOUT_BRANCHES)
            or any(
                normalize(token.text) in self.layout.tests for token in self.tokens if token.kind == "expr"
            )
        )

    def find_item(self, used: set[int]) -> Iterator[Found]:
        """What a sentence begins with: "'a': it is appended" is told of the iteration whose item it is."""
        if len(self.tokens) < 3 or self.unit.label or not self.layout.targets:
            return
        first, then = self.tokens[:2]
        written = first.coded or first.text[0] in "'\"(["
        if first.kind == "value" and written and then.text in (":", "→", "->", "=>", "⇒", "–", "—"):
            used.add(0)
            yield Found(0, Claim("item", value=first.text))

    def find_filled(self) -> Iterator[Found]:
        """An expression and the same with values in place of its names: "`n % 2 == 0`: 3 % 2 == 0"."""
        places = [place for place, token in enumerate(self.tokens) if token.is_operand]
        for left, right in itertools.pairwise(places):
            between = " ".join(token.low for token in self.tokens[left + 1 : right])
            if (self.tokens[left].kind, self.tokens[right].kind) != ("expr", "const"):
                continue
            if phrases.IN_OTHER_WORDS.fullmatch(between) and not is_asked(self.tokens, left):
                for name, value in pair_sides(self.tokens[left].text, self.tokens[right].text):
                    yield Found(right, Claim("computed", self.line(), name, value))

    def find_gained(self) -> Iterator[Found]:
        """ "we append 3 to xs", "3 is added to total"."""
        text, starts = self.spell_kinds()
        for match in phrases.GAINED.finditer(text):
            given = {
                key[0]: find_place(starts, match.start(key))
                for key, part in match.groupdict().items()
                if part
            }
            value, name = given["v"], given["n"]
            yield Found(name, Claim("gained", self.line(), self.tokens[name].text, self.tokens[value].text))
        for match in phrases.APPENDED.finditer(text):
            place = find_place(starts, match.start("v1") if match["v1"] else match.start("v2"))
            yield Found(place, Claim("gained", self.line(), "", self.tokens[place].text))
        for place, token in enumerate(self.tokens):
            match ast.parse(token.text.strip(), mode="eval").body if token.kind == "expr" else None:
                case ast.Call(
                    ast.Attribute(ast.Name(id=str(owner)), "append" | "add" | "appendleft"), [item], []
                ):
                    put = compute(ast.unparse(item))
                    if put is not None and owner in self.words.variables:
                        yield Found(place, Claim("gained", self.line(), owner, put))

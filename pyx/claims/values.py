"""The values that a sentence gives to names and expressions, and what it only mentions."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace

from pyx import literals
from pyx.claims import branching, phrases, relations
from pyx.claims.layout import find_root
from pyx.claims.links import Link, is_asked, is_test
from pyx.claims.sentence import Found, Sentence, compare, find_place, find_text
from pyx.claims.tokens import compute, find_free, normalize
from pyx.records import Claim


def split_tests(text: str) -> list[str]:
    """The tests that stand side by side in brackets: "(0 < 3, 0 < 8)"."""
    node = ast.parse(text.strip(), mode="eval").body
    return [ast.unparse(item) for item in node.elts] if isinstance(node, ast.Tuple) else [text]


def find_leaves(node: ast.AST) -> Iterator[str]:
    """The constants of an expression, with their signs."""
    if (
        isinstance(node, ast.UnaryOp)
        and isinstance(node.op, ast.USub)
        and isinstance(node.operand, ast.Constant)
    ):
        yield ast.unparse(node)
    elif isinstance(node, ast.Constant):
        yield literals.write(node.value)
    else:
        for child in ast.iter_child_nodes(node):
            yield from find_leaves(child)


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
        if link.how not in ("state", "change", "before"):
            yield from self._compared(link)
            return
        name, text = subject.text, find_text(value)
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
        if kind == "was" and not line and self._is_alone(link, name):
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

    def find_strangers(self) -> Iterator[Found]:
        """Names that the program does not have."""
        for place, token in enumerate(self.tokens):
            if (
                token.kind == "name"
                and token.text not in self.words.known
                and token.coded
                and token.low not in relations.GENERIC
            ) or (token.kind == "word" and self._is_stranger(place)):
                yield Found(place, Claim("named", name=token.text))
            elif token.kind == "expr":
                for name in find_free(token.text):
                    if name not in self.words.known:
                        yield Found(place, Claim("named", name=name))

    def _is_stranger(self, place: int) -> bool:
        """Whether a bare word is used as a variable: `word = 5`, or `my_word is 5`."""
        token, after = self.tokens[place], self.tokens[place + 1 : place + 3]
        if (
            "(" in token.text
            or token.text in self.words.known
            or token.low in relations.GENERIC
            or token.coded
        ):
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

    def find_rest(self, used: set[int], links: list[Link]) -> Iterator[Found]:
        """Values that nothing else explains must at least stand somewhere."""
        asked = {place for link in links if link.asked for place in (link.subject, link.value)}
        for place, token in enumerate(self.tokens):
            if place in used or place in asked:
                continue
            if "(" in token.text and normalize(token.text) in self.layout.parts and token.kind == "value":
                continue
            before = self.tokens[place - 1].low if place else ""
            after = self.tokens[place + 1].text if place + 1 < len(self.tokens) else ""
            if token.kind == "const" and is_test(token.text) and after in ("True", "False"):
                yield Found(place, Claim("computed", self.line(), token.text, after))
                continue
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
                yield Found(place, Claim("mentioned", self.line(), value=token.text))
            elif (
                token.kind == "const"
                and re.search(r"[<>=]|\bin\b", token.text)
                and not is_asked(self.tokens, place)
                and not self._is_judged(place)
            ):
                for text in split_tests(token.text):
                    yield Found(place, Claim("computed", self.line(), text, "True"))
            elif (
                token.kind == "expr"
                and before in ("since", "because", "as", "now", "when", "once")
                and re.search(r"[<>]|==|!=| in ", token.text)
                and not self._is_judged(place)
            ):
                yield Found(place, Claim("computed", self.line(), f"bool({token.text})", "True"))

    def find_leaves(self, links: list[Link]) -> Iterator[Found]:
        """The constants of an expression that is not the program's own must stand somewhere as well."""
        asked = {place for link in links if link.asked for place in (link.subject, link.value)}
        asked |= {link.value for link in links if link.how in ("state", "change", "before")}
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
            if isinstance(node, ast.Call) and self.is_function(ast.unparse(node.func)):
                if not node.keywords and all(compute(ast.unparse(item)) is not None for item in node.args):
                    yield Found(place, Claim("invoked", name=token.text))
                continue
            for value in find_leaves(node):
                if value not in self.layout.constants:
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

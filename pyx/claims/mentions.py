"""What a sentence mentions and no phrase explains: it must at least stand somewhere."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from pyx import literals
from pyx.claims import relations
from pyx.claims.links import Link, is_asked
from pyx.claims.sentence import Found, Sentence
from pyx.claims.tokens import compute, find_free, is_test, normalize
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


class Mentions(Sentence):
    """Reads names that the program does not have, and values that stand alone."""

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
        if place and self.tokens[place - 1].is_operand:
            return False  # "d really is {}"
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

    def find_rest(self, used: set[int], links: list[Link]) -> Iterator[Found]:
        """Values that nothing else explains must at least stand somewhere."""
        asked = {place for link in links if link.asked for place in (link.subject, link.value)}
        for place, token in enumerate(self.tokens):
            if place in used or place in asked:
                continue
            if "(" in token.text and normalize(token.text) in self.layout.parts and token.kind == "value":
                continue
            if token.kind == "const" and not token.coded and self._is_denied(place):
                continue
            before = self.tokens[place - 1].low if place else ""
            after = self.tokens[place + 1].text if place + 1 < len(self.tokens) else ""
            if token.kind == "const" and is_test(token.text) and after in ("True", "False"):
                yield Found(place, Claim("computed", self.line(), token.text, after))
                continue
            if token.kind == "value" and token.text.isdigit() and after in ("times", "time"):
                continue
            if place > 2 and self.tokens[place - 3].low == "no" and self.tokens[place - 2].kind == "name":
                continue  # "there is no i = 4"
            if (
                place > 1
                and before in ("and", "to", "or", ",", "-", "–")
                and self.tokens[place - 2].kind == "label"
            ):
                continue  # "lines 5 and 6"
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
                "call",
                "round",
                "word",
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

    def _is_denied(self, place: int) -> bool:
        """Whether it is "no 'j' in 'z'" or "the index of 'j' in 'z'": no test that came out true."""
        before = [token.low for token in self.tokens[max(0, place - 2) : place]]
        return " in " in self.tokens[place].text and bool(
            {"no", "of", "any", "for", "find", "finds"} & set(before)
        )

    def find_leaves(self, links: list[Link]) -> Iterator[Found]:
        """The constants of an expression that is not the program's own must stand somewhere as well."""
        asked = {place for link in links if link.asked for place in (link.subject, link.value)}
        asked |= {link.value for link in links if link.how in ("state", "change", "before")}
        for place, token in enumerate(self.tokens):
            if (
                token.kind not in ("const", "expr")
                or place in asked
                or normalize(token.text) in self.layout.parts
                or self._is_denied(place)
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
                "did",
                "didn't",
                "held",
                "failed",
                "becomes",
                "itself",
                "to",
                "(",
            )
            for token in self.tokens[place + 1 : place + 2]
        ) or any(token.low in ("which", "is", "(") for token in self.tokens[place + 1 : place + 3])

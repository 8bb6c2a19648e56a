"""Prose about a program as tokens: labels, names, values, expressions, words and marks."""

from __future__ import annotations

import ast
import collections
import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pyx import literals
from pyx.claims.vocabulary import BUILTINS, CODE, Vocabulary
from pyx.trace import expressions

LABEL = re.compile(r"\[L(\d+)\](?!\w)|\b(?:[Ll]ines?|LINE)\s*#?(\d+)\b|\bL(\d+)\b(?=\s*[:.)\]\-–—])")
TEXT = re.compile(r"""(?<![\w'"])(?:[bB]?'(?:[^'\\\n]|\\.)*'|[bB]?"(?:[^"\\\n]|\\.)*")(?!\w)""")
_NUMBER = re.compile(r"(?<![\w.])-?(?:\d+\.\d+(?:[eE][-+]?\d+)?|\d+(?:[eE][-+]?\d+)?j?)(?!\w)(?!\.\d)")
_WORD = re.compile(r"[^\W\d]\w*(?:['’]\w+)?|\d+(?:st|nd|rd|th)\b")
_ARROW = re.compile(r"(?:\*\*|//|<<|>>|[-+*/%&|^])=(?!=)|->|=>|→|⇒|:=|==|!=|\*\*")
_OPERATOR = re.compile(r"(\s*)(\*\*|//|==|!=|<=|>=|<<|>>|[-+*/%<>&|^])(\s*)(?![>=])")
_IS_NONE = re.compile(r"\s+is(?:\s+not)?\s+None\b")
_HEADER = re.compile(r"(?:if|elif|while) (.+):")
_EITHER = re.compile(r"(?:not )?(?:True|False)(?: (?:and|or) (?:not )?(?:True|False))+\b")
_MEMBER = re.compile(r"\s+(not\s+in|in)\s+")
_CLOSING = {"[": "]", "(": ")", "{": "}"}
_CONSTANTS = ("True", "False", "None", "Ellipsis")
_TYPES = ("str", "list", "dict", "set", "tuple", "bytes", "int", "float", "frozenset")
_NEGATED = re.compile(r"-(?=[^\W\d]\w*[\[.(])")
_SAID_SO = re.compile(r"\bis (?:True|False)\b")
_METHOD = re.compile(r"[a-z]\w*(?=\([^)])")
_CALLED = re.compile(r"\.?([a-z]\w*)\(")
_BARE_CALL = re.compile(r"(?<![\w.)\]'\"])([a-z]\w*)(\((?:[^()'\"]|'[^'\n]*'|\"[^\"\n]*\")*\))?(?![\w.(\[])")
_TRUTH = re.compile(r"`?\s*(?:→|->|=>|:|is|says|gives|was|returns)\s+`?(?:True|False|true|false)\b")
_METHODS = frozenset(name for kind in (str, bytes, list, dict, set, collections.deque) for name in dir(kind))


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a text: `kind` is label, name, value, const, expr, word or mark.

    A `const` is an expression of constants, such as `3 * 4`; a name in a code span that the
    program does not know is a name all the same.
    """

    kind: str
    text: str
    start: int
    end: int
    coded: bool = False  # stood in a code span

    @property
    def low(self) -> str:
        return self.text.lower()

    @property
    def is_operand(self) -> bool:
        return self.kind in ("name", "value", "const", "expr")


def tokenize(text: str, words: Vocabulary, *, offset: int = 0, coded: bool = False) -> Iterator[Token]:
    """The tokens of a text, in order."""
    place, before = 0, ""
    while place < len(text):
        if text[place].isspace():
            place += 1
            continue
        found = _find_token(text, place, words, coded=coded)
        if before in ("the", "a", "return") and found[-1].text == "value" and not found[-1].coded:
            found = [Token("word", "value", place, place + len("value"))]
        if found[0].kind == "word" and found[0].low in COUNTING and not coded:
            found = [_read_number(text, found[0], before)]
        before = found[-1].low
        for token in found:
            yield Token(
                token.kind, token.text, token.start + offset, token.end + offset, token.coded or coded
            )
        place = found[-1].end


COUNTING = {
    word: str(number)
    for number, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
        ]
    )
}
_COUNTED = re.compile(
    r"[ -](?:\w+ )?(?:elements?|items?|characters?|chars?|letters?|keys?|entries|words?|pairs?|strings?"
    r"|members?|numbers?"
    r"|values?|digits?|times|iterations?|passes|rounds|calls|levels?)\b"
)
_LINKING = ("is", "are", "becomes", "become", "equals", "to", "returns", "gives", "reaches", "=")


def _read_number(text: str, word: Token, before: str) -> Token:
    """A number in letters as a value, where something is counted or said to be so many."""
    following = text[word.end : word.end + 2].strip()
    alone = before in _LINKING and (not following or not following[0].isalpha())
    counted = word.low != "one" and _COUNTED.match(text, word.end)
    return replace(word, kind="value", text=COUNTING[word.low]) if alone or counted else word


def _find_token(text: str, place: int, words: Vocabulary, *, coded: bool) -> list[Token]:
    if not coded and (match := LABEL.match(text, place)):
        number = next(group for group in match.groups() if group)
        return [Token("label", number, place, match.end())]
    if not coded and (match := CODE.match(text, place)):
        return _read_code(match, words)
    if match := re.match(r"None(?= (?:of|were|match|matches|matched|equals)\b)", text[place : place + 20]):
        return [Token("word", "None", place, place + 4)]
    if match := _ARROW.match(text, place):
        return [Token("mark", match[0], place, match.end())]
    if match := _BARE_CALL.match(text, place):
        said = normalize(match[0]) if "(" in match[0] else match[1]
        whole = words.calls.get(said, words.calls.get(match[1], "") if match[2] in (None, "()") else "")
        if whole and (match[2] or (match[1] not in words.variables and _TRUTH.match(text, match.end()))):
            return [Token("expr", whole, place, match.end())]
    end = _scan_expression(text, place, words, coded)
    if end is not None:
        kind = classify(text[place:end], words.variables | words.functions)
        if kind == "value" and re.fullmatch(r"[^\W\d]\w*\(\)", text[place:end]):
            kind = "word"  # a method by its name alone
        method = _METHOD.match(text, place)
        if kind == "value" and method and method[0] in _METHODS:
            name, end = method[0], method.end()  # "append(3)" is no object, and its arguments no tuple
            return [Token("word", name, place, end), Token("mark", "(", end, end + 1)]
        if kind:
            return [Token(kind, text[place:end], place, end)]
    if match := _WORD.match(text, place):
        return [Token("word", match[0], place, match.end())]
    return [Token("mark", text[place], place, place + 1)]


def _read_code(match: re.Match[str], words: Vocabulary) -> list[Token]:
    inner = match[2].strip()
    header = _HEADER.fullmatch(inner)
    if header and classify(header[1]) == "expr":
        return [Token("expr", header[1], match.start(), match.end(), True)]
    kind = classify(inner, words.variables | words.functions)
    if match2 := _BARE_CALL.fullmatch(inner):
        said = normalize(inner) if "(" in inner else inner
        whole = words.calls.get(said, words.calls.get(match2[1], "") if match2[2] == "()" else "")
        if whole and match2[2]:
            return [Token("expr", whole, match.start(), match.end(), True)]
    if kind == "value" and (method := _CALLED.match(inner)) and method[1] in _METHODS:
        kind = "word"  # a method by its name and what it is given: `pop(0)`
    if kind == "name" and inner in words.known and inner not in words.variables | words.functions:
        kind = "word"
    if kind:
        return [Token(kind, inner, match.start(), match.end(), True)]
    if (
        inner.startswith("return ")
        and classify(inner.removeprefix("return ").strip()) == "expr"
        and "," in inner
    ):
        return [Token("word", "return", match.start(), match.end(), True)]
    start = match.start(2) + len(match[2]) - len(match[2].lstrip())
    inside = list(tokenize(inner, words, offset=start, coded=True))
    if not inside:
        return [Token("mark", match[0], match.start(), match.end())]
    last = inside[-1]
    return [*inside[:-1], Token(last.kind, last.text, last.start, match.end(), True)]


@functools.lru_cache(maxsize=4096)
def classify(text: str, variables: frozenset[str] = frozenset()) -> str:
    """What kind of expression a text is: value, const, name or expr; "" when it is none."""
    try:
        node = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        # `<opaque a.B>` and the like are values that are not Python.
        return "value" if text.startswith("<opaque ") and _is_value(text) else ""
    if isinstance(node, ast.Name) and node.id not in ("nan", "inf"):
        return "name"
    if _is_value(text):
        return "value"
    if _is_made(node, variables):
        return "value"
    if any(
        isinstance(part, ast.Name) and (part.id not in BUILTINS or part.id in variables)
        for part in ast.walk(node)
    ):
        return "expr"
    return "const"


def _is_made(node: ast.expr, variables: frozenset[str]) -> bool:
    """Whether a text shows an object as a call that would make it: `defaultdict({1: 2})`."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, (ast.Name, ast.Attribute)):
        return False
    names = [part.id for part in ast.walk(node) if isinstance(part, ast.Name)]
    inside = [part for part in ast.walk(node) if isinstance(part, (ast.Call, ast.Subscript, ast.BinOp))]
    return len(names) == 1 and names[0] not in BUILTINS | variables and inside == [node]


def _is_value(text: str) -> bool:
    try:
        literals.read(text)
    except ValueError:
        return False
    return True


def _scan_expression(text: str, place: int, words: Vocabulary, coded: bool) -> int | None:
    """Where the expression that begins at a place ends; None when none begins there."""
    for test in words.tests:
        end = place + len(test)
        here = text.startswith(test, place) and not (place and text[place - 1].isalnum())
        if here and (" is " not in test or _JUDGED.match(text, end)):
            return end
    if match := _EITHER.match(text, place):
        return match.end()
    best = last = _scan_operand(text, place, words, coded)
    while last is not None:
        match = _OPERATOR.match(text, last) or _MEMBER.match(text, last)
        if match is None or (len(match.groups()) == 3 and bool(match[1]) != bool(match[3])):
            break
        last = _scan_operand(text, match.end(), words, coded)
        if last is not None and classify(text[place:last]):
            best = last
    if best is not None and (match := _IS_NONE.match(text, best)):
        # "3 is not None": with a value before it, this is no sentence but a test.
        best = match.end() if classify(text[place:best]) in ("value", "const") else best
    return best


def _is_foreign(text: str, words: Vocabulary) -> bool:
    """Whether a bracket holds words that are no names of the program."""
    try:
        node = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    return bool(names - words.known - {"nan", "inf"}) and not any(
        isinstance(part, ast.Call) for part in ast.walk(node)
    )


def _scan_operand(text: str, place: int, words: Vocabulary, coded: bool) -> int | None:
    if _NEGATED.match(text, place) and (not place or text[place - 1] in " (=,`["):
        end = _scan_operand(text, place + 1, words, coded)
        return end if end is not None and classify(text[place:end]) else None
    for pattern in (TEXT, _NUMBER):
        if match := pattern.match(text, place):
            return _scan_trailers(text, match.end()) if pattern is TEXT else match.end()
    if text[place : place + 1] in _CLOSING:
        end = find_closing(text, place)
        if end is not None and text[place] == "(" and _SAID_SO.search(text, place, end):
            return None  # "(5 > 5 is False)" says something
        if end is not None and not coded and _is_foreign(text[place:end], words):
            return None  # "[check]", "(1 in total)"
        return end if end is not None and classify(text[place:end]) else None
    match = _WORD.match(text, place)
    if match is None or (place and (text[place - 1].isalnum() or text[place - 1] == "_")):
        return None
    word = match[0].split("'")[0].split("’")[0]
    end = place + len(word)
    if word in _CONSTANTS:
        return end
    if text[end : end + 1] == "(" and (word in words.known or word in ("set", "frozenset")):
        return _scan_trailers(text, end)
    if word not in words.variables and word not in words.functions:
        typed = word in _TYPES and re.match(r"\.[^\W\d]\w*\(", text[end:])
        return _scan_trailers(text, end) if typed else None
    if word in ("a", "i", "I", "A") and not _is_named(text, end):
        return None
    if word in words.hidden and not coded and not re.match(r"\s*(?:[-+*/%]?=|\[|\.\w)", text[end:]):
        return None
    return _scan_trailers(text, end)


_JUDGED = re.compile(r"`?\s*(?:=>|->|→|:|,? which\b|is\b|evaluates\b|gives\b|comes\b|holds\b|fails\b|\?)")
_NAMED = re.compile(
    r"\s*(?:=|→|⇒|\[|\.\w|[-+*/%<>]"
    r"|,? (?:(?:now|then|finally|again|also|thus|therefore|still|just) )?(?:is|are|was|becomes|equals"
    r"|which|goes|gets|has|holds|now|stays|changes"
    r"|turns|equal|and|in|to|starts|begins|will|would|contains|remains|grows|had|does|keeps|ends|isn't|takes"
    r"|should|must|can|still|drops|moves|was|were)\b)"
)


def _is_named(text: str, end: int) -> bool:
    """Whether `a` or `i` stands for a variable here, and not for the article or the person."""
    return bool(_NAMED.match(text, end)) or text[end : end + 1] in ("", ",", ".", ")", ":", ";")


def _scan_trailers(text: str, end: int) -> int:
    """Over `.name`, `[...]` and `(...)` that follow without a space."""
    while end < len(text):
        if text[end] in "[(":
            closing = find_closing(text, end)
            if closing is None or LABEL.match(text, end):
                return end
            end = closing
        elif match := re.match(r"\.[^\W\d]\w*(?P<call>\()?", text[end:]):
            if text[end - 1] in "'\"])}" and match[0][1].isupper() and not match["call"]:
                return end  # the next sentence, without a space before it
            end += match.end() - bool(match["call"])
        else:
            return end
    return end


LONGEST = 20_000
"""Characters within which a bracket must close: a text may hold any number of open ones."""
UNCLOSED = 200
"""Brackets left open from which on none is looked for: they would cost the square of their number."""
_HEAP = re.compile(r"(?:[\[({]\s*){40}")


def find_closing(text: str, place: int) -> int | None:
    """The place after the bracket that closes the one at a place."""
    waiting = []
    start = place
    counts = [text.count(sign, place, place + LONGEST) for sign in "([{)]}"]
    if _HEAP.match(text, place) or sum(counts[:3]) > sum(counts[3:]) + UNCLOSED:
        return None
    while place < min(len(text), start + LONGEST):
        if match := TEXT.match(text, place):
            place = match.end()
            continue
        letter = text[place]
        if letter in _CLOSING:
            waiting.append(_CLOSING[letter])
        elif waiting and letter == waiting[-1]:
            waiting.pop()
            if not waiting:
                return place + 1
        elif letter in ")]}":
            return None
        place += 1
    return None


def is_test(text: str) -> bool:
    """Whether an expression is one that is true or false."""
    node = ast.parse(text.strip(), mode="eval").body
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr.startswith("is")
    turned = isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)
    return turned or isinstance(node, (ast.Compare, ast.BoolOp))


def after_of(tokens: Sequence[Token], place: int) -> str:
    """The word after a token, "" at the end."""
    return tokens[place + 1].low if place + 1 < len(tokens) else ""


def normalize(text: str) -> str:
    """An expression in one spelling, so that two spellings of it can be compared."""
    try:
        return ast.unparse(ast.parse(text.strip(), mode="eval"))
    except (SyntaxError, ValueError, RecursionError):
        return text.strip()


def compute(text: str) -> str | None:
    """The value of an expression of constants, None when it has none."""
    try:
        return expressions.evaluate(text, {})
    except expressions.Unknown:
        return None


def find_free(text: str) -> list[str]:
    """The names that an expression uses and does not bind itself, in source order."""
    nodes = list(ast.walk(ast.parse(text.strip(), mode="eval")))
    bound = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    bound |= {node.arg for node in nodes if isinstance(node, ast.arg)}
    return [node.id for node in nodes if isinstance(node, ast.Name) and node.id not in bound]

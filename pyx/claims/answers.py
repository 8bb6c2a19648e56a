"""Where a text states the result of the call."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from pyx import literals
from pyx.claims.phrases import ANSWER, FAULT, PLAIN_ANSWER
from pyx.claims.vocabulary import Vocabulary

NOTHING = Vocabulary(frozenset(), frozenset(), (), frozenset())

_TAGGED = re.compile(r"\[ANSWER\](.*?)\[/ANSWER\]", re.DOTALL | re.IGNORECASE)


NEAR_END = 260
"""Characters before the end of a text within which "the result is 3" speaks of the call."""


def find_answers(text: str, words: Vocabulary = NOTHING) -> tuple[str, list[str]]:
    """A text without the places where it states its result, and the results, in order.

    Where there are `[ANSWER]` tags, they and the end of the text alone are the answer. A result
    that the program has a name for (`result`, `output`) is that name, unless it is called final.
    """
    tags = list(_TAGGED.finditer(text))
    read = [(match, _read_tag(match[1])) for match in tags] or list(_find_told(text, words))
    found = [(match, value) for match, value in read if value is not None]
    plain = text[: found[0][0].start()] if tags and found else text
    plain = plain.rstrip()
    for match, value in _find_told(plain, words) if tags else ():
        if value is not None and (match["final"] or match["final2"] or len(plain) - match.start() < NEAR_END):
            found.append((match, value))
    for match in PLAIN_ANSWER.finditer(plain):
        within = any(one.start() < match.end() and match.start() < one.end() for one, _ in found)
        near = len(plain) - match.start() < NEAR_END or match["noun"] == "answer"
        value = _read_told(match, words) if near and not within else None
        if value is not None:
            found.append((match, value))
    body, place = [], 0
    for match, _ in sorted(found, key=lambda item: item[0].start()):
        body.append(text[place : match.start()])
        place = max(place, match.end())
    return "\n".join([*body, text[place:]]), [value for _, value in found]


def _read_tag(text: str) -> str | None:
    value = read_answer(text)
    if value is None and " == " in text:
        return text.rpartition(" == ")[2].strip()  # no literal: compared as it is written
    return value


def _find_told(text: str, words: Vocabulary) -> Iterator[tuple[re.Match[str], str | None]]:
    place = 0
    while match := ANSWER.search(text, place):
        value = _read_told(match, words)
        yield match, value
        place = match.end() if value is not None else match.start() + 1


def _read_told(match: re.Match[str], words: Vocabulary) -> str | None:
    parts = {key: part for key, part in match.groupdict().items() if part is not None}
    nouns = [part.lower() for key, part in parts.items() if key.startswith("noun")]
    own = words.variables.intersection(nouns) and not any(key.startswith("final") for key in parts)
    last = not match.string[match.end() :].strip()
    if own and not (
        last and re.match(r"\W*(?:so|therefore|thus|hence|and)?,? ?the ", match[0], re.IGNORECASE)
    ):
        return None
    if nouns == ["value"] and not any(key.startswith("final") for key in parts):
        return None
    told = next((part for key, part in parts.items() if key.startswith(("told", "tag"))), "")
    return read_answer(told)


def read_answer(text: str) -> str | None:
    """The result that a statement of it gives: a value, `raises Name`, or None when it gives none."""
    text = text.strip().strip("*").strip().removeprefix("assert ").strip()
    if text.startswith("`"):
        text = text.split("`")[1] if text.count("`") > 1 else text.strip("`")
        text = text.strip().removeprefix("assert ")
    # "6." ends a sentence: nobody writes the float so.
    for attempt in (text.rstrip(".`* "), text, text.split(" # ")[0].rstrip(".`* ")):
        value = _read_value(attempt)
        if value is not None:
            return value
    fault = FAULT.search(text)
    if fault and re.search(r"\b(?:rais|throw|exception|error)", text, re.IGNORECASE):
        return f"raises {fault[1]}"
    code = re.search(r"`([^`]+)`", text)
    value = _read_value(code[1]) if code else None
    return value if value is not None else _read_start(text)


def _read_value(text: str) -> str | None:
    if literals_read(text):
        return text
    try:
        node = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        left, sign, right = text.rpartition(" == ")
        return right.strip() if sign and literals_read(right.strip()) and "(" in left else None
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and isinstance(node.ops[0], (ast.Eq, ast.Is)):
        sides = [
            ast.get_source_segment(text.strip(), side) or "" for side in (node.comparators[0], node.left)
        ]
        return next((side for side in sides if literals_read(side)), None)
    return None


def _read_start(text: str) -> str | None:
    """The longest value that a text begins with, where a sentence goes on behind it."""
    for end in range(len(text), 0, -1):
        ended = end == len(text) or text[end] in " .,;:)"
        if ended and not text[:end].endswith(".") and literals_read(text[:end]):
            return text[:end]
    return None


def literals_read(text: str) -> bool:
    """Whether a text is a value."""
    try:
        literals.read(text)
    except ValueError:
        return False
    return True

"""Where a text states the result of the call."""

from __future__ import annotations

import ast
import re

from pyx import literals
from pyx.claims.phrases import ANSWER, FAULT, PLAIN_ANSWER

_TAGGED = re.compile(r"\[ANSWER\](.*?)\[/ANSWER\]", re.DOTALL | re.IGNORECASE)


def find_answers(text: str) -> tuple[str, list[str]]:
    """A text without the places where it states its result, and the results, in order.

    Where there are `[ANSWER]` tags, they alone are the answer.
    """
    pattern = _TAGGED if _TAGGED.search(text) else ANSWER
    found, body, place = [], [], 0
    for match in pattern.finditer(text):
        value = read_answer(next(group for group in match.groups() if group is not None))
        if value is None and pattern is _TAGGED and " == " in match[1]:
            value = match[1].rpartition(" == ")[2].strip()  # no literal: compared as it is written
        if value is None:
            continue
        found.append(value)
        body.append(text[place : match.start()])
        place = match.end()
    if not found:
        last = [read_answer(match[1]) for match in PLAIN_ANSWER.finditer(text)][-1:]
        found = [value for value in last if value is not None]
    return "\n".join([*body, text[place:]]), found


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
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and isinstance(node.ops[0], ast.Eq):
        sides = [
            ast.get_source_segment(text.strip(), side) or "" for side in (node.comparators[0], node.left)
        ]
        return next((side for side in sides if literals_read(side)), None)
    return None


def _read_start(text: str) -> str | None:
    """The longest value that a text begins with, where a sentence goes on behind it."""
    for end in range(len(text), 0, -1):
        if (end == len(text) or text[end] in " .,;:)") and literals_read(text[:end]):
            return text[:end]
    return None


def literals_read(text: str) -> bool:
    """Whether a text is a value."""
    try:
        literals.read(text)
    except ValueError:
        return False
    return True

"""Reading replies: sections, code blocks, calls and JSON in what a model wrote.

A reply is a stranger's text. What is found in it is checked here for its form alone.
"""

from __future__ import annotations

import ast
import json
import re
import warnings
from typing import Any

from pyx.source.calls import is_constant, read_call

_THOUGHT = re.compile(r"<(think|thinking|reasoning)>.*?(</\1>|\Z)", re.DOTALL)
_FENCE = re.compile(r"^[ \t]*(```+|~~~+)[ \t]*(\w*)[^\n]*\n(.*?)^[ \t]*\1[ \t]*$", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^#{1,4}[^\w\n]*([A-Za-z][A-Za-z ]*?)[^\w\n]*$", re.MULTILINE)


class Unread(Exception):
    """A reply that has not what was asked for: `reason` counts well, `detail` goes back to the teacher."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


def drop_thoughts(text: str) -> str:
    """A reply without what a reasoning model thought aloud before it."""
    return _THOUGHT.sub("", text).strip()


def find_sections(text: str) -> dict[str, str]:
    """The text under each heading, by the heading in lower case; headings inside code blocks are code."""
    shadow = _FENCE.sub(lambda block: re.sub(r"[^\n]", " ", block[0]), text)
    marks = list(_HEADING.finditer(shadow))
    starts = [mark.start() for mark in marks]
    ends = [*starts[1:], len(text)][: len(starts)]
    return {mark[1].casefold(): text[mark.end() : end].strip() for mark, end in zip(marks, ends, strict=True)}


def find_code(text: str) -> list[str]:
    """The contents of the code blocks, in order."""
    return [match[3] for match in _FENCE.finditer(text)]


def read_json(text: str, schema: dict[str, Any]) -> dict[str, Any]:
    """The JSON object that a reply is or holds; `Unread` when there is none, or it is not of the schema.

    Of JSON schema, objects, arrays and strings are known: all that our prompts ask for.
    """
    start, end = text.find("{"), text.rfind("}")
    try:
        row = json.loads(text[start : end + 1])
    except ValueError as error:
        raise Unread("not-json", str(error)) from None
    fault = find_fault(row, schema, "it")
    if fault:
        raise Unread("not-the-schema", fault)
    found: dict[str, Any] = row
    return found


def find_fault(value: object, schema: dict[str, Any], place: str) -> str:
    """The first thing in which a value is not of a schema, "" when there is none."""
    kind = {"object": dict, "array": list, "string": str}[schema["type"]]
    if not isinstance(value, kind):
        return f"{place} is no {schema['type']}"
    if isinstance(value, dict):
        missing = [name for name in schema.get("required", ()) if name not in value]
        if missing:
            return f"{place} has no {missing[0]}"
        parts = [(value[name], inner, name) for name, inner in schema["properties"].items() if name in value]
    elif isinstance(value, list):
        parts = [(item, schema["items"], f"an item of {place}") for item in value]
    else:
        parts = []
    return next((fault for part in parts if (fault := find_fault(*part))), "")


def parse_quietly(text: str) -> ast.Module | None:
    """The tree of a text, None when it does not parse."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def find_last_call(text: str, entry: str) -> str:
    """The last call of `entry` with literal arguments in a text, as it is written; "" without one."""
    for match in reversed(list(re.finditer(rf"(?<![\w.]){re.escape(entry)}\s*\(", text))):
        for end in _find_ends(text, match.end()):
            call = read_call(text[match.start() : end], entry)
            if call is not None:
                if is_constant(call):
                    return text[match.start() : end]
                break
    return ""


def _find_ends(text: str, start: int) -> list[int]:
    """Places after a closing bracket where a call that began before `start` may end, the nearest first."""
    return [
        match.end()
        for match in list(re.finditer(r"\)", text[: start + 4000]))[-400:]
        if match.start() >= start
    ]

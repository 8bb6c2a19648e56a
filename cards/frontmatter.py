"""The YAML block at the head of a card: plain data in the few forms that the Hub reads."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

_PLAIN = re.compile(r"[A-Za-z][\w./ -]*[\w]|[A-Za-z]")
_WORDS = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}


def write_yaml(table: dict[str, Any]) -> str:
    """A card's front matter, fences included; values are texts, numbers, lists and tables."""
    return "\n".join(["---", *_table(table), "---"]) + "\n"


def _table(table: dict[str, Any]) -> Iterator[str]:
    for key, value in table.items():
        if isinstance(value, dict) and value:
            yield f"{key}:"
            yield from (f"  {line}" for line in _table(value))
        elif isinstance(value, list) and value:
            yield f"{key}:"
            yield from _list(value)
        else:
            yield f"{key}: {_scalar(value)}"


def _list(items: list[Any]) -> Iterator[str]:
    """A list stands at its key's own indent, as the Hub's own tools write it."""
    for item in items:
        lines = list(_table(item)) if isinstance(item, dict) and item else [_scalar(item)]
        yield f"- {lines[0]}"
        yield from (f"  {line}" for line in lines[1:])


def _scalar(value: Any) -> str:
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value.lower() not in _WORDS:
        return value
    if isinstance(value, float):
        return re.sub(r"^(-?\d+)e", r"\1.0e", repr(value))  # without a point it would be a text
    return f'"{"".join(map(_escape, value))}"' if isinstance(value, str) else json.dumps(value)


def _escape(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    return character if character.isprintable() else f"\\U{ord(character):08x}"

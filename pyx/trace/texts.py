"""The values of a replayed state as text, written once and kept until they change."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from pyx import literals
from pyx.trace.replay import State, Thing

CYCLE = "<cycle>"
DEEPER = "<deeper>"
LONGEST = 200_000
"""Characters of one value; aliases can make a small heap endless as text. A longer one is cut."""


class Texts:
    """Writes references of a state; must be told of every change (`forget`)."""

    def __init__(self, state: State) -> None:
        self.things = state.things
        self._known: dict[int, str] = {}
        self._parents: dict[int, set[int]] = {}
        self._path: list[int] = []
        self._partial = False  # the text now being written stands inside a cycle or too deep

    def forget(self, numbers: Iterable[int]) -> None:
        """Drop the texts of changed objects and of all that contain them."""
        waiting = list(numbers)
        while waiting:
            number = waiting.pop()
            if self._known.pop(number, None) is not None or number in self._parents:
                waiting += self._parents.pop(number, ())

    def write(self, reference: Any) -> str:
        """The text of a reference, in the grammar of `pyx.literals` as far as that goes."""
        if type(reference) is str:
            return reference
        if type(reference) is list or type(reference) is tuple:
            return f"<cut {reference[0]} of {reference[1]}>"
        known = self._known.get(reference)
        if known is not None:
            return known
        if not self._path:
            self._partial = False
        return self._write_thing(reference)

    def _write_thing(self, number: int) -> str:
        if number in self._path:
            self._partial = True
            return CYCLE
        if len(self._path) > literals.DEEPEST:
            self._partial = True
            return DEEPER
        self._path.append(number)
        outer, self._partial = self._partial, False
        text = cut(write_thing(self.things[number], self._write_part))
        self._path.pop()
        if not self._partial:
            self._known[number] = text
        self._partial = self._partial or outer
        return text

    def _write_part(self, reference: Any) -> str:
        if type(reference) is int:
            self._parents.setdefault(reference, set()).add(self._path[-1])
        return self.write(reference)


def cut(text: str) -> str:
    """A text of at most `LONGEST` characters as it is; else its beginning, its length and its hash."""
    if len(text) <= LONGEST:
        return text
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return f"<cut {text[:100]!r} of {len(text)}, sha256 {digest}>"


def write_thing(thing: Thing, write: Any) -> str:
    """One object as text, its parts written by `write`."""
    if thing.form == "f":
        return f"<function {thing.type}>"
    if thing.form == "c":
        return f"<class {thing.type}>"
    if thing.form == "=":
        return str(write(thing.items[0])) if thing.items else "<empty cell>"
    text = _write_items(thing, [write(item) for item in thing.items])
    if not thing.type:
        return text
    if thing.form == "(":
        words = [write(item) for item in thing.items]
    else:
        words = [text] if text else []
    words += [f"{name}={write(value)}" for name, value in thing.attrs.items()]
    return f"{thing.type}({', '.join(words)})"


def _write_items(thing: Thing, parts: list[str]) -> str:
    inside = ", ".join(parts)
    match thing.form:
        case "[":
            return f"[{inside}]"
        case "(":
            return f"({inside},)" if len(parts) == 1 else f"({inside})"
        case "{":
            return f"{{{inside}}}" if parts else "set()"
        case "<":
            return f"frozenset({{{inside}}})" if parts else "frozenset()"
        case ":":
            pairs = zip(parts[::2], parts[1::2], strict=True)
            return "{" + ", ".join(f"{key}: {value}" for key, value in pairs) + "}"
    return ""

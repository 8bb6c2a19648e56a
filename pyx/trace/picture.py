"""Pictures: a whole object graph as text, the same for a live one and for a replayed one.

Objects are listed in the order in which they are reached from the named roots, so that two
pictures are equal exactly when values, types, aliasing and cycles are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyx.trace.heap import Heap


@dataclass(slots=True)
class Node:
    """One object as the picture needs it: `key` tells it from all others."""

    key: Any
    form: str
    type: str
    items: list[Any] = field(default_factory=list)  # of a dict: keys and values in turn
    attrs: dict[str, Any] = field(default_factory=dict)


Open = Callable[[Any], str | Node]
"""A text for what has no parts, else its node; children are whatever the opener opens."""


def draw(roots: Mapping[str, Any], opener: Open) -> str:
    """The picture of everything that can be reached from the roots."""
    numbers: dict[Any, int] = {}
    nodes: list[Node] = []

    def refer(child: Any) -> str:
        found = opener(child)
        if isinstance(found, str):
            return found
        if found.key not in numbers:
            numbers[found.key] = len(numbers)
            nodes.append(found)
        return f"#{numbers[found.key]}"

    lines = [f"{name} = {refer(value)}" for name, value in roots.items()]
    for index, node in enumerate(nodes):  # grows while it is read
        items = node.items
        if node.form in ("{", "<"):
            items = sorted(items, key=lambda item: _key(item, opener))
        words = [refer(item) for item in items]
        words += [f"{name}={refer(node.attrs[name])}" for name in sorted(node.attrs)]
        kind = "" if node.form == "=" else node.type  # a cell's owner is known to the recorder alone
        lines.append(f"#{index} {node.form} {kind} {', '.join(words)}")
    return "\n".join(lines)


def _key(item: Any, opener: Open) -> str:
    found = opener(item)
    return found if isinstance(found, str) else draw({"": item}, opener)


def draw_live(roots: Mapping[str, Any], heap: Heap) -> str:
    """The picture of live objects, looked at now; what the heap has noted of them is not used."""

    def opener(value: Any) -> str | Node:
        text = heap.text(value)
        if text is not None:
            return text if isinstance(text, str) else repr(text)
        find = heap.find_look(type(value))
        assert find is not None
        seen = find(value)
        items = seen.items
        if seen.map is not None:
            pairs = seen.map.items()
            items = (
                [part for pair in pairs for part in pair] if seen.form == ":" else [item for _, item in pairs]
            )
        return Node(id(value), seen.form, seen.type, items, seen.attrs or {})

    return draw(roots, opener)

"""Changes: what is different between two looks at one object, as heap operations."""

from __future__ import annotations

from itertools import chain
from operator import is_
from typing import TYPE_CHECKING, Any

from pyx import literals
from pyx.trace.looks import Look, same_attributes, same_items

if TYPE_CHECKING:
    from pyx.trace.heap import Heap


def note_changes(heap: Heap, number: int, old: Look, now: Look) -> None:
    if now.map is None:
        if not same_items(old.items, now.items):
            note_splice(heap, number, old.items, now.items)
    elif now.form == ":":
        note_dict(heap, number, old.map or {}, now.map)
    else:
        note_set(heap, number, old.map or {}, now.map)
    if not same_attributes(old.attrs, now.attrs):
        note_attributes(heap, number, old.attrs or {}, now.attrs or {})


def note_splice(heap: Heap, number: int, old: list[Any], now: list[Any]) -> None:
    start, end_old, end_now = 0, len(old), len(now)
    while start < end_old and start < end_now and old[start] is now[start]:
        start += 1
    while end_old > start and end_now > start and old[end_old - 1] is now[end_now - 1]:
        end_old -= 1
        end_now -= 1
    items = heap.put_all(now[start:end_now])
    heap.operations.append([number, "s", start, end_old - start, items])


def note_set(heap: Heap, number: int, old: dict[int, Any], now: dict[int, Any]) -> None:
    gone = [heap.put(item) for key, item in old.items() if key not in now]
    come = [heap.put(item) for key, item in now.items() if key not in old]
    for item in [item for item in gone if item in come]:  # an equal atom of another identity
        gone.remove(item)
        come.remove(item)
    if gone:
        heap.operations.append([number, "-", sort_references(gone)])
    if come:
        heap.operations.append([number, "+", sort_references(come)])


def note_dict(heap: Heap, number: int, old: dict[Any, Any], now: dict[Any, Any]) -> None:
    was = {id(key): item for key, item in old.items()}
    kept = {id(key) for key in now}
    gone = [key for key in old if id(key) not in kept]
    order = [key for key in old if id(key) in kept]
    if not all(map(is_, order, now)):
        flat = chain.from_iterable(now.items())
        heap.operations.append([number, "w", [heap.put(item) for item in flat]])
        return
    if gone:
        heap.operations.append([number, "d", [heap.put(key) for key in gone]])
    changed = [(key, item) for key, item in now.items() if was.get(id(key), was) is not item]
    if changed:
        flat = chain.from_iterable(changed)
        heap.operations.append([number, "k", *(heap.put(item) for item in flat)])


def note_attributes(heap: Heap, number: int, old: dict[str, Any], now: dict[str, Any]) -> None:
    operation: list[Any] = [number, "."]
    for name in old:
        if name not in now:
            operation += [name, None]
    for name, item in now.items():
        if name not in old or old[name] is not item:
            operation += [name, heap.put(item)]
    heap.operations.append(operation)


def sort_references(items: list[Any]) -> list[Any]:
    """Elements of a set in an order that does not depend on hashes: texts by kind, then numbers."""
    return sorted(items, key=_order_reference)


def _order_reference(item: Any) -> tuple[Any, ...]:
    if type(item) is int:
        return (1, "", 0.0, "", item)
    text = item if type(item) is str else str(item[0])
    try:
        value = literals.read(text)
        number = float(value) if type(value) in (int, float) and value == value else 0.0
        return (0, type(value).__name__, number, text, 0)
    except (ValueError, OverflowError):
        return (0, "~", 0.0, text, 0)

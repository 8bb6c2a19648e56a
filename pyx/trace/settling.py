"""Settling: the one change that a statement can have made in an object, noted in constant time.

Each function answers whether it could tell; where it could not, the object is looked at whole.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pyx.trace.looks import HAS_DICT, find_slots, is_plain

if TYPE_CHECKING:
    from pyx.trace.heap import Entry, Heap


Settler = Callable[["Heap", "Entry", Any], bool]
Armed = tuple["Entry", "Settler | None", Any]
"""What a statement may change: an object, how that is settled (None: by a look at it), and where."""


def settle_append(heap: Heap, entry: Entry, _key: Any) -> bool:
    live, items = entry.object, entry.seen.items
    size = len(items)
    if type(live) is not list or not size <= len(live) <= size + 1:
        return False
    if len(live) > size:
        item = live[size]
        items.append(item)
        reference = heap.put(item)
        if type(reference) is int:
            entry.kids = None
        heap.note(entry, "s", size, 0, [reference])
        if size >= heap.budgets.items:
            heap.measure(entry)
    return True


def settle_pop(heap: Heap, entry: Entry, _key: Any) -> bool:
    live, items = entry.object, entry.seen.items
    size = len(items)
    if type(live) is not list or not size - 1 <= len(live) <= size:
        return False
    if len(live) < size:
        items.pop()
        entry.kids = None
        heap.note(entry, "s", size - 1, 1, [])
    return True


def settle_item(heap: Heap, entry: Entry, key: Any) -> bool:
    live, seen = entry.object, entry.seen
    if type(live) is list:
        size = len(live)
        if type(key) is not int or size != len(seen.items):
            return False
        if -size <= key < size and live[key] is not seen.items[key]:
            item = seen.items[key] = live[key]
            entry.kids = None
            heap.note(entry, "s", key % size, 1, [heap.put(item)])
        return True
    return seen.form == ":" and seen.map is not None and settle_key(heap, entry, seen.map, key)


def settle_key(heap: Heap, entry: Entry, known: dict[Any, Any], key: Any) -> bool:
    live = entry.object
    if not is_plain(key) or not has_plain_keys(entry) or entry.seen.attrs:
        return False
    value = dict.get(live, key, known)
    fresh = key not in known
    if value is known or len(live) != len(known) + fresh:
        return value is known and len(live) == len(known)
    if not fresh and known[key] is value:
        return True
    if fresh:
        key = next(dict.__reversed__(live))
    known[key] = value
    entry.kids = None
    heap.note(entry, "k", heap.put(key), heap.put(value))
    if len(known) > heap.budgets.items:
        heap.measure(entry)
    return True


def settle_attribute(heap: Heap, entry: Entry, name: Any) -> bool:
    seen = entry.seen.attrs
    if entry.seen.form != "o" or seen is None or name is None or not HAS_DICT(type(entry.object)):
        return False
    live = object.__getattribute__(entry.object, "__dict__")
    fresh = name not in seen
    if name not in live or find_slots(type(entry.object)) or len(live) != len(seen) + fresh:
        return False
    item = live[name]
    if fresh or seen[name] is not item:
        seen[name] = item
        entry.kids = None
        heap.note(entry, ".", name, heap.put(item))
    return True


def settle_add(heap: Heap, entry: Entry, key: Any) -> bool:
    live, known = entry.object, entry.seen.map
    if type(live) is not set or known is None or not is_plain(key) or not has_plain_keys(entry):
        return False
    if len(live) == len(known):
        return True
    if len(live) != len(known) + 1 or key not in live:
        return False
    known[id(key)] = key
    heap.note(entry, "+", [heap.put(key)])
    if len(known) > heap.budgets.items:
        heap.measure(entry)
    return True


def has_plain_keys(entry: Entry) -> bool:
    if entry.plain is None:
        known = entry.seen.map or {}
        entry.plain = all(map(is_plain, known if entry.seen.form == ":" else known.values()))
    return entry.plain


SETTLERS: dict[str, Settler] = {
    "append": settle_append,
    "pop": settle_pop,
    "item": settle_item,
    "element": settle_item,
    "missing": settle_item,
    "add": settle_add,
    "attributes": settle_attribute,
}

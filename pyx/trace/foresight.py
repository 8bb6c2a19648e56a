"""Foresight: the objects that a statement's plan speaks of, found before the statement runs.

They are found by reading built-in storage, never by running the program's expressions.
"""

from __future__ import annotations

import types
import weakref
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from pyx.trace.frames import Active
from pyx.trace.heap import Entry, Heap
from pyx.trace.looks import (
    BUILT_IN,
    HAS_DICT,
    PLAIN,
    find_slots,
    is_class,
    is_plain,
    read_attributes,
    runs_code,
)
from pyx.trace.settling import SETTLERS, Armed
from pyx.trace.survey import Shape, is_ours
from pyx.trace.touches import Key, Path, Plan, Touch

_MISSING = object()
_CONTAINERS = frozenset((list, dict, set))
_KEYLESS = frozenset(("append", "pop"))
_NO_GLOBALS: dict[str, Any] = {"__builtins__": {}}


class Foresight:
    """Resolves the paths of plans in the frames of one recording."""

    def __init__(
        self, heap: Heap, namespace: Mapping[str, Any], shapes: Mapping[types.CodeType, Shape]
    ) -> None:
        self.heap = heap
        self.namespace = namespace
        self.shapes = shapes

    def arm(self, active: Active, plan: Plan) -> None:
        """Find the objects that the statement may change, before it runs."""
        touches = (*plan.touches, *plan.loads) if self.heap.has_missing else plan.touches
        values, entries = active.values, self.heap.entries
        for touch in touches:
            if touch.name:
                value = values.get(touch.name, _MISSING)
                kind = type(value)
                if kind in PLAIN:
                    continue
                entry = entries.get(id(value)) if kind in _CONTAINERS else None
                if entry is not None:
                    active.armed.append(self._aim(active, touch, entry))
                    continue
            if not self._arm_one(active, touch):
                active.everything = active.loud = True
                return

    def _aim(self, active: Active, touch: Touch, entry: Entry) -> Armed:
        """How a container that stands under a name is settled."""
        if touch.how in _KEYLESS:
            return entry, SETTLERS[touch.how], None
        if touch.index:
            key = active.values.get(touch.index, _MISSING)
            if type(key) is int or is_plain(key):
                return entry, SETTLERS.get(touch.how), key
        elif touch.key is not None:
            key = self._evaluate(active, touch.key)
            if key is not _MISSING:
                return entry, SETTLERS.get(touch.how), key
        return entry, None, None

    def _arm_one(self, active: Active, touch: Touch) -> bool:
        path, how = touch.path, touch.how
        value = active.values.get(path[0], _MISSING) if len(path) == 1 else _MISSING
        if value is _MISSING or type(value) is weakref.ref:
            value = self._find(active, path)
            if value is _MISSING:
                return False
        kind = type(value)
        if kind in PLAIN:
            return True
        if how == "callee":
            return self._is_recorded(value, touch.method)
        if how == "missing" and kind is not defaultdict:
            return True
        if (
            touch.method
            and how != "attributes"
            and kind not in BUILT_IN
            and self._is_recorded(value, touch.method)
        ):
            return True
        key: Any = None
        if touch.key is not None:
            key = self._evaluate(active, touch.key)
            if key is _MISSING:
                return how != "element" and self._arm_entry(active, value, "whole", None)
            if how == "element":
                self._arm_element(active, value, key)
        elif how == "attributes":
            key = touch.method
        elif how not in _KEYLESS:
            how = "whole"
        return self._arm_entry(active, value, how, key)

    def _arm_entry(self, active: Active, value: Any, how: str, key: Any) -> bool:
        entry = self.heap.entries.get(id(value))
        if entry is not None:
            active.armed.append((entry, SETTLERS.get(how), key))
            return True
        return self.heap.text(value) is not None

    def _arm_element(self, active: Active, value: Any, key: Any) -> None:
        """`xs[i] += y` changes the list, or the object in it."""
        element = read_element(value, key)
        if element is not _MISSING:
            self._arm_entry(active, element, "whole", None)

    def _find(self, active: Active, path: Path) -> Any:
        """The object at a path, found without running code of the program."""
        if not path:
            return _MISSING
        value = active.values.get(path[0], _MISSING)
        if value is _MISSING:
            if path[0] in active.shape.names:
                return _MISSING
            value = self.namespace.get(path[0], _MISSING)
        elif type(value) is weakref.ref:
            value = value()
        for part in path[1:]:
            if type(part) is str:
                value = self._read_attribute(value, part)
            else:
                key = self._evaluate(active, part[0])
                value = _MISSING if key is _MISSING else read_element(value, key)
            if value is _MISSING:
                return _MISSING
        return value

    def _read_attribute(self, value: Any, name: str) -> Any:
        kind = type(value)
        if not self.heap.is_ours(kind) or is_class(value) or runs_code(kind, name):
            return _MISSING
        if HAS_DICT(kind) and not find_slots(kind):
            return object.__getattribute__(value, "__dict__").get(name, _MISSING)
        return read_attributes(value).get(name, _MISSING)

    def _is_recorded(self, value: Any, method: str) -> bool:
        """Whether calling a value, or its method, runs code that is recorded, and no other."""
        if not method:
            return is_ours(value, self.shapes) or (is_class(value) and self.heap.is_ours(value))
        kind = value if is_class(value) else type(value)
        if not self.heap.is_ours(kind):
            return False
        for base in kind.__mro__:
            found = base.__dict__.get(method)
            if found is not None:
                return is_ours(getattr(found, "__func__", found), self.shapes)
        return False

    def _evaluate(self, active: Active, key: Key) -> Any:
        """The value of a subscript, where it is made of plain values."""
        known, names = active.values, key.names
        if names and key.text == names[0]:
            value = known.get(names[0], _MISSING)
            return value if type(value) is int or is_plain(value) else _MISSING
        for name in names:
            kind = type(known.get(name, _MISSING))
            if kind is not int and kind is not str and kind is not tuple:
                return _MISSING
        try:
            value = eval(key.code, _NO_GLOBALS, known)
        except Exception:  # the program will meet the same error when it evaluates this itself
            return _MISSING
        return value if is_plain(value) else _MISSING


def read_element(value: Any, key: Any) -> Any:
    """`value[key]` of a built-in container, where that runs no code of the program."""
    kind = type(value)
    if kind in (list, tuple) and type(key) is int and -len(value) <= key < len(value):
        return value[key]
    if kind is dict or kind is defaultdict:
        return dict.get(value, key, _MISSING)
    return _MISSING

"""The module: its globals as a recording shows them."""

from __future__ import annotations

import types
from collections.abc import Iterable, Mapping
from typing import Any

from pyx.trace.heap import Heap, Value
from pyx.trace.looks import MODULES, is_class
from pyx.trace.survey import Survey

_MISSING = object()
_NOBODY = (types.ModuleType, types.NoneType)


class Module:
    """The globals of the program, and what they were when they were last looked at."""

    def __init__(self, survey: Survey, namespace: Mapping[str, Any], heap: Heap) -> None:
        self.namespace = namespace
        self.heap = heap
        self.shapes = survey.shapes
        self.names, self.watched = survey.globals, survey.watched
        self.values: dict[str, Any] = {}

    def read(self, names: Iterable[str]) -> dict[str, Value | None]:
        """Those of the names that are bound otherwise than before, None where they no longer are."""
        changed: dict[str, Value | None] = {}
        for name in names:
            value = self.namespace[name] if self.shows(name) else _MISSING
            if value is self.values.get(name, _MISSING):
                continue
            if value is _MISSING:
                del self.values[name]
                changed[name] = None
            else:
                self.values[name] = value
                changed[name] = self.heap.put(value)
        return changed

    def shows(self, name: str) -> bool:
        value = self.namespace.get(name, _MISSING)
        kind = type(value)
        if kind is types.FunctionType:
            # One that keeps its name and has no state says nothing that the code does not.
            return value.__code__ in self.shapes and (name in self.watched or self.heap.text(value) is None)
        if value is _MISSING or kind in MODULES:
            return False
        if kind is types.BuiltinFunctionType:  # a method of an object tells of that object
            return type(value.__self__) not in _NOBODY and not is_class(value.__self__)
        return self.heap.is_ours(value) if is_class(value) else True

    def find_roots(self) -> dict[str, Any]:
        """The globals that are shown, as they are now, by the names that pictures give them."""
        shown = sorted(name for name in self.names if self.shows(name))
        return {f"global {name}": self.namespace[name] for name in shown}

"""Frames: what is known of a frame while it runs."""

from __future__ import annotations

import types
import weakref
from collections.abc import Iterable, Sequence
from typing import Any

from pyx.trace.heap import Heap, Value
from pyx.trace.looks import look_cell
from pyx.trace.settling import Armed
from pyx.trace.survey import Shape
from pyx.trace.touches import Plan

MISSING = object()
FLEETING = frozenset((types.GeneratorType, types.CoroutineType))
"""What is not kept alive: a generator that the program drops is closed then."""


class Active:
    """One frame that has begun and not ended."""

    __slots__ = (
        "armed", "careful", "changes", "entered", "everything", "frame", "home", "lost", "loud", "number",
        "plan", "runs", "shape", "statement", "thrown", "values",
    )  # fmt: skip

    def __init__(
        self, number: int, frame: types.FrameType, shape: Shape, plan: Plan, *, careful: bool
    ) -> None:
        self.number = number
        self.frame = frame
        self.shape = shape
        self.statement = shape.home
        self.plan = plan
        self.home = shape.home  # the statement whose line is no event here: the def
        self.careful = careful  # other frames or its namespace can change under it
        self.loud = careful  # more must be looked at than the plan says
        self.lost = False  # it may have gone on unseen
        self.everything = False  # the statement may change any object
        self.entered = 0  # how many frames had been entered when it was last looked at
        self.changes = 0  # and how many changes noted
        self.values: dict[str, Any] = {}
        self.runs: dict[int, int] = {}  # statements in loops: how often they ran, where that is bounded
        self.armed: list[Armed] = []  # what the statement may change
        self.thrown: BaseException | bool | None = None  # resumed by throw() or close(), nothing has run yet

    def read(self, names: Iterable[str], heap: Heap) -> dict[str, Value | None]:
        """Those of the names that are bound otherwise than before, None where they no longer are."""
        changed: dict[str, Value | None] = {}
        live, known, shape = self.frame.f_locals, self.values, self.shape
        if shape.how == "module":
            return changed
        for name in names:
            value = live.get(name, MISSING)
            if value is known.get(name, MISSING) or name not in shape.names:
                continue
            if value is MISSING:
                del known[name]
                changed[name] = None
            elif type(value) not in FLEETING:
                known[name] = value
                changed[name] = heap.put(value)
            elif weakref.ref(value) is not known.get(name):
                known[name] = weakref.ref(value)
                changed[name] = heap.put(value)
        if shape.always:
            for cell in heap.cells:  # closures see what was bound, even where it was bound back
                heap.check(cell)
        return changed

    def note_bound(self, sure: Iterable[str], changed: dict[str, Value | None], heap: Heap) -> None:
        """Names that were bound to the very object that they had."""
        for name in sure:
            if name not in changed and name in self.values:
                changed[name] = heap.put(self.find(name))

    def find(self, name: str) -> Any:
        """The value that a name was last seen to have."""
        value = self.values[name]
        return value() if type(value) is weakref.ref else value


def find_owner(stack: Sequence[Active], name: str, cell: types.CellType) -> str:
    """Whose variable a cell is: the innermost frame's that has it and has run a statement."""
    for active in reversed(stack):
        shape, begun = active.shape, active.statement != active.home or not active.shape.own_statement
        if not begun or name not in shape.names or name not in active.frame.f_code.co_cellvars:
            continue
        value = active.frame.f_locals.get(name, MISSING)
        if (value is MISSING) if look_cell(cell).items == [] else look_cell(cell).items[0] is value:
            return f"{active.number}.{name}"
    return ""

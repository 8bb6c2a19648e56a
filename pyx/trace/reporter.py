"""The reporter: turns what a listener says of frames into events.

It compares what it sees with what it saw, by identity; what it looks at is what the plans of the
statements say can have changed, or everything.
"""

from __future__ import annotations

import sys
import types
import weakref
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pyx.trace import picture
from pyx.trace.events import GLOBALS, Budgets
from pyx.trace.foresight import Foresight
from pyx.trace.frames import Active, Shape, find_bound, find_globals, find_shapes, may_set_attributes
from pyx.trace.heap import Heap, Value
from pyx.trace.looks import Rule, is_class, plain_name
from pyx.trace.plans import EVERYTHING, NOTHING, Plan
from pyx.trace.statements import Row

_MISSING = object()
_PLENTY = 2**4000
_FLEETING = frozenset((types.GeneratorType, types.CoroutineType))
_NAMES_ONLY = Plan(binds=None, mixed=True, calls=True)


class Recorder:
    """Turns what a listener reports about frames into events."""

    def __init__(
        self,
        program: types.CodeType,
        namespace: Mapping[str, Any],
        *,
        rows: Sequence[Row] = (),
        plans: Sequence[Plan] | None = None,
        budgets: Budgets,
        read_output: Callable[[], str] | None = None,
        rules: Mapping[str, Rule] | None = None,
    ) -> None:
        self.namespace = namespace
        self.budgets = budgets
        self.read_output = read_output
        self.shapes = find_shapes(program, find_bound(rows, plans) if plans is not None else None)
        self.globals, self.watched = find_globals(program)
        self.heap = Heap(
            modules=frozenset(name for name in [namespace.get("__name__")] if type(name) is str),
            codes=frozenset(self.shapes),
            budgets=budgets,
            rules=rules,
            open_functions=any(may_set_attributes(code) for code in self.shapes),
        )
        self.foresight = Foresight(self.heap, namespace, self.shapes)
        self.plans = plans
        self.trusting = False
        self.events: list[list[Any]] = []
        self.truncated = ""
        self.ended = False
        self.stack: list[Active] = []
        self.top: Active | None = None
        self.suspended: dict[types.FrameType, Active] = {}
        self.global_values: dict[str, Any] = {}
        self.answer: dict[str, Any] = {}  # the entry frame's locals at its end, and what it returned
        self.count = 0
        self.entered = 0
        self.witness: Callable[[Recorder, Active], None] | None = None

    def begin(self) -> None:
        """Note the module's globals."""
        changed = self._read_globals(self.globals)
        self.heap.check_all(self.global_values.values())
        operations = self.heap.take()
        if changed or operations:
            self._add("h", GLOBALS, -1, changed, operations, None)

    def end(self) -> str:
        """Note what changed last and give the picture of the live state."""
        if self.truncated:
            return ""
        changed = self._read_globals(self.globals)
        self.heap.check_all([*self.global_values.values(), *self.answer.values()])
        operations = self.heap.take()
        if changed or operations:
            self._add("h", GLOBALS, -1, changed, operations, None)
        return self.draw()

    def draw(self) -> str:
        """The picture of the live globals, entry locals and answer; no note of theirs is used."""
        shown = sorted(name for name in self.globals if self.shows(name))
        roots = {f"global {name}": self.namespace[name] for name in shown}
        return picture.draw_live(roots | self.answer, self.heap)

    def stop(self, reason: str) -> None:
        """Stop recording, and say why."""
        self.truncated = self.truncated or reason

    # -- what a listener reports --------------------------------------------

    def enter(self, frame: types.FrameType, shape: Shape) -> None:
        """A frame of the program begins."""
        self._flush()
        parent = self.top.number if self.top else GLOBALS
        plan = NOTHING if self.plans is not None and self.trusting else EVERYTHING
        if shape.how in ("lambda", "generator expression"):
            inner = self.plans is None or not self.trusting or self.plans[shape.statement].inner
            plan = EVERYTHING if inner else _NAMES_ONLY
        module = shape.how == "module"
        active = Active(self.count, frame, shape, -1 if module else shape.statement, plan)
        active.home = -1 if module else shape.statement
        active.careful = (
            module or shape.how == "class" or shape.stores_globals or bool(self.watched) or not self.trusting
        )
        self.count += 1
        self.entered += 1
        self.stack.append(active)
        self.top = active
        extra = [shape.name, parent] if shape.how == "function" else [shape.name, parent, shape.how]
        self._sync("c", active, shape.statement, extra, names=shape.names)

    def line(self, active: Active, statement: int) -> Active | None:
        """A statement of the frame on top is about to run; None when that is no news.

        The same statement twice without another between is one that jumps within itself: a
        comprehension or an `and` on some interpreters. A frame's own first line is its def.
        """
        if statement == active.statement or statement == active.home:
            return None
        if active.careful or active.everything or active.plan.anything or active.entered != self.entered:
            if active.thrown:
                self._begin_again(active)
            self._sync("l", active, statement)
        else:
            self._pass(active, statement)
        if self.plans is None:
            return active
        plan = active.plan = self.plans[statement]
        active.everything = plan.anything or not self.trusting
        if active.armed:
            active.armed = []
        if (plan.touches or plan.loads) and not active.everything:
            self.foresight.arm(active, plan)
        return active

    def _pass(self, active: Active, statement: int) -> None:
        """From one statement to the next, where only what the plan foresees can have changed."""
        plan, heap = active.plan, self.heap
        if plan.calls and self.read_output is not None:
            self._note_output(active)
        changed: dict[str, Value | None] = {}
        if plan.binds:
            live, known = active.frame.f_locals, active.values
            entered = not plan.loop or statement == active.statement + 1
            for name in plan.binds:
                value = live.get(name, _MISSING)
                if value is known.get(name, _MISSING):
                    if not entered or name not in plan.sure or value is _MISSING:
                        continue
                elif value is _MISSING or type(value) in _FLEETING:
                    changed |= self._read_locals(active, (name,))
                    continue
                known[name] = value
                changed[name] = (
                    repr(value) if type(value) is int and -_PLENTY < value < _PLENTY else heap.put(value)
                )
        for entry, how, key in active.armed:
            heap.settle(entry, how, key)
        if heap.waiting:
            heap.drain()
        active.statement = statement
        if heap.operations:
            self.events.append(["l", active.number, statement, changed, heap.take()])
        elif changed:
            self.events.append(["l", active.number, statement, changed])
        else:
            self.events.append(["l", active.number, statement])

    def leave(self, active: Active, value: Any) -> None:
        """The frame on top returns."""
        self._sync("r", active, active.statement, value=[value])
        self._pop()
        if active.number == 0:
            self.ended = True
            self.answer = {f"local {key}": self._live(active, key) for key in sorted(active.values)}
            self.answer["return"] = value

    def unwind(self, active: Active) -> None:
        """The frame on top is left by an exception."""
        if active.thrown:
            self._pop()
            return
        self._sync("u", active, active.statement)
        self._pop()
        if active.number == 0:
            self.ended = True
            self.answer = {f"local {key}": self._live(active, key) for key in sorted(active.values)}

    def suspend(self, active: Active, value: Any) -> None:
        """The generator frame on top yields."""
        self._sync("y", active, active.statement, value=[value])
        self.suspended[active.frame] = active
        self._pop()

    def resume(self, frame: types.FrameType, thrown: BaseException | bool | None = None) -> Active:
        """A generator frame goes on; `thrown` when throw() or close() makes it do so."""
        self._flush()
        outside = not self.stack
        active = self.suspended.pop(frame)
        self.entered += 1
        self.stack.append(active)
        self.top = active
        active.thrown = thrown
        if outside:
            active.everything = True  # whoever consumes it is not recorded, and may have changed anything
        if not thrown:
            self._sync("n", active, active.statement)
        return active

    def throw(self, active: Active, error: BaseException | None, kind: type) -> None:
        """An exception appears in the frame on top."""
        self._sync("e", active, active.statement, [plain_name(kind), read_message(error)])

    def _begin_again(self, active: Active) -> None:
        """A generator that was thrown into turns out to handle that."""
        error = active.thrown if isinstance(active.thrown, BaseException) else sys.exc_info()[1]
        active.thrown = None
        self._sync("n", active, active.statement)
        if error is not None:
            self.throw(active, error, type(error))

    def _pop(self) -> None:
        self.stack.pop()
        self.top = self.stack[-1] if self.stack else None

    # -- what is noted --------------------------------------------------------

    def _flush(self) -> None:
        """Note what the frame on top has changed before another one begins."""
        active = self.top
        if active is None:
            return
        plan = active.plan
        if (
            plan.mixed
            or plan.anything
            or active.everything
            or active.careful
            or active.armed
            or active.shape.always
        ):
            self._sync("h", active, active.statement)
        elif plan.calls and self.read_output is not None:
            self._note_output(active)

    def _sync(
        self,
        kind: str,
        active: Active,
        statement: int,
        extra: Any = None,
        *,
        value: list[Any] | None = None,
        names: tuple[str, ...] = (),
    ) -> None:
        plan, heap = active.plan, self.heap
        if plan.calls and self.read_output is not None:
            self._note_output(active)
        changed: dict[str, Value | None] = {}
        if plan.binds is None or not self.trusting:
            changed = self._read_locals(active, None)
        elif plan.binds or names or active.shape.always:
            changed = self._read_locals(active, (*names, *plan.binds, *active.shape.always))
        if plan.sure and kind in ("l", "r") and (not plan.loop or statement == active.statement + 1):
            self._note_bound(active, plan.sure, changed)
        active.entered = self.entered
        answer = heap.put(value[0]) if value else None
        if (self.watched and plan.calls) or active.shape.how == "module" or active.shape.stores_globals:
            found = self._read_globals(self.watched if active.shape.how != "module" else self.globals)
            if found:
                self._check(active, value)
                self._add("h", GLOBALS, -1, found, heap.take(), None)
        self._check(active, value)
        operations = heap.take() if heap.operations else []
        active.statement = statement
        if kind != "h" or changed or operations:
            self._add(kind, active.number, statement, changed, operations, answer if value else extra)

    def _check(self, active: Active, value: list[Any] | None) -> None:
        """Look again at what the frame's statement may have changed."""
        heap = self.heap
        if active.plan.anything or active.everything:
            heap.check_all(self._roots(value or []))
            return
        for entry, how, key in active.armed:
            heap.settle(entry, how, key)
        if heap.waiting:
            heap.drain()

    def _roots(self, more: list[Any]) -> list[Any]:
        roots = [*self.global_values.values(), *more]
        for active in (*self.stack, *self.suspended.values()):
            roots += active.values.values()
        return roots

    def _note_output(self, active: Active) -> None:
        assert self.read_output is not None
        text = self.read_output()
        if text:
            self._add("o", active.number, active.statement, {}, [], text)

    def _read_locals(self, active: Active, names: tuple[str, ...] | None) -> dict[str, Value | None]:
        changed: dict[str, Value | None] = {}
        live, known, put = active.frame.f_locals, active.values, self.heap.put
        shape = active.shape
        if names is None:
            names = shape.names
        if shape.how == "class":
            names = tuple(name for name in {**known, **live} if not name.startswith("__"))
        elif shape.how == "module":
            return changed
        for name in names:
            value = live.get(name, _MISSING)
            if type(value) in _FLEETING:
                value = weakref.ref(value)
            if value is known.get(name, _MISSING):
                continue
            if name not in shape.names and shape.how != "class":
                continue
            if value is _MISSING:
                del known[name]
                changed[name] = None
            else:
                known[name] = value
                changed[name] = put(value() if type(value) is weakref.ref else value)
        if shape.always:
            for cell in self.heap.cells:  # closures see what was bound, even where it was bound back
                self.heap.check(cell)
        return changed

    def _note_bound(self, active: Active, sure: tuple[str, ...], changed: dict[str, Value | None]) -> None:
        """Names that were bound to the very object that they had."""
        for name in sure:
            if name not in changed and name in active.values:
                changed[name] = self.heap.put(self._live(active, name))

    def _live(self, active: Active, name: str) -> Any:
        value = active.values[name]
        return value() if type(value) is weakref.ref else value

    def _read_globals(self, names: tuple[str, ...]) -> dict[str, Value | None]:
        changed: dict[str, Value | None] = {}
        for name in names:
            value = self.namespace[name] if self.shows(name) else _MISSING
            if value is self.global_values.get(name, _MISSING):
                continue
            if value is _MISSING:
                del self.global_values[name]
                changed[name] = None
            else:
                self.global_values[name] = value
                changed[name] = self.heap.put(value)
        return changed

    def shows(self, name: str) -> bool:
        value = self.namespace.get(name, _MISSING)
        kind = type(value)
        if value is _MISSING or kind is types.ModuleType or kind is types.BuiltinFunctionType:
            return False
        if is_class(value):
            return self.heap.is_ours(value)
        if kind is not types.FunctionType:
            return True
        # A plain function that keeps its name and has no state says nothing that the code does not.
        return value.__code__ in self.shapes and (name in self.watched or self.heap.text(value) is None)

    def _add(self, k: str, f: int, s: int, d: dict[str, Any], h: list[Any], x: Any) -> None:
        if x is not None:
            event = [k, f, s, d, h, x]
        elif h:
            event = [k, f, s, d, h]
        elif d:
            event = [k, f, s, d]
        else:
            event = [k, f, s]
        self.events.append(event)
        if self.heap.too_large:
            self.stop(self.heap.too_large)


def read_message(error: BaseException | None) -> str:
    """`str(error)` where that runs no code of the program, else ""."""
    if error is None:
        return ""
    for base in type.__dict__["__mro__"].__get__(type(error)):
        if "__str__" in type.__dict__["__dict__"].__get__(base):
            safe = not isinstance(base.__dict__["__str__"], types.FunctionType)
            break
    args = BaseException.__dict__["args"].__get__(error)
    plain = all(type(item) in (int, str, float, bool, type(None), bytes) for item in args)
    try:
        return str(error) if safe and plain else ""
    except Exception:  # a library's own __str__ that fails: there is no message then
        return ""

"""Records one call of a program: every event that `pyx.trace.events` knows, nothing derived.

Runs inside the sandbox's child; `trace_text` is the way without one, for trusted code only.
"""

from __future__ import annotations

import ast
import io
import opcode
import sys
import types
import weakref
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from typing import Any

from pyx import records
from pyx.trace import picture, settrace, statements
from pyx.trace.events import GLOBALS, VERSION, Budgets
from pyx.trace.heap import (
    BUILT_IN,
    PLAIN,
    Entry,
    Heap,
    Look,
    Value,
    has_own_access,
    is_class,
    is_plain,
    read_attributes,
)
from pyx.trace.plans import EVERYTHING, NOTHING, Path, Plan, Touch, find_plans
from pyx.trace.statements import Row

INLINED = frozenset(("<listcomp>", "<setcomp>", "<dictcomp>"))
"""Comprehensions are no frames of their own, as from Python 3.12 on."""

_MISSING = object()


@dataclass(frozen=True, slots=True)
class Recording:
    """What one call gave, and the events of it."""

    value: Any
    exception: BaseException | None
    events: list[list[Any]]
    truncated: str  # why recording stopped early, "" if it did not
    final: str  # picture of the live state at the end; what replay must arrive at
    ended: bool  # whether the end of the entry frame was seen


@dataclass(slots=True, eq=False)
class Active:
    """One frame that has begun and not ended."""

    number: int
    frame: types.FrameType
    shape: Shape
    statement: int
    plan: Plan
    values: dict[str, Any] = field(default_factory=dict)
    armed: list[tuple[Entry, str, Any]] = field(default_factory=list)  # what the statement may change
    everything: bool = False  # the statement may change any object
    thrown: BaseException | bool | None = None  # resumed by throw() or close(), nothing has run yet
    home: int = -1  # the statement whose line is no event here: the def
    careful: bool = False  # other frames or its namespace can change under it
    entered: int = 0  # how many frames had been entered when it was last looked at


class Printed(io.StringIO):
    """A stdout that remembers how much of it was already asked for."""

    given = 0

    def take(self) -> str:
        """What was printed since this was last asked."""
        if self.tell() == self.given:
            return ""
        text = self.getvalue()[self.given :]
        self.given += len(text)
        return text


def record_call(
    function: Callable[..., Any],
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    *,
    program: types.CodeType,
    statements: Sequence[Row],
    plans: Sequence[Plan] | None = None,
    foresee: bool = True,
    namespace: Mapping[str, Any] | None = None,
    budgets: Budgets | None = None,
    read_output: Callable[[], str] | None = None,
    finish: Callable[[Any], Any] | None = None,
    rules: Mapping[str, Callable[[Any], Look]] | None = None,
    witness: Callable[[Recorder, Active], None] | None = None,
) -> Recording:
    """Call the function and record what the code of `program` does meanwhile.

    `program` is the numbered module code that has already been run in `namespace` (the module's
    globals; by default the function's). `plans` save work, nothing else. `read_output()` gives
    what was printed since it was last asked. `finish` is applied to the value while recording
    still goes on: it may exhaust a generator. `witness` is called after every event. Exceptions
    of the program are data in the recording, never raised.
    """
    space = namespace if namespace is not None else getattr(function, "__globals__", {})
    recorder = Recorder(
        program,
        space,
        rows=statements,
        plans=plans,
        budgets=budgets or Budgets(),
        read_output=read_output,
        rules=rules,
    )
    recorder.witness = witness
    if plans is not None:
        recorder.trusting = (
            foresee and _is_ours(function, recorder.shapes) and is_data([*args, *kwargs.values()])
        )
    value, raised = None, None
    listener = choose_listener(recorder)
    recorder.begin()
    obstacle = find_obstacle(recorder.shapes)
    if obstacle:
        recorder.stop(f"the program uses {obstacle}, which is not recorded")
    else:
        listener.start()
    try:
        value = function(*args, **kwargs)
        if type(value) is types.CoroutineType:
            value = run_coroutine(value)
        if finish is not None:
            value = finish(value)
    except BaseException as error:  # the program's own: data, not ours to handle
        raised = error
    finally:
        listener.stop()
    final = recorder.end()
    return Recording(value, raised, recorder.events, recorder.truncated, final, recorder.ended)


def choose_listener(recorder: Recorder) -> Any:
    """The fastest way of listening that this interpreter has."""
    if sys.version_info >= (3, 12):
        from pyx.trace import monitoring

        return monitoring.Listener(recorder)
    return settrace.Listener(recorder)


_OBSTACLES = frozenset(
    (
        "exec",
        "eval",
        "threading",
        "_thread",
        "multiprocessing",
        "concurrent",
        "weakref",
        "settrace",
        "setprofile",
    )
)


def find_obstacle(shapes: Mapping[types.CodeType, Shape]) -> str:
    """What the program uses that a recording would miss or disturb, "" when nothing."""
    for code in shapes:
        if code.co_name == "__del__":
            return "__del__"
        for name in code.co_names:
            if name.partition(".")[0] in _OBSTACLES:
                return name
    return ""


def run_coroutine(value: types.CoroutineType[Any, Any, Any]) -> Any:
    """What a coroutine returns, run to its end by the event loop where the program has loaded one."""
    if "asyncio" in sys.modules:
        return sys.modules["asyncio"].run(value)
    try:
        while True:
            value.send(None)
    except StopIteration as end:
        return end.value


def _is_ours(function: Any, shapes: Mapping[types.CodeType, Shape]) -> bool:
    return type(function) is types.FunctionType and function.__code__ in shapes


def is_data(values: list[Any]) -> bool:
    """Whether values are built of built-in data alone, so that nothing in them can run code."""
    waiting, seen = list(values), set()
    while waiting:
        value = waiting.pop()
        kind = type(value)
        if kind in PLAIN:
            continue
        if id(value) in seen:
            continue
        seen.add(id(value))
        if kind is dict:
            waiting += [*value, *value.values()]
        elif kind in (list, tuple, set, frozenset):
            waiting += value
        else:
            return False
    return True


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
        rules: Mapping[str, Callable[[Any], Look]] | None = None,
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
            open_functions=any(_may_set_attributes(code) for code in self.shapes),
        )
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
        self._sync("c", active, shape.statement, [shape.name, parent, shape.how], names=shape.names)

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
            self._arm(active, plan)
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
        self._sync("e", active, active.statement, [picture.plain_name(kind), read_message(error)])

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

    # -- foresight ------------------------------------------------------------

    def _arm(self, active: Active, plan: Plan) -> None:
        """Find the objects that the statement may change, before it runs."""
        touches = (*plan.touches, *plan.loads) if self.heap.has_missing else plan.touches
        for touch in touches:
            if not self._arm_one(active, touch):
                active.everything = True
                return

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
            active.armed.append((entry, how, key))
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
        if not self.heap.is_ours(kind) or has_own_access(kind) or is_class(value):
            return _MISSING
        return read_attributes(value).get(name, _MISSING)

    def _is_recorded(self, value: Any, method: str) -> bool:
        """Whether calling a value, or its method, runs code that is recorded, and no other."""
        if not method:
            return _is_ours(value, self.shapes) or (is_class(value) and self.heap.is_ours(value))
        kind = value if is_class(value) else type(value)
        if not self.heap.is_ours(kind):
            return False
        for base in kind.__mro__:
            found = base.__dict__.get(method)
            if found is not None:
                return _is_ours(getattr(found, "__func__", found), self.shapes)
        return False

    def _evaluate(self, active: Active, code: types.CodeType) -> Any:
        """The value of a subscript, where it is made of plain values."""
        known, names = active.values, code.co_names
        if len(names) == 1 and len(code.co_code) <= _LENGTH_OF_A_NAME:
            value = known.get(names[0], _MISSING)
            return value if type(value) is int or is_plain(value) else _MISSING
        for name in names:
            kind = type(known.get(name, _MISSING))
            if kind is not int and kind is not str and kind is not tuple:
                return _MISSING
        try:
            value = eval(code, _NO_GLOBALS, known)
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


_LENGTH_OF_A_NAME = len(compile("a", "", "eval").co_code)
_PLENTY = 2**4000
_NO_GLOBALS: dict[str, Any] = {"__builtins__": {}}
_FLEETING = frozenset((types.GeneratorType, types.CoroutineType))
_KEYLESS = frozenset(("append", "pop"))
_NAMES_ONLY = Plan(binds=None, mixed=True, calls=True)


@dataclass(frozen=True, slots=True)
class Shape:
    """What is known of a code object before it runs."""

    how: str
    name: str
    statement: int  # the statement it stands in: the def, or the one with the lambda
    names: tuple[str, ...]  # locals that are recorded
    always: tuple[str, ...]  # those that other frames can bind
    ops: tuple[str, ...]
    stores_globals: bool


def find_bound(rows: Sequence[Row], plans: Sequence[Plan]) -> dict[int, set[str]]:
    """The names that the statements of each function bind, by the number of its def."""
    around: list[int] = []
    found: dict[int, set[str]] = {-1: set()}
    for row, plan in zip(rows, plans, strict=True):
        parent = row[4]
        inner = parent if parent >= 0 and rows[parent][3] in _DEFS else around[parent] if parent >= 0 else -1
        around.append(inner)
        found.setdefault(inner, set()).update(plan.binds or ())
    return found


_DEFS = frozenset(("FunctionDef", "AsyncFunctionDef", "ClassDef"))


def find_shapes(program: types.CodeType, bound: Mapping[int, set[str]] | None) -> dict[types.CodeType, Shape]:
    """Every code object of the program with what is known of it."""
    found: dict[types.CodeType, Shape] = {}
    waiting = [program]
    while waiting:
        code = waiting.pop()
        found[code] = _find_shape(code, bound, module=code is program)
        waiting += [item for item in code.co_consts if isinstance(item, types.CodeType)]
    return found


def _find_shape(code: types.CodeType, bound: Mapping[int, set[str]] | None, *, module: bool) -> Shape:
    if module:
        how = "module"
    elif code.co_name in INLINED:
        how = "inlined"
    elif code.co_name == "<lambda>":
        how = "lambda"
    elif code.co_name == "<genexpr>":
        how = "generator expression"
    elif code.co_flags & 0x20:
        how = "generator"
    elif code.co_flags & 0x280:
        how = "coroutine"
    else:
        how = "function" if code.co_flags & 0x1 else "class"
    names = dict.fromkeys((*code.co_varnames, *code.co_cellvars, *code.co_freevars))
    shown = [name for name in names if not name.startswith((".", "__"))]
    if bound is not None and how in ("function", "generator", "coroutine"):
        # From 3.12 on a function also holds the variables of its comprehensions: those are not its own.
        given = code.co_argcount + code.co_kwonlyargcount + bool(code.co_flags & 4) + bool(code.co_flags & 8)
        own = {*code.co_varnames[:given], *code.co_freevars, *bound.get(code.co_firstlineno - 1, ())}
        shown = [name for name in shown if name in own]
    shared = {*code.co_cellvars, *code.co_freevars}
    always = tuple(name for name in shown if name in shared)
    ops = tuple(opcode.opname[number] for number in code.co_code[::2])
    return Shape(
        how, code.co_qualname, code.co_firstlineno - 1, tuple(shown), always, ops, "STORE_GLOBAL" in ops
    )


def _may_set_attributes(code: types.CodeType) -> bool:
    names = ("__dict__", "setattr", "vars")
    return any(name in code.co_names for name in names) or "STORE_ATTR" in map(
        opcode.opname.__getitem__, code.co_code[::2]
    )


def find_globals(program: types.CodeType) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names that the program binds in its module: all of them, and those that functions bind."""
    found: dict[str, None] = {}
    watched: dict[str, None] = {}
    waiting = [program]
    while waiting:
        code = waiting.pop()
        wanted = ("STORE_NAME", "STORE_GLOBAL") if code is program else ("STORE_GLOBAL",)
        extended = 0
        for number, low in zip(code.co_code[::2], code.co_code[1::2], strict=True):
            name = opcode.opname[number]
            index = extended << 8 | low
            extended = index if name == "EXTENDED_ARG" else 0
            if name in wanted:
                found[code.co_names[index]] = None
                if code is not program:
                    watched[code.co_names[index]] = None
        waiting += [item for item in code.co_consts if isinstance(item, types.CodeType)]
    shown = tuple(name for name in found if not name.startswith("__"))
    return shown, tuple(name for name in shown if name in watched)


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


def trace_text(
    code: str, call: str, *, entry: str = "", setup: str = "", budgets: Budgets | None = None
) -> records.Trace:
    """Trace a call in this very process, without any sandbox: for trusted code only."""
    trace, _ = record_text(code, call, entry=entry, setup=setup, budgets=budgets)
    return trace


def record_text(
    code: str,
    call: str,
    *,
    entry: str = "",
    setup: str = "",
    budgets: Budgets | None = None,
    foresee: bool = True,
    witness: Callable[[Recorder, Active], None] | None = None,
) -> tuple[records.Trace, Recording]:
    """Like `trace_text`, with the recording itself: for trusted code only."""
    tree = ast.parse(code)
    rows = statements.number(tree)
    plans = find_plans(tree)
    program = compile(tree, "<program>", "exec", dont_inherit=True)
    space: dict[str, Any] = {"__name__": "program"}
    printed = Printed()
    with redirect_stdout(printed):
        exec(program, space)
        printed.take()
        function, args, kwargs = _read_call(call, setup, space)
        recording = record_call(
            function,
            args,
            kwargs,
            program=program,
            statements=rows,
            plans=plans,
            foresee=foresee,
            namespace=space,
            budgets=budgets,
            read_output=printed.take,
            finish=finish_value,
            witness=witness,
        )
    return to_trace(code, call, rows, recording, entry=entry or call.partition("(")[0]), recording


def _read_call(
    call: str, setup: str, space: dict[str, Any]
) -> tuple[Callable[..., Any], list[Any], dict[str, Any]]:
    outer = dict(space)
    exec(setup, outer)
    match ast.parse(call, mode="eval").body:
        case ast.Call(func=ast.Name(id=name), args=args, keywords=words) if all(word.arg for word in words):
            gather = "lambda *args, **kwargs: (args, kwargs)"
            given, named = eval(f"({gather})({call.partition('(')[2]}", outer)
            return outer[name], list(given), named
    return eval(f"lambda: {call}", outer), [], {}


def finish_value(value: Any) -> Any:
    """The items of a generator as a list (1000 at most); any other value as it is."""
    if type(value) is not types.GeneratorType:
        return value
    items = []
    for item in value:
        items.append(item)
        if len(items) == 1000:
            break
    return items


def to_trace(
    code: str, call: str, rows: Sequence[Row], recording: Recording, *, entry: str, case: str = ""
) -> records.Trace:
    """The recording as a trace, with its header."""
    return records.Trace(
        case=case,
        v=VERSION,
        py=f"{sys.version_info[0]}.{sys.version_info[1]}",
        source=records.digest(code),
        entry=entry,
        input=call,
        statements=tuple(rows),
        events=tuple(tuple(event) for event in recording.events),
        truncated=recording.truncated,
    )

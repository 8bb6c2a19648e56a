"""Records one call of a program: every event that `pyx.trace.events` knows, nothing derived.

Runs inside the sandbox's child; `trace_text` is the way without one, for trusted code only.
"""

from __future__ import annotations

import io
import opcode
import sys
import types
from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from typing import Any

from pyx import records
from pyx.trace import heap, picture, statements
from pyx.trace.events import GLOBALS, VERSION, Budgets
from pyx.trace.heap import Heap, Look, Value

INLINED = frozenset(("<listcomp>", "<setcomp>", "<dictcomp>"))
"""Comprehensions are no frames of their own, as from Python 3.12 on."""

_MISSING = object()
_RETURNS = frozenset(("RETURN_VALUE", "RETURN_CONST"))
_STOPS = frozenset(("FOR_ITER", "SEND"))


@dataclass(frozen=True, slots=True)
class Recording:
    """What one call gave, and the events of it."""

    value: Any
    exception: BaseException | None
    events: list[list[Any]]
    truncated: str  # why recording stopped early, "" if it did not
    final: str  # picture of the live state at the end; what replay must arrive at
    ended: bool  # whether the end of the entry frame was seen


@dataclass(frozen=True, slots=True)
class Shape:
    """What is known of a code object before it runs."""

    how: str
    name: str
    statement: int  # the statement it stands in: the def, or the one with the lambda
    names: tuple[str, ...]  # locals that are recorded
    ops: tuple[str, ...] = ()


@dataclass(slots=True)
class Active:
    """One frame that has begun and not ended."""

    number: int
    frame: types.FrameType
    shape: Shape
    statement: int
    values: dict[str, Any] = field(default_factory=dict)
    leaving: tuple[str, str] | None = None  # the exception that is passing through


def record_call(
    function: Callable[..., Any],
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    *,
    program: types.CodeType,
    statements: Sequence[statements.Row],
    namespace: Mapping[str, Any] | None = None,
    budgets: Budgets | None = None,
    read_output: Callable[[], str] | None = None,
    finish: Callable[[Any], Any] | None = None,
    rules: Mapping[str, Callable[[Any], Look]] | None = None,
) -> Recording:
    """Call the function and record what the code of `program` does meanwhile.

    `program` is the numbered module code that has already been run in `namespace` (the module's
    globals; by default the function's). `read_output()` gives what was printed since it was last
    asked. `finish` is applied to the value while recording still goes on: it may exhaust a
    generator. Exceptions of the program are data in the recording, never raised.
    """
    space = namespace if namespace is not None else getattr(function, "__globals__", {})
    recorder = Recorder(
        program, statements, space, budgets=budgets or Budgets(), read_output=read_output, rules=rules
    )
    value, raised = None, None
    recorder.begin()
    try:
        value = function(*args, **kwargs)
        if finish is not None:
            value = finish(value)
    except BaseException as error:  # the program's own: data, not ours to handle
        raised = error
    finally:
        sys.settrace(None)
    final = recorder.end()
    return Recording(value, raised, recorder.events, recorder.truncated, final, recorder.ended)


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


class Recorder:
    """Follows the frames of a program's code by `sys.settrace`."""

    def __init__(
        self,
        program: types.CodeType,
        rows: Sequence[statements.Row],
        namespace: Mapping[str, Any],
        *,
        budgets: Budgets,
        read_output: Callable[[], str] | None = None,
        rules: Mapping[str, Callable[[Any], Look]] | None = None,
    ) -> None:
        self.rows = rows
        self.namespace = namespace
        self.budgets = budgets
        self.read_output = read_output
        self.shapes = find_shapes(program)
        self.globals = find_globals(program)
        self.heap = Heap(
            modules=frozenset(name for name in [namespace.get("__name__")] if type(name) is str),
            codes=frozenset(self.shapes),
            budgets=budgets,
            rules=rules,
        )
        self.events: list[list[Any]] = []
        self.truncated = ""
        self.ended = False
        self.stack: list[Active] = []
        self.suspended: dict[types.FrameType, Active] = {}
        self.global_values: dict[str, Any] = {}
        self.answer: dict[str, Any] = {}  # the entry frame's locals at its end, and what it returned
        self.count = 0
        self.witness: Callable[[Recorder], None] | None = None

    def begin(self) -> None:
        """Note the module's globals and start listening."""
        self._sync_globals([])
        sys.settrace(self._on_call)

    def end(self) -> str:
        """Note what changed last and give the picture of the live state."""
        if self.truncated:
            return ""
        self._sync_globals(list(self.answer.values()))
        operations = self.heap.take()
        if operations:
            self._add("h", GLOBALS, -1, {}, operations, None)
        return self.draw()

    def draw(self) -> str:
        """The picture of the live globals, entry locals and answer; no note of theirs is used."""
        shown = sorted(name for name in self.globals if self._shows(name))
        roots = {f"global {name}": self.namespace[name] for name in shown}
        return picture.draw_live(roots | self.answer, self.heap)

    # -- what the interpreter reports ---------------------------------------

    def _on_call(self, frame: types.FrameType, _event: str, _arg: Any) -> Any:
        shape = self.shapes.get(frame.f_code)
        if shape is None or shape.how == "inlined":
            return None
        return self._guard(self._enter, frame, shape)

    def _guard(self, act: Callable[..., Any], *args: Any) -> Any:
        """Stop recording, and say so, when the recorder itself fails; else the program would see it."""
        try:
            act(*args)
            if len(self.events) >= self.budgets.events:
                self._stop("events")
                return None
        except Exception as error:
            self._stop(f"recorder {type(error).__name__}: {error}")
            return None
        if self.truncated:
            return None
        if self.witness is not None:
            self.witness(self)
        return self._on_event

    def _stop(self, reason: str) -> None:
        self.truncated = reason
        sys.settrace(None)

    def _on_event(self, frame: types.FrameType, event: str, arg: Any) -> Any:
        return self._guard(self._handle, frame, event, arg)

    def _handle(self, frame: types.FrameType, event: str, arg: Any) -> None:
        active = self.stack[-1] if self.stack else None
        if active is None or active.frame is not frame:
            active = self._resume(frame)
        if event == "line":
            statement = frame.f_lineno - 1
            if statement != active.shape.statement or active.shape.how == "module":
                self._sync("l", active, statement)
        elif event == "return":
            self._leave(active, arg)
        elif event == "exception":
            self._raise(active, arg)

    def _enter(self, frame: types.FrameType, shape: Shape) -> None:
        self._flush()
        if frame in self.suspended:
            self._resume(frame)
            return
        parent = self.stack[-1].number if self.stack else GLOBALS
        active = Active(self.count, frame, shape, shape.statement)
        self.count += 1
        self.stack.append(active)
        self._sync("c", active, shape.statement, [shape.name, parent, shape.how])

    def _resume(self, frame: types.FrameType) -> Active:
        active = self.suspended.pop(frame)
        self.stack.append(active)
        active.leaving = None
        self._sync("n", active, active.statement)
        return active

    def _leave(self, active: Active, value: Any) -> None:
        name = self._last_operation(active)
        if name in _RETURNS:
            self._sync("r", active, active.statement, value=[value])
        elif name in ("YIELD_VALUE", "SEND", "RESUME"):
            self._sync("y", active, active.statement, value=[value])
            self.suspended[active.frame] = active
        else:
            self._sync("u", active, active.statement, list(active.leaving or ()))
        self.stack.pop()
        if active.number == 0 and active.frame not in self.suspended:
            self.ended = True
            self.answer = {f"local {key}": active.values[key] for key in sorted(active.values)}
            if name in _RETURNS:
                self.answer["return"] = value

    def _raise(self, active: Active, arg: Any) -> None:
        kind, error, _ = arg
        if kind is StopIteration and self._last_operation(active) in _STOPS:
            return  # the way a `for` learns that its iterator is exhausted
        found = (picture.plain_name(kind), read_message(error))
        if active.leaving != found:
            active.leaving = found
            self._sync("e", active, active.statement, list(found))

    def _last_operation(self, active: Active) -> str:
        return active.shape.ops[active.frame.f_lasti // 2]

    # -- what is noted --------------------------------------------------------

    def _flush(self) -> None:
        """Note what the frame on top has changed before another one begins."""
        if self.stack:
            active = self.stack[-1]
            self._sync("h", active, active.statement)

    def _sync(
        self,
        kind: str,
        active: Active,
        statement: int,
        extra: list[Any] | None = None,
        *,
        value: list[Any] | None = None,
    ) -> None:
        self._note_output()
        changed = self._read_locals(active)
        answer = self.heap.put(value[0]) if value else None
        self._sync_globals(value or [])
        operations = self.heap.take()
        active.statement = statement
        if kind == "h" and not changed and not operations:
            return
        self._add(kind, active.number, statement, changed, operations, answer if value else extra)

    def _note_output(self) -> None:
        text = self.read_output() if self.read_output is not None else ""
        if text:
            active = self.stack[-1] if self.stack else None
            frame, statement = (active.number, active.statement) if active else (GLOBALS, -1)
            self._add("o", frame, statement, {}, [], text)

    def _read_locals(self, active: Active) -> dict[str, Value | None]:
        changed: dict[str, Value | None] = {}
        live, known = active.frame.f_locals, active.values
        names = active.shape.names
        if active.shape.how == "class":
            names = tuple(name for name in live if not name.startswith("__"))
        for name in names:
            value = live.get(name, _MISSING)
            if value is known.get(name, _MISSING):
                continue
            if value is _MISSING:
                del known[name]
                changed[name] = None
            else:
                known[name] = value
                changed[name] = self.heap.put(value)
        return changed

    def _sync_globals(self, more: list[Any]) -> None:
        """Note changed globals, then everything that changed in place."""
        changed: dict[str, Value | None] = {}
        for name in self.globals:
            value = self.namespace[name] if self._shows(name) else _MISSING
            if value is self.global_values.get(name, _MISSING):
                continue
            if value is _MISSING:
                del self.global_values[name]
                changed[name] = None
            else:
                self.global_values[name] = value
                changed[name] = self.heap.put(value)
        roots = [*self.global_values.values(), *more]
        for active in (*self.stack, *self.suspended.values()):
            roots += active.values.values()
        self.heap.check_all(roots)
        if changed:
            self._add("h", GLOBALS, -1, changed, self.heap.take(), None)

    def _shows(self, name: str) -> bool:
        value = self.namespace.get(name, _MISSING)
        if value is _MISSING or type(value) is types.ModuleType:
            return False
        if type(value) is types.BuiltinFunctionType:
            return False
        if heap.is_class(value):
            return self.heap.is_ours(value)
        return type(value) is not types.FunctionType or value.__code__ in self.shapes

    def _add(self, k: str, f: int, s: int, d: dict[str, Any], h: list[Any], x: Any) -> None:
        event = [k, f, s, d, h, x]
        if x is None:
            event.pop()
            while event and event[-1] in ({}, []):
                event.pop()
        self.events.append(event)


def find_shapes(program: types.CodeType) -> dict[types.CodeType, Shape]:
    """Every code object of the program with what is known of it."""
    found: dict[types.CodeType, Shape] = {}
    waiting = [program]
    while waiting:
        code = waiting.pop()
        found[code] = _find_shape(code, module=code is program)
        waiting += [item for item in code.co_consts if isinstance(item, types.CodeType)]
    return found


def _find_shape(code: types.CodeType, *, module: bool) -> Shape:
    if module:
        how = "module"
    elif code.co_name in INLINED:
        how = "inlined"
    elif code.co_name == "<lambda>":
        how = "lambda"
    elif code.co_flags & 0x20:
        how = "generator"
    elif code.co_flags & 0x280:
        how = "coroutine"
    else:
        how = "function" if code.co_flags & 0x1 else "class"
    names = (*code.co_varnames, *code.co_cellvars, *code.co_freevars)
    shown = [name for name in dict.fromkeys(names) if not name.startswith((".", "__"))]
    ops = tuple(opcode.opname[number] for number in code.co_code[::2])
    return Shape(how, code.co_qualname, code.co_firstlineno - 1, tuple(shown), ops)


def find_globals(program: types.CodeType) -> tuple[str, ...]:
    """The names that the program itself binds in its module."""
    found: dict[str, None] = {}
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
        waiting += [item for item in code.co_consts if isinstance(item, types.CodeType)]
    return tuple(name for name in found if not name.startswith("__"))


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
) -> tuple[records.Trace, Recording]:
    """Like `trace_text`, with the recording itself: for trusted code only."""
    import ast

    tree = ast.parse(code)
    rows = statements.number(tree)
    program = compile(tree, "<program>", "exec", dont_inherit=True)
    space: dict[str, Any] = {"__name__": "program"}
    printed = Printed()
    with redirect_stdout(printed):
        exec(program, space)
        printed.take()
        outer = dict(space)
        exec(setup, outer)
        thunk = eval(f"lambda: {call}", outer)
        recording = record_call(
            thunk,
            (),
            {},
            program=program,
            statements=rows,
            namespace=space,
            budgets=budgets,
            read_output=printed.take,
            finish=finish_value,
        )
    return to_trace(code, call, rows, recording, entry=entry or call.partition("(")[0]), recording


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
    code: str, call: str, rows: Sequence[statements.Row], recording: Recording, *, entry: str, case: str = ""
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

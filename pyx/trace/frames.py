"""Frames: what is known of a program's code objects before they run, and of frames while they do."""

from __future__ import annotations

import opcode
import types
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pyx.trace.heap import Entry
from pyx.trace.statements import Row
from pyx.trace.touches import Plan

INLINED = frozenset(("<listcomp>", "<setcomp>", "<dictcomp>"))
"""Comprehensions are no frames of their own, as from Python 3.12 on."""


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
    own_statement: bool  # not so a lambda or generator expression
    careful: bool  # other frames or its namespace can change under it
    home: int  # the statement whose line is no event: the def
    cleans: bool  # handles exceptions: a generator then does so even when it is dropped


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


_SETTERS = frozenset(("__dict__", "setattr", "vars"))
_STORE_FREE = opcode.opmap["STORE_DEREF"]
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
    if how == "class":  # its namespace may hold more, put there by a metaclass
        names = find_stores(code, ("STORE_NAME",))
    shown = [name for name in names if not name.startswith((".", "__"))]
    if bound is not None and how in ("function", "generator", "coroutine"):
        # From 3.12 on a function also holds the variables of its comprehensions: those are not its own.
        given = code.co_argcount + code.co_kwonlyargcount + bool(code.co_flags & 4) + bool(code.co_flags & 8)
        own = {*code.co_varnames[:given], *code.co_freevars, *bound.get(code.co_firstlineno - 1, ())}
        shown = [name for name in shown if name in own]
    shared = {*code.co_freevars, *find_captured(code)}
    always = tuple(name for name in shown if name in shared)
    ops = tuple(map(opcode.opname.__getitem__, code.co_code[::2]))
    stores, inner = "STORE_GLOBAL" in ops, how in ("lambda", "generator expression")
    careful = stores or how in ("module", "class") or bool(always)
    statement = code.co_firstlineno - 1
    return Shape(
        how, code.co_qualname, statement, tuple(shown), always, ops, stores, not inner, careful,
        -1 if module else statement, "PUSH_EXC_INFO" in ops,
    )  # fmt: skip


def find_captured(code: types.CodeType) -> set[str]:
    """The variables that inner functions hold on to; a generator expression only reads its own."""
    found: set[str] = set()
    for inner in code.co_consts:
        if isinstance(inner, types.CodeType):
            stores = _STORE_FREE in inner.co_code[::2]
            fleeting = inner.co_name in INLINED or (inner.co_name == "<genexpr>" and not stores)
            found |= find_captured(inner) if fleeting else set(inner.co_freevars)
    return found


def may_set_attributes(code: types.CodeType) -> bool:
    """Whether code may set attributes of objects, functions among them."""
    return opcode.opmap["STORE_ATTR"] in code.co_code[::2] or not _SETTERS.isdisjoint(code.co_names)


def find_globals(program: types.CodeType) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names that the program binds in its module: all of them, and those that functions bind."""
    found: dict[str, None] = {}
    watched: dict[str, None] = {}
    waiting = [program]
    while waiting:
        code = waiting.pop()
        wanted = ("STORE_NAME", "STORE_GLOBAL") if code is program else ("STORE_GLOBAL",)
        names = find_stores(code, wanted)
        found |= names
        watched |= names if code is not program else {}
        waiting += [item for item in code.co_consts if isinstance(item, types.CodeType)]
    shown = tuple(name for name in found if not name.startswith("__"))
    return shown, tuple(name for name in shown if name in watched)


def find_stores(code: types.CodeType, wanted: tuple[str, ...]) -> dict[str, None]:
    """The names that a code object binds by the operations wanted, in order."""
    found: dict[str, None] = {}
    extended, numbers = 0, code.co_code[::2]
    if not any(opcode.opmap[name] in numbers for name in wanted):
        return found
    for number, low in zip(numbers, code.co_code[1::2], strict=True):
        name, index = opcode.opname[number], extended << 8 | low
        extended = index if name == "EXTENDED_ARG" else 0
        if name in wanted:
            found[code.co_names[index]] = None
    return found


class Active:
    """One frame that has begun and not ended."""

    __slots__ = (
        "armed", "careful", "changes", "entered", "everything", "frame", "home", "lost", "loud", "number",
        "plan", "runs", "shape", "statement", "thrown", "values",
    )  # fmt: skip

    def __init__(
        self,
        number: int,
        frame: types.FrameType,
        shape: Shape,
        statement: int,
        plan: Plan,
        home: int,
        careful: bool,
    ) -> None:
        self.number = number
        self.frame = frame
        self.shape = shape
        self.statement = statement
        self.plan = plan
        self.home = home  # the statement whose line is no event here: the def
        self.careful = careful  # other frames or its namespace can change under it
        self.loud = careful  # more must be looked at than the plan says
        self.lost = False  # it may have gone on unseen
        self.everything = False  # the statement may change any object
        self.entered = 0  # how many frames had been entered when it was last looked at
        self.changes = 0  # and how many changes noted
        self.values: dict[str, Any] = {}
        self.runs: dict[int, int] = {}  # statements in loops: how often they ran, where that is bounded
        self.armed: list[tuple[Entry, str, Any]] = []  # what the statement may change
        self.thrown: BaseException | bool | None = None  # resumed by throw() or close(), nothing has run yet


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


def is_ours(function: Any, shapes: Mapping[types.CodeType, Shape]) -> bool:
    return type(function) is types.FunctionType and function.__code__ in shapes

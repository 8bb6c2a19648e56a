"""The survey: what is known of a compiled program before it runs, found once for all its calls."""

from __future__ import annotations

import opcode
import types
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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
    given: tuple[str, ...]  # those that can be bound when it begins
    always: tuple[str, ...]  # those that other frames can bind
    ops: bytes  # the number of each operation, two bytes of code apart
    stores_globals: bool
    own_statement: bool  # not so a lambda or generator expression
    careful: bool  # other frames or its namespace can change under it
    home: int  # the statement whose line is no event: the def
    cleans: bool  # handles exceptions: a generator then does so even when it is dropped


@dataclass(frozen=True, slots=True)
class Survey:
    """A numbered program, compiled, with all that a recording wants to know of it."""

    program: types.CodeType
    rows: Sequence[Row]
    plans: Sequence[Plan]
    shapes: Mapping[types.CodeType, Shape]
    globals: tuple[str, ...]  # the names that it binds in its module
    watched: tuple[str, ...]  # those that functions bind
    open_functions: bool  # whether functions may be given attributes
    obstacle: str  # what it uses that a recording would miss or disturb, "" when nothing


def survey_program(program: types.CodeType, rows: Sequence[Row], plans: Sequence[Plan]) -> Survey:
    """Look over the code objects of a numbered and planned program."""
    bound = find_bound(rows, plans)
    shapes: dict[types.CodeType, Shape] = {}
    waiting = [program]
    while waiting:
        code = waiting.pop()
        shapes[code] = _find_shape(code, bound, module=code is program)
        waiting += [item for item in code.co_consts if type(item) is types.CodeType]
    functions = [code for code, shape in shapes.items() if shape.stores_globals and code is not program]
    inner = dict.fromkeys(name for code in functions for name in find_stores(code, _GLOBALLY))
    bound_names = dict.fromkeys(find_stores(program, _ANYWHERE)) | inner
    shown = tuple(name for name in bound_names if not name.startswith("__"))
    return Survey(
        program,
        rows,
        plans,
        shapes,
        shown,
        tuple(name for name in shown if name in inner),
        any(may_set_attributes(code, shape) for code, shape in shapes.items()),
        find_obstacle(shapes),
    )


_DEFS = frozenset(("FunctionDef", "AsyncFunctionDef", "ClassDef"))


def find_bound(rows: Sequence[Row], plans: Sequence[Plan]) -> dict[int, set[str]]:
    """The names that the statements of each function bind, by the number of its def."""
    around: list[int] = []
    found: dict[int, set[str]] = {-1: set()}
    for row, plan in zip(rows, plans, strict=True):
        parent = row[4]
        inner = parent if parent >= 0 and rows[parent][3] in _DEFS else around[parent] if parent >= 0 else -1
        around.append(inner)
        if plan.binds:
            found.setdefault(inner, set()).update(plan.binds)
    return found


_NUMBER = opcode.opmap
RESUME = _NUMBER["RESUME"]


def find_numbers(*names: str) -> frozenset[int]:
    """The numbers of those of the operations that this interpreter has."""
    return frozenset(_NUMBER[name] for name in names if name in _NUMBER)


_STORE_NAME, _STORE_GLOBAL, _STORE_FREE, _STORE_ATTRIBUTE, _HANDLE, _EXTEND = map(
    _NUMBER.__getitem__,
    ("STORE_NAME", "STORE_GLOBAL", "STORE_DEREF", "STORE_ATTR", "PUSH_EXC_INFO", "EXTENDED_ARG"),
)


def _find_shape(code: types.CodeType, bound: Mapping[int, set[str]], *, module: bool) -> Shape:
    how = "module" if module else _name_kind(code)
    names: Sequence[str] = (*code.co_varnames, *code.co_cellvars, *code.co_freevars)
    if how == "class":  # its namespace may hold more, put there by a metaclass
        names = find_stores(code, _LOCALLY)
    shown = [name for name in dict.fromkeys(names) if not name.startswith((".", "__"))]
    count = code.co_argcount + code.co_kwonlyargcount + bool(code.co_flags & 4) + bool(code.co_flags & 8)
    given = {*code.co_varnames[:count], *code.co_freevars}
    if how in ("function", "generator", "coroutine"):
        # From 3.12 on a function also holds the variables of its comprehensions: those are not its own.
        own = given | bound.get(code.co_firstlineno - 1, set())
        shown = [name for name in shown if name in own]
    shared = {*code.co_freevars, *find_captured(code)}
    always = tuple(name for name in shown if name in shared)
    ops = code.co_code[::2]
    stores, inner = _STORE_GLOBAL in ops, how in ("lambda", "generator expression")
    careful = stores or how in ("module", "class") or bool(always)
    statement = code.co_firstlineno - 1
    return Shape(
        how, code.co_qualname, statement, tuple(shown), tuple(filter(given.__contains__, shown)), always,
        ops, stores, not inner, careful, -1 if module else statement, _HANDLE in ops,
    )  # fmt: skip


_SPECIAL = {"<lambda>": "lambda", "<genexpr>": "generator expression", **dict.fromkeys(INLINED, "inlined")}


def _name_kind(code: types.CodeType) -> str:
    special = _SPECIAL.get(code.co_name)
    if special is not None:
        return special
    flags = code.co_flags
    if flags & 0x2A0:
        return "generator" if flags & 0x20 else "coroutine"
    return "function" if flags & 0x1 else "class"


def find_captured(code: types.CodeType) -> set[str]:
    """The variables that inner functions hold on to; a generator expression only reads its own."""
    found: set[str] = set()
    for inner in code.co_consts:
        if type(inner) is types.CodeType:
            fleeting = inner.co_name in INLINED or (
                inner.co_name == "<genexpr>" and _STORE_FREE not in inner.co_code[::2]
            )
            found |= find_captured(inner) if fleeting else set(inner.co_freevars)
    return found


_SETTERS = frozenset(("__dict__", "setattr", "vars"))


def may_set_attributes(code: types.CodeType, shape: Shape) -> bool:
    """Whether code may set attributes of objects, functions among them."""
    return _STORE_ATTRIBUTE in shape.ops or not _SETTERS.isdisjoint(code.co_names)


_ANYWHERE, _GLOBALLY, _LOCALLY = (_STORE_NAME, _STORE_GLOBAL), (_STORE_GLOBAL,), (_STORE_NAME,)


def find_stores(code: types.CodeType, wanted: tuple[int, ...]) -> list[str]:
    """The names that a code object binds by the operations wanted, in order."""
    numbers = code.co_code[::2]
    if not any(number in numbers for number in wanted):
        return []
    found: list[str] = []
    extended = 0
    for number, low in zip(numbers, code.co_code[1::2], strict=True):
        index = extended << 8 | low
        extended = index if number == _EXTEND else 0
        if number in wanted:
            found.append(code.co_names[index])
    return found


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


def is_ours(function: object, shapes: Mapping[types.CodeType, Shape]) -> bool:
    return type(function) is types.FunctionType and function.__code__ in shapes

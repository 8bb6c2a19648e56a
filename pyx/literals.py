"""Values as text: the one grammar in which pyx writes down what a program computed.

It is the grammar of `ast.literal_eval` plus `nan`, `inf`, `frozenset({...})`, `Ellipsis` and
`<opaque module.Type>`. Sets are written in sorted order (type, then text), a dict keeps its
order, integers beyond the interpreter's digit limit are written in hexadecimal. Types are exact:
a subclass of `int` is opaque, `1` is not `True`, `0.0` is not `-0.0`.

Nothing here runs code of the objects it looks at: only exact built-in types are opened.
"""

from __future__ import annotations

import ast
import builtins
import math
import re
from dataclasses import dataclass
from typing import Any

DEEPEST = 90
"""Nesting levels that are written; deeper values raise `OverflowError` (the parser has 200)."""

_BITS = 13_000
_TOKEN = re.compile(
    r"""(?P<text>[bB]?'(?:[^'\\]|\\.)*'|[bB]?"(?:[^"\\]|\\.)*")|<opaque (?P<type>(?:[^<>]|<locals>)+)>""",
    re.DOTALL,
)
_TYPE_NAME = re.compile(r"[\w.]+(?:\.<locals>\.\w+)*")


@dataclass(frozen=True, slots=True)
class Opaque:
    """A value that has no literal form, known by the qualified name of its type."""

    type: str


def type_name(kind: type) -> str:
    """The name of a type as results carry it: `list`, `collections.deque`, `f.<locals>.A`."""
    # type.__dict__ reads past whatever a metaclass may define.
    name = str(type.__dict__["__qualname__"].__get__(kind))
    module = type.__dict__["__module__"].__get__(kind)
    if not isinstance(module, str) or module == "builtins":
        if not _is_builtin(kind, name):
            return "unknown"
        module = ""
    full = f"{module}.{name}" if module else name
    return full if _TYPE_NAME.fullmatch(full) else "unknown"


def _is_builtin(kind: type, name: str) -> bool:
    """Whether no other class is the built-in one of that name."""
    return vars(builtins).get(name, kind) is kind


def write(value: object, *, limit: int | None = None) -> str:
    """Write a value as text; `OverflowError` beyond `limit` characters or `DEEPEST` levels."""
    parts: list[str] = []
    _write(value, parts, [0 if limit is None else limit, limit is not None], 0)
    return "".join(parts)


def _write(value: Any, parts: list[str], room: list[int], depth: int) -> None:
    if depth > DEEPEST:
        raise OverflowError("nested too deeply")
    kind = type(value)
    if kind is list or kind is tuple:
        inside = [_inner(item, room, depth) for item in value]
        comma = "," if kind is tuple and len(inside) == 1 else ""
        text = ", ".join(inside) + comma
        text = f"[{text}]" if kind is list else f"({text})"
    elif kind is dict:
        pairs = (f"{_inner(k, room, depth)}: {_inner(v, room, depth)}" for k, v in value.items())
        text = "{" + ", ".join(pairs) + "}"
    elif kind is set or kind is frozenset:
        inside = _sorted_items(value, room, depth)
        text = "{" + ", ".join(inside) + "}" if inside else "set()"
        if kind is frozenset:
            text = f"frozenset({text if inside else ''})"
    else:
        text = _atom(value, kind)
        _spend(room, len(text))
    parts.append(text)


def _inner(value: object, room: list[int], depth: int) -> str:
    parts: list[str] = []
    _spend(room, 2)
    _write(value, parts, room, depth + 1)
    return parts[0]


def _spend(room: list[int], amount: int) -> None:
    if room[1]:
        room[0] -= amount
        if room[0] < 0:
            raise OverflowError("too long")


def _sorted_items(items: frozenset[object] | set[object], room: list[int], depth: int) -> list[str]:
    keyed = sorted((type_name(type(item)), _order(item), _inner(item, room, depth)) for item in items)
    return [text for _, _, text in keyed]


def _order(item: object) -> tuple[int, float, str]:
    """Numbers by size, everything else by text alone, so that {2, 10} reads as people expect."""
    if type(item) in (int, bool, float) and item == item:
        number = item if -1e300 < item < 1e300 else math.copysign(math.inf, item)  # type: ignore[operator,arg-type]
        return (0, float(number), "")  # type: ignore[arg-type]
    return (1, 0.0, "")


def _atom(value: Any, kind: type) -> str:
    if kind is int:
        return repr(value) if value.bit_length() < _BITS else hex(value)
    if kind is complex:
        return _complex(value)
    if kind in (bool, str, bytes, float, type(None)):
        return repr(value)
    if value is Ellipsis:
        return "Ellipsis"
    if kind is Opaque:
        return f"<opaque {value.type}>"
    return f"<opaque {type_name(kind)}>"


def _complex(value: complex) -> str:
    text = repr(value)
    try:
        if repr(ast.literal_eval(text)) == text:
            return text
    except ValueError:
        pass  # nan and inf parts, and signed zeros, need the constructor
    return f"complex({value.real!r}, {value.imag!r})"


def read(text: str) -> Any:
    """The value that `text` writes; `ValueError` when it is outside the grammar."""
    source = _TOKEN.sub(_protect, text) if "<opaque " in text else text
    try:
        return _value(ast.parse(source.strip(), mode="eval").body)
    except (SyntaxError, RecursionError, MemoryError, TypeError, OverflowError) as error:
        raise ValueError(f"not a value: {text[:60]!r} ({error})") from None


def _protect(match: re.Match[str]) -> str:
    return match["text"] or f"Opaque({match['type']!r})"


def _value(node: ast.expr) -> Any:
    match node:
        case ast.Constant(value=value):
            return value
        case ast.List(elts=items):
            return [_value(item) for item in items]
        case ast.Tuple(elts=items):
            return tuple(_value(item) for item in items)
        case ast.Set(elts=items):
            return {_value(item) for item in items}
        case ast.Dict(keys=keys, values=values):
            return {_key(key): _value(item) for key, item in zip(keys, values, strict=True)}
        case ast.Name(id=name) if name in _NAMES:
            return _NAMES[name]
        case ast.UnaryOp(op=ast.USub() | ast.UAdd() as sign, operand=operand):
            return _signed(sign, _value(operand))
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() as sign, right=right):
            return _sum(sign, _value(left), _value(right))
        case ast.Call(func=ast.Name(id=name), args=items, keywords=[]):
            return _call(name, [_value(item) for item in items])
    raise ValueError(f"not a value: {ast.dump(node)[:60]}")


_NAMES: dict[str, object] = {"nan": math.nan, "inf": math.inf, "Ellipsis": ...}


def _key(node: ast.expr | None) -> Any:
    if node is None:
        raise ValueError("not a value: ** in a dict")
    return _value(node)


def _signed(sign: ast.unaryop, value: Any) -> Any:
    if type(value) not in (int, float, complex):
        raise ValueError("not a value: a sign before no number")
    return -value if isinstance(sign, ast.USub) else +value


def _sum(sign: ast.operator, left: Any, right: Any) -> Any:
    if type(left) not in (int, float) or type(right) is not complex:
        raise ValueError("not a value: a sum that is no complex number")
    return left + right if isinstance(sign, ast.Add) else left - right


def _call(name: str, items: list[Any]) -> Any:
    if name == "set" and not items:
        return set()
    if name == "frozenset" and (not items or (len(items) == 1 and type(items[0]) is set)):
        return frozenset(*items)
    if name == "complex" and len(items) == 2:
        return complex(*items)
    if name == "Opaque" and len(items) == 1:
        return Opaque(items[0])
    raise ValueError(f"not a value: a call of {name}")


def is_literal(text: str) -> bool:
    """Whether `text` reads as a value with nothing opaque in it."""
    try:
        read(text)
    except ValueError:
        return False
    return not any(match["type"] for match in _TOKEN.finditer(text))


def same(left: str, right: str) -> bool:
    """Whether two texts write the same value: types exact, dict order free, nan equal to nan."""
    if left == right:
        return True
    try:
        return _canonical(read(left)) == _canonical(read(right))
    except ValueError:
        return False


def _canonical(value: Any) -> object:
    kind = type(value)
    if kind in (list, tuple):
        return (kind.__name__, [_canonical(item) for item in value])
    if kind in (set, frozenset):
        return (kind.__name__, sorted(repr(_canonical(item)) for item in value))
    if kind is dict:
        pairs = ((repr(_canonical(k)), repr(_canonical(v))) for k, v in value.items())
        return ("dict", sorted(pairs))
    return _atom(value, kind)

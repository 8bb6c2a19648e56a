"""The value of an expression in a recorded state, worked out without running the program.

A state is a mapping from names to values as text. Only exact built-in values are computed with,
only pure operations are known, and everything is bounded in size and steps; whatever lies
outside raises `Unknown`. It answers `n % 2` in `{"n": "7"}`, and it refuses to guess.
"""

from __future__ import annotations

import ast
import operator
import re
import types
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pyx import literals

STEPS = 20_000
"""Expression nodes visited before an evaluation is given up."""

SIZE = 100_000
"""Items of the longest sequence, and bits of the longest integer, that are computed."""


class Unknown(ValueError):
    """The expression has no value that can be known from the state alone."""


class Failed(Unknown):
    """Python itself would raise: the expression has no value in this state."""


def evaluate(
    expression: ast.expr | str,
    state: Mapping[str, str],
    functions: Mapping[str, Callable[..., Any]] | None = None,
) -> str:
    """The value of `expression` in `state`, as text; `Unknown` where it cannot be known.

    `functions` are known besides the pure builtins: what to compute for a call of each.
    """
    try:
        node = ast.parse(expression.strip(), mode="eval").body if isinstance(expression, str) else expression
        text = literals.write(Evaluation(state, functions or {}).value(node), limit=SIZE)
    except (SyntaxError, RecursionError, MemoryError, OverflowError, ArithmeticError) as error:
        raise Unknown(str(error)) from None
    except Unknown:
        raise
    except (ValueError, TypeError, LookupError, AttributeError, StopIteration) as error:
        raise Failed(str(error)) from None
    if "<opaque " in text and not literals.is_literal(text):
        raise Unknown("opaque")
    return text


_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv, ast.Mod: operator.mod, ast.Pow: operator.pow,
    ast.LShift: operator.lshift, ast.RShift: operator.rshift, ast.BitAnd: operator.and_,
    ast.BitOr: operator.or_, ast.BitXor: operator.xor,
}  # fmt: skip

_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le,
    ast.Gt: operator.gt, ast.GtE: operator.ge, ast.In: lambda a, b: a in b,
    ast.NotIn: lambda a, b: a not in b,
}  # fmt: skip

_UNARY: dict[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.Not: operator.not_, ast.USub: operator.neg, ast.UAdd: operator.pos, ast.Invert: operator.invert,
}  # fmt: skip

_PURE: tuple[Any, ...] = (
    abs, all, any, bin, bool, bytes, chr, dict, divmod, enumerate, filter, float, frozenset, hex, int,
    isinstance, len, list, map, max, min, oct, ord, range, reversed, round, set, sorted, str, sum, tuple,
    type, zip,
)  # fmt: skip
_BUILTINS: dict[str, Any] = {function.__name__: function for function in _PURE}

_FIXED = ((list, tuple), (deque, tuple), (set, frozenset), (dict, types.MappingProxyType))
CHANGING = frozenset(
    name for kind, fixed in _FIXED for name in {*dir(kind)} - {*dir(fixed)} if not name.startswith("_")
) - {"copy", "fromkeys", "maxlen"}
"""Methods that change what they are called on: those of a container that its unchangeable kin lacks."""

_VIEWS: tuple[type, ...] = (type({}.keys()), type({}.values()), type({}.items()))
_LAZY: tuple[type, ...] = (map, filter, zip, enumerate, range, reversed, *_VIEWS)
_LAZY_NAMES = ("list_reverseiterator", "dict_reversekeyiterator", "range_iterator")
_CONVERSIONS: dict[int, Callable[[Any], str]] = {115: str, 114: repr, 97: ascii}
_TYPES = (str, bytes, list, dict, set, frozenset, tuple, int, float, complex)
_REFUSED = {"format_map", "maketrans", "fromhex", "to_bytes", "from_bytes", "encode", "decode"}
_WIDE = re.compile(r"\d{4}")


class Evaluation:
    """One evaluation: the state it looks names up in, and the steps it has left."""

    def __init__(self, state: Mapping[str, str], functions: Mapping[str, Callable[..., Any]]) -> None:
        self.state = state
        self.functions = functions
        self.bound: dict[str, Any] = {}  # names of lambdas and comprehensions
        self.left = STEPS
        self.changed = False  # whether a method has changed what stood in the state

    def value(self, node: ast.expr) -> Any:
        self.left -= 1
        method = getattr(self, f"_{type(node).__name__.lower()}", None)
        if self.left < 0 or method is None:
            raise Unknown(type(node).__name__)
        return method(node)

    def _constant(self, node: ast.Constant) -> Any:
        return node.value

    def _name(self, node: ast.Name) -> Any:
        if node.id in self.bound:
            return self._still(self.bound[node.id])
        if node.id in self.state:
            return self._still(_read(self.state[node.id]))
        if node.id in self.functions:
            return self.functions[node.id]
        if node.id in _BUILTINS:
            return _BUILTINS[node.id]
        raise Unknown(node.id)

    def _still(self, value: Any) -> Any:
        """A value that no change before it can have touched: which names share an object is not known."""
        if self.changed and not isinstance(value, (str, bytes, int, float, complex, type(None), type)):
            raise Unknown("changed before")
        return value

    def _list(self, node: ast.List) -> list[Any]:
        return list(self._items(node.elts))

    def _tuple(self, node: ast.Tuple) -> tuple[Any, ...]:
        return tuple(self._items(node.elts))

    def _set(self, node: ast.Set) -> set[Any]:
        return set(self._items(node.elts))

    def _items(self, nodes: list[ast.expr]) -> Iterator[Any]:
        for node in nodes:
            if isinstance(node, ast.Starred):
                yield from self.value(node.value)
            else:
                yield self.value(node)

    def _dict(self, node: ast.Dict) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        for key, item in zip(node.keys, node.values, strict=True):
            found.update(self.value(item) if key is None else {self.value(key): self.value(item)})
        return found

    def _binop(self, node: ast.BinOp) -> Any:
        left, right = self.value(node.left), self.value(node.right)
        _bound_size(node.op, left, right)
        return _BINARY[type(node.op)](left, right)

    def _unaryop(self, node: ast.UnaryOp) -> Any:
        return _UNARY[type(node.op)](self.value(node.operand))

    def _boolop(self, node: ast.BoolOp) -> Any:
        found = None
        for item in node.values:
            found = self.value(item)
            if bool(found) is isinstance(node.op, ast.Or):
                break
        return found

    def _compare(self, node: ast.Compare) -> bool:
        left = self.value(node.left)
        for sign, item in zip(node.ops, node.comparators, strict=True):
            right = self.value(item)
            if not self._compared(sign, left, right):
                return False
            left = right
        return True

    def _compared(self, sign: ast.cmpop, left: Any, right: Any) -> bool:
        if isinstance(sign, (ast.Is, ast.IsNot)):
            # Identity is lost in a text, but for the few values that exist once.
            if not any(
                item is None or item is ... or isinstance(item, (bool, type)) for item in (left, right)
            ):
                raise Unknown("is")
            return (left is right) is isinstance(sign, ast.Is)
        return bool(_COMPARE[type(sign)](left, right))

    def _ifexp(self, node: ast.IfExp) -> Any:
        return self.value(node.body if self.value(node.test) else node.orelse)

    def _attribute(self, node: ast.Attribute) -> Any:
        """A method of a built-in type, such as `str.lower`: pure, for it works on copies."""
        owner = self.value(node.value)
        if owner not in _TYPES or node.attr in _REFUSED or node.attr.startswith("_") or node.attr == "format":
            raise Unknown(node.attr)
        return getattr(owner, node.attr)

    def _subscript(self, node: ast.Subscript) -> Any:
        return self.value(node.value)[self.value(node.slice)]

    def _slice(self, node: ast.Slice) -> slice:
        parts = (node.lower, node.upper, node.step)
        return slice(*(None if part is None else self.value(part) for part in parts))

    def _lambda(self, node: ast.Lambda) -> Callable[..., Any]:
        names = [argument.arg for argument in node.args.args]
        return lambda *items: self._with(dict(zip(names, items, strict=True)), node.body)

    def _with(self, names: dict[str, Any], body: ast.expr) -> Any:
        before = self.bound
        self.bound = before | names
        try:
            return self.value(body)
        finally:
            self.bound = before

    def _listcomp(self, node: ast.ListComp) -> list[Any]:
        return list(self._loop(node.generators, lambda: self.value(node.elt)))

    def _setcomp(self, node: ast.SetComp) -> set[Any]:
        return set(self._loop(node.generators, lambda: self.value(node.elt)))

    def _generatorexp(self, node: ast.GeneratorExp) -> list[Any]:
        return list(self._loop(node.generators, lambda: self.value(node.elt)))

    def _dictcomp(self, node: ast.DictComp) -> dict[Any, Any]:
        return dict(self._loop(node.generators, lambda: (self.value(node.key), self.value(node.value))))

    def _loop(self, loops: list[ast.comprehension], make: Callable[[], Any]) -> Iterator[Any]:
        if not loops:
            yield make()
            return
        before = self.bound
        for item in self.value(loops[0].iter):
            self.bound = before | dict(_unpack(loops[0].target, item))
            if all(self.value(test) for test in loops[0].ifs):
                yield from self._loop(loops[1:], make)
        self.bound = before

    def _joinedstr(self, node: ast.JoinedStr) -> str:
        return "".join(str(self.value(part)) for part in node.values)

    def _formattedvalue(self, node: ast.FormattedValue) -> str:
        found = self.value(node.value)
        if node.conversion != -1:
            found = _CONVERSIONS[node.conversion](found)
        spec = "" if node.format_spec is None else self.value(node.format_spec)
        return format(found, _narrow(spec))

    def _call(self, node: ast.Call) -> Any:
        items = list(self._items(node.args))
        named: dict[str, Any] = {}
        for word in node.keywords:
            named.update(self.value(word.value) if word.arg is None else {word.arg: self.value(word.value)})
        if isinstance(node.func, ast.Attribute):
            owner = self.value(node.func.value)
            if isinstance(owner, type) and owner in _TYPES and items and type(items[0]) is owner:
                owner, items = items[0], items[1:]
            elif owner is dict and node.func.attr == "fromkeys":
                return dict.fromkeys(*items)
            return self._method(owner, node.func.attr, items, named)
        function = self.value(node.func)
        if isinstance(function, type) and function in (map, filter, zip, enumerate, range):
            return _listed(function(*items, **named))
        if not callable(function):
            raise Unknown("call")
        return _listed(function(*items, **named))

    def _method(self, owner: Any, name: str, items: list[Any], named: dict[str, Any]) -> Any:
        if type(owner) not in _TYPES or name in _REFUSED or name.startswith("_"):
            raise Unknown(name)
        if name == "format":
            _narrow(owner)
        if any(type(item) is int and abs(item) > SIZE for item in items) and isinstance(owner, (str, bytes)):
            raise Unknown("wide text")
        self.changed = self.changed or name in CHANGING
        return _listed(getattr(owner, name)(*items, **named))


def _read(text: str) -> Any:
    try:
        return _known(literals.read(text))
    except ValueError:
        raise Unknown("no literal") from None


def _known(value: Any) -> Any:
    if "Opaque(" in repr(value) and isinstance(value, (literals.Opaque, list, tuple, dict)):
        raise Unknown("opaque")
    return value


def _listed(value: Any) -> Any:
    """Iterators and views as lists: they are looked at once, so nothing can tell the difference."""
    if isinstance(value, range) and len(value) > SIZE:
        raise Unknown("long range")
    if isinstance(value, _LAZY) or type(value).__name__ in _LAZY_NAMES:
        return list(value)
    return value


def _unpack(target: ast.expr, item: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(target, ast.Name):
        yield target.id, item
    elif isinstance(target, (ast.Tuple, ast.List)):
        for part, value in zip(target.elts, item, strict=True):
            yield from _unpack(part, value)
    else:
        raise Unknown("target")


def _narrow(text: Any) -> Any:
    if isinstance(text, (str, bytes)) and _WIDE.search(
        text if isinstance(text, str) else text.decode("latin1")
    ):
        raise Unknown("wide format")
    return text


def _bound_size(sign: ast.operator, left: Any, right: Any) -> None:
    """Refuse a result that would be huge, before it is made."""
    if isinstance(sign, ast.Mult):
        sizes = [
            item if isinstance(item, int) else len(item)
            for item in (left, right)
            if not isinstance(item, (float, complex))
        ]
        if (
            not all(isinstance(item, int) for item in (left, right))
            and len(sizes) == 2
            and sizes[0] * sizes[1] > SIZE
        ):
            raise Unknown("long sequence")
    if isinstance(sign, (ast.Pow, ast.LShift)) and isinstance(left, int) and isinstance(right, int):
        bits = left.bit_length() * right if isinstance(sign, ast.Pow) else left.bit_length() + right
        if bits > SIZE:
            raise Unknown("long integer")
    if isinstance(sign, ast.Mod):
        _narrow(left)

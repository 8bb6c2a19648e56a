"""What objects look like, and what changed in them since they were last looked at.

Objects are opened by reading built-in storage only (`list.__iter__`, `object.__getattribute__`,
slot descriptors): never a program's `__repr__`, `__eq__`, `__hash__`, `__iter__` or `__getattr__`.
Comparisons are by identity.
"""

from __future__ import annotations

import enum
import hashlib
import types
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from operator import is_
from typing import Any

from pyx import literals
from pyx.trace.events import Budgets

Value = str | int | list[Any]
"""A text, the number of an object, or a string that was cut."""


@dataclass(slots=True)
class Look:
    """One view of an object: its form, its children, its attributes (see `pyx.trace.events`)."""

    form: str
    items: list[Any] = field(default_factory=list)
    keys: list[Any] | None = None  # of a dict
    attrs: dict[str, Any] | None = None
    type: str = ""


@dataclass(slots=True)
class Entry:
    """One known object: its number, and what it looked like when it was last looked at."""

    number: int
    object: Any  # kept alive, so that its id is not given to another
    look: Callable[[Any], Look]
    seen: Look
    stamp: int = 0


def _look_list(value: Any) -> Look:
    return Look("[", list(value))


def _look_tuple(value: Any) -> Look:
    return Look("(", list(value))


def _look_set(value: Any) -> Look:
    return Look("{", list(value))


def _look_frozenset(value: Any) -> Look:
    return Look("<", list(value))


def _look_dict(value: Any) -> Look:
    return Look(":", list(value.values()), list(value))


_EXACT: dict[type, Callable[[Any], Look]] = {
    list: _look_list,
    tuple: _look_tuple,
    set: _look_set,
    frozenset: _look_frozenset,
    dict: _look_dict,
}

_STORES: tuple[tuple[type, Callable[[Any], Look]], ...] = (
    (list, lambda value: Look("[", list(list.__iter__(value)))),
    (dict, lambda value: Look(":", list(dict.values(value)), list(dict.keys(value)))),
    (set, lambda value: Look("{", list(set.__iter__(value)))),
    (tuple, lambda value: Look("(", list(tuple.__iter__(value)))),
    (frozenset, lambda value: Look("<", list(frozenset.__iter__(value)))),
)

_SINGLE: dict[type, type] = {kind: kind for kind in (int, float, complex, bytes, str)}
_MEMBER = types.MemberDescriptorType
_BASES = type.__dict__["__mro__"].__get__
_MODULE = type.__dict__["__module__"].__get__
_NAMESPACE = type.__dict__["__dict__"].__get__
_FLAGS = type.__dict__["__flags__"].__get__
_ARGS = BaseException.__dict__["args"].__get__
_OWN = BaseException.__dict__["__dict__"].__get__
_HIDDEN = (
    types.FunctionType,
    staticmethod,
    classmethod,
    property,
    types.MemberDescriptorType,
    types.GetSetDescriptorType,
    types.BuiltinFunctionType,
    types.WrapperDescriptorType,
    types.ModuleType,
)


def read_attributes(value: Any) -> dict[str, Any]:
    """What stands in an object's `__dict__` and slots, read past its own `__getattribute__`."""
    found: dict[str, Any] = {}
    kind = type(value)
    for base in reversed(_BASES(kind)):
        for name, slot in _NAMESPACE(base).items():
            if type(slot) is _MEMBER and not name.startswith("__"):
                try:
                    found[name] = slot.__get__(value, kind)
                except AttributeError:
                    continue  # a slot that holds nothing
    try:
        found.update(object.__getattribute__(value, "__dict__"))
    except (AttributeError, TypeError):
        return found
    return found


class Heap:
    """All objects that a recording has seen, and the operations that tell their changes."""

    def __init__(
        self,
        *,
        modules: frozenset[str],
        codes: frozenset[types.CodeType],
        budgets: Budgets,
        rules: Mapping[str, Callable[[Any], Look]] | None = None,
    ) -> None:
        self.modules = modules
        self.codes = codes
        self.budgets = budgets
        self.rules = rules or {}
        self.entries: dict[int, Entry] = {}
        self.looks: dict[type, Callable[[Any], Look] | None] = dict(_EXACT)
        self.names: dict[type, str] = {}
        self.operations: list[list[Any]] = []
        self.count = 0
        self.stamp = 0
        self.cut = ""

    # -- values -----------------------------------------------------------

    def text(self, value: Any) -> Value | None:
        """The text of a value that has no parts which can change; None for an object."""
        kind = type(value)
        if kind is int:
            return repr(value) if -(2**4000) < value < 2**4000 else literals.write(value)
        if kind is str or kind is bytes:
            return repr(value) if len(value) <= self.budgets.text else self._cut_text(value)
        if kind is tuple or kind is frozenset:
            return self._text_parts(value, kind)
        if kind in (bool, float, complex, types.NoneType, types.EllipsisType):
            return literals.write(value)
        if kind is range:
            return repr(value)
        return self._text_special(value, kind)

    def _cut_text(self, value: str | bytes) -> Value:
        data = value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")
        self.cut = self.cut or "text"
        return [repr(value[: self.budgets.text]), len(value), hashlib.sha256(data).hexdigest()]

    def _text_parts(self, value: Any, kind: type) -> str | None:
        if len(value) > 64:
            return None
        parts = [self.text(item) for item in value]
        if not all(type(part) is str for part in parts):
            return None
        if kind is frozenset:
            return literals.write(value) if all(type(item) in _PLAIN for item in value) else None
        return f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"  # type: ignore[arg-type]

    def _text_special(self, value: Any, kind: type) -> Value | None:
        if kind is types.FunctionType:
            if value.__closure__ or value.__dict__:
                return None
            return f"<function {value.__qualname__}>"
        if kind is types.BuiltinFunctionType:
            return f"<function {value.__name__}>"
        if kind is types.ModuleType:
            return f"<module {value.__name__}>"
        if is_class(value):
            return None if self.is_ours(value) else f"<class {_plain_name(value)}>"
        if enum.Enum in _BASES(kind):
            return f"{_plain_name(kind)}.{object.__getattribute__(value, '__dict__').get('_name_')}"
        if self.find_look(kind) is None:
            return f"<opaque {literals.type_name(kind)}>"
        return None

    def is_ours(self, kind: type) -> bool:
        module = _NAMESPACE(kind).get("__module__")
        return type(module) is str and module in self.modules

    # -- looking ----------------------------------------------------------

    def find_look(self, kind: type) -> Callable[[Any], Look] | None:
        """How objects of a type are opened; None when they stay opaque."""
        if kind in self.looks:
            return self.looks[kind]
        look = self.looks[kind] = self._choose_look(kind)
        return look

    def _choose_look(self, kind: type) -> Callable[[Any], Look] | None:
        if kind is types.FunctionType:
            return _look_function
        if kind is types.CellType:
            return _look_cell
        if _FLAGS(kind) & (1 << 31):
            return self._look_class
        rule = self.rules.get(literals.type_name(kind))
        if rule is not None:
            return rule
        name = _plain_name(kind)
        fields = _NAMESPACE(kind).get("_fields")
        if BaseException in _BASES(kind):
            return lambda value: Look("(", list(_ARGS(value)), attrs=_OWN(value), type=name)
        if tuple in _BASES(kind) and type(fields) is tuple:
            return lambda value: Look(
                "o", attrs=dict(zip(fields, tuple.__iter__(value), strict=False)), type=name
            )
        for base, open_store in _STORES:
            if base in _BASES(kind):
                return _look_subclass(open_store, name, attributes=self.is_ours(kind))
        if self.is_ours(kind):
            return self._look_instance(kind, name)
        return None

    def _look_instance(self, kind: type, name: str) -> Callable[[Any], Look]:
        for base in (int, float, str, bytes, complex):
            if base in _BASES(kind):
                convert = base.__dict__["__getnewargs__"]
                return lambda value: Look(
                    "(", list(convert(value))[:1], attrs=read_attributes(value), type=name
                )
        return lambda value: Look("o", attrs=read_attributes(value), type=name)

    def _look_class(self, value: Any) -> Look:
        attrs = {
            name: item
            for name, item in _NAMESPACE(value).items()
            if not (name.startswith("__") and name.endswith("__")) and not isinstance(item, _HIDDEN)
        }
        return Look("c", attrs=attrs, type=_plain_name(value))

    # -- references -------------------------------------------------------

    def put(self, value: Any) -> Value:
        """The reference of a value: its text, or its number (a new object is noted)."""
        entry = self.entries.get(id(value))
        if entry is not None:
            return entry.number
        text = self.text(value)
        if text is not None:
            return text
        return self._add(value).number

    def _add(self, value: Any) -> Entry:
        waiting = [self._enter(value)]
        first = waiting[0]
        while waiting:
            entry = waiting.pop()
            operation: list[Any] = [entry.number, entry.seen.form, entry.seen.type]
            self.operations.append(operation)
            operation += self._describe(entry.seen, waiting)
        return first

    def _enter(self, value: Any) -> Entry:
        look = self.find_look(type(value))
        assert look is not None, "an opaque value has a text"
        self.count += 1
        entry = Entry(self.count, value, look, look(value), self.stamp)
        self.entries[id(value)] = entry
        return entry

    def _refer(self, value: Any, waiting: list[Entry]) -> Value:
        entry = self.entries.get(id(value))
        if entry is not None:
            return entry.number
        text = self.text(value)
        if text is not None:
            return text
        entry = self._enter(value)
        waiting.append(entry)
        return entry.number

    def _describe(self, look: Look, waiting: list[Entry]) -> list[Any]:
        items = [self._refer(item, waiting) for item in look.items]
        if look.form in "{<":
            items = sort_references(items)
        if look.keys is not None:
            keys = [self._refer(key, waiting) for key in look.keys]
            items = list(chain.from_iterable(zip(keys, items, strict=True)))
        attrs = {name: self._refer(item, waiting) for name, item in (look.attrs or {}).items()}
        if attrs:
            return [items, attrs]
        return [items] if items else []

    # -- changes ----------------------------------------------------------

    def check_all(self, roots: Iterable[Any]) -> None:
        """Look again at everything that can be reached from the roots and note what changed."""
        self.stamp += 1
        stamp, entries = self.stamp, self.entries
        waiting = list(roots)
        while waiting:
            entry = entries.get(id(waiting.pop()))
            if entry is None or entry.stamp == stamp:
                continue
            entry.stamp = stamp
            seen = entry.seen
            if seen.form not in "(<" or seen.attrs:
                now = entry.look(entry.object)
                if not same_look(seen, now):
                    self._note_changes(entry, now)
                    entry.seen = seen = now
            waiting += seen.items
            if seen.keys:
                waiting += seen.keys
            if seen.attrs:
                waiting += seen.attrs.values()

    def _note_changes(self, entry: Entry, now: Look) -> None:
        old, number = entry.seen, entry.number
        if now.keys is not None:
            self._note_dict(number, old, now)
        elif now.form in "{":
            self._note_set(number, old, now)
        elif not same_items(old.items, now.items):
            self._note_splice(number, old.items, now.items)
        if not same_attributes(old.attrs, now.attrs):
            self._note_attributes(number, old.attrs or {}, now.attrs or {})

    def _note_splice(self, number: int, old: list[Any], now: list[Any]) -> None:
        start, end_old, end_now = 0, len(old), len(now)
        while start < end_old and start < end_now and old[start] is now[start]:
            start += 1
        while end_old > start and end_now > start and old[end_old - 1] is now[end_now - 1]:
            end_old -= 1
            end_now -= 1
        items = [self.put(item) for item in now[start:end_now]]
        self.operations.append([number, "s", start, end_old - start, items])

    def _note_set(self, number: int, old: Look, now: Look) -> None:
        was = {id(item) for item in old.items}
        is_now = {id(item) for item in now.items}
        gone = [self.put(item) for item in old.items if id(item) not in is_now]
        come = [self.put(item) for item in now.items if id(item) not in was]
        if gone:
            self.operations.append([number, "-", sort_references(gone)])
        if come:
            self.operations.append([number, "+", sort_references(come)])

    def _note_dict(self, number: int, old: Look, now: Look) -> None:
        assert old.keys is not None and now.keys is not None
        before = {id(key): item for key, item in zip(old.keys, old.items, strict=True)}
        kept = {id(key) for key in now.keys}
        gone = [key for key in old.keys if id(key) not in kept]
        order = [key for key in old.keys if id(key) in kept]
        if not same_items(order, now.keys[: len(order)]):
            flat = chain.from_iterable(zip(now.keys, now.items, strict=True))
            self.operations.append([number, "w", [self.put(item) for item in flat]])
            return
        if gone:
            self.operations.append([number, "d", [self.put(key) for key in gone]])
        changed = [
            (key, item)
            for key, item in zip(now.keys, now.items, strict=True)
            if before.get(id(key), before) is not item
        ]
        if changed:
            flat = chain.from_iterable(changed)
            self.operations.append([number, "k", *(self.put(item) for item in flat)])

    def _note_attributes(self, number: int, old: dict[str, Any], now: dict[str, Any]) -> None:
        operation: list[Any] = [number, "."]
        for name in old.keys() - now.keys():
            operation += [name, None]
        for name, item in now.items():
            if name not in old or old[name] is not item:
                operation += [name, self.put(item)]
        self.operations.append(operation)

    def take(self) -> list[list[Any]]:
        """The operations noted since this was last asked."""
        operations, self.operations = self.operations, []
        return operations


_PLAIN = frozenset((int, float, complex, bytes, str, bool, types.NoneType))


def _plain_name(kind: type) -> str:
    return str(type.__dict__["__qualname__"].__get__(kind)).rpartition("<locals>.")[2]


def _look_function(value: Any) -> Look:
    cells = value.__closure__ or ()
    attrs = dict(zip(value.__code__.co_freevars, cells, strict=True)) | value.__dict__
    return Look("f", attrs=attrs, type=value.__qualname__)


def _look_cell(value: Any) -> Look:
    try:
        return Look("=", [value.cell_contents])
    except ValueError:
        return Look("=")


def _look_subclass(
    open_store: Callable[[Any], Look], name: str, *, attributes: bool
) -> Callable[[Any], Look]:
    def look(value: Any) -> Look:
        seen = open_store(value)
        seen.type = name
        seen.attrs = read_attributes(value) if attributes else None
        return seen

    return look


def is_class(value: Any) -> bool:
    """Whether a value is a class, found out without asking its metaclass."""
    return bool(_FLAGS(type(value)) & (1 << 31))


def same_look(old: Look, now: Look) -> bool:
    """Whether two looks at one object show the same children, by identity."""
    return (
        same_items(old.items, now.items)
        and (now.keys is None or same_items(old.keys or [], now.keys))
        and same_attributes(old.attrs, now.attrs)
    )


def same_items(old: list[Any], now: list[Any]) -> bool:
    return len(old) == len(now) and all(map(is_, old, now))


def same_attributes(old: dict[str, Any] | None, now: dict[str, Any] | None) -> bool:
    if not old or not now:
        return not old and not now
    return old.keys() == now.keys() and all(item is old[name] for name, item in now.items())


def sort_references(items: list[Any]) -> list[Any]:
    """Elements of a set in an order that does not depend on hashes: texts by kind, then numbers."""
    return sorted(items, key=_order_reference)


def _order_reference(item: Any) -> tuple[Any, ...]:
    if type(item) is int:
        return (1, "", 0.0, "", item)
    text = item if type(item) is str else str(item[0])
    try:
        value = literals.read(text)
        number = float(value) if type(value) in (int, float) and value == value else 0.0
        return (0, type(value).__name__, number, text, 0)
    except (ValueError, OverflowError):
        return (0, "~", 0.0, text, 0)

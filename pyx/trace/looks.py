"""Looks: what an object shows of itself, read from built-in storage alone.

Objects are opened by `list.copy`, `object.__getattribute__`, slot descriptors and the like: never
by a program's `__repr__`, `__eq__`, `__hash__`, `__iter__` or `__getattr__`.
"""

from __future__ import annotations

import enum
import functools
import types
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from operator import is_
from typing import Any

from pyx.errors import PluginError
from pyx.registry import RULES, Plugin

LARGE = 2**4000
SMALL = -LARGE
KNOWN = frozenset((
    object, list, dict, set, tuple, frozenset, int, str, float, bytes, complex, type, Exception,
    BaseException, OrderedDict, defaultdict, Counter, enum.Enum,
))  # fmt: skip
BUILT_IN = frozenset((list, dict, set, tuple, frozenset))
MODULES: set[type] = {types.ModuleType}
"""Types of modules; a sandbox adds what stands for one there."""
PLAIN = frozenset((int, float, complex, bytes, str, bool, types.NoneType))


@dataclass(slots=True)
class Look:
    """One view of an object: its form, its children, its attributes (see `pyx.trace.events`)."""

    form: str
    items: list[Any] = field(default_factory=list)
    map: dict[Any, Any] | None = None  # of a dict: itself; of a set: its elements by their ids
    attrs: dict[str, Any] | None = None
    type: str = ""
    raw: Any = None  # of a class: its namespace

    def children(self) -> Iterator[Any]:
        """The objects that it contains, keys of a dict included."""
        yield from self.items
        if self.map is not None:
            if self.form == ":":
                yield from self.map
            yield from self.map.values()
        if self.attrs:
            yield from self.attrs.values()


def _look_list(value: Any) -> Look:
    return Look("[", list.copy(value))


def _look_tuple(value: Any) -> Look:
    return Look("(", list(tuple.__iter__(value)))


def _look_set(value: Any) -> Look:
    return Look("{", map={id(item): item for item in set.__iter__(value)})


def _look_frozenset(value: Any) -> Look:
    return Look("<", map={id(item): item for item in frozenset.__iter__(value)})


def _look_dict(value: Any) -> Look:
    return Look(":", map=dict.copy(value))


def _look_ordered(value: Any) -> Look:
    """In its own order, which is not the one of the dict below it."""
    keys = list(OrderedDict.__iter__(value))
    if not all(map(is_plain, keys)):
        return _look_dict(value)
    found = {id(key): item for key, item in dict.items(value)}
    return Look(":", map={key: found[id(key)] for key in keys})


STORES: tuple[tuple[type, Callable[[Any], Look]], ...] = (
    (list, _look_list),
    (OrderedDict, _look_ordered),
    (dict, _look_dict),
    (set, _look_set),
    (tuple, _look_tuple),
    (frozenset, _look_frozenset),
)

_MEMBER = types.MemberDescriptorType
BASES = type.__dict__["__mro__"].__get__
_MODULE = type.__dict__["__module__"].__get__
NAMESPACE = type.__dict__["__dict__"].__get__
FLAGS = type.__dict__["__flags__"].__get__
HAS_DICT = type.__dict__["__dictoffset__"].__get__
ARGS = BaseException.__dict__["args"].__get__
OWN = BaseException.__dict__["__dict__"].__get__


def is_descriptor(value: Any) -> bool:
    """Functions, properties, slots and the like: they belong to the class's text, not to its data."""
    return any("__get__" in NAMESPACE(base) for base in BASES(type(value)))


_SLOTS: dict[type, tuple[tuple[str, Any], ...]] = {}


def find_slots(kind: type) -> tuple[tuple[str, Any], ...]:
    """The slots of a type and its bases, by name."""
    if kind not in _SLOTS:
        _SLOTS[kind] = tuple(
            (name, slot)
            for base in reversed(BASES(kind))
            for name, slot in NAMESPACE(base).items()
            if type(slot) is _MEMBER and not name.startswith("__")
        )
    return _SLOTS[kind]


def read_attributes(value: Any) -> dict[str, Any]:
    """What stands in an object's `__dict__` and slots, read past its own `__getattribute__`."""
    found: dict[str, Any] = {}
    kind = type(value)
    for name, slot in find_slots(kind):
        try:
            found[name] = slot.__get__(value, kind)
        except AttributeError:
            continue  # a slot that holds nothing
    if HAS_DICT(kind):
        found.update(object.__getattribute__(value, "__dict__"))
    return found


def runs_code(kind: type, name: str) -> bool:
    """Whether reading that attribute of an object may run code, as its class is at this moment."""
    for base in BASES(kind):
        space = NAMESPACE(base)
        item = space.get(name)
        if item is not None and type(item) is not _MEMBER and is_descriptor(item):
            return True
        if "__getattribute__" in space and base is not object:
            return True
    return False


Rule = Callable[[Any], "Look | str"]
"""A value rule: opens an object of a library's type, or writes one that never changes as text."""


@functools.cache
def find_rules() -> Mapping[str, Rule]:
    """The value rules of the registry, by the qualified name of the type."""
    return collect_rules(RULES)


def collect_rules(plugins: Iterable[Plugin]) -> Mapping[str, Rule]:
    """The value rules among some rules, by the qualified name of the type; the last one counts."""
    found: dict[str, Rule] = {}
    for plugin in plugins:
        if plugin.code.startswith("V"):
            found |= dict.fromkeys(plugin.list_names("types"), name_faults(plugin))
    return found


def name_faults(plugin: Plugin) -> Rule:
    """A value rule whose faults name it: what it raises, and what is no view."""

    def see(value: Any) -> Look | str:
        try:
            seen = plugin.function(value)
        except (MemoryError, RecursionError):
            raise  # the program's
        except Exception as error:
            why = f"{type(error).__name__}: {error}"
            raise PluginError(f"rule {plugin.label} in {plugin.module} raises {why}") from error
        if type(seen) is not str and (type(seen) is not Look or type(seen.items) is not list):
            gave = f"a Look of {seen.items!r:.40}" if type(seen) is Look else repr(seen)[:60]
            raise PluginError(
                f"rule {plugin.label} in {plugin.module} gives {gave}, no text and no Look of a list"
            )
        return seen

    return see


def plain_name(kind: type) -> str:
    return str(type.__dict__["__qualname__"].__get__(kind)).rpartition("<locals>.")[2]


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


def look_function(value: Any) -> Look:
    cells = value.__closure__ or ()
    attrs = dict(zip(value.__code__.co_freevars, cells, strict=True)) | value.__dict__
    return Look("f", attrs=attrs, type=value.__qualname__)


def look_cell(value: Any) -> Look:
    try:
        return Look("=", [value.cell_contents])
    except ValueError:
        return Look("=")


def _same_list(value: Any, seen: Look) -> bool:
    return len(value) == len(seen.items) and all(map(is_, value, seen.items))


def _same_dict(value: Any, seen: Look) -> bool:
    known = seen.map or {}
    return (
        len(value) == len(known)
        and all(map(is_, value, known))
        and all(map(is_, value.values(), known.values()))
    )


def _same_set(value: Any, seen: Look) -> bool:
    known = seen.map or {}
    return len(value) == len(known) and all(map(known.__contains__, map(id, value)))


def _same_function(value: Any, seen: Look) -> bool:
    return not value.__dict__ and len(seen.attrs or ()) == len(value.__closure__ or ())


def _same_cell(value: Any, seen: Look) -> bool:
    try:
        return len(seen.items) == 1 and value.cell_contents is seen.items[0]
    except ValueError:
        return not seen.items


def same_instance(value: Any, seen: Look) -> bool:
    """Whether an object that has a `__dict__` and no slots is what was seen of it."""
    live, known = object.__getattribute__(value, "__dict__"), seen.attrs or {}
    return live.keys() == known.keys() and all(map(is_, live.values(), map(known.__getitem__, live)))


def same_class(value: Any, seen: Look) -> bool:
    """Whether the namespace of a class is what it was."""
    live, known = NAMESPACE(value), seen.raw
    return len(live) == len(known) and all(map(is_, live.values(), known.values()))


SAME: Mapping[type, Callable[[Any, Look], bool]] = {
    list: _same_list,
    dict: _same_dict,
    set: _same_set,
    types.FunctionType: _same_function,
    types.CellType: _same_cell,
}
"""By exact type: whether an object is what was seen of it, found out without another look."""


def look_subclass(open_store: Callable[[Any], Look], name: str, *, attributes: bool) -> Callable[[Any], Look]:
    def look(value: Any) -> Look:
        seen = open_store(value)
        seen.type = name
        seen.attrs = read_attributes(value) if attributes else None
        return seen

    return look


def is_class(value: Any) -> bool:
    """Whether a value is a class, found out without asking its metaclass."""
    return bool(FLAGS(type(value)) & (1 << 31))


def is_plain(value: Any) -> bool:
    """Whether hashing and comparing a value runs no code of the program."""
    kind = type(value)
    return kind in PLAIN or (kind is tuple and all(type(item) in PLAIN for item in value))


def same_look(old: Look, now: Look) -> bool:
    """Whether two looks at one object show the same children, by identity."""
    return (
        same_items(old.items, now.items)
        and (now.map is None or same_map(old.map or {}, now.map, ordered=now.form == ":"))
        and same_attributes(old.attrs, now.attrs)
    )


def same_map(old: dict[Any, Any], now: dict[Any, Any], *, ordered: bool) -> bool:
    if len(old) != len(now):
        return False
    if not ordered:
        return old.keys() == now.keys()
    return all(map(is_, old, now)) and all(map(is_, old.values(), now.values()))


def same_items(old: list[Any], now: list[Any]) -> bool:
    return len(old) == len(now) and all(map(is_, old, now))


def same_attributes(old: dict[str, Any] | None, now: dict[str, Any] | None) -> bool:
    if not old or not now:
        return not old and not now
    return old.keys() == now.keys() and all(item is old[name] for name, item in now.items())

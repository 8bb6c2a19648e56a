"""The heap: all objects that were seen, and what changed in them since they were last looked at.

Objects are compared by identity; how they are opened is said in `pyx.trace.looks`.
"""

from __future__ import annotations

import enum
import hashlib
import types
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass
from itertools import repeat
from operator import is_, itemgetter
from typing import Any

from pyx import literals
from pyx.trace.changes import note_changes, sort_references
from pyx.trace.events import Budgets
from pyx.trace.known import Known
from pyx.trace.looks import (
    BASES,
    LARGE,
    MODULES,
    NAMESPACE,
    PLAIN,
    SMALL,
    Look,
    Rule,
    is_class,
    is_descriptor,
    plain_name,
    same_look,
)
from pyx.trace.openers import Openers

MANY = 16
"""Items from which on it pays to ask whether all are of one kind."""

Value = str | int | list[Any]
"""A text, the number of an object, or a string that was cut."""


@dataclass(slots=True, eq=False)
class Entry:
    """One known object: its number, and what it looked like when it was last looked at."""

    number: int
    object: Any  # kept alive, so that its id is not given to another
    look: Callable[[Any], Look]
    seen: Look
    stamp: int
    same: Callable[[Any, Look], bool] | None = None  # quicker than to look and to compare
    kids: list[Entry] | None = None  # objects that it contains; None when that must be found out
    plain: bool | None = None  # whether all keys or elements hash and compare without the program


class Heap:
    """All objects that a recording has seen, and the operations that tell their changes."""

    def __init__(
        self,
        *,
        modules: frozenset[str],
        codes: Container[types.CodeType],
        budgets: Budgets,
        rules: Mapping[str, Rule] | None = None,
        open_functions: bool = False,
    ) -> None:
        self.open_functions = open_functions  # whether functions may be given attributes
        self.codes = codes
        self.budgets = budgets
        self.longest = budgets.text
        self.entries: dict[int, Entry] = {}
        self.openers = Openers(modules, rules, self._look_class)
        self.is_ours, self.find_look = self.openers.is_ours, self.openers.find_look
        self.operations: list[list[Any]] = []
        self.count = 0
        self.stamp = 0
        self.waiting: list[Entry] = []
        self.changes = 0  # how many changes of known objects were noted
        self.cells: list[Entry] = []
        self.find_owner: Callable[[str, types.CellType], str] = lambda _name, _cell: ""
        self.owners: dict[int, str] = {}
        self.doubt: Callable[[], None] = lambda: None  # called when `has_missing` becomes true
        self.has_missing = False  # a dict that fills in missing keys when they are read
        self.wary = False  # whether more can change than what plans say of common values
        self.known = Known(codes, self.is_ours)
        self.strange = ""  # a type whose behaviour is not known: since it was seen, nothing can be foreseen
        self.too_large = ""  # what went beyond the budget of items: recording stops there

    # -- values -----------------------------------------------------------

    def text(self, value: Any) -> Value | None:
        """The text of a value that has no parts which can change; None for an object."""
        kind = type(value)
        if kind is int:
            return repr(value) if SMALL < value < LARGE else literals.write(value)
        if kind is str or kind is bytes:
            return repr(value) if len(value) <= self.budgets.text else self._cut_text(value)
        if kind is tuple or kind is frozenset:
            return self._text_parts(value, kind)
        if value is None or kind is bool:
            return repr(value)
        if kind in (float, complex, types.EllipsisType):
            return literals.write(value)
        if kind is range:
            return repr(value)
        return self._text_special(value, kind)

    def _cut_text(self, value: str | bytes) -> Value:
        data = value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")
        return [repr(value[: self.budgets.text]), len(value), hashlib.sha256(data).hexdigest()]

    def _text_parts(self, value: Any, kind: type) -> str | None:
        if len(value) > 64:
            return None
        parts: list[str] = []
        for item in value:
            known = type(item) is int and SMALL < item < LARGE
            text = repr(item) if known else self.text(item)
            if type(text) is not str:
                return None
            parts.append(text)
        if kind is frozenset:
            return literals.write(value) if all(type(item) in PLAIN for item in value) else None
        return f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"

    def _text_special(self, value: Any, kind: type) -> Value | None:
        if not self.strange and not self.known.knows(value, kind):
            self.distrust(plain_name(kind))
        if kind is types.FunctionType:
            if value.__closure__ or value.__dict__ or (self.open_functions and value.__code__ in self.codes):
                return None
            return f"<function {value.__qualname__}>"
        if kind is types.BuiltinFunctionType:
            return f"<function {value.__name__}>"
        if kind in MODULES:
            return f"<module {value.__name__}>"
        if is_class(value):
            return None if self.is_ours(value) else f"<class {plain_name(value)}>"
        if enum.Enum in BASES(kind):
            return f"{plain_name(kind)}.{object.__getattribute__(value, '__dict__').get('_name_')}"
        look = self.find_look(kind)
        if look is None:
            return f"<opaque {literals.type_name(kind)}>"
        if kind in self.openers.ruled:
            seen: Look | str = look(value)
            return seen if isinstance(seen, str) else None
        return None

    def distrust(self, why: str) -> None:
        """From now on nothing can be foreseen."""
        self.wary, self.strange = True, self.strange or why

    # -- looking ----------------------------------------------------------

    def _look_class(self, value: Any) -> Look:
        names = dict(NAMESPACE(value))
        made = "_member_map_" in names or "_fields" in names  # an enum or a namedtuple has no data of its own
        attrs = {
            name: item
            for name, item in names.items()
            if not made and not (name.startswith("__") and name.endswith("__")) and not is_descriptor(item)
        }
        if not self.strange and not self.known.knows_class(value):
            self.distrust(plain_name(value))
        return Look("c", attrs=attrs, type=plain_name(value), raw=names)

    # -- references -------------------------------------------------------

    def put(self, value: Any) -> Value:
        """The reference of a value: its text, or its number (a new object is noted)."""
        kind = type(value)
        if kind is int:
            return repr(value) if SMALL < value < LARGE else literals.write(value)
        if kind is str and len(value) <= self.longest:
            return repr(value)
        if kind is bool or value is None:
            return repr(value)
        entry = self.entries.get(id(value))
        if entry is not None:
            if entry.stamp != self.stamp:  # out of sight at the last full check: look again
                self.waiting.append(entry)
            return entry.number
        text = self.text(value)
        return text if text is not None else self._add(value)

    def put_all(self, items: list[Any]) -> list[Value]:
        """The references of many values."""
        return self.write_all(items) or [self.put(item) for item in items]

    def write_all(self, items: list[Any]) -> list[Any]:
        """The texts of many numbers or many short strings at once; [] where that cannot be."""
        kind = type(items[0]) if len(items) >= MANY else None
        if kind is None or not all(map(is_, map(type, items), repeat(kind))):
            return []
        if kind is int:
            fits = min(items) > SMALL and max(items) < LARGE
        elif kind is str:
            fits = max(map(len, items)) <= self.longest
        else:
            fits = kind is bool or kind is types.NoneType
        return list(map(repr, items)) if fits else []

    def _add(self, value: Any) -> int:
        fresh = [self._enter(value)]
        number = fresh[0].number
        while fresh:
            entry = fresh.pop()
            operation: list[Any] = [entry.number, entry.seen.form, entry.seen.type]
            self.operations.append(operation)
            operation += self._describe(entry.seen, fresh)
        return number

    def _enter(self, value: Any) -> Entry:
        kind = type(value)
        look = self.find_look(kind)
        assert look is not None, "an opaque value has a text"
        self.count += 1
        entry = Entry(self.count, value, look, look(value), self.stamp, self.openers.quick.get(kind))
        if kind is defaultdict and not self.has_missing:
            self.has_missing = self.wary = True
            self.doubt()
        if kind is types.FunctionType:
            self._name_owners(value)
        if kind is types.CellType:
            self.cells.append(entry)
            entry.seen.type = self.owners.get(id(value), "")
        self.measure(entry)
        self.entries[id(value)] = entry
        return entry

    def _name_owners(self, function: types.FunctionType) -> None:
        for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
            if id(cell) not in self.owners:
                self.owners[id(cell)] = self.find_owner(name, cell)

    def measure(self, entry: Entry) -> None:
        """Stop where a container has outgrown the budget."""
        seen = entry.seen
        size = max(len(seen.items), len(seen.map or ()))
        if size > self.budgets.items:
            self.too_large = self.too_large or f"items: {digest(self._write(seen), size)}"

    def _write(self, seen: Look) -> str:
        """The items of a container, one a line: their texts, and the types of objects that have none."""
        items = seen.items
        if seen.map is not None:
            items = (
                [part for pair in seen.map.items() for part in pair]
                if seen.form == ":"
                else [*seen.map.values()]
            )
        lines = [str(self.text(item) or literals.type_name(type(item))) for item in items]
        return "\n".join(sorted(lines) if seen.form in "{<" else lines)

    def _refer(self, value: Any, fresh: list[Entry]) -> Value:
        entry = self.entries.get(id(value))
        if entry is not None:
            if entry.stamp != self.stamp:
                self.waiting.append(entry)
            return entry.number
        text = self.text(value)
        if text is not None:
            return text
        entry = self._enter(value)
        fresh.append(entry)
        return entry.number

    def _describe(self, look: Look, fresh: list[Entry]) -> list[Any]:
        if look.map is None:
            items = self.write_all(look.items) or [self._refer(item, fresh) for item in look.items]
        elif look.form == ":":
            items = [self._refer(part, fresh) for pair in look.map.items() for part in pair]
        else:
            items = sort_references([self._refer(item, fresh) for item in look.map.values()])
        attrs = {name: self._refer(item, fresh) for name, item in (look.attrs or {}).items()}
        if attrs:
            return [items, attrs]
        return [items] if items else []

    # -- changes ----------------------------------------------------------

    def check_all(self, roots: Iterable[Any]) -> None:
        """Look again at everything that can be reached from the roots and note what changed."""
        self.stamp += 1
        self.waiting += [entry for entry in map(self.entries.get, map(id, roots)) if entry is not None]
        self.drain()

    def drain(self) -> None:
        """Look again at what waits for it, and at all that can be reached from there."""
        waiting, stamp = self.waiting, self.stamp
        while waiting:
            entry = waiting.pop()
            if entry.stamp == stamp:
                continue
            entry.stamp = stamp
            if entry.seen.form not in "(<" or entry.seen.attrs is not None:
                self.check(entry)
            if entry.kids is None:
                self._find_kids(entry)
            waiting += entry.kids or ()

    def _find_kids(self, entry: Entry) -> None:
        known = self.entries
        found = (known.get(id(child)) for child in entry.seen.children())
        entry.kids = [kid for kid in found if kid is not None]

    def check(self, entry: Entry) -> None:
        """Look again at one object and note what changed in it."""
        seen, same = entry.seen, entry.same
        if same is not None and same(entry.object, seen):
            return
        now = entry.look(entry.object)
        if not same_look(seen, now):
            entry.seen, entry.kids, entry.plain = now, None, None
            self.measure(entry)
            self.changes += 1
            note_changes(self, entry.number, seen, now)

    def note(self, entry: Entry, *operation: Any) -> None:
        """A change of a known object, found without looking at it whole."""
        self.changes += 1
        self.operations.append([entry.number, *operation])

    def take(self) -> list[list[Any]]:
        """The operations noted since this was last asked, by object."""
        operations, self.operations = self.operations, []
        if len(operations) > 1:
            operations.sort(key=itemgetter(0))
        return operations


def digest(text: str, length: int) -> str:
    """What a cut says of itself."""
    return f"{length}, sha256 {hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()}"

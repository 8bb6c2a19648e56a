"""Names: what those of a program mean, and which of them may change objects unseen.

Whatever is not on the lists here makes the recorder look at every object: of what is on them the
language says what it changes.
"""

from __future__ import annotations

import ast
import builtins
import datetime
import decimal
import fractions
import re
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

PURE_FUNCTIONS = frozenset(
    """
    abs all any ascii bin bool bytearray bytes callable chr complex dict dir divmod
    enumerate filter float format frozenset hasattr hash hex id int isinstance issubclass iter len list
    map max memoryview min next object oct ord pow print range repr reversed round set slice sorted str
    sum tuple type zip
    """.split()  # noqa: SIM905
) | {
    name
    for name, item in vars(builtins).items()
    if isinstance(item, type) and issubclass(item, BaseException)
}
"""Builtins that change no object that a recording opens."""

PURE_MODULES = frozenset(("math", "cmath", "string"))
"""Modules of which no function changes an object and every other name is a constant."""

PURE_LIBRARY = frozenset(
    """
    collections.Counter collections.OrderedDict collections.defaultdict collections.deque
    collections.namedtuple copy.copy copy.deepcopy datetime.date datetime.datetime datetime.time
    datetime.timedelta decimal.Decimal fractions.Fraction functools.cmp_to_key functools.reduce
    itertools.accumulate itertools.chain itertools.combinations itertools.compress itertools.count
    itertools.cycle itertools.dropwhile itertools.filterfalse itertools.groupby itertools.islice
    itertools.pairwise itertools.permutations itertools.product itertools.repeat itertools.starmap
    itertools.takewhile itertools.zip_longest itertools.combinations_with_replacement
    re.compile re.escape re.findall re.fullmatch re.match re.search re.split re.sub re.subn
    """.split()  # noqa: SIM905
)
"""Library functions that change none of their arguments and keep none of them out of sight."""

_EXOTIC_NAMES = frozenset(
    """
    exec eval compile globals locals vars __import__ getattr breakpoint gc sys inspect ctypes threading
    weakref operator importlib builtins types copyreg pickle asyncio cached_property methodcaller signal
    __builtins__ __loader__ __spec__ atexit
    """.split()  # noqa: SIM905
)
"""Names whose use makes every plan of the program void: they reach objects in other ways."""

_HARMLESS = frozenset(
    """
    NotImplemented Ellipsis __name__ __doc__ __debug__ __qualname__ __class__ __slots__ __match_args__
    __hash__ __all__ __version__ __author__
    """.split()  # noqa: SIM905
)

_SAFE_DECORATORS = frozenset(
    """
    staticmethod classmethod property lru_cache cache wraps dataclass total_ordering contextmanager
    setter abstractmethod override final
    """.split()  # noqa: SIM905
)

MUTATORS = frozenset(
    """
    append extend insert pop remove clear sort reverse add discard update setdefault popitem appendleft
    popleft extendleft rotate difference_update intersection_update symmetric_difference_update
    move_to_end subtract __setitem__ __delitem__ __iadd__ __init__
    """.split()  # noqa: SIM905
)
"""Methods that change their receiver and nothing else."""


def _public(*kinds: type) -> Iterator[str]:
    for kind in kinds:
        yield from (name for name in dir(kind) if not name.startswith("_"))


PURE_METHODS = frozenset(
    (
        *_public(str, bytes, int, float, complex, tuple, frozenset, range, types.GeneratorType),
        *_public(re.Pattern, re.Match, datetime.datetime, datetime.timedelta),
        *_public(decimal.Decimal, fractions.Fraction),
        *"keys values items fromkeys most_common elements total _asdict _replace".split(),  # noqa: SIM905
        *"_make cache_clear cache_info".split(),  # noqa: SIM905
        *"get union intersection difference symmetric_difference issubset issuperset isdisjoint".split(),  # noqa: SIM905
    )
) - MUTATORS  # fmt: skip
"""Methods that change no object that a recording opens."""


@dataclass(slots=True)
class Names:
    """What the program's names mean, over all its scopes at once."""

    functions: set[str] = field(default_factory=set)  # defined by def or class, and nothing else
    bound: set[str] = field(default_factory=set)  # bound in any other way
    modules: dict[str, str] = field(default_factory=dict)  # np: numpy; heappush: heapq.heappush
    shared: set[str] = field(default_factory=set)  # declared nonlocal or global somewhere
    exotic: str = ""  # what may reach any object in ways that no plan can foresee


def read_names(tree: ast.Module) -> Names:
    """The names of a program, and what it uses that makes plans void."""
    reader = _Reader()
    waiting: list[Any] = [tree]
    while waiting:
        node = waiting.pop()
        kind = type(node)
        read = _READS.get(kind)
        if read is not None:
            read(reader, node)
        if kind is not ast.Name and kind is not ast.Constant:
            waiting += find_children(node)
    reader.close()
    return reader.names


def find_children(node: ast.AST) -> list[Any]:
    """The nodes below a node, in order; those without parts (`Load`, `Add`) are left out."""
    found: list[Any] = []
    for value in node.__dict__.values():
        kind = type(value)
        if kind is list:
            found += [item for item in value if isinstance(item, ast.AST) and item.__dict__]
        elif kind is not int and kind is not str and isinstance(value, ast.AST) and value.__dict__:
            found.append(value)
    return found


class _Reader:
    """Takes in the nodes of a tree, each before its children."""

    def __init__(self) -> None:
        self.names = Names()
        self.called: set[int] = set()  # the functions of calls
        self.apart: set[int] = set()  # decorators and bases: their statement changes anything anyway
        self.attributes: dict[int, tuple[str, bool]] = {}  # a name: the attribute read from it, called?
        self.loaded: list[ast.Name] = []

    def void(self, why: str) -> None:
        self.names.exotic = self.names.exotic or why

    def bind(self, name: str) -> None:
        self.names.bound.add(name)
        if name.startswith("__") and name not in _HARMLESS:
            self.void(f"{name}, which is not recorded")

    def read_definition(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> None:
        names = self.names
        names.functions.add(node.name)
        if not all(_is_safe(item, names) for item in node.decorator_list):
            names.bound.add(node.name)
        if node.name in ("__del__", "__getattribute__"):
            self.void(node.name)
        apart: list[ast.expr] = list(node.decorator_list)
        if isinstance(node, ast.ClassDef):
            apart += node.bases
            if node.keywords:
                self.void("a metaclass or class keyword")
        self.apart.update(id(part) for item in apart for part in ast.walk(item))

    def read_name(self, node: ast.Name) -> None:
        if type(node.ctx) is not ast.Load:
            self.bind(node.id)
        elif node.id in _EXOTIC_NAMES:
            self.void(node.id)
        elif id(node) not in self.called and id(node) not in self.apart:
            self.loaded.append(node)

    def read_call(self, node: ast.Call) -> None:
        self.called.add(id(node.func))
        if type(node.func) is ast.Name and node.func.id in ("property", "staticmethod", "classmethod"):
            self.void(f"{node.func.id} called, which hides what it is given")

    def read_attribute(self, node: ast.Attribute) -> None:
        name, called = node.attr, id(node) in self.called
        if type(node.value) is ast.Name:
            self.attributes[id(node.value)] = (name, called)
        if called or type(node.ctx) is not ast.Load or id(node) in self.apart:
            return
        if name in MUTATORS or name == "cached_property":
            self.void(f"{name} as a value")
        elif name.startswith("__") and name.endswith("__") and name not in _HARMLESS:
            self.void(name)

    def read_import(self, node: ast.Import) -> None:
        for alias in node.names:
            self.names.modules[alias.asname or alias.name.partition(".")[0]] = alias.name
            if alias.name.partition(".")[0] in _EXOTIC_NAMES:
                self.void(alias.name)

    def read_import_from(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            self.names.modules[alias.asname or alias.name] = f"{node.module}.{alias.name}"
            if alias.name in _EXOTIC_NAMES or alias.name == "*" or (node.module or "") in _EXOTIC_NAMES:
                self.void(f"{node.module}.{alias.name}")

    def close(self) -> None:
        """Look at the loaded names, now that all are known."""
        names = self.names
        again = names.modules.keys() & (names.bound | names.functions)
        if again:
            self.void(f"{min(again)}, imported and bound again")
        own = names.bound | names.functions
        for node in self.loaded:
            if node.id in names.modules:
                self.judge_library(names.modules[node.id], *self.attributes.get(id(node), ("", False)))
            elif node.id not in own and node.id not in PURE_FUNCTIONS and node.id not in _HARMLESS:
                self.void(f"{node.id} as a value")

    def judge_library(self, full: str, attribute: str, called: bool) -> None:
        """What a module holds may change what it is given, by whoever it is passed to."""
        if attribute and called and full.partition(".")[0] == full:
            return
        whole = f"{full}.{attribute}" if attribute else full
        module = whole.rpartition(".")[0]
        if module not in PURE_MODULES and module != "typing" and not {full, whole} & PURE_LIBRARY:
            self.void(f"{whole} as a value")


def _is_safe(decorator: ast.expr, names: Names) -> bool:
    node = decorator.func if isinstance(decorator, ast.Call) else decorator
    last = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return last in _SAFE_DECORATORS or last in names.functions


_READS: dict[type, Callable[[_Reader, Any], None]] = {
    ast.FunctionDef: _Reader.read_definition,
    ast.AsyncFunctionDef: _Reader.read_definition,
    ast.ClassDef: _Reader.read_definition,
    ast.Name: _Reader.read_name,
    ast.Call: _Reader.read_call,
    ast.Attribute: _Reader.read_attribute,
    ast.Import: _Reader.read_import,
    ast.ImportFrom: _Reader.read_import_from,
    ast.arg: lambda reader, node: reader.bind(node.arg),
    ast.MatchAs: lambda reader, node: reader.bind(node.name or "_"),
    ast.MatchStar: lambda reader, node: reader.bind(node.name or "_"),
    ast.MatchMapping: lambda reader, node: reader.bind(node.rest or "_"),
    ast.ExceptHandler: lambda reader, node: reader.bind(node.name or "_"),
    ast.Nonlocal: lambda reader, node: reader.names.shared.update(node.names),
    ast.Global: lambda reader, node: reader.names.shared.update(node.names),
}

"""Plans: what each statement can bind and what it can change, read off the program's text.

A plan only ever saves work. Where nothing is known a statement `may change anything`, and the
recorder looks at every object after it. What statements of the program's own functions do is no
concern of the statement that calls them: they are recorded, and have plans of their own.
"""

from __future__ import annotations

import ast
import datetime
import decimal
import fractions
import functools
import re
import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pyx.registry import RULES

Path = tuple[Any, ...]
"""Where an object is found: a name, then attribute names and, in tuples of one, compiled subscripts."""

PURE_FUNCTIONS = frozenset(
    """
    abs all any ascii bin bool bytearray bytes callable chr classmethod complex dict dir divmod
    enumerate filter float format frozenset hasattr hash hex id int isinstance issubclass iter len list
    map max memoryview min next object oct ord pow print property range repr reversed round set slice
    sorted staticmethod str sum super tuple type zip BaseException Exception ArithmeticError
    AssertionError AttributeError EOFError IndexError KeyError LookupError NameError NotImplementedError
    OSError OverflowError RuntimeError StopIteration RecursionError TypeError UnicodeError ValueError
    ZeroDivisionError
    """.split()  # noqa: SIM905
)
"""Builtins that change no object that a recording opens."""

PURE_MODULES = frozenset(
    """
    math cmath string re datetime decimal fractions statistics typing itertools numbers textwrap
    unicodedata collections copy json enum abc dataclasses functools contextlib time calendar
    hashlib keyword collections.abc
    """.split()  # noqa: SIM905
)
"""Modules whose functions change none of their arguments, but for those that an effect rule names."""

_EXOTIC_NAMES = frozenset(
    """
    exec eval compile globals locals vars __import__ getattr breakpoint gc sys inspect ctypes threading
    weakref operator importlib builtins types copyreg pickle asyncio cached_property methodcaller signal
    """.split()  # noqa: SIM905
)
"""Names whose use makes every plan of the program void: they reach objects in other ways."""

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


@dataclass(frozen=True, slots=True)
class Touch:
    """One object that a statement may change, and how, where that is known."""

    path: Path
    how: str = "whole"  # append, pop, item, add, attributes, element, callee, missing
    key: types.CodeType | None = None  # compiled subscript or element, of plain values only
    method: str = ""  # name of the method or attribute


@dataclass(slots=True)
class Plan:
    """What one statement (the head of a compound one) may do in its own frame."""

    binds: tuple[str, ...] | None = ()  # names it may bind or delete; None: any
    sure: tuple[str, ...] = ()  # names that are bound whenever it comes to its end
    loop: bool = False  # `sure` holds only when the body is entered
    anything: bool = False  # may change any object
    touches: tuple[Touch, ...] = ()
    loads: tuple[Touch, ...] = ()  # subscripts read: they matter where a dict fills in what is missing
    mixed: bool = False  # may bind a name before it is over
    calls: bool = False  # calls something: may print
    inner: bool = False  # a lambda or generator expression in it may change any object


NOTHING = Plan()
EVERYTHING = Plan(binds=None, anything=True, mixed=True, calls=True, inner=True)


@dataclass(slots=True)
class Names:
    """What the program's names mean, over all its scopes at once."""

    functions: set[str] = field(default_factory=set)  # defined by def or class, and nothing else
    bound: set[str] = field(default_factory=set)  # bound in any other way
    modules: dict[str, str] = field(default_factory=dict)  # np: numpy; heappush: heapq.heappush
    shared: set[str] = field(default_factory=set)  # declared nonlocal or global somewhere
    exotic: str = ""


@functools.cache
def find_effects() -> Mapping[str, Callable[..., Any]]:
    """The effect rules of the registry, by the qualified name of the function."""
    found: dict[str, Callable[..., Any]] = {}
    for plugin in RULES:
        if plugin.code.startswith("E"):
            found |= dict.fromkeys(plugin.list_names("functions"), plugin.function)
    return found


def find_plans(tree: ast.Module, effects: Mapping[str, Callable[..., Any]] | None = None) -> list[Plan]:
    """The plan of every statement of a numbered tree, by its number.

    `effects` says by qualified name which arguments a library function changes (by default what
    the registry's effect rules say). Where the program
    uses what no plan can foresee, every plan is `EVERYTHING` but for the names that it binds.
    """
    names = _read_names(tree)
    scan = _Scan(names, find_effects() if effects is None else effects)
    scan.block(tree.body, ())
    if names.exotic:
        for plan in scan.plans:
            plan.anything = plan.inner = plan.calls = True
            plan.touches = plan.loads = ()
    return scan.plans


def _read_names(tree: ast.Module) -> Names:
    names = Names()
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    decorators: set[int] = set()
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                names.functions.add(node.name)
                decorators.update(id(part) for item in node.decorator_list for part in ast.walk(item))
                if not all(_is_safe(item, names) for item in node.decorator_list):
                    names.bound.add(node.name)
                if isinstance(node, ast.ClassDef) and node.keywords:
                    names.exotic = "a metaclass or class keyword"
                if node.name in ("__del__", "__getattribute__"):
                    names.exotic = node.name
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()) | ast.arg(arg=name):
                names.bound.add(name)
            case ast.MatchAs(name=str() as name) | ast.MatchStar(name=str() as name):
                names.bound.add(name)
            case ast.ExceptHandler(name=str() as name):
                names.bound.add(name)
            case ast.Nonlocal(names=found) | ast.Global(names=found):
                names.shared.update(found)
            case ast.Import(names=found):
                for alias in found:
                    names.modules[alias.asname or alias.name.partition(".")[0]] = alias.name
                    names.exotic = names.exotic or _find_exotic(alias.name.partition(".")[0])
            case ast.ImportFrom(module=module, names=found):
                for alias in found:
                    names.modules[alias.asname or alias.name] = f"{module}.{alias.name}"
                    names.exotic = names.exotic or _find_exotic(alias.name) or _find_exotic(module or "")
            case ast.Name(id=name) if name in _EXOTIC_NAMES:
                names.exotic = name
            case ast.Name(id=name) if name in ("setattr", "delattr", "super") and id(node) not in called:
                names.exotic = name
            case ast.Attribute(attr=name, ctx=ast.Load()) if name in (
                "__dict__",
                "__class__",
                "cached_property",
            ):
                names.exotic = name
            case ast.Attribute(attr=name, ctx=ast.Load()) if id(node) not in called and name in MUTATORS:
                names.exotic = f"the method {name} as a value"
    names.exotic = names.exotic or _find_loose(tree, names, called, decorators)
    return names


def _find_exotic(name: str) -> str:
    return name if name in _EXOTIC_NAMES else ""


def _is_safe(decorator: ast.expr, names: Names) -> bool:
    node = decorator.func if isinstance(decorator, ast.Call) else decorator
    last = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return last in _SAFE_DECORATORS or last in names.functions


def _find_loose(tree: ast.Module, names: Names, called: set[int], decorators: set[int]) -> str:
    """A library function that is passed around as a value and may change what it is given."""
    if names.modules.keys() & names.bound or PURE_FUNCTIONS & (names.bound | names.functions):
        return "a builtin or imported name is bound again"
    for node in ast.walk(tree):
        if id(node) in called or id(node) in decorators:
            continue
        if isinstance(node, ast.Name) and type(node.ctx) is ast.Load and node.id in names.modules:
            full = names.modules[node.id]
            if full.rpartition(".")[0] not in PURE_MODULES and full not in PURE_MODULES and full != "heapq":
                return full
    return ""


class _Scan:
    """Walks the statements in the order in which they were numbered."""

    def __init__(self, names: Names, effects: Mapping[str, Callable[..., Any]]) -> None:
        self.names = names
        self.effects = effects
        self.plans: list[Plan] = []
        self.first = ""  # the first parameter of the function around
        self.codes: dict[str, types.CodeType] = {}

    def block(self, body: list[Any], cleanup: tuple[str, ...]) -> None:
        for node in body:
            self.statement(node, cleanup)

    def statement(self, node: Any, cleanup: tuple[str, ...]) -> None:
        head = _Head(self)
        plan = Plan()
        self.plans.append(plan)
        outer = self.first
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            given = [*node.args.posonlyargs, *node.args.args]
            self.first = given[0].arg if given else ""
        inside = (*cleanup, node.name) if isinstance(node, ast.ExceptHandler) and node.name else cleanup
        inside = () if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) else inside
        below: list[tuple[Any, tuple[str, ...]]] = []
        for name in node._fields:
            value = getattr(node, name, None)
            if type(value) is list:
                for item in value:
                    if isinstance(item, (ast.stmt, ast.ExceptHandler, ast.match_case)):
                        below.append((item, inside))
                    elif isinstance(item, ast.AST):
                        head.visit(item)
            elif isinstance(value, ast.AST):
                head.visit(value)
        head.finish(node, plan, inside if isinstance(node, ast.ExceptHandler) else cleanup)
        for item, names in below:
            self.statement(item, names)
        self.first = outer


class _Head:
    """What the expressions of one statement do."""

    def __init__(self, scan: _Scan) -> None:
        self.scan = scan
        self.names = scan.names
        self.binds: list[str] = []
        self.maybe: set[str] = set()
        self.touches: list[Touch] = []
        self.loads: list[Touch] = []
        self.anything = self.inner = self.calls = self.foreign = False
        self.walrus = False
        self.nested = 0  # within a comprehension: what happens may happen many times

    def finish(self, node: Any, plan: Plan, cleanup: tuple[str, ...]) -> None:
        self._name_targets(node)
        names = dict.fromkeys((*self.binds, *cleanup))
        plan.binds = tuple(names)
        plan.sure = tuple(name for name in names if name in self.binds and name not in self.maybe)
        plan.loop = isinstance(node, (ast.For, ast.AsyncFor))
        if isinstance(node, (ast.With, ast.AsyncWith, ast.Delete, ast.ExceptHandler, ast.match_case)):
            plan.sure = ()
        if isinstance(node, ast.AnnAssign) and node.value is None:
            plan.sure = ()
        if isinstance(node, (ast.AsyncFunctionDef, ast.AsyncFor, ast.AsyncWith, ast.With, ast.ClassDef)):
            self.anything = self.calls = True
        if isinstance(node, ast.AugAssign):
            self._augment(node)
        if self.foreign and any(
            len(touch.path) > 1 or touch.path[0] in self.names.shared for touch in self.touches
        ):
            self.anything = True  # the call may put another object where the path leads
        stores = all(touch.how in ("item", "attributes", "element", "inplace") for touch in self.touches)
        if (len(self.touches) > 1 and not stores) or self.walrus or (self.foreign and self.names.shared):
            self.touches = [_widen(touch) for touch in self.touches]
        with_as = isinstance(node, (ast.With, ast.AsyncWith))
        plan.mixed = self.walrus or with_as or (bool(self.binds) and bool(self.touches))
        plan.anything, plan.inner, plan.calls = self.anything, self.inner, self.calls
        plan.touches = () if self.anything else tuple(dict.fromkeys(self.touches))
        plan.loads = () if self.anything else tuple(self.loads)

    def _name_targets(self, node: Any) -> None:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                self.binds.append(name)
            case ast.ExceptHandler(name=str() as name):
                self.binds.append(name)
            case ast.Import(names=found):
                self.binds += [alias.asname or alias.name.partition(".")[0] for alias in found]
            case ast.ImportFrom(names=found):
                self.binds += [alias.asname or alias.name for alias in found]

    # -- expressions ----------------------------------------------------------

    def visit(self, node: Any) -> None:
        match node:
            case ast.Constant():
                return
            case ast.Name(id=name, ctx=ctx):
                if type(ctx) is not ast.Load:
                    self.binds.append(name)
                return
            case ast.NamedExpr(target=target):
                self.walrus = True
                self.maybe.add(target.id)
            case ast.Lambda(args=args, body=body):
                self._inside(body)
                for default in (*args.defaults, *(item for item in args.kw_defaults if item)):
                    self.visit(default)
                return
            case ast.GeneratorExp(generators=generators):
                self.visit(generators[0].iter)
                self._inside(node)
                return
            case ast.ListComp() | ast.SetComp() | ast.DictComp():
                self._comprehend(node)
                return
            case ast.Call():
                self._call(node)
            case ast.Subscript(ctx=ast.Load()):
                self.loads.append(self._touch(node.value, "missing", node.slice))
            case ast.Subscript(ctx=ast.Store()):
                self._store(self._touch(node.value, "item", node.slice))
            case ast.Subscript():
                self._store(self._touch(node.value))
            case ast.Attribute(ctx=ast.Store() | ast.Del(), attr=name):
                self._store(self._touch(node.value, "attributes", method=name))
            case ast.Yield() | ast.YieldFrom() | ast.Await():
                self.calls = self.foreign = True
            case ast.MatchAs(name=str() as name) | ast.MatchStar(name=str() as name):
                self.binds.append(name)
            case ast.MatchMapping(rest=str() as name):
                self.binds.append(name)
        for child in ast.iter_child_nodes(node):
            self.visit(child)

    def _inside(self, body: Any) -> None:
        """A lambda or generator expression: its code runs in a frame of its own, at some time."""
        other = _Head(self.scan)
        other.nested = 1
        if isinstance(body, ast.GeneratorExp):
            other._parts(body)
        else:
            other.visit(body)
        self.inner = self.inner or other.anything or bool(other.touches) or bool(other.loads)
        if other.walrus:
            self.binds += other.maybe
            self.maybe |= other.maybe

    def _comprehend(self, node: Any) -> None:
        self.nested += 1
        before = list(self.binds)
        self._parts(node)
        self.nested -= 1
        self.binds = [*before, *(name for name in self.binds[len(before) :] if name in self.maybe)]

    def _parts(self, node: Any) -> None:
        for part in ast.iter_child_nodes(node):
            if isinstance(part, ast.comprehension):
                self.visit(part.iter)
                for test in part.ifs:
                    self.visit(test)
                _targets = part.target
                if not isinstance(_targets, ast.Name):
                    self.visit(_targets)
            else:
                self.visit(part)

    def _store(self, touch: Touch) -> None:
        if touch.path and not self.nested:
            self.touches.append(touch)
        else:
            self.anything = True

    def _augment(self, node: ast.AugAssign) -> None:
        target = node.target
        if isinstance(target, ast.Name):
            self._store(Touch((target.id,), "inplace"))
        elif isinstance(target, ast.Attribute):
            self._store(self._touch(target, "inplace"))
        else:
            element = self._touch(target.value, "element", target.slice)
            if element.key is None:
                self.anything = True
            self._store(element)
            self.loads.append(self._touch(target.value, "missing", target.slice))

    # -- calls ----------------------------------------------------------------

    def _call(self, node: ast.Call) -> None:
        self.calls = True
        match node.func:
            case ast.Name(id=name):
                self._call_name(name, node)
            case ast.Attribute(value=ast.Name(id=module), attr=name) if module in self.names.modules:
                self._call_library(f"{self.names.modules[module]}.{name}", node)
            case ast.Attribute(value=receiver, attr=name):
                self._call_method(receiver, name, node)
            case ast.Lambda():
                self.foreign = True
            case _:
                self._call_unknown(self._touch(node.func, "callee"))

    def _call_name(self, name: str, node: ast.Call) -> None:
        if name in self.names.modules:
            self._call_library(self.names.modules[name], node)
        elif name in self.names.bound:
            self._call_unknown(Touch((name,), "callee"))
        elif name in self.names.functions:
            self.foreign = True
        elif name in (
            "sorted",
            "min",
            "max",
            "map",
            "filter",
            "sum",
            "list",
            "any",
            "all",
            "next",
            "print",
            "str",
            "iter",
        ):
            self.foreign = True  # may run functions and generators of the program
        elif name == "setattr" and node.args:
            self._store(self._touch(node.args[0], "attributes"))
        elif name not in PURE_FUNCTIONS:
            self.anything = True

    def _call_unknown(self, touch: Touch) -> None:
        self.foreign = True
        self._store(touch)

    def _call_library(self, full: str, node: ast.Call) -> None:
        self.foreign = True
        rule = self.scan.effects.get(full)
        if rule is None:
            self.anything = self.anything or full.rpartition(".")[0] not in PURE_MODULES
            return
        for argument in rule(node.args, {word.arg: word.value for word in node.keywords}):
            self._store(self._touch(argument))

    def _call_method(self, receiver: ast.expr, name: str, node: ast.Call) -> None:
        if (
            isinstance(receiver, ast.Call)
            and isinstance(receiver.func, ast.Name)
            and receiver.func.id == "super"
        ):
            self.foreign = True
            self._store(Touch((self.scan.first,), "whole") if self.scan.first else Touch(()))
        elif name in MUTATORS:
            self._store(self._mutate(receiver, name, node))
            self.foreign = self.foreign or name in self.names.functions or name == "sort" or name == "extend"
        elif name in self.names.functions:
            self._call_unknown(self._touch(receiver, "callee", method=name))
        elif isinstance(receiver, ast.Constant):
            self.foreign = self.foreign or name == "join"
        elif name in PURE_METHODS:
            self.foreign = True
        else:
            self._call_unknown(self._touch(receiver, "callee", method=name))

    def _mutate(self, receiver: ast.expr, name: str, node: ast.Call) -> Touch:
        if name == "append":
            return self._touch(receiver, "append", method=name)
        if name == "pop" and not node.args:
            return self._touch(receiver, "pop", method=name)
        if name == "add" and len(node.args) == 1:
            return self._touch(receiver, "add", node.args[0], method=name)
        return self._touch(receiver, method=name)

    # -- paths ------------------------------------------------------------------

    def _touch(
        self, node: ast.expr, how: str = "whole", key: ast.expr | None = None, method: str = ""
    ) -> Touch:
        code = self._compile(key) if key is not None else None
        return Touch(self._path(node), how, code, method)

    def _path(self, node: ast.expr) -> Path:
        match node:
            case ast.Name(id=name):
                return (name,)
            case ast.Attribute(value=value, attr=name):
                inner = self._path(value)
                return (*inner, name) if inner else ()
            case ast.Subscript(value=value, slice=key):
                inner, code = self._path(value), self._compile(key)
                return (*inner, (code,)) if inner and code is not None else ()
        return ()

    def _compile(self, key: ast.expr) -> types.CodeType | None:
        """The code of a subscript made of names, constants and arithmetic, else None."""
        for part in ast.walk(key):
            if not isinstance(part, _SIMPLE) or (isinstance(part, ast.Name) and part.id in self.names.shared):
                return None
        text = ast.dump(key)
        code = self.scan.codes.get(text)
        if code is None:
            code = self.scan.codes[text] = compile(ast.Expression(key), "<plan>", "eval")
        return code


_SIMPLE = (
    ast.Name, ast.Load, ast.Constant, ast.BinOp, ast.Add, ast.Sub, ast.Mult, ast.FloorDiv, ast.Mod,
    ast.UnaryOp, ast.USub, ast.Tuple,
)  # fmt: skip


def _widen(touch: Touch) -> Touch:
    if touch.how in ("append", "pop", "item", "add", "attributes"):
        return Touch(touch.path, "whole")
    return touch

"""A module as its top-level statements: what each binds, what each uses, what a function needs.

The compiler's own symbol tables answer both questions, so scopes, comprehensions, class bodies,
defaults and decorators need no rules of ours.
"""

from __future__ import annotations

import ast
import builtins
import functools
import symtable
import warnings
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

FUTURE = "from __future__ import annotations\n"
BUILTINS = frozenset(dir(builtins)) | {"__name__", "__debug__"}
DEEPEST = 150
"""Levels of nesting that are looked at; parsers crash or hang far beyond it."""

_PURE_MODULES_WORDS = """
    __future__ abc array base64 binascii bisect calendar cmath codecs collections copy dataclasses
    datetime decimal difflib enum fractions functools hashlib heapq html itertools json keyword math
    numbers operator random re statistics string stringprep struct textwrap time types typing
    unicodedata zlib
"""
PURE_MODULES = frozenset(_PURE_MODULES_WORDS.split())
"""Modules of the standard library that a program may import unless told otherwise."""


class Unfit(Exception):
    """This source cannot become a program: `reason` counts well, `detail` is for people."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Unit:
    """One top-level statement (or several on one line)."""

    index: int
    kind: str  # "function" | "class" | "import" | "value" | "other"
    first: int  # its lines, counted from 1, decorators included
    last: int
    nodes: tuple[ast.stmt, ...]
    binds: frozenset[str]


@dataclass(slots=True)
class Module:
    """A parsed file; `uses` looks into a unit only when somebody asks."""

    text: str
    tree: ast.Module
    lines: list[str]
    units: list[Unit]
    future: bool  # annotations are not evaluated
    bindings: dict[str, list[Unit]]
    _uses: dict[int, frozenset[str]] = field(default_factory=dict)
    _changers: dict[str, list[Unit]] | None = None

    def segment(self, unit: Unit) -> str:
        return "".join(self.lines[unit.first - 1 : unit.last])

    def uses(self, unit: Unit) -> frozenset[str]:
        """The module-level and builtin names that running the unit, or calling it, looks up."""
        if unit.index not in self._uses:
            self._uses[unit.index] = find_uses(self.segment(unit), future=self.future)
        return self._uses[unit.index]

    def changers(self, name: str) -> list[Unit]:
        """Statements such as `TABLE["x"] = 1` or `TABLE.update(...)` that change a value in place."""
        if self._changers is None:
            self._changers = defaultdict(list)
            for unit in self.units:
                for changed in _find_changed(unit):
                    self._changers[changed].append(unit)
        return self._changers.get(name, [])

    @property
    def functions(self) -> Iterator[ast.FunctionDef]:
        """The top-level functions; the last one wins where a name is defined twice."""
        found = {
            node.name: node for unit in self.units for node in unit.nodes if isinstance(node, ast.FunctionDef)
        }
        return iter(found.values())


def parse(text: str) -> ast.Module:
    """The tree of a text that compiles on this Python; `Unfit` when it does not."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
            compile(tree, "<file>", "exec", dont_inherit=True)
    except SyntaxError as error:
        raise Unfit("syntax-error", f"line {error.lineno}: {error.msg}") from None
    except (RecursionError, MemoryError):
        raise Unfit("nested-too-deeply") from None
    except (ValueError, UnicodeError) as error:
        raise Unfit("syntax-error", str(error)) from None
    return tree


def check_depth(tree: ast.AST) -> None:
    """Raise `Unfit` for a tree so deep that whoever walks it by recursion may not come back."""
    level: list[ast.AST] = [tree]
    for _ in range(DEEPEST):
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        if not level:
            return
    raise Unfit("nested-too-deeply", f"more than {DEEPEST} levels")


def read_module(text: str) -> Module:
    """Parse a text and split it into units; `Unfit` when it is not valid on this Python."""
    tree = parse(text)
    lines = text.splitlines(keepends=True) if "\f" not in text else text.replace("\f", " ").splitlines(True)
    units = list(_find_units(tree, lines))
    bindings: dict[str, list[Unit]] = defaultdict(list)
    for unit in units:
        for name in unit.binds:
            bindings[name].append(unit)
    future = any(_is_future(node) for node in tree.body)
    return Module(text, tree, lines, units, future, dict(bindings))


def _is_future(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.ImportFrom)
        and node.module == "__future__"
        and any(alias.name == "annotations" for alias in node.names)
    )


def _find_units(tree: ast.Module, lines: list[str]) -> Iterator[Unit]:
    groups: list[list[ast.stmt]] = []
    for node in tree.body:
        if groups and _first(node) <= (groups[-1][-1].end_lineno or 0):
            groups[-1].append(node)
        else:
            groups.append([node])
    for index, group in enumerate(groups):
        first, last = _first(group[0]), group[-1].end_lineno or 0
        binds = _find_binds(group, "".join(lines[first - 1 : last]))
        yield Unit(index, _kind(group), first, last, tuple(group), binds)


def _first(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(item.lineno for item in decorators)])


def _kind(group: list[ast.stmt]) -> str:
    if len(group) > 1:
        return "value" if all(isinstance(node, ast.Assign | ast.AnnAssign) for node in group) else "other"
    match group[0]:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            return "function"
        case ast.ClassDef():
            return "class"
        case ast.Import() | ast.ImportFrom():
            return "import"
        case ast.Assign() | ast.AnnAssign():
            return "value"
    return "other"


def _find_binds(group: list[ast.stmt], segment: str) -> frozenset[str]:
    match group:
        case [ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name)]:
            return frozenset([name])
        case [ast.Import(names=aliases) | ast.ImportFrom(names=aliases)]:
            return frozenset(bound_name(alias) for alias in aliases)
        case [ast.Expr()]:
            return frozenset()
        case [ast.Assign(targets=[ast.Name(id=name)])]:
            return frozenset([name])
    table = symtable.symtable(segment, "<unit>", "exec")
    found = {s.get_name() for s in table.get_symbols() if s.is_assigned() or s.is_imported()}
    return frozenset(found - _find_hidden(table, segment))


def bound_name(alias: ast.alias) -> str:
    """The name that an import binds: `os` for `import os.path`."""
    return alias.asname or alias.name.partition(".")[0]


@functools.lru_cache(maxsize=256)
def find_uses(segment: str, *, future: bool = False) -> frozenset[str]:
    """Global names that a piece of module-level source refers to."""
    table = symtable.symtable(FUTURE + segment if future else segment, "<unit>", "exec")
    used = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_referenced()}
    used -= _find_hidden(table, segment)
    waiting = list(table.get_children())
    while waiting:
        table = waiting.pop()
        used |= {symbol.get_name() for symbol in table.get_symbols() if symbol.is_global()}
        waiting += table.get_children()
    return frozenset(name for name in used if not name.startswith("."))


_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def _find_hidden(table: symtable.SymbolTable, segment: str) -> set[str]:
    """The names that only comprehensions bind: since Python 3.12 the table has them as the module's own."""
    doubtful = {s.get_name() for s in table.get_symbols() if s.is_referenced() and s.is_assigned()}
    if not doubtful:
        return set()
    tree = ast.parse(segment)
    targets = [node.target for node in ast.walk(tree) if isinstance(node, ast.comprehension)]
    bound = {name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)}
    return doubtful & bound - set(_list_outside(tree, frozenset()))


def _list_outside(node: ast.AST, bound: frozenset[str]) -> Iterator[str]:
    """The names in a tree where no comprehension around them binds them."""
    if isinstance(node, ast.Name) and node.id not in bound:
        yield node.id
    if isinstance(node, _COMPREHENSIONS):
        yield from _list_outside(node.generators[0].iter, bound)
        targets = [name for part in node.generators for name in ast.walk(part.target)]
        bound |= {name.id for name in targets if isinstance(name, ast.Name)}
    for child in ast.iter_child_nodes(node):
        yield from _list_outside(child, bound)


def find_function(tree: ast.Module, name: str) -> ast.FunctionDef:
    """The top-level function of that name, the last one if there are several."""
    found = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name]
    return found[-1]


@dataclass(frozen=True, slots=True)
class Closure:
    """What a function needs: units in their order, and the import statements with the names wanted."""

    units: tuple[Unit, ...]
    imports: tuple[tuple[Unit, frozenset[str]], ...]


def find_closure(module: Module, entry: str, *, allowed: Iterable[str] = PURE_MODULES) -> Closure:
    """All that `entry` needs to stand alone, transitively; `Unfit` when something is out of reach."""
    allowed = frozenset(allowed)
    chosen: dict[int, Unit] = {}
    imports: dict[int, set[str]] = defaultdict(set)
    waiting, seen = [entry], {entry}
    while waiting:
        name = waiting.pop()
        for unit in _find_binders(module, name):
            if unit.kind == "import":
                imports[unit.index].add(name)
            elif unit.index not in chosen:
                chosen[unit.index] = unit
                new = (module.uses(unit) | unit.binds) - seen
                seen |= new
                waiting += sorted(new)
    for unit in chosen.values():
        _check_imports((item for node in unit.nodes for item in ast.walk(node)), allowed)
    for index, names in imports.items():
        _check_imports(_pick_names(module.units[index], names), allowed)
    units = tuple(chosen[index] for index in sorted(chosen))
    needed = tuple((module.units[index], frozenset(imports[index])) for index in sorted(imports))
    return Closure(units, needed)


def _find_binders(module: Module, name: str) -> list[Unit]:
    """The units that give `name` its value, later changes by top-level statements included."""
    units = module.bindings.get(name, [])
    whole = [unit for unit in units if unit.kind in ("function", "class")]
    if whole:
        # A later `try: from _speedups import f` only replaces what stands here by a faster twin.
        return [unit for unit in units if unit.index <= whole[-1].index]
    if not units:
        if name not in BUILTINS:
            raise Unfit("not-self-contained", f"needs the name {name}")
        return []
    values = any(unit.kind in ("value", "other") for unit in units)
    return units + (module.changers(name) if values else [])


def _find_changed(unit: Unit) -> set[str]:
    """The names of the values that a top-level statement may change without binding them."""
    if unit.kind not in ("value", "other"):
        return set()
    nodes: list[ast.AST] = []
    for node in unit.nodes:
        if _is_main_guard(node) or _is_text(node):
            return set()
        match node:
            case ast.Assign(targets=targets):
                nodes += targets
            case ast.AnnAssign(target=target):
                nodes.append(target)
            case _:
                nodes.append(node)
    names = {item.id for node in nodes for item in ast.walk(node) if isinstance(item, ast.Name)}
    return names - unit.binds


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_main_guard(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and "__name__" in ast.unparse(node.test)


def _check_imports(nodes: Iterable[ast.AST], allowed: frozenset[str]) -> None:
    for node in nodes:
        for name in imported_modules(node):
            root = name.partition(".")[0]
            if not root:
                raise Unfit("not-self-contained", "needs a module of its own package")
            if root not in allowed:
                raise Unfit("import-not-allowed", f"needs {name}")


def _pick_names(unit: Unit, names: set[str]) -> Iterator[ast.stmt]:
    """An import statement with only the names that are wanted of it."""
    for node in unit.nodes:
        if isinstance(node, ast.Import):
            yield ast.Import([alias for alias in node.names if bound_name(alias) in names])
        else:
            yield node


def imported_modules(node: ast.AST) -> list[str]:
    """The modules an import statement names; `.` first for relative ones; [] for other nodes."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        if any(alias.name == "*" for alias in node.names):
            return ["." + (node.module or "")]
        return ["." * node.level + (node.module or "")]
    return []

"""What stays of a program when layout, comments and names are taken away; what it is made of."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Iterator

from pyx.records import digest
from pyx.source.module import imported_modules

_SILENT = {"ctx", "kind", "type_comment", "type_ignores", "lineno", "col_offset"}
_BUILTINS = frozenset(dir(builtins))


def normal_form(code: str, *, rename: bool = False) -> str:
    """The program free of comments, docstrings and layout; with `rename` free of its own names too.

    The same on every Python version: empty and absent fields are left out.
    """
    tree = ast.parse(code)
    _drop_docstrings(tree)
    names: dict[str, str] = {}
    return _dump(tree, _renamer(names) if rename else lambda name: name)


def content_hash(code: str, *, rename: bool = False) -> str:
    """A digest that layout and comments (and with `rename`, names) do not change."""
    return digest(normal_form(code, rename=rename))


def _renamer(names: dict[str, str]) -> Callable[[str], str]:
    def rename(name: str) -> str:
        return name if name in _BUILTINS else names.setdefault(name, f"v{len(names)}")

    return rename


def _drop_docstrings(tree: ast.AST) -> None:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            match node.body:
                case [ast.Expr(value=ast.Constant(value=str())), *rest]:
                    node.body = rest or [ast.Pass()]


def _dump(node: object, rename: Callable[[str], str]) -> str:
    if isinstance(node, list):
        return "[" + ",".join(_dump(item, rename) for item in node) + "]"
    if not isinstance(node, ast.AST):
        return repr(node)
    parts = []
    for name in node._fields:
        value = getattr(node, name, None)
        empty = (value is None or value == []) and not isinstance(node, ast.Constant)
        if name in _SILENT or empty:
            continue
        if isinstance(value, str) and _is_identifier(node, name):
            value = rename(value)
        parts.append(f"{name}={_dump(value, rename)}")
    return f"{type(node).__name__}({','.join(parts)})"


def _is_identifier(node: ast.AST, field: str) -> bool:
    if field == "id" or (field == "arg" and isinstance(node, ast.arg)):
        return True
    return field == "name" and isinstance(node, ast.FunctionDef | ast.ClassDef | ast.ExceptHandler)


_CONSTRUCTS: tuple[tuple[str, tuple[type, ...]], ...] = (
    ("loop", (ast.For, ast.While)),
    ("while", (ast.While,)),
    ("branch", (ast.If, ast.IfExp)),
    ("match", (ast.Match,)),
    ("comprehension", (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)),
    ("generator", (ast.Yield, ast.YieldFrom)),
    ("exception", (ast.Try, ast.Raise)),
    ("class", (ast.ClassDef,)),
    ("lambda", (ast.Lambda,)),
    ("slice", (ast.Slice,)),
    ("f-string", (ast.JoinedStr,)),
    ("dict", (ast.Dict, ast.DictComp)),
    ("set", (ast.Set, ast.SetComp)),
    ("walrus", (ast.NamedExpr,)),
    ("with", (ast.With,)),
    ("assert", (ast.Assert,)),
    ("augmented-assignment", (ast.AugAssign,)),
)


def find_constructs(code: str) -> tuple[str, ...]:
    """What a program is made of, sorted: `loop`, `recursion`, `comprehension`, `helper`, ..."""
    tree = ast.parse(code)
    kinds = {type(node) for node in ast.walk(tree)}
    found = {name for name, types in _CONSTRUCTS if kinds.intersection(types)}
    found |= set(_find_shapes(tree))
    return tuple(sorted(found))


def _find_shapes(tree: ast.Module) -> Iterator[str]:
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    if sum(isinstance(node, ast.FunctionDef) for node in tree.body) > 1:
        yield "helper"
    for function in functions:
        inside = [node for node in ast.walk(function) if node is not function]
        if any(_calls(node, function.name) for node in inside):
            yield "recursion"
        if any(isinstance(node, ast.FunctionDef) for node in inside):
            yield "closure"
    for loop in ast.walk(tree):
        if isinstance(loop, ast.For | ast.While):
            body = [item for statement in loop.body for item in ast.walk(statement)]
            if any(isinstance(item, ast.For | ast.While) for item in body):
                yield "nested-loop"
            if any(isinstance(item, ast.Return) for item in body):
                yield "early-return"


def _calls(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name


def find_imports(code: str) -> tuple[str, ...]:
    """The top-level modules a program imports anywhere, sorted, `__future__` left out."""
    names = {name for node in ast.walk(ast.parse(code)) for name in imported_modules(node)}
    return tuple(sorted({name.partition(".")[0] for name in names} - {"__future__"}))

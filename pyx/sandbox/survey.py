"""What a program binds: the names, the private attributes, the modules and their members."""

from __future__ import annotations

import ast
import contextlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(slots=True)
class Survey:
    """One look over a whole module, before any of it is judged."""

    bound: set[str] = field(default_factory=set)  # names bound anywhere, in whatever way
    private: set[str] = field(default_factory=set)  # _x that the program sets or defines in a class
    imports: dict[str, tuple[str, str]] = field(default_factory=dict)  # name -> (module, member or "")
    # Only names that nothing but one and the same import binds: of the others only guards can tell.


def survey(tree: ast.Module) -> Survey:
    """Look a module over."""
    found = Survey()
    imports: list[ast.Import | ast.ImportFrom] = []
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            imports.append(node)
        else:
            _note(node, found)
    rows = [row for statement in imports for row in _list_imports(statement)]
    for name, meaning in rows:
        if name not in found.bound and found.imports.setdefault(name, meaning) != meaning:
            found.bound.add(name)
    found.imports = {name: row for name, row in found.imports.items() if name not in found.bound}
    found.bound |= {name for name, _ in rows}
    return found


def _note(node: ast.AST, found: Survey) -> None:
    if isinstance(node, ast.Name):
        if not isinstance(node.ctx, ast.Load):
            found.bound.add(node.id)
    elif isinstance(node, ast.Attribute):
        if node.attr.startswith("_") and isinstance(node.ctx, ast.Store):
            found.private.add(node.attr)
    elif isinstance(node, ast.arg):
        found.bound.add(node.arg)
    elif isinstance(node, ast.ClassDef):
        found.bound.add(node.name)
        found.private |= set(_own_names(node))
    elif not isinstance(node, ast.alias):
        name = getattr(node, "name", None) or getattr(node, "rest", None)
        if isinstance(name, str):
            found.bound.add(name)


def _own_names(node: ast.ClassDef) -> list[str]:
    """The private names that a class body binds, its slots among them."""
    own = []
    for item in node.body:
        if isinstance(item, ast.FunctionDef):
            own.append(item.name)
        elif isinstance(item, (ast.Assign, ast.AnnAssign)):
            targets = item.targets if isinstance(item, ast.Assign) else [item.target]
            own += [part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name)]
            if "__slots__" in own and item.value is not None:
                own += [str(part.value) for part in ast.walk(item.value) if isinstance(part, ast.Constant)]
    return [name for name in own if name.startswith("_")]


def _list_imports(node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, tuple[str, str]]]:
    """The name that each alias binds; its module, and the member there ("" for the module itself)."""
    for alias in node.names:
        if isinstance(node, ast.Import):
            top = alias.name.partition(".")[0]
            yield alias.asname or top, (alias.name if alias.asname else top, "")
        elif (inner := f"{node.module}.{alias.name}") in _PARTS:
            yield alias.asname or alias.name, (inner, "")
        else:
            yield alias.asname or alias.name, (node.module or "", alias.name)


_PARTS = frozenset({"collections.abc", "html.entities", "urllib.parse"})
"""Modules that `from package import module` can name."""


@contextlib.contextmanager
def room_to_recurse() -> Iterator[None]:
    """Let a visitor go as deep as the parser went: a long `elif` chain is deep, and harmless."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, 20_000))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)

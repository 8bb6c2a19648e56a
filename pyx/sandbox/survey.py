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
    modules: dict[str, str] = field(default_factory=dict)  # name -> module, if only an import binds it
    members: dict[str, tuple[str, str]] = field(default_factory=dict)  # name -> (module, name there)


def survey(tree: ast.Module) -> Survey:
    """Look a module over."""
    found = Survey()
    imports: list[ast.Import | ast.ImportFrom] = []
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            imports.append(node)
        else:
            _note(node, found)
    for statement in imports:
        _note_import(statement, found)
    found.bound |= found.modules.keys() | found.members.keys()
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


def _note_import(node: ast.Import | ast.ImportFrom, found: Survey) -> None:
    for alias in node.names:
        name = alias.asname or alias.name.partition(".")[0]
        if name in found.bound:
            continue  # bound by something else too: only its guards can tell what it is
        if isinstance(node, ast.ImportFrom):
            found.members[name] = (node.module or "", alias.name)
            if f"{node.module}.{alias.name}" in _PARTS:
                found.modules[name] = f"{node.module}.{alias.name}"
        else:
            found.modules[name] = alias.name if alias.asname else name


_PARTS = frozenset({"collections.abc", "urllib.parse"})
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

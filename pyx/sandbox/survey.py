"""What a program binds: the names, the private attributes, the modules and their members."""

from __future__ import annotations

import ast
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
    """The private names that a class body binds, slots among them."""
    own = []
    for item in node.body:
        if isinstance(item, ast.FunctionDef):
            own.append(item.name)
        elif isinstance(item, ast.Assign):
            own += [part.id for target in item.targets for part in ast.walk(target) if isinstance(part, ast.Name)]
            own += [part.value for part in ast.walk(item.value)
                    if isinstance(part, ast.Constant) and isinstance(part.value, str)
                    and isinstance(item.targets[0], ast.Name) and item.targets[0].id == "__slots__"]  # fmt: skip
        elif isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name):
            own.append(item.target.id)
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

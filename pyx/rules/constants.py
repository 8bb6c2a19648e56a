"""The constants of a program: names of its module whose value never changes.

Not a rule: what a story knows beyond what was recorded of its frames.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping

from pyx.trace import expressions

OPAQUE = "<opaque object>"


def find_constants(tree: ast.Module) -> dict[str, str]:
    """The names of a module: constants with their values as text, all else opaque."""
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            found[node.name] = f"<opaque {'function' if isinstance(node, ast.FunctionDef) else 'type'}>"
    changed = find_changed(tree)
    for statement in tree.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                found[name] = OPAQUE if name in changed else _evaluate(value, found)
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                found[name] = OPAQUE if name in changed else _evaluate(value, found)
    return found


def find_changed(tree: ast.Module) -> set[str]:
    """Names of the module that may change after they were bound: bound again, or changed in place."""
    bound = Counter(name for statement in tree.body for name in _find_bound(statement))
    found = {name for name, count in bound.items() if count > 1}
    for node in ast.walk(tree):
        if isinstance(node, ast.Global):
            found |= set(node.names)
        elif isinstance(node, (ast.Subscript, ast.Attribute)) and isinstance(node.value, ast.Name):
            changes = isinstance(node, ast.Attribute) and node.attr in expressions.CHANGING
            if changes or not isinstance(node.ctx, ast.Load):
                found.add(node.value.id)
    return found


def _find_bound(statement: ast.stmt) -> Iterator[str]:
    """The names that a statement of the module binds itself."""
    if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
        return
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def _evaluate(node: ast.expr, known: Mapping[str, str]) -> str:
    try:
        return expressions.evaluate(node, known)
    except expressions.Unknown:
        return OPAQUE

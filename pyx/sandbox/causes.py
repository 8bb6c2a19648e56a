"""What in a program can make its result differ from run to run: the names that depend on more than arguments.

The lists mark such names (`[nondeterministic]` in a module's file); the table here marks built-in
ones. A mark is a suspicion: the two runs of every case are what decides, and a mark then says why.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from pyx.sandbox.lists import CAUSES, Policy
from pyx.sandbox.survey import Survey, survey

BUILTIN = {"id": "address", "object": "address", "hash": "hash", "set": "hash", "frozenset": "hash"}
"""Built-in names whose value, text or order depends on an address or on the hash seed."""


@dataclass(frozen=True, slots=True, order=True)
class Cause:
    """A place in a program whose result may depend on more than its arguments."""

    line: int
    name: str  # "datetime.datetime.now", "id", "{...}"
    cause: str  # a key of CAUSES

    def __str__(self) -> str:
        return f"line {self.line}: {self.name} depends on {CAUSES[self.cause]}"


def find_causes(tree: ast.Module, policy: Policy) -> list[Cause]:
    """The causes in a module, by line; each name once a line."""
    found = survey(tree)
    return sorted({cause for node in ast.walk(tree) for cause in _look(node, found, policy)})


def _look(node: ast.AST, found: Survey, policy: Policy) -> Iterator[Cause]:
    if isinstance(node, (ast.Set, ast.SetComp)):
        yield Cause(node.lineno, "{...}", "hash")
    elif isinstance(node, ast.Name) and node.id in BUILTIN and node.id not in found.bound:
        yield Cause(node.lineno, node.id, BUILTIN[node.id])
    elif isinstance(node, (ast.Name, ast.Attribute)):
        module, path = find_path(node, found, policy)
        cause = policy.modules[module].nondeterministic.get(path) if module in policy.modules else None
        if cause:
            yield Cause(node.lineno, f"{module}.{path}", cause)


def find_path(node: ast.expr, found: Survey, policy: Policy) -> tuple[str, str]:
    """The module and the dotted name within it that an expression reads, empty when it reads none."""
    if isinstance(node, ast.Name):
        return found.imports.get(node.id, ("", ""))
    if not isinstance(node, ast.Attribute):
        return "", ""
    module, path = find_path(node.value, found, policy)
    if not path and node.attr in policy.parts(module):
        return f"{module}.{node.attr}", ""
    return module, f"{path}.{node.attr}" if path else node.attr

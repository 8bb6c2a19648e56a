"""What the lines of a program do: which names they bind, read and test."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from pyx.claims.tokens import normalize


@dataclass(frozen=True)
class Layout:
    """The lines of a program, by number."""

    binds: dict[int, set[str]] = field(default_factory=dict)
    reads: dict[int, set[str]] = field(default_factory=dict)
    loops: set[int] = field(default_factory=set)
    branches: set[int] = field(default_factory=set)
    tests: dict[str, set[int]] = field(default_factory=dict)  # conditions in one spelling, to lines
    parts: dict[str, set[int]] = field(default_factory=dict)  # expressions in one spelling, to lines
    kinds: dict[int, set[str]] = field(default_factory=dict)  # of the statements on a line
    functions: dict[int, str] = field(default_factory=dict)  # the function that a line stands in

    def mentions(self, line: int, name: str) -> bool:
        return name in self.binds.get(line, ()) or name in self.reads.get(line, ())


def find_layout(code: str) -> Layout:
    """The layout of a program."""
    found = Layout()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.FunctionDef):
            inside = range(node.lineno, (node.end_lineno or node.lineno) + 1)
            found.functions.update(dict.fromkeys(inside, node.name))
        if isinstance(node, ast.stmt):
            _note_statement(found, node)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            found.binds.setdefault(node.lineno, set()).add(node.name)
    return found


def _note_statement(found: Layout, node: ast.stmt) -> None:
    found.kinds.setdefault(node.lineno, set()).add(type(node).__name__)
    binds, reads = found.binds.setdefault(node.lineno, set()), found.reads.setdefault(node.lineno, set())
    if isinstance(node, ast.FunctionDef):
        binds |= {arg.arg for arg in ast.walk(node.args) if isinstance(arg, ast.arg)}
        return
    if isinstance(node, (ast.For, ast.While)):
        found.loops.add(node.lineno)
    if isinstance(node, (ast.For, ast.While, ast.If, ast.Assert)):
        found.branches.add(node.lineno)
    if isinstance(node, (ast.While, ast.If, ast.Assert)):
        found.tests.setdefault(normalize(ast.unparse(node.test)), set()).add(node.lineno)
    if isinstance(node, ast.AugAssign):
        reads |= {part.id for part in ast.walk(node.target) if isinstance(part, ast.Name)}
    for part in _find_own(node):
        if isinstance(part, ast.expr) and not isinstance(part, (ast.Name, ast.Constant)):
            found.parts.setdefault(ast.unparse(part), set()).add(node.lineno)
        if isinstance(part, ast.Name):
            (reads if isinstance(part.ctx, ast.Load) else binds).add(part.id)
    if isinstance(node, (ast.Expr, ast.Assign, ast.AugAssign)):
        # A call or a stored item may change any name that it is given.
        binds |= {
            part.id for part in _find_own(node) if isinstance(part, ast.Name) and _may_change(node, part)
        }


def _may_change(node: ast.stmt, name: ast.Name) -> bool:
    calls = [part for part in _find_own(node) if isinstance(part, ast.Call)]
    inside = any(name in ast.walk(call) for call in calls)
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", node)]
    return inside or any(name in ast.walk(target) for target in targets)


def _find_own(node: ast.stmt) -> Iterator[ast.AST]:
    """The nodes of a statement without those of the statements inside it."""
    waiting: list[ast.AST] = [node]
    while waiting:
        part = waiting.pop()
        yield part
        waiting.extend(
            child for child in ast.iter_child_nodes(part)
            if not isinstance(child, (ast.stmt, ast.ExceptHandler, ast.match_case))
        )  # fmt: skip

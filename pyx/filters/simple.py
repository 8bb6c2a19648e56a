"""Programs with nothing to follow."""

from __future__ import annotations

import ast

from pyx.records import Sample
from pyx.registry import FILTERS


@FILTERS.add("too-simple", version=1, needs=("program",))
def drop_simple(sample: Sample, *, statements: int = 2) -> str | None:
    """Drop a program with fewer than `statements` statements in its functions, docstrings not counted."""
    tree = ast.parse(sample.given.code)
    bodies = [node.body for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    count = sum(map(_counts, (item for body in bodies for node in body for item in ast.walk(node))))
    return "too-simple" if count < statements else None


def _counts(node: ast.AST) -> bool:
    return isinstance(node, ast.stmt) and not isinstance(node, ast.Expr | ast.Pass)


EXAMPLES = [
    ("def f(x):\n    y = x + 1\n    return y\n", None),
    ("def f(x):\n    'Give it back.'\n    return x\n", "too-simple"),
]

"""Programs that give nothing back."""

from __future__ import annotations

import ast

from pyx.records import Sample
from pyx.registry import FILTERS
from pyx.source.module import find_function


@FILTERS.add("no-result", version=1, needs=("program",))
def drop_bare(sample: Sample) -> str | None:
    """Drop a program whose entry neither returns a value nor yields nor changes what it was given."""
    function = find_function(ast.parse(sample.given.code), sample.given.entry)
    return None if any(map(_tells, ast.walk(function))) else "no-result"


def _tells(node: ast.AST) -> bool:
    match node:
        case ast.Return(value=ast.expr() as value):
            return not (isinstance(value, ast.Constant) and value.value is None)
        case ast.Yield() | ast.YieldFrom():
            return True
        case ast.Subscript(ctx=ast.Store() | ast.Del()):
            return True
    return False


EXAMPLES = [
    ("def f(x):\n    return x\n", None),
    ("def f(x):\n    yield x\n", None),
    ("def f(xs):\n    xs[0] = 1\n", None),
    ("def f(x):\n    print(x)\n", "no-result"),
    ("def f(x):\n    if x:\n        return None\n", "no-result"),
]

"""Narration of calls without effect."""

from __future__ import annotations

import ast

from pyx.records import Claim
from pyx.rules import RULES, Said, Scene, code


@RULES.add("N063", name="unchanged", version=1, on="Expr", priority=90)
def say_unchanged(scene: Scene) -> Said | None:
    """An expression statement that changes no name: a docstring is passed over, a call is named."""
    node = scene.node
    if not isinstance(node, ast.Expr) or isinstance(node.value, ast.Constant) or scene.mutated:
        return None
    return Said(
        f"{code(scene.source(node.value))} runs and changes none of our names.", (Claim("ran", scene.line),)
    )


EXAMPLES = [
    ("def f(xs):\n    len(xs)\n    return xs\n", "f([1, 2])", "changes none"),
]

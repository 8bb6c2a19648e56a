"""Narration of calls without effect."""

from __future__ import annotations

import ast

from pyx.records import Claim
from pyx.rules import RULES, Said, Scene, code, show_function


@RULES.add("N063", name="unchanged", version=2, on="Expr", priority=90)
def say_unchanged(scene: Scene) -> Said | None:
    """An expression statement that changes no name: a docstring is passed over, a call is named."""
    node = scene.node
    if not isinstance(node, ast.Expr) or isinstance(node.value, ast.Constant) or scene.mutated:
        return None
    if isinstance(node.value, (ast.Yield, ast.YieldFrom)):
        return Said("")  # what it hands out is told when it does
    if scene.step.callees:
        words = f"Back in {show_function(scene.step.function)}, all our names are as they were."
        return Said(words, (Claim("ran", scene.line),))
    return Said(
        f"{code(scene.source(node.value))} runs and changes none of our names.", (Claim("ran", scene.line),)
    )


EXAMPLES = [
    ("def f(xs):\n    len(xs)\n    return xs\n", "f([1, 2])", "changes none"),
]

"""Narration of memo hits."""

from __future__ import annotations

import ast

from pyx.records import Claim
from pyx.rules import RULES, Said, Scene, code, show, show_function
from pyx.rules.returned import find_result


@RULES.add("N052", name="remembered", version=2, on="Return", priority=30)
def say_remembered(scene: Scene) -> Said | None:
    """`if n in memo: return memo[n]`: a result that was worked out before."""
    value, node = find_result(scene), scene.node
    if value is None or not isinstance(node, ast.Return) or not isinstance(node.value, ast.Subscript):
        return None
    wanted = f"{ast.unparse(node.value.slice)} in {ast.unparse(node.value.value)}"
    parents = [parent for _, parent in scene.story.parents(scene.step.statement)]
    if not any(isinstance(parent, ast.If) and ast.unparse(parent.test) == wanted for parent in parents[:1]):
        return None
    place = code(scene.source(node.value.value))
    words = f"This was worked out before: {place} already has it, so "
    words += f"{show_function(scene.step.function)} returns {show(value)} at once."
    return Said(words, (Claim("returned", scene.line, scene.step.function, value),))


EXAMPLES = [
    (
        "def f(n, memo):\n    if n in memo:\n        return memo[n]\n    return 0\n",
        "f(3, {3: 9})",
        "worked out before",
    ),
]

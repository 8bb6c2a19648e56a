"""Narration of running extremes."""

from __future__ import annotations

import ast

from pyx.rules import RULES, Said, Scene, code, show
from pyx.rules.assigned import find_target


@RULES.add("N026", name="extreme", version=1, on="Assign", priority=25)
def say_extreme(scene: Scene) -> Said | None:
    """`best = max(best, x)`, and `if x > best: best = x`: the largest or smallest so far."""
    name, node = find_target(scene), scene.node
    if name is None or not isinstance(node, ast.Assign) or name not in scene.step.before:
        return None
    word = _find_word(scene, node, name)
    if word is None:
        return None
    was, now = show(scene.was(name)), show(scene.now(name))
    if was == now:
        return Said(f"Nothing {word[1]} than before: {code(name)} stays {now}.", scene.held(name))
    words = scene.pick(
        f"That is the {word[0]} so far, so {code(name)} moves from {was} to {now}.",
        f"A new {word[0]} value: {code(name)} was {was} and is now {now}.",
    )
    return Said(words, (*scene.had(name), *scene.became(name)))


def _find_word(scene: Scene, node: ast.Assign, name: str) -> tuple[str, str] | None:
    """largest or smallest, with its comparative; None when the statement keeps no extreme."""
    words = {"max": ("largest", "larger"), "min": ("smallest", "smaller")}
    value = node.value
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id in words:
        same = any(isinstance(item, ast.Name) and item.id == name for item in value.args)
        return words[value.func.id] if same and len(value.args) > 1 else None
    parent = next((parent for _, parent in scene.story.parents(scene.step.statement)), None)
    test = parent.test if isinstance(parent, ast.If) else None
    if not isinstance(test, ast.Compare) or len(test.ops) != 1:
        return None
    left, right = ast.unparse(test.left), ast.unparse(test.comparators[0])
    up = isinstance(test.ops[0], (ast.Gt, ast.GtE))
    if not up and not isinstance(test.ops[0], (ast.Lt, ast.LtE)):
        return None
    if (left, right) == (ast.unparse(value), name):
        return words["max" if up else "min"]
    return words["min" if up else "max"] if (left, right) == (name, ast.unparse(value)) else None


EXAMPLES = [
    (
        "def f(xs):\n    best = xs[0]\n    for x in xs:\n        best = max(best, x)\n    return best\n",
        "f([1, 5, 2])",
        "Nothing larger than before: `best` stays `5`",
    ),
    (
        "def f(x, low):\n    if x < low:\n        low = x\n    return low\n",
        "f(4, 9)",
        "`low`",
    ),
]

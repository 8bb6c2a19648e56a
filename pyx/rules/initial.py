"""Narration of names that start with a constant."""

from __future__ import annotations

import ast

from pyx.rules import RULES, Said, Scene, code, show
from pyx.rules.assigned import find_target


@RULES.add("N021", name="initial", version=2, on="Assign AnnAssign", priority=40)
def say_initial(scene: Scene) -> Said | None:
    """A name that did not exist gets a constant to start from."""
    name = find_target(scene)
    node = scene.node
    if name is None or name in scene.step.before or not isinstance(node, (ast.Assign, ast.AnnAssign)):
        return None
    now = scene.now(name)
    empty = {"[]": "an empty list", "{}": "an empty dict", "set()": "an empty set", "''": "an empty string"}
    if now in empty and is_fresh(node.value):
        words = scene.pick(
            f"{code(name)} starts as {empty[now]}, {show(now)}.",
            f"We begin with {code(name)} as {empty[now]}, {show(now)}.",
            f"{code(name)} is set up as {empty[now]}, {show(now)}.",
        )
        return Said(words, scene.became(name))
    if not isinstance(node.value, ast.Constant):
        return None
    words = scene.pick(
        f"{code(name)} starts at {show(now)}.", f"We set {code(name)} to {show(now)} to begin with."
    )
    return Said(words, scene.became(name))


def is_fresh(node: ast.expr | None) -> bool:
    """Whether an expression shows by itself that it is empty: `[]`, `set()`, `''`."""
    if isinstance(node, ast.Call):
        return not node.args and not node.keywords
    return isinstance(node, (ast.Constant, ast.List, ast.Dict))


EXAMPLES = [
    ("def f():\n    out = []\n    return out\n", "f()", "an empty list"),
    ("def f():\n    n = 7\n    return n\n", "f()", "`n`"),
]

"""Narration of method calls that change something in place."""

from __future__ import annotations

import ast

from pyx.rules import RULES, Said, Scene, code, list_words, show, show_function, show_names


@RULES.add("N060", name="mutated", version=2, on="Expr", priority=60)
def say_mutated(scene: Scene) -> Said | None:
    """A call that is made for its effect: what it is, and what has changed by it."""
    node = scene.node
    if not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Call):
        return None
    source, names = code(scene.source(node.value)), scene.mutated
    if not names:
        return None
    if scene.step.callees:
        words = f"Back in {show_function(scene.step.function)}, {show_names(scene, names)} now."
        return Said(words, scene.became(*names))
    changed = list_words(f"{code(name)} is now {show(scene.now(name))}" for name in names)
    words = scene.pick(
        f"We call {source}, and {changed}.", f"After {source}, {changed}.", f"{source} runs: {changed}."
    )
    return Said(words, scene.became(*names))


EXAMPLES = [
    ("def f(xs):\n    xs.reverse()\n    return xs\n", "f([1, 2])", "`xs` is now `[2, 1]`"),
]

"""Narration of augmented assignments."""

from __future__ import annotations

import ast

from pyx.rules import RULES, Said, Scene, code, show


@RULES.add("N010", name="augmented", version=2, on="AugAssign", priority=60)
def say_augmented(scene: Scene) -> Said | None:
    """`x op= y`: what stood there, what came, what stands now."""
    node = scene.node
    if not (isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name)):
        return None
    name, value = node.target.id, scene.value(node.value)
    if not scene.now(name):
        return None
    end = scene.pick(
        f"{code(name)} goes from {show(scene.was(name))} to {show(scene.now(name))}",
        f"{code(name)} was {show(scene.was(name))} and is now {show(scene.now(name))}",
    )
    claims = (*scene.had(name), *scene.became(name))
    if scene.was(name) == scene.now(name):
        end, claims = f"{code(name)} stays {show(scene.now(name))}", scene.held(name)
    if value is None or isinstance(node.value, ast.Constant):
        return Said(f"With {code(scene.source(node))}, {end}.", claims)
    words = f"{code(scene.source(node.value))} is {show(value)}, so {end}."
    return Said(words, (*scene.computed(node.value), *claims))


EXAMPLES = [
    ("def f(n):\n    n *= 3\n    return n\n", "f(2)", "`n`"),
    ("def f(n, k):\n    n -= k\n    return n\n", "f(7, 2)", "`k` is `2`, so `n`"),
]

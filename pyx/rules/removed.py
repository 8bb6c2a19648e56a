"""Narration of pop, remove and discard."""

from __future__ import annotations

import ast

from pyx.rules import RULES, Said, Scene, code, show
from pyx.rules.assigned import find_target


@RULES.add("N062", name="removed", version=2, on="Expr Assign", priority=35)
def say_removed(scene: Scene) -> Said | None:
    """`xs.pop()`, `xs.remove(v)`: what leaves, and what is left."""
    node = scene.node
    if not isinstance(node, (ast.Expr, ast.Assign)) or not isinstance(node.value, ast.Call):
        return None
    call = node.value
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in (
        "pop",
        "remove",
        "discard",
        "popitem",
    ):
        return None
    owner = call.func.value
    if not isinstance(owner, ast.Name) or owner.id not in scene.mutated:
        return None
    now = f"{code(owner.id)} is now {show(scene.now(owner.id))}"
    if isinstance(node, ast.Expr):
        return Said(f"{code(scene.source(call))} removes an item, and {now}.", scene.became(owner.id))
    name = find_target(scene)
    if name is None or name == owner.id:
        return None
    words = f"{code(scene.source(call))} takes {show(scene.now(name))} from {code(owner.id)}"
    words += f": {code(name)} becomes {show(scene.now(name))} and {now}."
    return Said(words, scene.became(name, owner.id))


EXAMPLES = [
    ("def f(xs):\n    xs.remove(1)\n    return xs\n", "f([1, 2])", "`xs` is now `[2]`"),
    ("def f(xs):\n    x = xs.pop()\n    return x\n", "f([1, 2])", "`x` becomes `2` and `xs` is now `[1]`"),
]

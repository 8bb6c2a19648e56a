"""Narration of unpacking."""

from __future__ import annotations

import ast

from pyx.rules import RULES, Said, Scene, code, list_words, show


@RULES.add("N023", name="unpacked", version=1, on="Assign", priority=50)
def say_unpacked(scene: Scene) -> Said | None:
    """`a, b = ...` and `a = b = ...`: several names are bound by one statement."""
    node = scene.node
    if not isinstance(node, ast.Assign):
        return None
    names = [
        item.id
        for target in node.targets
        for item in ast.walk(target)
        if isinstance(item, ast.Name) and isinstance(item.ctx, ast.Store)
    ]
    names = [name for name in dict.fromkeys(names) if name in scene.step.after]
    if len(names) < 2:
        return None
    words = list_words(f"{code(name)} becomes {show(scene.now(name))}" for name in names)
    value = scene.value(node.value)
    if value is None or isinstance(node.value, (ast.Tuple, ast.Constant)):
        return Said(f"{words[0].upper()}{words[1:]}.", scene.became(*names))
    lead = f"{code(scene.source(node.value))} is {show(value)}; unpacked, "
    return Said(f"{lead}{words}.", (*scene.computed(node.value), *scene.became(*names)))


EXAMPLES = [
    ("def f(p):\n    a, b = p\n    return a\n", "f((1, 2))", "`a` becomes `1` and `b` becomes `2`"),
    ("def f():\n    a = b = 0\n    return a\n", "f()", "`a` becomes `0` and `b` becomes `0`"),
]

"""Narration of text that grows."""

from __future__ import annotations

import ast

from pyx.rules import RULES, Said, Scene, code, show


@RULES.add("N013", name="joined", version=1, on="AugAssign", priority=42)
def say_joined(scene: Scene) -> Said | None:
    """`text += part`: what is put at the end, and the text it makes."""
    node = scene.node
    if not (
        isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name) and isinstance(node.op, ast.Add)
    ):
        return None
    name, value = node.target.id, scene.value(node.value)
    if value is None or scene.was(name)[:1] not in ("'", '"', "["):
        return None
    part = (
        show(value)
        if isinstance(node.value, ast.Constant)
        else f"{code(scene.source(node.value))}, which is {show(value)},"
    )
    words = scene.pick(
        f"We put {part} at the end of {code(name)}, which is now {show(scene.now(name))}.",
        f"Adding {part} turns {code(name)} into {show(scene.now(name))}.",
    )
    return Said(words, (*scene.computed(node.value), *scene.became(name)))


EXAMPLES = [
    ("def f(s, t):\n    s += t\n    return s\n", "f('a', 'b')", "`t`, which is `'b'`,"),
    ("def f(s):\n    s += '!'\n    return s\n", "f('a')", "now `'a!'`"),
]

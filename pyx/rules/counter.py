"""Narration of counters."""

from __future__ import annotations

import ast

from pyx.rules import RULES, Said, Scene, code, show


@RULES.add("N011", name="counter", version=2, on="AugAssign", priority=40)
def say_counter(scene: Scene) -> Said | None:
    """`count += 1` and `left -= 1`: a number moves by a constant."""
    node = scene.node
    if not (isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name)):
        return None
    name, by = node.target.id, scene.value(node.value)
    if not (isinstance(node.value, ast.Constant) and type(node.value.value) is int):
        return None
    if not isinstance(node.op, (ast.Add, ast.Sub)) or not scene.was(name).lstrip("-").isdigit():
        return None
    verb = "goes up" if isinstance(node.op, ast.Add) else "goes down"
    words = scene.pick(
        f"{code(name)} {verb} by {by} to {show(scene.now(name))}.",
        f"{code(name)} {verb} from {show(scene.was(name))} to {show(scene.now(name))}.",
    )
    was = scene.had(name) if " from " in words else ()
    return Said(words, (*was, *scene.became(name)))


EXAMPLES = [
    ("def f(n):\n    n += 1\n    return n\n", "f(2)", "`n` goes up"),
    ("def f(n):\n    n -= 2\n    return n\n", "f(2)", "`n` goes down"),
]

"""Narration of running totals."""

from __future__ import annotations

import ast

from pyx.rules import RULES, Said, Scene, code, show


@RULES.add("N012", name="accumulator", version=2, on="AugAssign", priority=45)
def say_accumulator(scene: Scene) -> Said | None:
    """`total += x` inside a loop: what is added, and the total so far."""
    node = scene.node
    if not (
        isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name) and isinstance(node.op, ast.Add)
    ):
        return None
    name, value = node.target.id, scene.value(node.value)
    looped = any(
        isinstance(parent, (ast.For, ast.While)) for _, parent in scene.story.parents(scene.step.statement)
    )
    if value is None or not looped or not is_number(scene.was(name)) or isinstance(node.value, ast.Constant):
        return None
    words = scene.pick(
        f"{code(scene.source(node.value))} is {show(value)}; adding it to {code(name)} takes it "
        f"from {show(scene.was(name))} to {show(scene.now(name))}.",
        f"{code(scene.source(node.value))} is {show(value)}, so {code(name)} grows "
        f"from {show(scene.was(name))} to {show(scene.now(name))}.",
    )
    if value.startswith("-"):
        words = words.replace("grows", "falls")
    if scene.was(name) == scene.now(name):
        words = f"{code(scene.source(node.value))} is {show(value)}, so {code(name)} stays at "
        words += f"{show(scene.now(name))}."
        return Said(words, (*scene.computed(node.value), *scene.held(name)))
    return Said(words, (*scene.computed(node.value), *scene.had(name), *scene.became(name)))


def is_number(text: str) -> bool:
    return text.lstrip("-").replace(".", "", 1).isdigit()


EXAMPLES = [
    (
        "def f(xs):\n    t = 0\n    for x in xs:\n        t += x * x\n    return t\n",
        "f([2, 3])",
        "`x * x` is `4`",
    ),
]

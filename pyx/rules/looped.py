"""Narration of the items of a for loop."""

from __future__ import annotations

import ast

from pyx.records import Claim
from pyx.rules import RULES, Said, Scene, code, list_words, show


@RULES.add("N030", name="looped", version=1, on="For", priority=60)
def say_looped(scene: Scene) -> Said | None:
    """An iteration begins: which one it is, and what the loop's names stand for."""
    node, step = scene.node, scene.step
    if not isinstance(node, ast.For) or not step.taken:
        return None
    names = bound_names(scene, node)
    words = list_words(f"{code(name)} is {show(scene.now(name))}" for name in names)
    words = words or "its item is stored"
    source = scene.source(node.iter)
    value = scene.value(node.iter)
    claims: tuple[Claim, ...] = (Claim("began", scene.line, count=step.iteration),)
    if step.iteration > 1:
        words = scene.pick(
            f"Iteration {step.iteration} begins: {words}.",
            f"Iteration {step.iteration} begins, and {words}.",
            f"The loop moves on to iteration {step.iteration}, where {words}.",
        )
        return Said(words, (*claims, *scene.became(*names)))
    over = code(source)
    if value is not None and value != source and not isinstance(node.iter, ast.Name) and len(value) <= 60:
        over = f"{code(source)}, which is {show(value)}"
        claims = (*scene.computed(node.iter), *claims)
    lead = scene.pick(f"We loop over {over}.", f"The loop goes over {over}.")
    return Said(f"{lead} In iteration 1, {words}.", (*claims, *scene.became(*names)))


def bound_names(scene: Scene, node: ast.For) -> list[str]:
    """The names that a loop binds, in source order."""
    names = [
        item.id
        for item in ast.walk(node.target)
        if isinstance(item, ast.Name) and isinstance(item.ctx, ast.Store)
    ]
    return [name for name in names if name in scene.step.after]


EXAMPLES = [
    ("def f(xs):\n    for x in xs:\n        pass\n", "f([4, 5])", "In iteration 1, `x` is `4`"),
    ("def f(d):\n    for k, v in d.items():\n        pass\n", "f({'a': 1})", "`k` is `'a'` and `v` is `1`"),
]

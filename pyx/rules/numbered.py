"""Narration of loops over enumerate and zip."""

from __future__ import annotations

import ast

from pyx.records import Claim
from pyx.rules import RULES, Said, Scene, code, list_words, show
from pyx.rules.looped import bound_names


@RULES.add("N032", name="numbered", version=1, on="For", priority=40)
def say_numbered(scene: Scene) -> Said | None:
    """A loop over `enumerate(xs)` or `zip(xs, ys)`: the position, or the pair."""
    node, step = scene.node, scene.step
    if not isinstance(node, ast.For) or not step.taken or not isinstance(node.iter, ast.Call):
        return None
    if not isinstance(node.iter.func, ast.Name) or node.iter.func.id not in ("enumerate", "zip"):
        return None
    names = bound_names(scene, node)
    if len(names) < 2:
        return None
    sources = list_words(code(scene.source(item)) for item in node.iter.args)
    if node.iter.func.id == "enumerate":
        last = list_words(f"{code(name)} is {show(scene.now(name))}" for name in names[1:])
        words = f"at position {code(names[0])} = {show(scene.now(names[0]))}, {last}"
        lead = f"We number the items of {sources}."
    else:
        words = "the pair is " + list_words(f"{code(name)} = {show(scene.now(name))}" for name in names)
        lead = f"We walk through {sources} side by side."
    claims = (Claim("began", scene.line, count=step.iteration), *scene.became(*names))
    return Said(f"{lead + ' ' if step.iteration == 1 else ''}In iteration {step.iteration}, {words}.", claims)


EXAMPLES = [
    (
        "def f(xs):\n    for i, x in enumerate(xs):\n        pass\n",
        "f([4])",
        "at position `i` = `0`, `x` is `4`",
    ),
    (
        "def f(a, b):\n    for x, y in zip(a, b):\n        pass\n",
        "f([4], [5])",
        "the pair is `x` = `4` and `y` = `5`",
    ),
]

"""Narration of functions that end without a return."""

from __future__ import annotations

import ast

from pyx.records import Claim
from pyx.rules import RULES, Said, Scene, name_function, show, show_function


@RULES.add("N053", name="fell-off", version=2, on="return", priority=50)
def say_fell_off(scene: Scene) -> Said | None:
    """A function ends without meeting a return statement."""
    if isinstance(scene.node, ast.Return):
        return None
    if scene.step.frame in scene.story.last_returns:
        return Said("")  # a return statement was met before a `finally` block, and told then
    name = show_function(scene.step.function)
    if name_function(scene.step.function) in scene.story.generators:
        return Said(f"{name} has come to its end and yields nothing more.", (Claim("ran", scene.line),))
    claim = Claim("returned", 0, scene.step.function, scene.step.value)
    if scene.step.value != "None":
        return Said(f"{name} returns {show(scene.step.value)}.", (claim,))
    if name_function(scene.step.function).endswith(".__init__"):
        return Said(f"{name} is done, and the new object is ready.", (Claim("ran", scene.line),))
    if scene.step.depth:
        words = scene.pick(
            f"{name} is done and returns `None`.", f"That is all of {name}, which returns `None`."
        )
        return Said(words, (claim,))
    return Said(
        f"The end of {name} is reached without a return statement, so {name} returns `None`.", (claim,)
    )


EXAMPLES = [
    ("def f(xs):\n    xs.append(1)\n", "f([])", "returns `None`"),
    ("def g(xs):\n    xs.pop()\ndef f(xs):\n    g(xs)\n    return xs\n", "f([1])", "`g`"),
    ("def g():\n    yield 1\ndef f():\n    return list(g())\n", "f()", "`g` has come to its end"),
]

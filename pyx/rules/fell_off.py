"""Narration of functions that end without a return."""

from __future__ import annotations

import ast

from pyx.records import Claim
from pyx.rules import RULES, Said, Scene, code, show


@RULES.add("N053", name="fell-off", version=1, on="return", priority=50)
def say_fell_off(scene: Scene) -> Said | None:
    """A function ends without meeting a return statement."""
    if isinstance(scene.node, ast.Return):
        return None
    name = code(scene.step.function)
    claim = Claim("returned", 0, scene.step.function, scene.step.value)
    if scene.step.value != "None":
        return Said(f"{name} returns {show(scene.step.value)}.", (claim,))
    return Said(
        f"The end of {name} is reached without a return statement, so {name} returns `None`.", (claim,)
    )


EXAMPLES = [
    ("def f(xs):\n    xs.append(1)\n", "f([])", "returns `None`"),
]

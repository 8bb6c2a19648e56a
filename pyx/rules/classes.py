"""Narration of classes that are made on the way, whose bodies run like functions."""

from __future__ import annotations

import ast

from pyx.records import Claim
from pyx.rules import RULES, Said, Scene, code


@RULES.add("N006", name="class-body", version=1, on="into call return ClassDef", priority=10)
def say_class(scene: Scene) -> Said | None:
    """A class statement runs its body, and has a class at the end."""
    step, node = scene.step, scene.node
    if step.kind in ("call", "return"):
        return Said("") if step.frame in scene.story.bodies else None
    if not isinstance(node, ast.ClassDef) or not scene.story.bodies & set(step.callees):
        return None
    if scene.entering:
        return Said(f"The class {code(node.name)} is made here, statement by statement.")
    claims = scene.became(*scene.mutated) or (Claim("ran", scene.line),)
    return Said(f"With that, the class {code(node.name)} is complete.", claims)


EXAMPLES = [
    (
        "def f(n):\n    class C:\n        size = 2\n    return C.size + n\n",
        "f(1)",
        "the class `C` is complete",
    ),
]

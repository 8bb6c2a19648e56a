"""Narration of functions and classes defined on the way."""

from __future__ import annotations

import ast

from pyx.records import Claim
from pyx.rules import RULES, Said, Scene, code


@RULES.add("N076", name="defined", version=2, on="FunctionDef ClassDef", priority=50)
def say_defined(scene: Scene) -> Said | None:
    """A function or class is defined inside the one that runs."""
    node = scene.node
    if not isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return None
    kind = "class" if isinstance(node, ast.ClassDef) else "function"
    words = f"The {kind} {code(node.name)} is defined here, without running yet."
    return Said(words, (Claim("ran", scene.line), *scene.became(*scene.mutated)))


EXAMPLES = [
    ("def f(n):\n    def g(x):\n        return x\n    return n\n", "f(1)", "`g` is defined"),
]

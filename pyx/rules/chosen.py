"""Narration of conditional expressions."""

from __future__ import annotations

import ast

from pyx.rules import RULES, Said, Scene, code, show
from pyx.rules.assigned import find_target
from pyx.rules.reasons import explain_condition


@RULES.add("N042", name="chosen", version=2, on="Assign AnnAssign", priority=50)
def say_chosen(scene: Scene) -> Said | None:
    """`x = a if c else b`: how the condition came out, and which side that gives."""
    name, node = find_target(scene), scene.node
    if (
        name is None
        or not isinstance(node, (ast.Assign, ast.AnnAssign))
        or not isinstance(node.value, ast.IfExp)
    ):
        return None
    truth = scene.value(ast.Call(ast.Name("bool", ast.Load()), [node.value.test], []))
    if truth is None:
        return None
    reason = explain_condition(scene, node.value.test, truth == "True")
    side = node.value.body if truth == "True" else node.value.orelse
    words = f"{reason.text[0].upper()}{reason.text[1:]}, so {code(scene.source(side))} is chosen "
    words += f"and {code(name)} becomes {show(scene.now(name))}."
    return Said(words, (*reason.claims, *scene.became(name)))


EXAMPLES = [
    (
        "def f(n):\n    s = 'odd' if n % 2 else 'even'\n    return s\n",
        "f(4)",
        "`'even'` is chosen and `s` becomes `'even'`",
    ),
]

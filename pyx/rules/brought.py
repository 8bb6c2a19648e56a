"""Narration of the value that a helper brought back."""

from __future__ import annotations

import ast

from pyx.records import Claim
from pyx.rules import RULES, Said, Scene, code, show, show_function
from pyx.rules.assigned import find_target


@RULES.add("N024", name="brought", version=2, on="Assign AnnAssign", priority=30)
def say_brought(scene: Scene) -> Said | None:
    """A call of one of the program's functions has come back with the value that a name gets."""
    name, node = find_target(scene), scene.node
    if name is None or not isinstance(node, (ast.Assign, ast.AnnAssign)) or node.value is None:
        return None
    if not scene.is_helper(node.value) or len(scene.step.callees) != 1:
        return None
    value = scene.returned(scene.step.callees[0])
    if value is None or value != scene.now(name):
        return None
    function = scene.story.calls[scene.step.callees[0]].function
    words = scene.pick(
        f"Back in {show_function(scene.step.function)}, {code(name)} becomes {show(value)}, "
        f"which is what {show_function(function)} returned.",
        f"{show_function(function)} came back with {show(value)}, so {code(name)} becomes {show(value)}.",
    )
    return Said(
        words,
        (*scene.became(name), Claim("returned", 0, function, value))
        if words.startswith("Back")
        else (Claim("returned", 0, function, value), *scene.became(name)),
    )


EXAMPLES = [
    ("def g(x):\n    return x + 1\ndef f(n):\n    m = g(n)\n    return m\n", "f(3)", "`m` becomes `4`"),
]

"""Narration of assertions."""

from __future__ import annotations

import ast

from pyx.rules import RULES, Said, Scene
from pyx.rules.reasons import explain_condition


@RULES.add("N073", name="asserted", version=2, on="Assert", priority=50)
def say_asserted(scene: Scene) -> Said | None:
    """An assertion: why it holds or fails."""
    node, taken = scene.node, scene.step.taken
    if not isinstance(node, ast.Assert) or taken is None:
        return None
    reason = explain_condition(scene, node.test, taken)
    end = ", so the assertion passes" if taken else ", so the assertion fails"
    return Said(f"{reason.text[0].upper()}{reason.text[1:]}{end}.", (*reason.claims, *scene.took()))


EXAMPLES = [
    ("def f(n):\n    assert n > 0\n    return n\n", "f(1)", "the assertion passes"),
]

"""Narration of while conditions."""

from __future__ import annotations

import ast

from pyx.records import Claim
from pyx.rules import RULES, Said, Scene
from pyx.rules.reasons import explain_condition


@RULES.add("N033", name="while-checked", version=2, on="While", priority=50)
def say_while(scene: Scene) -> Said | None:
    """A while condition is true and an iteration begins, or it is false and the loop ends."""
    node, step = scene.node, scene.step
    if not isinstance(node, ast.While) or step.taken is None:
        return None
    always = isinstance(node.test, ast.Constant)
    reason = explain_condition(scene, node.test, step.taken)
    if step.taken:
        claim = Claim("began", scene.line, count=step.iteration)
        words = scene.pick(
            f"iteration {step.iteration} begins", f"the loop goes into iteration {step.iteration}"
        )
        if always:
            return Said(f"{words[0].upper()}{words[1:]}.", (claim,))
        return Said(f"{_capital(reason.text)} and {words}.", (*reason.claims, *scene.took(), claim))
    rounds = scene.story.rounds[step.index]
    end = (
        "the loop body is skipped"
        if rounds == 0
        else "the loop ends after 1 iteration"
        if rounds == 1
        else (f"the loop ends after {rounds} iterations")
    )
    claims = (*reason.claims, *scene.took(), Claim("iterated", scene.line, count=rounds))
    then = ", and its `else` block is next" if node.orelse else ""
    return Said(f"{_capital(reason.text)} and {end}{then}.", claims)


def _capital(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}"


EXAMPLES = [
    ("def f(n):\n    while n > 0:\n        n -= 1\n    return n\n", "f(2)", "after 2 iterations"),
    ("def f():\n    while True:\n        return 1\n", "f()", "teration 1"),
]

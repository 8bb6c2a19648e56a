"""Narration of return statements."""

from __future__ import annotations

import ast

from pyx.records import Claim
from pyx.rules import RULES, Said, Scene, code, show
from pyx.rules.reasons import name_values


@RULES.add("N050", name="returned", version=1, on="Return", priority=80)
def say_returned(scene: Scene) -> Said | None:
    """A return statement: what comes back, and from which expression."""
    value, node = find_result(scene), scene.node
    if value is None or not isinstance(node, ast.Return):
        return None
    function = scene.step.function
    claim = Claim("returned", scene.line, function, value)
    if node.value is None or scene.source(node.value) == value:
        words = scene.pick(f"We return {show(value)}.", f"{code(function)} returns {show(value)}.")
        return Said(words, (claim,))
    source = code(scene.source(node.value))
    why = Said("") if isinstance(node.value, ast.Name) else name_values(scene, node.value, most=2)
    if why.text and len(why.text) < 90:
        lead = f"{why.text[0].upper()}{why.text[1:]}, so "
        return Said(f"{lead}{code(function)} returns {source}, that is {show(value)}.", (*why.claims, claim))
    words = scene.pick(
        f"We return {source}, which is {show(value)}.",
        f"{code(function)} returns {source}, that is {show(value)}.",
    )
    return Said(words, (*claim_name(scene, node.value), claim))


def claim_name(scene: Scene, node: ast.expr | None) -> tuple[Claim, ...]:
    """The claim that a name which is returned had its value."""
    return scene.had(node.id) if isinstance(node, ast.Name) else ()


def find_result(scene: Scene) -> str | None:
    """What the return statement of a scene really handed back; None when something came between."""
    step = scene.story.returns.get(scene.step.frame)
    return None if step is None or step.statement != scene.step.statement else step.value


EXAMPLES = [
    ("def f(n):\n    return n\n", "f(3)", "`3`"),
    ("def f(n):\n    return 7\n", "f(3)", "`7`"),
    ("def f(n):\n    return n + 1\n", "f(3)", "that is `4`"),
]

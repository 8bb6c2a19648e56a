"""Narration of return statements."""

from __future__ import annotations

import ast

from pyx import literals
from pyx.records import Claim
from pyx.rules import RULES, Said, Scene, code, show, show_function
from pyx.rules.reasons import LONGEST_WHY, name_values, start


@RULES.add("N050", name="returned", version=2, on="Return", priority=80)
def say_returned(scene: Scene) -> Said | None:
    """A return statement: what comes back, and from which expression."""
    value, node = find_result(scene), scene.node
    if value is None or not isinstance(node, ast.Return):
        return None
    function = scene.step.function
    claim = Claim("returned", scene.line, function, value)
    if node.value is None or scene.source(node.value) == value:
        words = scene.pick(f"We return {show(value)}.", f"{show_function(function)} returns {show(value)}.")
        return Said(words, (claim,))
    source = code(scene.source(node.value))
    if not literals.is_literal(value) and not show(value).startswith("`"):
        return Said(f"{show_function(function)} returns {source}, {show(value)}.", (claim,))
    if isinstance(node.value, ast.Name) and node.value.id not in scene.step.before:
        return Said(f"{show_function(function)} returns {show(value)}.", (claim,))  # a global
    why = Said("") if isinstance(node.value, ast.Name) else name_values(scene, node.value, most=2)
    name = show_function(function)
    if why.text and len(why.text) < LONGEST_WHY:
        words = f"{start(why.text)}, so {name} returns {source}, that is {show(value)}."
        return Said(words, (*why.claims, claim))
    words = scene.pick(
        f"We return {source}, which is {show(value)}.",
        f"{name} returns {source}, that is {show(value)}.",
    )
    return Said(words, (*claim_name(scene, node.value), claim))


def claim_name(scene: Scene, node: ast.expr | None) -> tuple[Claim, ...]:
    """The claim that a name which is returned had its value."""
    return scene.had(node.id) if isinstance(node, ast.Name) else ()


def find_result(scene: Scene) -> str | None:
    """What the return statement of a scene really handed back; None when another one came after it."""
    step = scene.story.returns.get(scene.step.frame)
    last = scene.story.last_returns.get(scene.step.frame)
    return None if step is None or last != scene.step.index else step.value


EXAMPLES = [
    ("def f(n):\n    return n\n", "f(3)", "`3`"),
    ("def f(n):\n    return 7\n", "f(3)", "`7`"),
    ("def f(n):\n    return n + 1\n", "f(3)", "that is `4`"),
    (
        "def f(n):\n    return n if n < 2 else n * f(n - 1)\n",
        "f(2)",
        "`f(n - 1)` returned `1`, and `n` is `2`, so `f` returns",
    ),
]

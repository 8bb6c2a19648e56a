"""Narration of if statements."""

from __future__ import annotations

import ast

from pyx.rules import RULES, Said, Scene
from pyx.rules.reasons import explain_condition


@RULES.add("N040", name="branched", version=2, on="If", priority=60)
def say_branched(scene: Scene) -> Said | None:
    """An if: the values on both sides, whether it is true, and where that leads."""
    node, taken = scene.node, scene.step.taken
    if not isinstance(node, ast.If) or taken is None:
        return None
    reason = explain_condition(scene, node.test, taken)
    end = lead_on(scene, node, taken)
    if "so " in reason.text and end.startswith(", so"):
        end = f" and{end.removeprefix(', so')}"  # one "so" a sentence
    return Said(f"{reason.text[0].upper()}{reason.text[1:]}{end}.", (*reason.claims, *scene.took()))


def lead_on(scene: Scene, node: ast.If, taken: bool) -> str:
    """Where a decided condition leads."""
    if taken:
        return scene.pick(
            " and we enter the `if` block", ", so we go into the `if` block", ", so the body runs"
        )
    if not node.orelse:
        return scene.pick(
            ", so we skip the body", " and the `if` block is skipped", ", so nothing happens here"
        )
    if len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If):
        return scene.pick(", so we look at the next condition", ", so we move on to the next check")
    return scene.pick(", so we take the `else` branch", " and we go to the `else` branch")


EXAMPLES = [
    ("def f(n):\n    if n % 2 == 1:\n        return 1\n", "f(3)", "`n % 2` is `1`"),
    ("def f(n):\n    if n > 4:\n        return 1\n    else:\n        return 2\n", "f(3)", "`else` branch"),
]

"""Narration of break and continue."""

from __future__ import annotations

import ast

from pyx.records import Claim
from pyx.rules import RULES, Said, Scene


@RULES.add("N034", name="broken", version=2, on="Break", priority=50)
def say_broken(scene: Scene) -> Said | None:
    """`break`: the loop is left in the middle."""
    header = scene.story.header(scene.step)
    if header is None or not isinstance(scene.node, ast.Break):
        return None
    claim = Claim("iterated", header.line, count=header.iteration)
    loop = scene.story.nodes[header.statement]
    rest = ", past its `else` block" if getattr(loop, "orelse", None) else ""
    words = scene.pick(
        f"We break out of the loop in iteration {header.iteration}{rest}.",
        f"The `break` ends the loop here, in iteration {header.iteration}{rest}.",
    )
    return Said(words, (Claim("ran", scene.line), claim))


EXAMPLES = [
    ("def f(xs):\n    for x in xs:\n        break\n", "f([4, 5])", "in iteration 1"),
]

"""Narration of match statements and their cases."""

from __future__ import annotations

import ast

from pyx.records import Claim
from pyx.rules import RULES, Said, Scene, code, show, show_names


@RULES.add("N043", name="matched", version=2, on="Match match_case", priority=50)
def say_matched(scene: Scene) -> Said | None:
    """A match statement looks at its subject; a case fits or does not."""
    node = scene.node
    if isinstance(node, ast.Match):
        value = scene.value(node.subject)
        words = f"We match {code(scene.source(node.subject))}" + (
            "" if value is None else f", which is {show(value)}"
        )
        return Said(f"{words}.", (Claim("ran", scene.line), *scene.computed(node.subject)))
    if not isinstance(node, ast.match_case) or scene.step.taken is None:
        return None
    fits = "fits" if scene.step.taken else "does not fit"
    pattern = scene.source(node.pattern) + (f" if {scene.source(node.guard)}" if node.guard else "")
    names = scene.mutated
    named = f", with {show_names(scene, names).replace(' is ', ' as ')}" if names else ""
    return Said(f"The case {code(pattern)} {fits}{named}.", (*scene.took(), *scene.became(*names)))


EXAMPLES = [
    (
        "def f(n):\n    match n:\n        case 1:\n            return 'one'\n    return 'many'\n",
        "f(3)",
        "`n`, which is `3`",
    ),
]

"""Narration of returns from inside a loop."""

from __future__ import annotations

import ast

from pyx.records import Claim
from pyx.rules import RULES, Said, Scene, code, show, show_function
from pyx.rules.returned import claim_name, find_result


@RULES.add("N051", name="early", version=2, on="Return", priority=50)
def say_early(scene: Scene) -> Said | None:
    """A return from the middle of a loop: the rest is never looked at."""
    value, node, header = find_result(scene), scene.node, scene.story.header(scene.step)
    if value is None or header is None or not isinstance(node, ast.Return):
        return None
    function = scene.step.function
    source = (
        ""
        if node.value is None or scene.source(node.value) == value
        else f"{code(scene.source(node.value))}, that is "
    )
    name = show_function(function)
    words = scene.pick(
        f"{name} returns {source}{show(value)} right here, in iteration {header.iteration}.",
        f"We leave early: in iteration {header.iteration}, {name} returns {source}{show(value)}.",
    )
    returned, began = (
        Claim("returned", scene.line, function, value),
        Claim("iterated", header.line, count=header.iteration),
    )
    held = claim_name(scene, node.value) if source else ()
    first = words.index("returns") < words.index("iteration")
    return Said(words, (*held, returned, began) if first else (began, *held, returned))


EXAMPLES = [
    ("def f(xs):\n    for x in xs:\n        return x\n", "f([3, 4])", "`f` returns `x`, that is `3`"),
]

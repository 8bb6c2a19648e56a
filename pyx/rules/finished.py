"""Narration of for loops that have run out of items."""

from __future__ import annotations

import ast

from pyx.records import Claim
from pyx.rules import RULES, Said, Scene, code


@RULES.add("N031", name="finished", version=2, on="For", priority=50)
def say_finished(scene: Scene) -> Said | None:
    """A for loop ends because nothing is left: how many iterations it made."""
    node = scene.node
    if not isinstance(node, ast.For) or scene.step.taken is not False:
        return None
    rounds = scene.story.rounds[scene.step.index]
    claim = Claim("iterated", scene.line, count=rounds)
    source = code(scene.source(node.iter))
    then = ", and its `else` block is next" if node.orelse else ""
    if rounds == 0:
        return Said(f"There is nothing in {source} to loop over, so the body runs 0 times{then}.", (claim,))
    times = "1 iteration" if rounds == 1 else f"{rounds} iterations"
    words = scene.pick(
        f"{source} has no more items, so the loop ends after {times}{then}.",
        f"That was the last item; the loop is over after {times}{then}.",
        f"Nothing is left in {source}: the loop ends after {times}{then}.",
    )
    return Said(words, (claim,))


EXAMPLES = [
    ("def f(xs):\n    for x in xs:\n        pass\n", "f([4, 5])", "after 2 iterations"),
    ("def f(xs):\n    for x in xs:\n        pass\n", "f([])", "0 times"),
    (
        "def f(xs):\n    for x in xs:\n        pass\n    else:\n        return 1\n",
        "f([4])",
        "its `else` block is next",
    ),
]

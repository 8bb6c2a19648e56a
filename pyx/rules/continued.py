"""Narration of continue."""

from __future__ import annotations

from pyx.records import Claim
from pyx.rules import RULES, Said, Scene


@RULES.add("N035", name="continued", version=1, on="Continue", priority=50)
def say_continued(scene: Scene) -> Said | None:
    """`continue`: the rest of the loop's body is left out this time."""
    words = scene.pick(
        "We `continue` with the next iteration, leaving out the rest of the body.",
        "`continue` sends us straight back to the top of the loop.",
    )
    return Said(words, (Claim("ran", scene.line),))


EXAMPLES = [
    ("def f(xs):\n    for x in xs:\n        continue\n", "f([4])", "`continue`"),
]

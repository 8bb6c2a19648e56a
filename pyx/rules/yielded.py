"""Narration of generators that yield."""

from __future__ import annotations

from pyx.records import Claim
from pyx.rules import RULES, Said, Scene, show, show_function


@RULES.add("N080", name="yielded", version=2, on="yield", priority=50)
def say_yielded(scene: Scene) -> Said | None:
    """A generator hands out a value and waits."""
    words = scene.pick(
        f"{show_function(scene.step.function)} yields {show(scene.step.value)} and waits here.",
        f"Here {show_function(scene.step.function)} hands out {show(scene.step.value)} and pauses.",
    )
    return Said(words, (Claim("yielded", scene.line, scene.step.function, scene.step.value),))


EXAMPLES = [
    ("def g(n):\n    yield n\ndef f(n):\n    return list(g(n))\n", "f(3)", "`3`"),
]

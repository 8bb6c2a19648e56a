"""Narration of generators that go on."""

from __future__ import annotations

from pyx.records import Claim
from pyx.rules import RULES, Said, Scene, show_function


@RULES.add("N081", name="resumed", version=2, on="resume", priority=50)
def say_resumed(scene: Scene) -> Said | None:
    """A generator goes on where it waited."""
    name = show_function(scene.step.function)
    words = scene.pick(f"{name} goes on from here.", f"{name} picks up where it paused.")
    return Said(words, (Claim("ran", scene.line),))


EXAMPLES = [
    ("def g(n):\n    yield n\n    yield n + 1\ndef f(n):\n    return list(g(n))\n", "f(3)", "`g`"),
]

"""Narration of try blocks."""

from __future__ import annotations

from pyx.records import Claim
from pyx.rules import RULES, Said, Scene


@RULES.add("N072", name="tried", version=1, on="Try", priority=50)
def say_tried(scene: Scene) -> Said | None:
    """A try block is entered."""
    words = scene.pick("We enter the `try` block.", "The `try` block begins.")
    return Said(words, (Claim("ran", scene.line),))


EXAMPLES = [
    ("def f(n):\n    try:\n        return n\n    finally:\n        n = 1\n", "f(1)", "`try` block"),
]

"""Narration of a line that calls into the program itself."""

from __future__ import annotations

from pyx.records import Claim
from pyx.rules import RULES, Said, Scene, show_function


@RULES.add("N004", name="stepped", version=2, on="into", priority=50)
def say_stepped(scene: Scene) -> Said | None:
    """Before a line can finish, a function of the program has to run."""
    calls = [scene.story.calls[frame] for frame in scene.step.callees if frame in scene.story.calls]
    if not calls:
        return None
    name = show_function(calls[0].function)
    words = scene.pick(
        f"This line calls {name}, so we follow it there.",
        f"Before this line can finish, {name} has to run.",
        f"To get any further we need {name}, so we step into it.",
    )
    return Said(words, (Claim("ran", scene.line),))


EXAMPLES = [
    ("def g(x):\n    return x + 1\ndef f(n):\n    m = g(n)\n    return m\n", "f(3)", "`g`"),
]

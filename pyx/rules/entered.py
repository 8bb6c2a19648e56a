"""Narration of the call that is being explained."""

from __future__ import annotations

from pyx.records import Claim
from pyx.rules import RULES, Said, Scene, code, list_words, show, show_function


@RULES.add("N001", name="entered", version=2, on="call", priority=60)
def say_entered(scene: Scene) -> Said | None:
    """The call itself: which function is entered, and with what arguments."""
    step = scene.step
    if step.depth > 0:
        return None
    names = scene.given
    name = show_function(step.function)
    called = Claim("called", scene.line, step.function)
    if not names:
        return Said(f"We call {name}, which takes no arguments here.", (called,))
    words = list_words(f"{code(name)} is {show(scene.now(name))}" for name in names)
    lead = scene.pick(f"We start in {name}:", f"The call enters {name}, where", f"{name} is called:")
    return Said(f"{lead} {words}.", (called, *scene.held(*names)))


EXAMPLES = [
    ("def f(nums, k):\n    return k\n", "f([1], 2)", "`nums` is `[1]` and `k` is `2`"),
    ("def f():\n    return 1\n", "f()", "no arguments"),
]

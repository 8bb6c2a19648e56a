"""Narration of entering another function of the program."""

from __future__ import annotations

from pyx.records import Claim
from pyx.rules import RULES, Said, Scene, code, list_words, show


@RULES.add("N002", name="helper", version=1, on="call", priority=50)
def say_helper(scene: Scene) -> Said | None:
    """A function of the program is entered from another one."""
    step = scene.step
    if step.depth == 0:
        return None
    words = list_words(
        f"{code(name)} is {show(scene.now(name))}" for name in step.after if name in step.changed
    )
    lead = scene.pick(f"Inside {code(step.function)}", f"Now we are in {code(step.function)}")
    called = Claim("called", scene.line, step.function)
    return Said(f"{lead}, {words}." if words else f"{lead}.", (called, *scene.held(*step.changed)))


EXAMPLES = [
    ("def g(x):\n    return x + 1\ndef f(n):\n    return g(n)\n", "f(3)", "`x` is `3`"),
]

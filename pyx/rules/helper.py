"""Narration of entering another function of the program."""

from __future__ import annotations

from pyx.records import Claim
from pyx.rules import RULES, Said, Scene, code, list_words, show, show_function


@RULES.add("N002", name="helper", version=2, on="call", priority=50)
def say_helper(scene: Scene) -> Said | None:
    """A function of the program is entered from another one."""
    step = scene.step
    if step.depth == 0:
        return None
    names = list(scene.given)
    if step.function.endswith(".__init__"):
        names = [name for name in names if not scene.now(name).endswith("()")]  # nothing in it yet
    words = list_words(f"{code(name)} is {show(scene.now(name))}" for name in names)
    name = show_function(step.function)
    lead = scene.pick(f"Inside {name}, ", f"Now we are in {name}, where ")
    called = Claim("called", scene.line, step.function)
    if not words:
        return Said(f"Now we are in {name}.", (called,))
    return Said(f"{lead}{words}.", (called, *scene.held(*names)))


EXAMPLES = [
    ("def g(x):\n    return x + 1\ndef f(n):\n    return g(n)\n", "f(3)", "`x` is `3`"),
]

"""Narration of exceptions that leave a function."""

from __future__ import annotations

from pyx.records import Claim
from pyx.rules import RULES, Said, Scene, code, show_function


@RULES.add("N074", name="unwound", version=2, on="exception", priority=40)
def say_unwound(scene: Scene) -> Said | None:
    """An exception that a called function did not catch arrives at the call."""
    step = scene.step
    before = next(
        (other for other in reversed(scene.story.steps[: step.index]) if other.kind == "exception"), None
    )
    if before is None or before.depth <= step.depth or before.exception != step.exception:
        return None
    claim = Claim("raised", scene.line, value=step.exception)
    name, kind = show_function(before.function), code(step.exception)
    words = scene.pick(
        f"{name} does not catch it, so this line raises {kind} too.",
        f"The exception leaves {name}: this line raises {kind} as well.",
    )
    return Said(words, (claim,))


EXAMPLES = [
    ("def g(x):\n    return x[9]\ndef f(x):\n    return g(x)\n", "f([])", "raises `IndexError`"),
]

"""Narration of a function that calls itself."""

from __future__ import annotations

from pyx.records import Claim
from pyx.rules import RULES, Said, Scene, code, list_words, show, show_function


@RULES.add("N003", name="recursion", version=2, on="call", priority=40)
def say_recursion(scene: Scene) -> Said | None:
    """A function is entered while it is already running: how deep, and with what."""
    depth = count_depth(scene)
    if depth == 0:
        return None
    step = scene.step
    names = list_words(f"{code(name)} is {show(scene.now(name))}" for name in scene.given)
    levels = "1 level" if depth == 1 else f"{depth} levels"
    lead = scene.pick(
        f"We are {levels} deep in {show_function(step.function)} now",
        f"{show_function(step.function)} has called itself and is {levels} deep",
    )
    called = Claim("called", scene.line, step.function, count=depth)
    return Said(f"{lead}; here {names}." if names else f"{lead}.", (called, *scene.held(*scene.given)))


def count_depth(scene: Scene) -> int:
    """How many frames of the same function are running below this one."""
    calls, found, frame = scene.story.calls, 0, scene.step.parent
    while frame in calls:
        found += calls[frame].function == scene.step.function
        frame = calls[frame].parent
    return found


EXAMPLES = [
    ("def f(n):\n    return 1 if n < 2 else n * f(n - 1)\n", "f(3)", "2 levels deep"),
]

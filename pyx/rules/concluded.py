"""Narration of the parts of a try statement that come after its body."""

from __future__ import annotations

from pyx.rules import RULES, Said, Scene


@RULES.add("N077", name="concluded", version=1, on="part", priority=50)
def say_concluded(scene: Scene) -> Said | None:
    """The `finally` block of a try statement begins, or its `else` block, when nothing was raised."""
    if scene.step.statement < 0:
        return None
    _, _, _, _, parent, role = scene.story.rows[scene.step.statement]
    if role == "finalbody":
        return Said(
            scene.pick(
                "Whatever happened, the `finally` block comes now.", "The `finally` block is next, as always."
            )
        )
    if role == "orelse" and scene.story.rows[parent][3] == "Try":
        return Said("Nothing was raised, so the `else` block is next.")
    return None


EXAMPLES = [
    (
        "def f(n):\n    try:\n        n += 1\n    finally:\n        n += 2\n    return n\n",
        "f(1)",
        "`finally` block",
    ),
    (
        "def f(n):\n    try:\n        n += 1\n    except TypeError:\n        n = 0\n    else:\n"
        "        n += 2\n    return n\n",
        "f(1)",
        "so the `else` block is next",
    ),
]

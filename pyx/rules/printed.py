"""Narration of printed text."""

from __future__ import annotations

from pyx.records import Claim
from pyx.rules import RULES, Said, Scene, show


@RULES.add("N064", name="printed", version=1, on="Expr", priority=30)
def say_printed(scene: Scene) -> Said | None:
    """A statement that prints: what stands on the output now."""
    if not scene.step.output or scene.step.callees:
        return None
    text = repr(scene.step.output)
    return Said(f"This prints {show(text)}.", (Claim("printed", scene.line, value=text),))


EXAMPLES = [
    ("def f(n):\n    print(n)\n", "f(3)", r"prints `'3\n'`"),
]

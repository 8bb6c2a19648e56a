"""Narration of exceptions."""

from __future__ import annotations

import ast

from pyx.records import Claim
from pyx.rules import RULES, Said, Scene, code


@RULES.add("N070", name="raised", version=2, on="exception", priority=50)
def say_raised(scene: Scene) -> Said | None:
    """An exception comes up, raised on purpose or by an operation that fails."""
    step = scene.step
    claims: tuple[Claim, ...] = (Claim("raised", scene.line, value=step.exception),)
    message = (
        f" with the message {code(repr(step.message))}" if step.message and len(step.message) <= 100 else ""
    )
    if message:
        claims += (Claim("mentioned", scene.line, value=repr(step.message)),)
    if isinstance(scene.node, ast.Raise):
        return Said(f"A {code(step.exception)} is raised here{message}.", claims)
    words = scene.pick(
        f"This does not work: it raises {code(step.exception)}{message}.",
        f"Python raises {code(step.exception)} here{message}.",
    )
    return Said(words, claims)


EXAMPLES = [
    ("def f(n):\n    return n[5]\n", "f([])", "`IndexError`"),
    (
        "def f(n):\n    raise ValueError('no')\n",
        "f(1)",
        "`ValueError` is raised here with the message `'no'`",
    ),
]

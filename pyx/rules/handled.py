"""Narration of exception handlers."""

from __future__ import annotations

import ast

from pyx.rules import RULES, Said, Scene, code, show


@RULES.add("N071", name="handled", version=2, on="ExceptHandler", priority=50)
def say_handled(scene: Scene) -> Said | None:
    """A handler is asked whether it takes the exception that is on its way."""
    node = scene.node
    if not isinstance(node, ast.ExceptHandler):
        return None
    kind = code(scene.source(node.type)) if node.type is not None else "any exception"
    if scene.step.taken is False:
        return Said(f"The handler for {kind} does not match, so it is passed over.", scene.took())
    if node.name and scene.now(node.name):
        named = f"where {code(node.name)} is {show(scene.now(node.name))}"
        words = f"The handler for {kind} matches, so its body runs, {named}."
        return Said(words, (*scene.took(), *scene.became(node.name)))
    return Said(f"The handler for {kind} matches, so its body runs.", scene.took())


EXAMPLES = [
    (
        "def f(n):\n    try:\n        return n[5]\n    except IndexError:\n        return 0\n",
        "f([])",
        "`IndexError` matches",
    ),
    (
        "def f(n):\n    try:\n        n[5]\n    except IndexError as e:\n        return str(e)\n",
        "f([])",
        "where `e` is `IndexError('list index out of range')`",
    ),
]

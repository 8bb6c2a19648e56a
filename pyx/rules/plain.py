"""Narration of statements that no other rule speaks of."""

from __future__ import annotations

import ast

from pyx.records import Claim
from pyx.rules import RULES, Said, Scene, code, show_names


@RULES.add(
    "N099",
    name="plain",
    version=2,
    on="Assign AnnAssign AugAssign Import ImportFrom Expr Return",
    priority=99,
)
def say_plain(scene: Scene) -> Said | None:
    """The last resort: the statement as it is written, and the names that it changed."""
    node = scene.node
    if node is None or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
        return None
    names = [name for name in scene.step.changed if name in scene.step.after]
    source = code(scene.source(node))
    if not names and isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        return Said(f"This sets {code(scene.source(target))} of the module.", (Claim("ran", scene.line),))
    if not names:
        return Said(f"{source} runs.", (Claim("ran", scene.line),))
    return Said(f"{source} runs, and {show_names(scene, names)} now.", scene.held(*names))


EXAMPLES = [
    (
        "mode = 0\ndef f(n):\n    global mode\n    mode = [n] * 2\n    return n\n",
        "f(1)",
        "This sets `mode` of the module.",
    ),
    ("def f(n):\n    import math\n    return n\n", "f(1)", "`import math` runs"),
]

"""Narration of with statements."""

from __future__ import annotations

import ast

from pyx.records import Claim
from pyx.rules import RULES, Said, Scene, code, list_words


@RULES.add("N075", name="opened", version=1, on="With", priority=50)
def say_opened(scene: Scene) -> Said | None:
    """A with block is entered."""
    node = scene.node
    if not isinstance(node, ast.With):
        return None
    what = list_words(code(scene.source(item.context_expr)) for item in node.items)
    return Said(f"We enter the `with` block that {what} manages.", (Claim("ran", scene.line),))


EXAMPLES = [
    (
        "import io\ndef f(n):\n    with io.StringIO() as out:\n        n += 1\n    return n\n",
        "f(1)",
        "`with` block",
    ),
]

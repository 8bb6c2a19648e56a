"""Narration of del statements."""

from __future__ import annotations

import ast

from pyx.records import Claim
from pyx.rules import RULES, Said, Scene, code, list_words, show
from pyx.rules.stored import find_root


@RULES.add("N067", name="deleted", version=1, on="Delete", priority=50)
def say_deleted(scene: Scene) -> Said | None:
    """`del xs[i]`, `del d[k]`, `del x`: what goes, and what is left."""
    node = scene.node
    if not isinstance(node, ast.Delete):
        return None
    what = list_words(code(scene.source(target)) for target in node.targets)
    names = [root for target in node.targets if (root := find_root(target)) in scene.mutated]
    if not names:
        return Said(f"{what} is deleted.", (Claim("ran", scene.line),))
    left = list_words(f"{code(name or '')} is now {show(scene.now(name or ''))}" for name in names)
    return Said(f"{what} is deleted, and {left}.", scene.became(*[name or "" for name in names]))


EXAMPLES = [
    (
        "def f(d):\n    del d['a']\n    return d\n",
        "f({'a': 1, 'b': 2})",
        "`d['a']` is deleted, and `d` is now `{'b': 2}`",
    ),
    ("def f(d):\n    del d\n    return 1\n", "f(1)", "`d` is deleted"),
]

"""Narration of sorting."""

from __future__ import annotations

import ast

from pyx.rules import RULES, Said, Scene, code, show
from pyx.rules.assigned import find_target


@RULES.add("N066", name="sorted", version=1, on="Expr Assign", priority=38)
def say_sorted(scene: Scene) -> Said | None:
    """`xs.sort(key=...)` and `ys = sorted(xs, ...)`: by what, in which direction, and the order it gives."""
    node = scene.node
    call = node.value if isinstance(node, (ast.Expr, ast.Assign)) else None
    if not isinstance(call, ast.Call):
        return None
    if (
        isinstance(call.func, ast.Attribute)
        and call.func.attr == "sort"
        and isinstance(call.func.value, ast.Name)
    ):
        source, name = code(call.func.value.id), call.func.value.id
    elif isinstance(call.func, ast.Name) and call.func.id == "sorted" and call.args:
        source, name = code(scene.source(call.args[0])), find_target(scene) or ""
    else:
        return None
    if name not in scene.step.after:
        return None
    words = {word.arg: scene.source(word.value) for word in call.keywords}
    by = f" by {code(words['key'])}" if "key" in words else ""
    order = ", largest first," if words.get("reverse") == "True" else ""
    if isinstance(node, ast.Expr) and name not in scene.mutated:
        return Said(
            f"Sorting {source}{by}{order} changes nothing: {code(name)} stays {show(scene.now(name))}.",
            scene.held(name),
        )
    return Said(
        f"Sorting {source}{by}{order} puts it in order: {code(name)} is now {show(scene.now(name))}.",
        scene.became(name),
    )


EXAMPLES = [
    ("def f(xs):\n    xs.sort(reverse=True)\n    return xs\n", "f([1, 2])", "largest first"),
    (
        "def f(xs):\n    ys = sorted(xs, key=len)\n    return ys\n",
        "f(['bb', 'a'])",
        "by `len` puts it in order: `ys` is now `['a', 'bb']`",
    ),
]

"""Narration of append, add and insert."""

from __future__ import annotations

import ast

from pyx.rules import RULES, Said, Scene, code, show


@RULES.add("N061", name="appended", version=1, on="Expr", priority=40)
def say_appended(scene: Scene) -> Said | None:
    """`xs.append(v)`, `s.add(v)`: what goes in, and what is there now."""
    node = scene.node
    if not (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Attribute)
    ):
        return None
    call, owner = node.value, node.value.func.value
    if (
        node.value.func.attr not in ("append", "add")
        or len(call.args) != 1
        or not isinstance(owner, ast.Name)
    ):
        return None
    if owner.id not in scene.mutated:
        return None
    value = scene.value(call.args[0])
    now = show(scene.now(owner.id))
    part = code(scene.source(call.args[0]))
    if value is not None and code(value) != part:
        part = f"{part}, that is {show(value)}," if len(value) <= 60 else part
    verb = "append" if node.value.func.attr == "append" else "add"
    words = scene.pick(
        f"We {verb} {part} to {code(owner.id)}, which is now {now}.",
        f"We {verb} {part} to {code(owner.id)}, so {code(owner.id)} becomes {now}.",
    )
    claims = scene.computed(call.args[0]) if "that is" in part else ()
    return Said(words, (*claims, *scene.became(owner.id)))


EXAMPLES = [
    ("def f(xs, n):\n    xs.append(n * 2)\n    return xs\n", "f([1], 2)", "`n * 2`, that is `4`, to `xs`"),
    ("def f(xs):\n    xs.add(1)\n    return xs\n", "f({0})", "`{0, 1}`"),
]

"""Narration of dict updates and list extensions."""

from __future__ import annotations

import ast

from pyx.rules import RULES, Said, Scene, code, show

EMPTY = ("[]", "()", "{}", "set()", "''", "dict_keys([])")


@RULES.add("N065", name="merged", version=2, on="Expr", priority=45)
def say_merged(scene: Scene) -> Said | None:
    """`d.update(other)`, `xs.extend(ys)`: what comes in, and what is there now."""
    node = scene.node
    if not (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Attribute)
    ):
        return None
    call, owner = node.value, node.value.func.value
    if call.func.attr not in ("update", "extend") or len(call.args) != 1 or not isinstance(owner, ast.Name):  # type: ignore[attr-defined]
        return None
    value = scene.value(call.args[0])
    if value is not None and owner.id not in scene.mutated and value in EMPTY and not scene.step.callees:
        words = f"There is nothing in {code(scene.source(call.args[0]))}, so {code(owner.id)} stays "
        words += f"{show(scene.now(owner.id))}."
        return Said(words, (*scene.computed(call.args[0]), *scene.held(owner.id)))
    if owner.id not in scene.mutated or value is None:
        return None
    part = (
        show(value)
        if code(value) == code(scene.source(call.args[0]))
        else f"{code(scene.source(call.args[0]))}, which is {show(value)},"
    )
    words = scene.pick(
        f"Everything in {part} goes into {code(owner.id)}, which is now {show(scene.now(owner.id))}.",
        f"We bring {part} into {code(owner.id)}, so {code(owner.id)} becomes {show(scene.now(owner.id))}.",
    )
    return Said(words, (*scene.computed(call.args[0]), *scene.became(owner.id)))


EXAMPLES = [
    ("def f(a, b):\n    a.update(b)\n    return a\n", "f({1: 2}, {3: 4})", "`b`, which is `{3: 4}`,"),
    ("def f(a):\n    a.extend(a[5:])\n    return a\n", "f([0])", "There is nothing in `a[5:]`"),
    ("def f(a):\n    a.extend([1])\n    return a\n", "f([0])", "`[0, 1]`"),
]

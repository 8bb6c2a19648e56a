"""Narration of swaps."""

from __future__ import annotations

import ast

from pyx.rules import RULES, Said, Scene, code, show


@RULES.add("N022", name="swapped", version=1, on="Assign", priority=20)
def say_swapped(scene: Scene) -> Said | None:
    """`a, b = b, a`: two places trade their values."""
    node = scene.node
    if not isinstance(node, ast.Assign) or not is_swap(node):
        return None
    target = node.targets[0]
    assert isinstance(target, ast.Tuple)
    left, right = (scene.source(item) for item in target.elts)
    names = [item.id for item in target.elts if isinstance(item, ast.Name)]
    lead = f"{code(left)} and {code(right)} trade places"
    if len(names) == 2:
        words = f"{lead}: {code(left)} is now {show(scene.now(left))} "
        words += f"and {code(right)} is now {show(scene.now(right))}."
        return Said(words, scene.became(*names))
    changed = scene.mutated
    left_as = " and ".join(f"{code(name)} as {show(scene.now(name))}" for name in changed)
    words = f"{lead}, which leaves {left_as}."
    return (
        Said(words, scene.became(*changed)) if changed else Said(f"{lead}, though both hold the same value.")
    )


def is_swap(node: ast.Assign) -> bool:
    target, value = node.targets[0], node.value
    if not (
        isinstance(target, ast.Tuple)
        and isinstance(value, ast.Tuple)
        and len(target.elts) == 2 == len(value.elts)
    ):
        return False
    there = [ast.unparse(item) for item in target.elts]
    return there == [ast.unparse(item) for item in reversed(value.elts)] and there[0] != there[1]


EXAMPLES = [
    ("def f(a, b):\n    a, b = b, a\n    return a\n", "f(1, 2)", "`a` is now `2` and `b` is now `1`"),
    ("def f(xs):\n    xs[0], xs[1] = xs[1], xs[0]\n    return xs\n", "f([1, 2])", "leaves `xs` as `[2, 1]`"),
    ("def f(xs):\n    xs[0], xs[1] = xs[1], xs[0]\n    return xs\n", "f([1, 1])", "the same value"),
]

"""Narration of membership tests."""

from __future__ import annotations

import ast

from pyx.rules import RULES, Said, Scene, code, show
from pyx.rules.branched import lead_on
from pyx.rules.reasons import is_told


@RULES.add("N041", name="member", version=2, on="If", priority=50)
def say_member(scene: Scene) -> Said | None:
    """`if x in xs`: what is looked for, where, and whether it is there."""
    node, taken = scene.node, scene.step.taken
    if not isinstance(node, ast.If) or taken is None or not isinstance(node.test, ast.Compare):
        return None
    if len(node.test.ops) != 1 or not isinstance(node.test.ops[0], (ast.In, ast.NotIn)):
        return None
    item, place = node.test.left, node.test.comparators[0]
    value, inside = scene.value(item), scene.value(place)
    if value is None or inside is None or scene.value(node.test) is None:
        return None
    there = taken is isinstance(node.test.ops[0], ast.In)
    where = f"in {code(scene.source(place))}"
    shown = isinstance(place, ast.Name) and is_told(scene, place.id)
    if code(scene.source(place)) != show(inside) and not shown:
        where += f", which is {show(inside)}"
    claims = (*scene.computed(item), *scene.computed(place), *scene.computed(node.test), *scene.took())
    name = (
        code(scene.source(item))
        if isinstance(item, ast.Constant) or (isinstance(item, ast.Name) and (item.id, value) in scene.told)
        else f"{code(scene.source(item))}, that is {show(value)},"
    )
    words = f"{name} is {'' if there else 'not '}{where}"
    end = lead_on(scene, node, taken)
    return Said(f"{words[0].upper()}{words[1:]}{',' if end.startswith(' and') else ''}{end}.", claims)


EXAMPLES = [
    ("def f(x, xs):\n    if x in xs:\n        return 1\n", "f(3, [3])", "`x`, that is `3`, is in `xs`"),
    ("def f(x, xs):\n    if x in xs:\n        return 1\n", "f(2, [3])", "is not in `xs`"),
]

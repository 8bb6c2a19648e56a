"""Narration of dict lookups with a default."""

from __future__ import annotations

import ast

from pyx.rules import RULES, Said, Scene, code, show
from pyx.rules.assigned import find_target
from pyx.rules.reasons import start


@RULES.add("N029", name="looked-up", version=2, on="Assign", priority=45)
def say_looked_up(scene: Scene) -> Said | None:
    """`x = d.get(k, default)` and `d.setdefault(k, default)`: whether the key is there."""
    name, node = find_target(scene), scene.node
    call = node.value if isinstance(node, ast.Assign) else None
    if (
        name is None
        or not isinstance(call, ast.Call)
        or not isinstance(call.func, ast.Attribute)
        or not call.args
    ):
        return None
    owner, key = scene.value(call.func.value), scene.value(call.args[0])
    if (
        call.func.attr not in ("get", "setdefault")
        or owner is None
        or key is None
        or not owner.startswith("{")
    ):
        return None
    test = ast.Compare(call.args[0], [ast.In()], [call.func.value])
    there = scene.value(test)
    if there is None:
        return None
    place = code(scene.source(call.func.value))
    item = code(scene.source(call.args[0]))
    item = item if item == show(key) else f"{item}, that is {show(key)},"
    lead = start(f"{item} is {'' if there == 'True' else 'not '}in {place}, which is {show(owner)}")
    end = "so the default counts and" if there == "False" else "so"
    words = f"{lead}, {end} {code(name)} becomes {show(scene.now(name))}."
    return Said(
        words,
        (
            *scene.computed(call.args[0]),
            *scene.computed(call.func.value),
            *scene.computed(test),
            *scene.became(name),
        ),
    )


EXAMPLES = [
    (
        "def f(d):\n    n = d.get('a', 0)\n    return n\n",
        "f({})",
        "`'a'` is not in `d`, which is `{}`, so the default counts",
    ),
    ("def f(d):\n    n = d.get('a', 0)\n    return n\n", "f({'a': 4})", "`n` becomes `4`"),
]

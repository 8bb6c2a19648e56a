"""Narration of unpacking."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from pyx.rules import RULES, Said, Scene, code, list_words, show


@RULES.add("N023", name="unpacked", version=2, on="Assign", priority=50)
def say_unpacked(scene: Scene) -> Said | None:
    """`a, b = ...` and `a = b = ...`: several names are bound by one statement."""
    node = scene.node
    if not isinstance(node, ast.Assign):
        return None
    names = list(dict.fromkeys(_find_bound(node)))
    if len(names) < 2 or any(name not in scene.step.after for name in names):
        return None
    if all(isinstance(target, ast.Name) for target in node.targets):
        return _say_chain(scene, node, names)
    pairs = _find_pairs(node)
    told = [_tell_pair(scene, name, pairs.get(name)) for name in names]
    words = ", and ".join(told) if any(" that is " in part for part in told) else list_words(told)
    had = scene.had(*(given.id for given in pairs.values() if isinstance(given, ast.Name)))
    value = scene.value(node.value)
    if value is None or isinstance(node.value, (ast.Tuple, ast.Constant)):
        return Said(f"{words[0].upper()}{words[1:]}.", (*had, *scene.became(*names)))
    lead = f"{code(scene.source(node.value))} is {show(value)}; unpacked, "
    return Said(f"{lead}{words}.", (*scene.computed(node.value), *scene.became(*names)))


def _find_bound(node: ast.Assign) -> Iterator[str]:
    for target in node.targets:
        for item in ast.walk(target):
            if isinstance(item, ast.Name) and isinstance(item.ctx, ast.Store):
                yield item.id


def _find_pairs(node: ast.Assign) -> dict[str, ast.expr]:
    """What each name gets of `a, b = x, y`; nothing where the two sides do not fit."""
    target, value = node.targets[0], node.value
    if not isinstance(target, ast.Tuple) or not isinstance(value, ast.Tuple) or len(node.targets) > 1:
        return {}
    if len(target.elts) != len(value.elts) or any(isinstance(item, ast.Starred) for item in value.elts):
        return {}
    pairs = zip(target.elts, value.elts, strict=True)
    return {item.id: given for item, given in pairs if isinstance(item, ast.Name)}


def _tell_pair(scene: Scene, name: str, given: ast.expr | None) -> str:
    now = show(scene.now(name))
    if given is None or code(scene.source(given)) == now or isinstance(given, ast.Constant):
        return f"{code(name)} becomes {now}"
    return f"{code(name)} becomes {code(scene.source(given))}, that is {now}"


def _say_chain(scene: Scene, node: ast.Assign, names: list[str]) -> Said:
    """`a = b = ...`: all of them get one value."""
    value, source = show(scene.now(names[0])), code(scene.source(node.value))
    both = "both become" if len(names) == 2 else "all become"
    what = value if source == value else f"{source}, that is {value}"
    had = scene.had(node.value.id) if isinstance(node.value, ast.Name) else ()
    return Said(f"{list_words(map(code, names))} {both} {what}.", (*had, *scene.became(*names)))


EXAMPLES = [
    ("def f(p):\n    a, b = p\n    return a\n", "f((1, 2))", "`a` becomes `1` and `b` becomes `2`"),
    ("def f(a, b):\n    a, b = b, a % b\n    return a\n", "f(7, 4)", "`b` becomes `a % b`, that is `3`."),
    ("def f():\n    a = b = 0\n    return a\n", "f()", "`a` and `b` both become `0`."),
    (
        "def f(s):\n    a = b = sorted(s)\n    return a\n",
        "f('ba')",
        "both become `sorted(s)`, that is `['a', 'b']`.",
    ),
]

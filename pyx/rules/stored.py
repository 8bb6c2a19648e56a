"""Narration of values stored into containers and objects."""

from __future__ import annotations

import ast

from pyx.records import Claim
from pyx.rules import RULES, Said, Scene, code, show
from pyx.rules.reasons import name_results, start
from pyx.trace import expressions


@RULES.add("N025", name="stored", version=2, on="Assign AugAssign AnnAssign", priority=50)
def say_stored(scene: Scene) -> Said | None:
    """`xs[i] = v`, `d[k] += v`, `self.x = v`: a place in something gets a value."""
    node = scene.node
    if not isinstance(node, (ast.Assign, ast.AugAssign, ast.AnnAssign)):
        return None
    target = node.targets[0] if isinstance(node, ast.Assign) else node.target
    root = find_root(target)
    if isinstance(target, ast.Name) or root is None or root not in scene.step.after:
        return None
    place, now = code(scene.source(target)), show(scene.now(root))
    key = explain_key(scene, target.slice) if isinstance(target, ast.Subscript) else ""
    claims = scene.computed(target.slice) if key and isinstance(target, ast.Subscript) else ()
    if root not in scene.mutated:
        words = f"{key}{place} is set to what it already held, so {code(root)} stays {now}."
        return Said(start(words), (*claims, *scene.held(root)))
    item = find_item(scene, target)
    holds = () if item is None else (Claim("computed", scene.line, scene.source(target), item),)
    back = name_results(scene, node.value) if node.value is not None else Said("")
    lead = f"{back.text}; {key}" if back.text else key
    claims = (*back.claims, *claims)
    if item is not None and not now.startswith("`"):
        return Said(start(f"{lead}{place} becomes {show(item)}."), (*claims, *holds))
    if item is not None and (back.text or _is_worked_out(node)):
        words = scene.pick(
            f"{lead}{place} becomes {show(item)}, and {code(root)} is now {now}.",
            f"{lead}{place} becomes {show(item)}, so {code(root)} is now {now}.",
        )
        return Said(start(words), (*claims, *holds, *scene.became(root)))
    words = scene.pick(
        f"{lead}{place} is updated, and {code(root)} is now {now}.",
        f"{lead}this sets {place}, so {code(root)} becomes {now}.",
    )
    return Said(start(words), (*claims, *scene.became(root)))


def _is_worked_out(node: ast.Assign | ast.AugAssign | ast.AnnAssign) -> bool:
    """Whether the new value cannot be seen in the source, as in `d[k] = max(d[k], 2)`."""
    return isinstance(node, ast.AugAssign) or not isinstance(node.value, (ast.Constant, ast.Name))


def find_item(scene: Scene, target: ast.expr) -> str | None:
    """What the place holds after the statement, None when that cannot be known."""
    try:
        return expressions.evaluate(target, scene.step.after)
    except expressions.Unknown:
        return None


def find_root(node: ast.expr) -> str | None:
    """The name that a place such as `a.b[c]` begins with."""
    while isinstance(node, (ast.Subscript, ast.Attribute, ast.Starred)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def explain_key(scene: Scene, key: ast.expr) -> str:
    """The value of a subscript, where the source does not show it: "`i` is `2`; "."""
    value = None if isinstance(key, (ast.Constant, ast.Slice)) else scene.value(key)
    if isinstance(key, ast.Name) and (key.id, value) in scene.told:
        return ""
    return (
        ""
        if value is None or code(scene.source(key)) == show(value)
        else f"{code(scene.source(key))} is {show(value)}; "
    )


EXAMPLES = [
    ("def f(d):\n    d['a'] = 1\n    return d\n", "f({})", "`{'a': 1}`"),
    ("def f(xs, i):\n    xs[i] += 1\n    return xs\n", "f([1, 2], 1)", "`i` is `1`; "),
    ("def f(xs):\n    xs[0] = 1\n    return xs\n", "f([1])", "stays `[1]`"),
]

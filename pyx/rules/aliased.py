"""Narration of names for what has no literal form."""

from __future__ import annotations

import ast

from pyx.rules import RULES, Said, Scene, code, show
from pyx.rules.assigned import find_target


@RULES.add("N037", name="aliased", version=1, on="Assign AnnAssign", priority=28)
def say_aliased(scene: Scene) -> Said | None:
    """`add = out.append`, `it = iter(xs)`: a name for a function, a class or an object without a literal."""
    name, node = find_target(scene), scene.node
    if name is None or not isinstance(node, (ast.Assign, ast.AnnAssign)) or node.value is None:
        return None
    if show(scene.now(name)).startswith("`") or not scene.now(name).startswith("<") or scene.step.callees:
        return None
    source = code(scene.source(node.value))
    if isinstance(node.value, (ast.Attribute, ast.Name, ast.Lambda)):
        return Said(f"From here on {code(name)} stands for {source}.", scene.became(name))
    return Said(f"{source} gives {show(scene.now(name))}, and {code(name)} names it.", scene.became(name))


EXAMPLES = [
    ("def f(xs):\n    add = xs.append\n    add(1)\n    return xs\n", "f([])", "`add` stands for `xs.append`"),
    ("def f(xs):\n    it = iter(xs)\n    return next(it)\n", "f([4])", "`it` names it"),
    ("def f(x):\n    kind = type(x)\n    return kind is int\n", "f(4)", "gives the class int"),
]

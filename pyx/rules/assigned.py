"""Narration of plain assignments."""

from __future__ import annotations

import ast

from pyx import literals
from pyx.rules import RULES, Said, Scene, code, show
from pyx.rules.reasons import LONGEST_WHY, name_values, start


@RULES.add("N020", name="assigned", version=2, on="Assign AnnAssign", priority=90)
def say_assigned(scene: Scene) -> Said | None:
    """A name gets the value of an expression."""
    name = find_target(scene)
    node = scene.node
    if name is None or not isinstance(node, (ast.Assign, ast.AnnAssign)) or node.value is None:
        return None
    source, now = code(scene.source(node.value)), show(scene.now(name))
    if source == now:
        return Said(
            scene.pick(f"We set {code(name)} to {now}.", f"{code(name)} becomes {now}."), scene.became(name)
        )
    if isinstance(node.value, ast.Name) and node.value.id not in scene.step.before:
        return Said(f"{code(name)} becomes {now}.", scene.became(name))  # from a global
    if isinstance(node.value, ast.Name):
        words = scene.pick(
            f"{code(name)} becomes {source}, that is {now}.",
            f"{code(name)} becomes {source}, which is {now}.",
        )
        return Said(words, (*scene.had(node.value.id), *scene.became(name)))
    why = name_values(scene, node.value, most=2, but=(name,))
    # An object is no value that a reader could work out from the names.
    if why.text and len(why.text) < LONGEST_WHY and literals.is_literal(scene.now(name)):
        words = scene.pick(
            f"{start(why.text)}, so {source} gives {code(name)} the value {now}.",
            f"{start(why.text)}, so {code(name)} becomes {source}, that is {now}.",
        )
        return Said(words, (*why.claims, *scene.became(name)))
    words = scene.pick(
        f"{code(name)} becomes {source}, that is {now}.",
        f"We work out {source} and {code(name)} becomes {now}.",
    )
    return Said(words, scene.became(name))


def find_target(scene: Scene) -> str | None:
    """The one name that an assignment binds, None when it binds something else."""
    node = scene.node
    if isinstance(node, ast.Assign) and len(node.targets) == 1:
        target = node.targets[0]
    elif isinstance(node, ast.AnnAssign):
        target = node.target
    else:
        return None
    if not isinstance(target, ast.Name) or target.id not in scene.step.after:
        return None
    return target.id


EXAMPLES = [
    ("def f(n):\n    m = n * 2\n    return m\n", "f(4)", "`n` is `4`, so "),
]

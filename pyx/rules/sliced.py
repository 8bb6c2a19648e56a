"""Narration of slices and items taken."""

from __future__ import annotations

import ast

from pyx.rules import RULES, Said, Scene, code, show
from pyx.rules.assigned import find_target
from pyx.rules.reasons import LONGEST_REASON
from pyx.rules.stored import explain_key


@RULES.add("N028", name="sliced", version=2, on="Assign AnnAssign", priority=50)
def say_sliced(scene: Scene) -> Said | None:
    """`x = xs[i]` and `x = xs[a:b]`: the item or the part that is taken."""
    name, node = find_target(scene), scene.node
    if (
        name is None
        or not isinstance(node, (ast.Assign, ast.AnnAssign))
        or not isinstance(node.value, ast.Subscript)
    ):
        return None
    taken, source = node.value, scene.value(node.value.value)
    if source is None or scene.value(taken) is None:
        return None
    now = show(scene.now(name))
    if isinstance(taken.slice, ast.Slice):
        part, whole = code(scene.source(taken)), code(scene.source(taken.value))
        if ast.unparse(taken.slice) == ":":
            return Said(
                f"The slice {part} copies {whole}, so {code(name)} becomes {now}.", scene.became(name)
            )
        if len(source) <= LONGEST_REASON and not isinstance(taken.value, ast.Constant):
            words = f"{whole} is {show(source)}, so the slice {part} gives {code(name)} the value {now}."
            return Said(words, (*scene.computed(taken.value), *scene.became(name)))
        return Said(f"The slice {part} gives {code(name)} the value {now}.", scene.became(name))
    key = explain_key(scene, taken.slice)
    words = f"{key}{code(scene.source(taken))} is {now}, so {code(name)} becomes {now}."
    claims = scene.computed(taken.slice) if key else ()
    return Said(f"{words[0].upper()}{words[1:]}", (*claims, *scene.computed(taken), *scene.became(name)))


EXAMPLES = [
    (
        "def f(xs):\n    ys = xs[1:]\n    return ys\n",
        "f([1, 2])",
        "`xs` is `[1, 2]`, so the slice `xs[1:]` gives `ys` the value `[2]`.",
    ),
    ("def f(xs, i):\n    x = xs[i]\n    return x\n", "f([4, 5], 1)", "`i` is `1`; `xs[i]` is `5`"),
]

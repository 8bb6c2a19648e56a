"""Narration of comprehensions."""

from __future__ import annotations

import ast

from pyx.records import Claim
from pyx.rules import RULES, Said, Scene, code, show, show_function
from pyx.rules.assigned import find_target
from pyx.rules.returned import find_result
from pyx.trace import expressions


@RULES.add("N027", name="comprehended", version=2, on="Assign AnnAssign Return", priority=35)
def say_comprehended(scene: Scene) -> Said | None:
    """A list, set or dict comprehension: what it goes over, what passes, what it makes."""
    node = scene.node
    made = getattr(node, "value", None)
    if not isinstance(made, (ast.ListComp, ast.SetComp, ast.DictComp)) or len(made.generators) != 1:
        return None
    name, loop = find_target(scene), made.generators[0]
    result = find_result(scene) if isinstance(node, ast.Return) else scene.now(name or "")
    over = scene.value(loop.iter)
    if not result or over is None:
        return None
    item = made.key if isinstance(made, ast.DictComp) else made.elt
    verb = (
        ""
        if isinstance(item, ast.Name) and item.id == ast.unparse(loop.target)
        else f" and takes {code(scene.source(item))}"
    )
    if isinstance(made, ast.DictComp):
        verb = f" and maps {code(scene.source(made.key))} to {code(scene.source(made.value))}"
    words = f"The comprehension goes over {code(scene.source(loop.iter))}, which is {show(over)},{verb}"
    if code(scene.source(loop.iter)) == show(over):
        words = f"The comprehension goes over {show(over)}{verb}"
    passed = Said("")
    if loop.ifs:
        tests = " and ".join(scene.source(test) for test in loop.ifs)
        passed = count_passed(scene, loop)
        words += f" where {code(tests)}{passed.text}"
    if isinstance(node, ast.Return):
        claim: tuple[Claim, ...] = (Claim("returned", scene.line, scene.step.function, result),)
        end = f"{show_function(scene.step.function)} returns {show(result)}"
    else:
        claim = scene.became(name or "")
        end = f"{code(name or '')} becomes {show(result)}"
    return Said(f"{words.rstrip(',')}; {end}.", (*scene.computed(loop.iter), *passed.claims, *claim))


def count_passed(scene: Scene, loop: ast.comprehension) -> Said:
    """How many items pass the conditions: " (2 of 3 items qualify)"; nothing when it cannot be known."""
    head = f"for {ast.unparse(loop.target)} in {ast.unparse(loop.iter)}"
    tests = " and ".join(f"({ast.unparse(test)})" for test in loop.ifs)
    counted = (f"len([0 {head} if {tests}])", f"len([0 {head}])")
    try:
        passed, every = (expressions.evaluate(item, scene.state) for item in counted)
    except expressions.Unknown:
        return Said("")
    claims = (
        Claim("computed", scene.line, counted[0], passed),
        Claim("computed", scene.line, counted[1], every),
    )
    return Said(f" ({passed} of {every} items qualify)", claims)


EXAMPLES = [
    (
        "def f(xs):\n    ys = [x * 2 for x in xs if x > 1]\n    return ys\n",
        "f([1, 2, 3])",
        "(2 of 3 items qualify); `ys` becomes `[4, 6]`",
    ),
    ("def f(xs):\n    return {x for x in xs}\n", "f([1, 1])", "`f` returns `{1}`"),
]

"""Narration of lambdas and generator expressions, which are too short for a paragraph of their own."""

from __future__ import annotations

import ast

from pyx.records import Claim
from pyx.rules import RULES, Said, Scene, code, list_words, show

NAMES = {"<lambda>": "the `lambda`", "<genexpr>": "the generator expression"}


@RULES.add("N005", name="lambda", version=1, on="call return yield resume into", priority=20)
def say_lambda(scene: Scene) -> Said | None:
    """A `lambda` is called: what it gets and what it gives, in one sentence."""
    step = scene.step
    frame = step.callees[0] if step.kind == "line" and step.callees else step.frame
    entered = scene.story.calls.get(frame)
    name = NAMES.get(entered.function.rpartition(".")[2], "") if entered else ""
    if not name or entered is None:
        return None
    if step.kind != "return" or name != NAMES["<lambda>"]:
        return Said("")
    names = [name for name in step.before if name in _find_parameters(scene)]
    given = list_words(f"{code(name)} = {show(step.before[name])}" for name in names)
    words = f"The `lambda` gets {given} and" if given else "The `lambda`"
    words = f"{words} returns {show(step.value)}."
    return Said(words, (*scene.had(*names), Claim("returned", 0, step.function, step.value)))


def _find_parameters(scene: Scene) -> set[str]:
    """The parameters of the lambdas of a statement: a lambda's names are these and what it captures."""
    inside = ast.walk(scene.node) if scene.node is not None else ()
    return {
        part.arg
        for node in inside
        if isinstance(node, ast.Lambda)
        for part in ast.walk(node.args)
        if isinstance(part, ast.arg)
    }


EXAMPLES = [
    ("def f(x):\n    g = lambda n: n + x\n    return g(3)\n", "f(1)", "gets `n` = `3` and returns `4`."),
]

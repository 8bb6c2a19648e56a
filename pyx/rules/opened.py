"""Narration of with statements."""

from __future__ import annotations

import ast

from pyx.records import Claim
from pyx.rules import RULES, Said, Scene, code, list_words, show_names


@RULES.add("N075", name="opened", version=3, on="With", priority=50)
def say_opened(scene: Scene) -> Said | None:
    """A with block is entered, or left by its end."""
    node = scene.node
    if not isinstance(node, ast.With):
        return None
    what = list_words(code(scene.source(item.context_expr)) for item in node.items)
    if _comes_from_body(scene):
        return Said(f"We leave the `with` block that {what} manages.", (Claim("ran", scene.line),))
    words = f"We enter the `with` block that {what} manages"
    names = [name for name in scene.mutated if name in _find_names(node)]
    if not names:
        return Said(f"{words}.", (Claim("ran", scene.line),))
    return Said(f"{words}; inside it {show_names(scene, names)}.", scene.became(*names))


def _find_names(node: ast.With) -> set[str]:
    """The names that the head of the block binds."""
    targets = [item.optional_vars for item in node.items if item.optional_vars]
    return {part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name)}


def _comes_from_body(scene: Scene) -> bool:
    """Whether what ran before in this frame stands inside the block: then the line means its end."""
    step = scene.step
    before = (other for other in reversed(scene.story.steps[: step.index]) if other.frame == step.frame)
    last = next((other for other in before if other.kind == "line"), None)
    return last is not None and any(
        parent == step.statement for parent, _ in scene.story.parents(last.statement)
    )


EXAMPLES = [
    (
        "import io\ndef f(n):\n    with io.StringIO() as out:\n        n += 1\n    return n\n",
        "f(1)",
        "We enter the `with` block",
    ),
    (
        "class C:\n    def __enter__(self):\n        return 1\n\n    def __exit__(self, *args):\n"
        "        return False\n\ndef f(x):\n    with C() as y:\n        x += y\n    return x\n",
        "f(4)",
        "We leave the `with` block",
    ),
]

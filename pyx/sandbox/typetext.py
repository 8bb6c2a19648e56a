"""Types in quotes: text that the standard library may evaluate must be a type and nothing more."""

from __future__ import annotations

import ast

from pyx.sandbox import names

_TYPES = (
    ast.Expression, ast.Name, ast.Attribute, ast.Subscript, ast.BinOp, ast.BitOr, ast.Tuple, ast.List,
    ast.Constant, ast.Starred, ast.expr_context,
)  # fmt: skip
"""What a type is made of."""


def find_problem(annotation: ast.expr) -> tuple[str, str] | None:
    """The code and the sentence for the first text in an annotation that is more than a type."""
    for node in ast.walk(annotation):
        text = node.value if isinstance(node, ast.Constant) else None
        if isinstance(text, str) and (problem := _judge_text(text)):
            return problem
    return None


def _judge_text(text: str) -> tuple[str, str] | None:
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError):
        return None  # prose: nothing can evaluate it
    for node in ast.walk(tree):
        if not isinstance(node, _TYPES):
            return "annotation", f"an annotation in quotes holds {type(node).__name__}, which is no type"
        name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
        if name.startswith("__") or names.find_problem(name):
            return "annotation", f"an annotation in quotes names {name}"
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _judge_text(node.value):
            return "annotation", "an annotation in quotes holds another"
    return None

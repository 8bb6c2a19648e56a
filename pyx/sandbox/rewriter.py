"""The rewriting half of the policy: guards only where the answer depends on the object.

A load of one of `names.GUARDED` becomes `_getattr_(value, "name")`, a store to an attribute of
anything but the first parameter of a method becomes `_write_(value).name = ...`. Both are
RestrictedPython's own rewriting. Everything else stays, so that the program has the line events
and very nearly the speed of the program as written.
"""

from __future__ import annotations

import ast
from typing import Any

from RestrictedPython.transformer import RestrictingNodeTransformer

from pyx.sandbox import names

_SELF = frozenset({"self", "cls"})


class Rewriter(RestrictingNodeTransformer):  # type: ignore[misc]
    """Puts guards in; it refuses nothing, for the checker has been before."""

    def visit_Attribute(self, node: ast.Attribute) -> Any:
        if not _needs_guard(node):
            return self.node_contents_visit(node)
        if node.attr.startswith("_"):
            return self.guard_special(node)
        return super().visit_Attribute(node)

    def guard_special(self, node: ast.Attribute) -> ast.AST:
        """As the library does for other names: it refuses these before it would rewrite them."""
        special, node.attr = node.attr, "special"
        rewritten = super().visit_Attribute(node)
        if isinstance(rewritten, ast.Call):
            rewritten.args[1] = ast.copy_location(ast.Constant(special), rewritten)
        else:
            rewritten.attr = special
        return rewritten  # type: ignore[no-any-return]

    def generic_visit(self, node: ast.AST) -> Any:
        return ast.NodeTransformer.generic_visit(self, node)

    def visit(self, node: ast.AST) -> Any:
        if isinstance(node, ast.Attribute):
            return self.visit_Attribute(node)
        return self.generic_visit(node)


def _needs_guard(node: ast.Attribute) -> bool:
    if isinstance(node.ctx, ast.Load):
        constant = isinstance(node.value, ast.Constant) and node.attr in ("format", "format_map")
        return node.attr in names.GUARDED and not constant
    return not (isinstance(node.value, ast.Name) and node.value.id in _SELF)


def rewrite_tree(tree: ast.Module) -> ast.Module:
    """Put the guards in; the tree is changed and given back."""
    if any(isinstance(node, ast.Attribute) and _needs_guard(node) for node in ast.walk(tree)):
        Rewriter().visit(tree)
    return tree

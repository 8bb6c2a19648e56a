"""The rewriting half of the policy: guards only where the answer depends on the object.

A load of one of `names.GUARDED`, or of a private name on anything but `self` and `cls`, becomes
`_getattr_(value, "name")`; a store to an attribute of anything but these becomes
`_write_(value).name = ...`. Both are RestrictedPython's own rewriting. Everything else stays, so
that the program has the line events and very nearly the speed of the program as written.
"""

from __future__ import annotations

import ast
from typing import Any

from RestrictedPython.transformer import RestrictingNodeTransformer

from pyx.sandbox import names
from pyx.sandbox.survey import room_to_recurse

_SELF = frozenset({"self", "cls"})


class Rewriter(RestrictingNodeTransformer):
    """Puts guards in; it refuses nothing, for the checker has been before."""

    def visit_Attribute(self, node: ast.Attribute) -> Any:
        if not needs_guard(node):
            return self.generic_visit(node)
        # The library refuses a name with an underscore, so it is shown another one meanwhile.
        name, node.attr = node.attr, "guarded"
        guarded: Any = super().visit_Attribute(node)
        if isinstance(guarded, ast.Call):
            guarded.args[1] = ast.copy_location(ast.Constant(name), guarded)
        else:
            guarded.attr = name
        return guarded

    def visit(self, node: ast.AST) -> Any:
        return self.visit_Attribute(node) if isinstance(node, ast.Attribute) else self.generic_visit(node)

    def generic_visit(self, node: ast.AST) -> Any:
        return ast.NodeTransformer.generic_visit(self, node)

    node_contents_visit = generic_visit


def needs_guard(node: ast.Attribute) -> bool:
    """Whether what an attribute gives, or whether it may be set, depends on the object."""
    own = isinstance(node.value, ast.Name) and node.value.id in _SELF
    if not isinstance(node.ctx, ast.Load):
        return not own
    if node.attr in ("format", "format_map"):
        return not (isinstance(node.value, ast.Constant) and isinstance(node.value.value, str))
    # `__x` has another name inside a class than outside, which the compiler knows and a guard does not.
    return node.attr in names.GUARDED or (not own and names.is_private(node.attr) and node.attr[:2] != "__")


def rewrite_tree(tree: ast.Module) -> ast.Module:
    """Put the guards in; the tree is changed and given back."""
    if any(isinstance(node, ast.Attribute) and needs_guard(node) for node in ast.walk(tree)):
        with room_to_recurse():
            Rewriter().visit(tree)
    return tree

"""The rewriting half of the policy: guards only where the answer depends on the object.

    value.format            _getattr_(value, "format")      names.GUARDED, and `_x` besides on self
    value.name = ...        _write_(value).name = ...       besides on self
    type(value)             _classes_[_type_(value)]

The first two are RestrictedPython's own rewriting. Everything else stays, so that the program has
the line events and very nearly the speed of the program as written.
"""

from __future__ import annotations

import ast
from typing import Any

from RestrictedPython.transformer import RestrictingNodeTransformer

from pyx.sandbox import names
from pyx.sandbox.survey import room_to_recurse, survey

_SELF = frozenset({"self", "cls"})


class Rewriter(RestrictingNodeTransformer):
    """Puts guards in; it refuses nothing, for the checker has been before."""

    def __init__(self, *, guards_type: bool) -> None:
        super().__init__()
        self.guards_type = guards_type  # unless `type` is a name of the program's own

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

    def visit_Call(self, node: ast.Call) -> Any:
        node = self.generic_visit(node)
        if not (self.guards_type and asks_type(node)):
            return node
        node.func = ast.copy_location(ast.Name("_type_", ast.Load()), node)
        table = ast.copy_location(ast.Name("_classes_", ast.Load()), node)
        return ast.copy_location(ast.Subscript(table, node, ast.Load()), node)

    def visit(self, node: ast.AST) -> Any:
        if isinstance(node, ast.Attribute):
            return self.visit_Attribute(node)
        return self.visit_Call(node) if isinstance(node, ast.Call) else self.generic_visit(node)

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


def asks_type(node: ast.Call) -> bool:
    """Whether a call is `type(value)`."""
    plain = len(node.args) == 1 and not node.keywords and not isinstance(node.args[0], ast.Starred)
    return plain and isinstance(node.func, ast.Name) and node.func.id == "type"


def rewrite_tree(tree: ast.Module) -> ast.Module:
    """Put the guards in; the tree is changed and given back."""
    if any(_is_guarded(node) for node in ast.walk(tree)):
        with room_to_recurse():
            Rewriter(guards_type="type" not in survey(tree).bound).visit(tree)
    return tree


def _is_guarded(node: ast.AST) -> bool:
    if isinstance(node, ast.Attribute):
        return needs_guard(node)
    return isinstance(node, ast.Call) and asks_type(node)

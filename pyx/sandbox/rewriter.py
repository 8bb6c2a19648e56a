"""The rewriting half of the policy: guards only where the answer depends on the object.

    value.format            _getattr_(value, "format")      names.GUARDED, and private names
    value.name = ...        _write_(value).name = ...
    type(value)             _classes_[_type_(value)]

The first two are RestrictedPython's own rewriting. On the `self` or `cls` of a method neither a
store is guarded nor a private name, unless a class of the library has one of that name: a method
can be called with an object of the library. Everything else stays, so that the program has the
line events and very nearly the speed of the program as written.
"""

from __future__ import annotations

import ast
import functools
import os
import tomllib
from typing import Any

from RestrictedPython.transformer import RestrictingNodeTransformer

from pyx.sandbox import names
from pyx.sandbox.survey import room_to_recurse, survey

_RECEIVERS = frozenset({"self", "cls"})


def rewrite_tree(tree: ast.Module) -> ast.Module:
    """Put the guards in; the tree is changed and given back."""
    if any(_may_need_guard(node) for node in ast.walk(tree)):
        with room_to_recurse():
            Rewriter(guards_type="type" not in survey(tree).bound).visit(tree)
    return tree


class Rewriter(RestrictingNodeTransformer):
    """Puts guards in; it refuses nothing, for the checker has been before."""

    def __init__(self, *, guards_type: bool) -> None:
        super().__init__()
        self.guards_type = guards_type  # unless `type` is a name of the program's own
        self.in_class = False  # directly, not in a function inside
        self.receiver = ""  # the `self` or `cls` of the method around

    def visit(self, node: ast.AST) -> Any:
        match node:
            case ast.Attribute() | ast.Call() | ast.ClassDef():
                return super().visit(node)
            case ast.FunctionDef() | ast.Lambda():
                return self.visit_function(node)
        return self.generic_visit(node)

    def generic_visit(self, node: ast.AST) -> Any:
        return ast.NodeTransformer.generic_visit(self, node)

    node_contents_visit = generic_visit

    def visit_ClassDef(self, node: ast.ClassDef) -> Any:
        before, self.in_class, self.receiver = (self.in_class, self.receiver), True, ""
        self.generic_visit(node)
        self.in_class, self.receiver = before
        return node

    def visit_function(self, node: ast.FunctionDef | ast.Lambda) -> Any:
        before = self.in_class, self.receiver
        parameters = [arg.arg for arg in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
        if self.in_class:
            self.receiver = parameters[0] if parameters and parameters[0] in _RECEIVERS else ""
        elif self.receiver in parameters:
            self.receiver = ""
        self.in_class = False
        self.generic_visit(node)
        self.in_class, self.receiver = before
        return node

    def visit_Attribute(self, node: ast.Attribute) -> Any:
        if not self.needs_guard(node):
            return self.generic_visit(node)
        # The library refuses a name with an underscore, so it is shown another one meanwhile.
        name, node.attr = node.attr, "guarded"
        guarded: Any = super().visit_Attribute(node)
        if isinstance(guarded, ast.Call):
            guarded.args[1] = ast.copy_location(ast.Constant(name), guarded)
        else:
            guarded.attr = name
        return guarded

    def needs_guard(self, node: ast.Attribute) -> bool:
        if not _may_need_guard(node):
            return False
        own = isinstance(node.value, ast.Name) and node.value.id == self.receiver
        if not own or (isinstance(node.ctx, ast.Load) and node.attr in names.GUARDED):
            return True
        return isinstance(node.ctx, ast.Load) and node.attr in library_names()

    def visit_Call(self, node: ast.Call) -> Any:
        self.generic_visit(node)
        if not (self.guards_type and _asks_type(node)):
            return node
        node.func = ast.copy_location(ast.Name("_type_", ast.Load()), node)
        table = ast.copy_location(ast.Name("_classes_", ast.Load()), node)
        return ast.copy_location(ast.Subscript(table, node, ast.Load()), node)


def _may_need_guard(node: ast.AST) -> bool:
    """Whether an attribute is one of those that need a guard on some objects, or a call is `type(value)`."""
    if isinstance(node, ast.Call):
        return _asks_type(node)
    if not isinstance(node, ast.Attribute):
        return False
    if not isinstance(node.ctx, ast.Load):
        return True
    if node.attr in ("format", "format_map"):
        return not (isinstance(node.value, ast.Constant) and isinstance(node.value.value, str))
    # `__x` has another name inside a class than outside, which the compiler knows and a guard does not.
    return node.attr in names.GUARDED or (names.is_private(node.attr) and node.attr[:2] != "__")


def _asks_type(node: ast.Call) -> bool:
    plain = len(node.args) == 1 and not node.keywords and not isinstance(node.args[0], ast.Starred)
    return plain and isinstance(node.func, ast.Name) and node.func.id == "type"


@functools.cache
def library_names() -> frozenset[str]:
    """The private names that classes of the allowed modules use."""
    # os and not pathlib, as in `lists`.
    path = os.path.join(os.path.dirname(__file__), "private.toml")  # noqa: PTH118, PTH120
    with open(path, "rb") as file:  # noqa: PTH123
        return frozenset(tomllib.load(file)["names"])

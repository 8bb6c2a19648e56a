"""A call taken apart by the caller, so that no child has to build a tree for it.

Making syntax trees is the dearest thing that a small child does: it touches pages all over the
interpreter, and each costs a fault. The caller has the tree at hand, and sends text to evaluate.
"""

from __future__ import annotations

import ast


def take_apart(call: str) -> str:
    """The text of `(function, (arguments,), {keyword: value})` for a plain call of a name, else nothing.

    Each part keeps its own text and place in the order of evaluation. Nothing comes of a call with
    `**`, over several lines, or that does not parse: the child looks at those itself.
    """
    try:
        tree = ast.parse(call)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    match tree.body:
        case [ast.Expr(ast.Call(ast.Name(name), args, words))] if "\n" not in call and _are_named(words):
            source = call.encode()
            given = "".join(f"{_cut(arg, source)}, " for arg in args)
            named = "".join(f"{word.arg!r}: {_cut(word.value, source)}, " for word in words)
            return f"({name}, ({given}), {{{named}}})"
    return ""


def _are_named(words: list[ast.keyword]) -> bool:
    return all(word.arg for word in words)


def _cut(node: ast.expr, source: bytes) -> str:
    """The text of one argument, in brackets: it may stand where a bare walrus or lambda may not."""
    if isinstance(node, ast.Starred):
        return f"*{_cut(node.value, source)}"
    return f"({source[node.col_offset : node.end_col_offset].decode()})"

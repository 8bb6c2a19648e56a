"""Virtual lines: every statement gets a line of its own, so that running it is one line event.

Layout then no longer matters: one-line compounds, calls over several lines, decorators and match
cases all give exactly one event each. Exception handlers and match cases count as statements.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

Row = tuple[int, int, int, str, int, str]
"""line, end, col, kind, parent, role: `(3, 4, 8, "If", 1, "body")`; lines are 1-based."""

_PLACED = (ast.stmt, ast.ExceptHandler, ast.match_case)


def number(tree: ast.Module) -> list[Row]:
    """Give every statement its number + 1 as its line, in source order, and return their rows.

    Changes the tree in place: expressions take the line of their statement, columns become 0.
    """
    rows: list[Row] = []
    for statement in tree.body:
        _place(statement, -1, "body", rows)
    return rows


_LOOPS = frozenset(("For", "AsyncFor", "While"))
_DEFS = frozenset(("FunctionDef", "AsyncFunctionDef", "ClassDef"))


def find_loops(rows: Sequence[Row]) -> list[int]:
    """For each statement the outermost loop of its own function that it stands in, or is; else -1."""
    found: list[int] = []
    for index, row in enumerate(rows):
        parent = row[4]
        around = found[parent] if parent >= 0 and rows[parent][3] not in _DEFS else -1
        found.append(index if around < 0 and row[3] in _LOOPS else around)
    return found


def _place(node: Any, parent: int, role: str, rows: list[Row]) -> None:
    index = len(rows)
    where = node.pattern if type(node) is ast.match_case else node
    last = node.body[-1] if type(node) is ast.match_case else node
    rows.append((where.lineno, last.end_lineno or 0, where.col_offset, type(node).__name__, parent, role))
    if where is node:
        _move(node, index + 1)
    for name in node._fields:
        value = getattr(node, name, None)
        if type(value) is list:
            for item in value:
                if isinstance(item, _PLACED):
                    _place(item, index, name, rows)
                elif isinstance(item, ast.AST):
                    _move_all(item, index + 1)
        elif isinstance(value, ast.AST):
            _move_all(value, index + 1)


def _move_all(node: Any, line: int) -> None:
    waiting = [node]
    while waiting:
        node = waiting.pop()
        _move(node, line)
        for value in node.__dict__.values():
            kind = type(value)
            if kind is list:
                waiting += [part for part in value if isinstance(part, ast.AST)]
            elif kind is not int and kind is not str and isinstance(value, ast.AST):
                waiting.append(value)


def _move(node: Any, line: int) -> None:
    place = node.__dict__  # quicker to write to than the node
    if "lineno" in place:
        place["lineno"] = place["end_lineno"] = line
        place["col_offset"] = place["end_col_offset"] = 0

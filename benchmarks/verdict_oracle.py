"""What really happened, observed by `sys.settrace` alone: no code in common with pyx.

For programs of one function, one statement a line. The facts are what texts are written from and
what corruptions are checked against.
"""

from __future__ import annotations

import ast
import itertools
import sys
from dataclasses import dataclass
from types import FrameType
from typing import Any

LONGEST = 80
MOST = 60


@dataclass(frozen=True)
class Event:
    """One executed line: the names before and after it, and which way it went."""

    line: int
    kind: str  # of the statement, as `ast` names it
    before: dict[str, str]
    after: dict[str, str]
    taken: bool | None = None
    iteration: int = 0  # for a loop header that goes on; at its end, how many there were
    test: str = ""
    result: str = ""

    @property
    def changed(self) -> list[str]:
        return [name for name in self.after if self.after[name] != self.before.get(name)]


class Unsuitable(Exception):
    """The program, or what it computes, is outside what is observed here."""


def watch(code: str, call: str, *, most: int = MOST) -> list[Event]:
    """The executed lines of a call, in order; the first is the `def` with the arguments."""
    nodes = find_lines(code)
    seen: list[tuple[str, int, dict[str, str], Any]] = []

    def trace(frame: FrameType, event: str, arg: Any) -> Any:
        if frame.f_code.co_filename != "<watched>" or frame.f_code.co_name.startswith("<"):
            return None
        if frame.f_code.co_name != "f" or len(seen) > most or event == "exception":
            raise Unsuitable
        seen.append((event, frame.f_lineno, {k: show(v) for k, v in frame.f_locals.items()}, arg))
        return trace

    space: dict[str, Any] = {}
    exec(compile(code, "<watched>", "exec"), space)
    sys.settrace(trace)
    try:
        value = eval(call, space)
    finally:
        sys.settrace(None)
    return list(_read_events(nodes, seen, show(value)))


def show(value: Any) -> str:
    """A value as text; values that are long, or no literals, are outside."""
    text = repr(value)
    try:
        if len(text) > LONGEST or repr(ast.literal_eval(text)) != text:
            raise Unsuitable
    except (ValueError, SyntaxError):
        raise Unsuitable from None
    return text


def find_lines(code: str) -> dict[int, ast.stmt]:
    nodes: dict[int, ast.stmt] = {}
    allowed = (
        ast.Assign,
        ast.AugAssign,
        ast.Expr,
        ast.For,
        ast.While,
        ast.If,
        ast.Return,
        ast.FunctionDef,
        ast.Break,
        ast.Continue,
    )
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.stmt):
            header = node.body[0].lineno - 1 if hasattr(node, "body") else node.end_lineno
            if not isinstance(node, allowed) or node.lineno in nodes or header != node.lineno:
                raise Unsuitable
            nodes[node.lineno] = node
    return nodes


def _read_events(nodes: dict[int, ast.stmt], seen: list[Any], result: str) -> Any:
    counts: dict[int, int] = {}
    _, line, names, _ = seen[0]
    yield Event(line, "FunctionDef", {}, names)
    for (event, line, before, _), (_, following, after, _) in itertools.pairwise(seen[1:]):
        if event != "line":
            raise Unsuitable
        node = nodes[line]
        kind = type(node).__name__
        if isinstance(node, (ast.For, ast.While, ast.If)):
            inside = {
                item.lineno for part in node.body for item in ast.walk(part) if isinstance(item, ast.stmt)
            }
            returned = seen[seen.index((event, line, before, None)) + 1][0] == "return"
            taken = following in inside and not returned
            count = counts.get(line, 0) + taken
            counts[line] = count if taken else 0
            test = "" if isinstance(node, ast.For) else ast.unparse(node.test)
            yield Event(line, kind, before, after, taken, 0 if isinstance(node, ast.If) else count, test)
        elif isinstance(node, ast.Return):
            yield Event(line, kind, before, after, result=result)
        else:
            yield Event(line, kind, before, after)


def same(left: str, right: str) -> bool:
    """Whether two literals are the same, types and all."""
    try:
        one, other = ast.literal_eval(left), ast.literal_eval(right)
    except (ValueError, SyntaxError):
        return left == right
    return spell(one) == spell(other)


def spell(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return type(value).__name__, [spell(item) for item in value]
    if isinstance(value, dict):
        return "dict", sorted((repr(spell(k)), repr(spell(v))) for k, v in value.items())
    if isinstance(value, set):
        return "set", sorted(repr(spell(item)) for item in value)
    return type(value).__name__, repr(value)

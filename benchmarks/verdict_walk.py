"""A walk through one call by `sys.settrace` alone, for texts in manners the reader was not made for.

Knows recursion, helpers and exceptions; shares no code with pyx nor with the other oracle.
"""

from __future__ import annotations

import ast
import copy
import sys
from dataclasses import dataclass, field
from typing import Any


class Outside(Exception):
    """The program, or what it computes, is outside what is walked here."""


@dataclass
class Step:
    """One executed line: the frame's names before and after it, and which way it went."""

    line: int
    node: ast.stmt
    frame: int
    depth: int
    function: str
    before: dict[str, str]
    after: dict[str, str] = field(default_factory=dict)
    taken: bool | None = None
    round: int = 0  # of a loop: which iteration begins, or how many there were
    parts: dict[str, str] = field(default_factory=dict)  # expressions and what they are before the line
    result: str = ""
    raised: str = ""
    following: int = 0

    @property
    def kind(self) -> str:
        return type(self.node).__name__

    @property
    def changed(self) -> list[str]:
        return [name for name, value in self.after.items() if self.before.get(name) != value]


@dataclass
class Walk:
    code: str
    call: str
    lines: list[str]
    steps: list[Step]
    result: str
    raised: str


def walk(code: str, call: str, *, most: int = 70, longest: int = 90) -> Walk:
    """The executed lines of a call in the order in which they ended."""
    tree = ast.parse(code)
    nodes = _by_line(tree)
    own = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    steps: list[Step] = []
    open_: dict[int, Step] = {}
    frames: dict[Any, tuple[int, int]] = {}

    def trace(frame: Any, event: str, arg: Any) -> Any:
        if frame.f_code.co_filename != "<walked>":
            return None
        if frame.f_code.co_name.startswith("<"):
            return None
        if event == "call":
            caller = frames.get(frame.f_back, (0, -1))
            frames[frame] = len(frames) + 1, caller[1] + 1
        number, depth = frames[frame]
        names = {k: show(v, longest) for k, v in frame.f_locals.items() if not k.startswith(".")}
        last = open_.get(number)
        if last is not None and event in ("line", "return"):
            last.after, last.following = names, frame.f_lineno if event == "line" else 0
            if event == "return" and not last.raised:
                last.result = show(arg, longest)
            steps.append(last)
            del open_[number]
        if event == "exception" and last is not None:
            last.raised = arg[0].__name__
        if event in ("call", "line"):
            if len(steps) > most or frame.f_lineno not in nodes:
                raise Outside
            step = Step(frame.f_lineno, nodes[frame.f_lineno], number, depth, frame.f_code.co_name, names)
            if event == "line":
                step.parts = evaluate(step.node, frame, own, longest)
                open_[number] = step
            else:
                step.after = names
                steps.append(step)
        return trace

    space: dict[str, Any] = {}
    exec(compile(code, "<walked>", "exec"), space)
    result, raised = "", ""
    sys.settrace(trace)
    try:
        result = show(eval(call, space), longest)
    except Outside:
        raise
    except Exception as error:
        raised = type(error).__name__
    finally:
        sys.settrace(None)
    _branch(steps)
    return Walk(code, call, code.splitlines(), steps, result, raised)


def _by_line(tree: ast.Module) -> dict[int, ast.stmt]:
    nodes: dict[int, ast.stmt] = {}
    for node in ast.walk(tree):
        if isinstance(node, (ast.ClassDef, ast.With, ast.Match, ast.AsyncFunctionDef, ast.Yield, ast.Lambda)):
            raise Outside
        if isinstance(node, ast.stmt):
            last = node.body[0].lineno - 1 if hasattr(node, "body") else node.end_lineno
            if node.lineno in nodes or last != node.lineno:
                raise Outside
            nodes[node.lineno] = node
        if isinstance(node, ast.ExceptHandler):
            nodes[node.lineno] = ast.Pass(lineno=node.lineno, col_offset=0)
    return nodes


def show(value: Any, longest: int) -> str:
    if callable(value):
        return "<function>"
    text = repr(value)
    try:
        if len(text) > longest or repr(ast.literal_eval(text)) != text:
            raise Outside
    except (ValueError, SyntaxError):
        raise Outside from None
    return text


def evaluate(node: ast.stmt, frame: Any, own: set[str], longest: int) -> dict[str, str]:
    """Expressions of a statement that can be looked at without doing anything."""
    wanted: list[ast.expr] = []
    if isinstance(node, (ast.If, ast.While)):
        wanted = [node.test]
        if isinstance(node.test, ast.Compare):
            wanted += [node.test.left, *node.test.comparators]
        if isinstance(node.test, ast.BoolOp):
            wanted += node.test.values
    elif isinstance(node, (ast.Return, ast.Assign, ast.AugAssign)) and node.value is not None:
        wanted = [node.value]
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        wanted = list(node.value.args)
    found = {}
    for item in wanted:
        names = {n.id for n in ast.walk(item) if isinstance(n, ast.Name)}
        calls = {n.attr for n in ast.walk(item) if isinstance(n, ast.Attribute)}
        if names & own or calls & {"pop", "popitem", "popleft"} or "next" in names:
            continue
        try:
            source = compile(ast.Expression(item), "<part>", "eval")
            value = eval(source, dict(frame.f_globals), copy.deepcopy(dict(frame.f_locals)))
            found[ast.unparse(item)] = show(value, longest)
        except Exception:  # looked at apart, an expression may be anything
            continue
    return found


def _branch(steps: list[Step]) -> None:
    counts: dict[tuple[int, int], int] = {}
    last: dict[int, int] = {}
    for step in steps:
        came = last.get(step.frame, 0)
        last[step.frame] = step.line
        node = step.node
        if isinstance(node, (ast.For, ast.While, ast.If)) and not step.raised:
            inside = {n.lineno for part in node.body for n in ast.walk(part) if isinstance(n, ast.stmt)}
            step.taken = step.following in inside
            if not isinstance(node, ast.If):
                key = step.frame, step.line
                if came not in inside:
                    counts[key] = 0
                step.round = counts.get(key, 0) + step.taken
                counts[key] = step.round if step.taken else 0


def plain(value: str) -> Any:
    return ast.literal_eval(value)


def same(left: str, right: str) -> bool:
    """Whether two literals are the same, types and all."""
    try:
        return _spell(plain(left)) == _spell(plain(right))
    except (ValueError, SyntaxError):
        return left == right


def _spell(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return type(value).__name__, [_spell(item) for item in value]
    if isinstance(value, dict):
        return "dict", sorted((repr(_spell(k)), repr(_spell(v))) for k, v in value.items())
    if isinstance(value, set):
        return "set", sorted(repr(_spell(item)) for item in value)
    return type(value).__name__, repr(value)

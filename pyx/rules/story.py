"""A story: a program and the steps of one execution of it, prepared for being told.

Not a rule: what a scene knows of the whole.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pyx.records import Program, Trace
from pyx.rules.constants import find_constants
from pyx.trace.steps import Step

Node = ast.stmt | ast.excepthandler | ast.match_case


@dataclass(frozen=True)
class Story:
    """A program and the steps of one execution of it, prepared for being told."""

    code: str
    call: str
    steps: tuple[Step, ...]
    nodes: tuple[Node, ...]  # by statement index
    rows: tuple[tuple[int, int, int, str, int, str], ...]  # the trace's statements

    @functools.cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.code)

    @functools.cached_property
    def constants(self) -> Mapping[str, str]:
        """Module-level names: constants that nothing in the program changes, all else opaque."""
        return find_constants(self.tree)

    @functools.cached_property
    def functions(self) -> frozenset[str]:
        """Names of the functions and classes that the program defines."""
        return frozenset(name for name, text in self.constants.items() if text.startswith("<opaque "))

    @functools.cached_property
    def generators(self) -> frozenset[str]:
        """Names of the functions that yield: what a call of one gives is no value that it returned."""
        return frozenset(
            node.name for node in ast.walk(self.tree)
            if isinstance(node, ast.FunctionDef) and any(map(_is_yield, _walk_body(node)))
        )  # fmt: skip

    @functools.cached_property
    def returns(self) -> Mapping[int, Step]:
        """The step by which each frame returned."""
        return {step.frame: step for step in self.steps if step.kind == "return"}

    @functools.cached_property
    def last_returns(self) -> Mapping[int, int]:
        """The index of the last return statement that each frame met: a `finally` may come after it."""
        return {
            step.frame: step.index for step in self.steps
            if step.kind == "line" and isinstance(self.nodes[step.statement], ast.Return)
        }  # fmt: skip

    @functools.cached_property
    def calls(self) -> Mapping[int, Step]:
        """The step by which each frame was entered."""
        return {step.frame: step for step in self.steps if step.kind == "call"}

    @functools.cached_property
    def bodies(self) -> frozenset[int]:
        """The frames that are bodies of classes."""
        return frozenset(
            frame for step in self.steps
            if step.kind == "line" and isinstance(self.nodes[step.statement], ast.ClassDef)
            for frame in step.callees
        )  # fmt: skip

    @functools.cached_property
    def parameters(self) -> Mapping[int, tuple[str, ...]]:
        """The names that a function takes, by the line of its def."""
        defs = (node for node in ast.walk(self.tree) if isinstance(node, ast.FunctionDef))
        return {
            node.lineno: tuple(part.arg for part in ast.walk(node.args) if isinstance(part, ast.arg))
            for node in defs
        }

    @functools.cached_property
    def ways(self) -> Mapping[int, frozenset[tuple[object, ...]]]:
        """What happened in each frame itself: its statements, and how its branches went."""
        found: dict[int, set[tuple[object, ...]]] = {}
        for step in self.steps:
            found.setdefault(step.frame, set()).add((step.kind, step.statement, step.taken))
        return {frame: frozenset(taken) for frame, taken in found.items()}

    @functools.cached_property
    def rounds(self) -> Mapping[int, int]:
        """How many iterations a loop had begun, by the index of each step of its header."""
        running: dict[tuple[int, int], int] = {}
        found: dict[int, int] = {}
        for step in self.steps:
            if step.kind == "line" and isinstance(self.nodes[step.statement], (ast.For, ast.While)):
                key = (step.frame, step.statement)
                running[key] = step.iteration if step.taken else running.get(key, 0)
                found[step.index] = running[key]
                if not step.taken:
                    running[key] = 0
        return found

    def begins_part(self, step: Step) -> bool:
        """Whether a statement is the first of an `else` or `finally` block."""
        if step.kind != "line":
            return False
        *_, parent, role = self.rows[step.statement]
        if role not in ("orelse", "finalbody"):
            return False
        return bool(getattr(self.nodes[parent], role)[0] is self.nodes[step.statement])

    def header(self, step: Step) -> Step | None:
        """The header step of the innermost loop iteration that a step stands in."""
        loop = self._find_loop(step.statement)
        for other in reversed(self.steps[: step.index]):
            if other.kind == "line" and other.frame == step.frame and other.statement == loop:
                return other
        return None

    def _find_loop(self, statement: int) -> int:
        """The loop whose body a statement stands in, -1 when there is none."""
        role = self.rows[statement][5]
        for parent, node in self.parents(statement):
            if isinstance(node, (ast.For, ast.While)) and role == "body":
                return parent
            role = self.rows[parent][5]
        return -1

    def parents(self, statement: int) -> Iterator[tuple[int, Node]]:
        """The statements that a statement stands in, the nearest first, within its function."""
        while (statement := self.rows[statement][4]) >= 0:
            if isinstance(self.nodes[statement], (ast.FunctionDef, ast.ClassDef, ast.Lambda)):
                return
            yield statement, self.nodes[statement]


def _is_yield(node: ast.AST) -> bool:
    return isinstance(node, (ast.Yield, ast.YieldFrom))


def _walk_body(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """The nodes of a function without those of functions inside it."""
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.Lambda, ast.ClassDef)):
            waiting += ast.iter_child_nodes(node)


def tell_story(program: Program, trace: Trace, steps: Iterable[Step]) -> Story:
    """The story of a trace, given its steps."""
    nodes = find_nodes(program.code, trace)
    return Story(program.code, trace.input, tuple(steps), nodes, trace.statements)


def find_nodes(code: str, trace: Trace) -> tuple[Node, ...]:
    """The syntax tree's node of each statement of a trace, by statement index."""
    found: dict[tuple[int, int, str], Node] = {}
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, (ast.stmt, ast.excepthandler, ast.match_case)):
            where = node.pattern if isinstance(node, ast.match_case) else node
            found.setdefault((where.lineno, where.col_offset, type(node).__name__), node)
    return tuple(found[line, col, kind] for line, _, col, kind, *_ in trace.statements)

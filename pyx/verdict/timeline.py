"""A trace as moments in time: what a claim can be compared with.

A statement that calls into the program has two moments, one before the call and one after it;
everything else has one. Derived from the steps alone, without the rules of the narrator.
"""

from __future__ import annotations

import ast
import contextlib
import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pyx import literals
from pyx.claims.layout import find_changeable, find_layout, find_own
from pyx.claims.tokens import normalize
from pyx.records import Trace
from pyx.trace import expressions
from pyx.trace.steps import Step, steps

LOOPS = ("For", "While", "AsyncFor")


@dataclass(frozen=True, slots=True)
class Moment:
    """A step at one of its two moments."""

    place: int  # 0.. in order of time
    step: Step
    count: int = 0  # loop header: iterations begun before it, in this run of the loop


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a loop, from its first header step to where it was left."""

    line: int
    frame: int
    starts: tuple[int, ...]  # index of the header step that began each iteration
    end: int  # index of the first step after its last iteration

    @property
    def count(self) -> int:
        return len(self.starts)


@dataclass(frozen=True)
class Timeline:
    """All that a verdict asks of an execution."""

    code: str
    rows: Sequence[tuple[int, int, int, str, int, str]]
    taken: tuple[Step, ...]
    known: dict[tuple[object, ...], bool] = field(default_factory=dict)  # checks that cost something

    @functools.cached_property
    def moments(self) -> tuple[Moment, ...]:
        return tuple(_order(self.taken, self._counts))

    @functools.cached_property
    def _counts(self) -> dict[int, int]:
        """Iterations that a loop had begun before each step of its header."""
        found: dict[int, int] = {}
        for run in self.runs:
            found.update((start, number) for number, start in enumerate(run.starts))
            found.setdefault(run.end, run.count)
        return found

    @functools.cached_property
    def runs(self) -> tuple[Run, ...]:
        return tuple(_find_runs(self.taken, self.rows))

    @functools.cached_property
    def by_line(self) -> Mapping[int, tuple[Moment, ...]]:
        found: dict[int, list[Moment]] = {}
        for moment in self.moments:
            found.setdefault(moment.step.line, []).append(moment)
        return {line: tuple(items) for line, items in found.items()}

    @functools.cached_property
    def frames(self) -> Mapping[int, Step]:
        """The step that entered each frame."""
        return {step.frame: step for step in self.taken if step.kind == "call"}

    @functools.cached_property
    def results(self) -> Mapping[int, Step]:
        """The step by which each frame returned."""
        return {step.frame: step for step in self.taken if step.kind == "return"}

    @functools.cached_property
    def names(self) -> frozenset[str]:
        """Every name that the program uses or defines, attributes and keywords included."""
        found: set[str] = set()
        for node in ast.walk(ast.parse(self.code)):
            for key in ("id", "attr", "arg", "name"):
                word = getattr(node, key, None)
                if isinstance(word, str):
                    found.update(word.split("."))
        return frozenset(found)

    @functools.cached_property
    def bound(self) -> frozenset[str]:
        """The names that were ever bound."""
        return frozenset(name for step in self.taken for name in step.changed)

    @functools.cached_property
    def _sets(self) -> Mapping[tuple[int, int, str], frozenset[str]]:
        found = {}
        for node in ast.walk(ast.parse(self.code)):
            if isinstance(node, (ast.stmt, ast.ExceptHandler)):
                found[node.lineno, node.col_offset, type(node).__name__] = frozenset(_find_set(node))
        return found

    @functools.cached_property
    def loop_targets(self) -> tuple[ast.expr, ...]:
        """What the `for` loops bind, by their text."""
        return tuple(node.target for node in ast.walk(ast.parse(self.code)) if isinstance(node, ast.For))

    @functools.cached_property
    def items(self) -> frozenset[str]:
        """Every item that a loop was given."""
        states = [self.taken[start].after for run in self.runs for start in run.starts]
        return frozenset(read_target(target, state) for target in self.loop_targets for state in states)

    @functools.cached_property
    def targets(self) -> frozenset[str]:
        """The names that nothing but loops bind."""
        return frozenset(find_layout(self.code).targets)

    def sets(self, step: Step) -> frozenset[str]:
        """The names that a statement may have bound or changed, going by its syntax."""
        if step.kind != "line" or step.taken is False:
            return frozenset()
        line, _, col, kind, *_ = self.rows[step.statement]
        return self._sets.get((line, col, kind), frozenset())

    @functools.cached_property
    def _expressions(self) -> Mapping[tuple[int, int, str], tuple[ast.expr, ...]]:
        found = {}
        for node in ast.walk(ast.parse(self.code)):
            if isinstance(node, ast.stmt):
                parts = tuple(part for part in find_own(node) if isinstance(part, ast.expr))
                found[node.lineno, node.col_offset, type(node).__name__] = parts
        return found

    def find_lines(self, expression: str) -> set[int]:
        """The lines on which an expression stands."""
        return self._places.get(normalize(expression), set())

    @functools.cached_property
    def _places(self) -> Mapping[str, set[int]]:
        found: dict[str, set[int]] = {}
        for (line, _, _), parts in self._expressions.items():
            for part in parts:
                found.setdefault(ast.unparse(part), set()).add(line)
        return found

    def expressions(self, step: Step) -> tuple[ast.expr, ...]:
        """The expressions of a statement, parts included, without those of statements inside it."""
        if step.statement < 0:
            return ()
        line, _, col, kind, *_ = self.rows[step.statement]
        return self._expressions.get((line, col, kind), ())

    @functools.cached_property
    def constants(self) -> Mapping[str, str]:
        """Constants of the module, by name: bound once, from constants, and never changed."""
        tree = ast.parse(self.code)
        found: dict[str, str] = {}
        changed = set(_find_rebound(tree))
        for node in tree.body:
            place = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
            if isinstance(node, (ast.Assign, ast.AnnAssign)) and isinstance(place, ast.Name) and node.value:
                with contextlib.suppress(expressions.Unknown):
                    found[place.id] = expressions.evaluate(node.value, found)
        return {name: value for name, value in found.items() if name not in changed}

    @functools.cached_property
    def functions(self) -> Mapping[str, Callable[..., Any]]:
        """The functions that were called, each as the recorded results by the arguments."""
        found: dict[str, dict[tuple[str, ...], set[str]]] = {}
        for frame, entered in self.frames.items():
            results = found.setdefault(entered.function.split(".")[-1], {})
            given = results.setdefault(tuple(entered.after.values()), set())
            given.add(self.results[frame].value if frame in self.results else "")
        return {name: functools.partial(_recall, results) for name, results in found.items()}

    @functools.cached_property
    def answer(self) -> str:
        """What the entry call came to: a value, or `raises TypeName`."""
        for step in reversed(self.taken):
            if step.frame == 0 and step.kind == "return":
                return step.value
            if step.frame == 0 and step.kind == "exception":
                return f"raises {step.exception}"
        return ""

    @functools.cached_property
    def _texts(self) -> frozenset[tuple[int, int]]:
        found = (node for node in ast.walk(ast.parse(self.code)) if isinstance(node, ast.Expr))
        return frozenset(
            (node.lineno, node.col_offset) for node in found if isinstance(node.value, ast.Constant)
        )

    def is_text(self, statement: int) -> bool:
        """Whether a statement is a bare constant, such as a docstring."""
        line, _, col, kind, *_ = self.rows[statement]
        return kind == "Expr" and (line, col) in self._texts

    def path(self, start: int, end: int) -> tuple[tuple[str, int, bool | None], ...]:
        """The way that the execution took between two steps."""
        return tuple((step.kind, step.statement, step.taken) for step in self.taken[start:end])


def read_target(target: ast.expr, state: Mapping[str, str]) -> str:
    """What a loop's target holds, as text; "" where that is not known."""
    try:
        return expressions.evaluate(target, state)
    except expressions.Unknown:
        return ""


def build_timeline(code: str, trace: Trace) -> Timeline:
    """The timeline of a recorded execution."""
    return Timeline(code, trace.statements, tuple(steps(trace)))


def _recall(results: Mapping[tuple[str, ...], set[str]], *items: Any, **named: Any) -> Any:
    """What a recorded call of these arguments gave; the rest of them had their defaults."""
    given = tuple(literals.write(item) for item in (*items, *named.values()))
    found = {text for taken, texts in results.items() if taken[: len(given)] == given for text in texts}
    if not found:
        raise expressions.Failed("no such call was made")
    if len(found) > 1 or named:
        raise expressions.Unknown("it gave several results")
    return literals.read(found.pop())


def _find_set(node: ast.AST) -> Iterator[str]:
    if isinstance(node, (ast.Expr, ast.Assign, ast.AugAssign)):
        yield from find_changeable(node)
    match node:
        case ast.Assign(targets=places):
            parts = list(places)
        case ast.AugAssign(target=place) | ast.AnnAssign(target=place) | ast.For(target=place):
            parts = [place]
        case ast.With(items=items):
            parts = [item.optional_vars for item in items if item.optional_vars]
        case ast.ExceptHandler(name=str(name)) | ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
            return
        case _:
            return
    for part in parts:
        yield from (item.id for item in ast.walk(part) if isinstance(item, ast.Name) and not _is_read(item))


def _find_rebound(tree: ast.Module) -> Iterator[str]:
    """Names of a module that are bound more than once, or whose value may change."""
    stores = [
        node.id
        for statement in tree.body
        if not isinstance(statement, (ast.FunctionDef, ast.ClassDef))
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and not _is_read(node)
    ]
    yield from (name for name in stores if stores.count(name) > 1)
    for node in ast.walk(tree):
        if isinstance(node, ast.Global):
            yield from node.names
        elif isinstance(node, (ast.Subscript, ast.Attribute)) and isinstance(node.value, ast.Name):
            changes = isinstance(node, ast.Attribute) and node.attr in expressions.CHANGING
            if changes or not isinstance(node.ctx, ast.Load):
                yield node.value.id


def _is_read(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Load)


def _order(taken: Sequence[Step], counts: Mapping[int, int]) -> Iterator[Moment]:
    """The steps in time, a statement that called once more when its calls are over."""
    place = 0
    waiting: list[Step] = []
    for step in taken:
        while waiting and waiting[-1].depth >= step.depth:
            yield Moment(place, waiting[-1], counts.get(waiting.pop().index, 0))
            place += 1
        yield Moment(place, step, counts.get(step.index, 0))
        place += 1
        following = taken[step.index + 1] if step.index + 1 < len(taken) else step
        if step.kind == "line" and following.depth > step.depth:
            waiting.append(step)
    while waiting:
        yield Moment(place, waiting.pop())
        place += 1


def _find_runs(taken: Sequence[Step], rows: Sequence[tuple[int, int, int, str, int, str]]) -> Iterator[Run]:
    going: dict[tuple[int, int], list[int]] = {}
    for step in taken:
        for frame, loop in [key for key in going if key[0] == step.frame]:
            over = step.statement == loop and step.kind == "line" and not step.taken
            away = step.statement != loop and not _is_inside(rows, step.statement, loop)
            if over or away or step.kind == "return":
                yield Run(rows[loop][0], frame, tuple(going.pop((frame, loop))), step.index)
                if over:
                    break
        else:
            if step.kind != "line" or rows[step.statement][3] not in LOOPS:
                continue
            if step.taken:
                going.setdefault((step.frame, step.statement), []).append(step.index)
            elif step.taken is False:
                yield Run(step.line, step.frame, (), step.index)
    for (frame, loop), starts in going.items():
        yield Run(rows[loop][0], frame, tuple(starts), len(taken))


def _is_inside(rows: Sequence[tuple[int, int, int, str, int, str]], statement: int, loop: int) -> bool:
    while statement >= 0:
        parent, role = rows[statement][4], rows[statement][5]
        if parent == loop:
            return role == "body"
        statement = parent
    return False

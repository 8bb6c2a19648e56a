"""Expressions of a text, looked at where the program stood."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from pyx.trace import expressions
from pyx.trace.steps import Step
from pyx.verdict.surroundings import seen
from pyx.verdict.timeline import Moment, Timeline


def parse_expression(text: str) -> ast.expr | None:
    """A claim's expression, None when its text is none of Python's."""
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def evaluate(timeline: Timeline, expression: str, moment: Moment) -> Iterator[str]:
    """The values of an expression before and after a step, as far as they can be known."""
    for after in (False, True):
        try:
            yield expressions.evaluate(
                expression, seen(timeline, moment.step, after=after), timeline.functions
            )
        except expressions.Unknown:
            continue


def has_failed(timeline: Timeline, expression: str, moment: Moment) -> bool:
    """Whether Python itself would have raised at this point: then there is no value to be claimed."""
    for after in (False, True):
        try:
            expressions.evaluate(expression, seen(timeline, moment.step, after=after), timeline.functions)
        except expressions.Failed:
            return True
        except expressions.Unknown:
            continue
    return False


def is_unbound(timeline: Timeline, expression: str, moment: Moment) -> bool:
    """Whether an expression uses a name that is bound, but not at this time."""
    node = parse_expression(expression)
    names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)} if node else set()
    missing = names & timeline.bound
    return bool(missing - {*moment.step.before, *seen(timeline, moment.step, after=True)})


def find_way(timeline: Timeline, text: str, step: Step) -> bool | None:
    """The way that a branch went, when an expression is its whole test."""
    node = parse_expression(text)
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "bool"
        and node.args
    ):
        node = node.args[0]
    whole = timeline.expressions(step)[:1]
    if node is None or step.taken is None or not whole or timeline.rows[step.statement][3] == "For":
        return None
    return step.taken if ast.unparse(node) == ast.unparse(whole[0]) else None

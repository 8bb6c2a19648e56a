"""Claims about calls, what they gave, and how deep they stood: a check for each kind."""

from __future__ import annotations

import ast

from pyx import literals
from pyx.records import Claim
from pyx.trace import expressions
from pyx.trace.steps import Step
from pyx.verdict.evaluation import parse_expression
from pyx.verdict.surroundings import is_here
from pyx.verdict.timeline import Moment, Timeline


def check_called(timeline: Timeline, claim: Claim, moment: Moment) -> bool:
    step = moment.step
    if step.kind != "call" or not is_function(step, claim.name):
        return False
    if claim.count >= 0 and claim.count != count_depth(timeline, step):
        return False
    return not claim.value or claim.value == ", ".join(f"{name}={text}" for name, text in step.after.items())


def check_invoked(timeline: Timeline, claim: Claim, _moment: Moment) -> bool:
    node = parse_expression(claim.name)
    if not isinstance(node, ast.Call):
        return False
    given = [expressions.evaluate(item, {}) for item in node.args]
    return any(
        is_function(entered, ast.unparse(node.func))
        and all(map(literals.same, list(entered.after.values())[: len(given)], given))
        for entered in timeline.frames.values()
    )


def check_deep(timeline: Timeline, claim: Claim, moment: Moment) -> bool:
    entered = timeline.frames.get(moment.step.frame)
    return entered is not None and count_depth(timeline, entered) == claim.count


def check_returned(timeline: Timeline, claim: Claim, moment: Moment) -> bool:
    """True when the function returns, at its return statement, and where its caller takes the value."""
    step = moment.step
    frames = list(step.callees)
    if step.kind == "return" or (step.kind == "line" and timeline.rows[step.statement][3] == "Return"):
        frames.append(step.frame)
    results = (timeline.results[frame] for frame in frames if frame in timeline.results)
    return any(
        is_function(result, claim.name)
        and literals.same(result.value, claim.value)
        and claim.line in (0, result.line, step.line)
        for result in results
    )


def check_yielded(_timeline: Timeline, claim: Claim, moment: Moment) -> bool:
    step = moment.step
    if step.kind != "yield" or not is_here(claim, moment) or not is_function(step, claim.name):
        return False
    return literals.same(step.value, claim.value)


def is_function(step: Step, name: str) -> bool:
    return not name or step.function == name or step.function.split(".")[-1] == name


def count_depth(timeline: Timeline, step: Step) -> int:
    """Calls of the same function that were running when this one was entered."""
    found, frame = 0, step.parent
    while frame in timeline.frames:
        found += timeline.frames[frame].function == step.function
        frame = timeline.frames[frame].parent
    return found

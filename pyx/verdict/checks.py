"""Whether one claim holds at one moment: a check for each kind of claim."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pyx import literals
from pyx.claims.layout import find_layout
from pyx.records import Claim
from pyx.trace import expressions
from pyx.verdict.calls import (
    check_called,
    check_deep,
    check_invoked,
    check_returned,
    check_yielded,
    is_function,
)
from pyx.verdict.evaluation import evaluate, find_way, has_failed, is_unbound, parse_expression
from pyx.verdict.looping import (
    check_alike,
    check_began,
    check_ended,
    check_item,
    check_iterated,
    check_spanned,
    check_within,
)
from pyx.verdict.surroundings import (
    find_sequences,
    has_become_size,
    has_part,
    is_here,
    is_near,
    is_size,
    seen,
)
from pyx.verdict.timeline import LOOPS, Moment, Timeline

PLACING = re.compile(
    r"\b(?:ind(?:ex|ices)|positions?|places?|slots?|at|slices?|offsets?|items?|from|to|until|range|\d+(?:st|nd|rd|th))\b|\["
)
"""Words of a sentence whose numbers may be positions."""

COSTLY = frozenset(("tested", "computed", "mentioned", "stands", "sized", "placed", "edged"))
"""Kinds whose checks evaluate expressions: each is made once."""

Check = Callable[[Timeline, Claim, Moment], bool]


def holds(timeline: Timeline, claim: Claim, moment: Moment) -> bool:
    """Whether a claim is true at a moment; its line is compared where it names one."""
    if claim.kind not in COSTLY:
        return CHECKS[claim.kind](timeline, claim, moment)
    key = (claim, moment.place)
    if key not in timeline.known:
        timeline.known[key] = CHECKS[claim.kind](timeline, claim, moment)
    return timeline.known[key]


def check_ran(_timeline: Timeline, claim: Claim, moment: Moment) -> bool:
    return is_here(claim, moment)


def check_became(timeline: Timeline, claim: Claim, moment: Moment) -> bool:
    step = moment.step
    if not claim.name:
        names = {*step.changed, *timeline.sets(step)}
        return any(check_became(timeline, replace(claim, name=name), moment) for name in names)
    if not is_here(claim, moment) or claim.name not in step.after:
        return False
    # A name that is bound again to the very same object leaves no mark in the trace.
    if claim.name not in step.changed and claim.name not in timeline.sets(step):
        return False
    return literals.same(step.after[claim.name], claim.value)


def check_held(timeline: Timeline, claim: Claim, moment: Moment) -> bool:
    return is_here(claim, moment) and _is_value(seen(timeline, moment.step, after=True), claim)


def check_was(timeline: Timeline, claim: Claim, moment: Moment) -> bool:
    return is_here(claim, moment) and _is_value(seen(timeline, moment.step, after=False), claim)


def check_shown(timeline: Timeline, claim: Claim, moment: Moment) -> bool:
    return check_held(timeline, claim, moment) or check_was(timeline, claim, moment)


def _is_value(state: Mapping[str, str], claim: Claim) -> bool:
    return claim.name in state and literals.same(state[claim.name], claim.value)


def check_computed(timeline: Timeline, claim: Claim, moment: Moment) -> bool:
    """An expression of the program's names, a comparison of the program at the lines where it stands."""
    lines = find_tests(timeline, claim.name) if not claim.line else set()
    if not is_here(claim, moment) or (lines and moment.step.line not in lines):
        return False
    values = list(evaluate(timeline, claim.name, moment))[: 1 if lines else 2]
    if values:
        return any(literals.same(value, claim.value) for value in values)
    if has_failed(timeline, claim.name, moment) or is_unbound(timeline, claim.name, moment):
        return False
    way = find_way(timeline, claim.name, moment.step)
    if way is not None:
        return str(way) == claim.value
    return is_supported(timeline, claim, moment)


def find_tests(timeline: Timeline, text: str) -> set[int]:
    """The lines of a comparison that the program makes; none of what is no comparison."""
    node = parse_expression(text)
    match node:
        case ast.Call(ast.Name(id="bool"), [ast.Compare() as test], []) | (ast.Compare() as test):
            return timeline.find_lines(ast.unparse(test))
    return set()


MIRRORED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.Gt, ast.Gt: ast.Lt, ast.LtE: ast.GtE, ast.GtE: ast.LtE, ast.Eq: ast.Eq, ast.NotEq: ast.NotEq,
}  # fmt: skip


def check_tested(timeline: Timeline, claim: Claim, moment: Moment) -> bool:
    """True where a branch compared these very values, whichever of them stood left."""
    step = moment.step
    if not is_here(claim, moment) or step.taken is None or timeline.rows[step.statement][3] == "For":
        return False
    said = parse_expression(claim.name)
    if not isinstance(said, ast.Compare):
        return False
    state = seen(timeline, step, after=False)
    for node in timeline.expressions(step):
        if isinstance(node, ast.Compare) and len(node.ops) == 1:
            sides = [node.left, node.comparators[0]]
            for kind, pair in ((type(node.ops[0]), sides), (MIRRORED.get(type(node.ops[0])), sides[::-1])):
                if kind is type(said.ops[0]) and _are_same([said.left, said.comparators[0]], pair, state):
                    return True
    return False


def _are_same(said: list[ast.expr], done: list[ast.expr], state: Mapping[str, str]) -> bool:
    try:
        return all(
            literals.same(expressions.evaluate(one, {}), expressions.evaluate(other, state))
            for one, other in zip(said, done, strict=True)
        )
    except expressions.Unknown:
        return True  # what cannot be looked at is not held against the text


def check_gained(timeline: Timeline, claim: Claim, moment: Moment) -> bool:
    step, name = moment.step, claim.name
    if not name:
        names = {*step.changed, *timeline.sets(step)}
        return any(
            check_gained(timeline, replace(claim, name=name), moment)
            or (step.after.get(name, "").startswith("{") and has_part(step.after[name], claim.value))
            for name in names
        )
    if not is_here(claim, moment) or name not in step.after or timeline.rows[step.statement][3] == "For":
        return False
    if name not in step.changed and name not in timeline.sets(step):
        return False
    try:
        after, value = literals.read(step.after[name]), literals.read(claim.value)
        before = literals.read(step.before[name]) if name in step.before else None
    except ValueError:
        return is_near(timeline, claim.value, moment)
    return _has_gained(before, after, value) or _spell(after) == _spell(value)


def _has_gained(before: Any, after: Any, value: Any) -> bool:
    if type(before) is not type(after):
        return (
            isinstance(before, (int, float)) and isinstance(after, (int, float)) and after - before == value
        )
    if isinstance(after, list):
        grown = [[*before, value], [value, *before]]
        return (
            any(_spell(after) == _spell(item) for item in grown)
            or (len(after) > len(before) and _count(after, value) > _count(before, value))
            or (isinstance(value, list) and _spell(before + value) == _spell(after))
        )
    if isinstance(after, str):
        return isinstance(value, str) and after in (before + value, value + before)
    if isinstance(after, (set, frozenset, dict)):
        return _spell(value) in [_spell(item) for item in after]
    if isinstance(after, tuple):
        return _count(after, value) > _count(before, value)
    return not isinstance(after, (int, float)) or after - before == value


def _count(items: Sequence[Any], value: Any) -> int:
    return sum(_spell(item) == _spell(value) for item in items)


def _spell(value: Any) -> str:
    """A value as text, so that 1 and True differ."""
    return literals.write(value)


def is_supported(timeline: Timeline, claim: Claim, moment: Moment) -> bool:
    """Whether a value stands somewhere around a moment: the last resort for what has no grammar."""
    return is_near(timeline, claim.value, moment)


def check_mentioned(timeline: Timeline, claim: Claim, moment: Moment) -> bool:
    placed = bool(PLACING.search(claim.said))
    return is_here(claim, moment) and is_near(timeline, claim.value, moment, placed=placed)


def check_sized(timeline: Timeline, claim: Claim, moment: Moment) -> bool:
    if claim.value:
        return is_here(claim, moment) and has_become_size(timeline, claim.count, moment)
    return is_here(claim, moment) and is_size(timeline, claim.count, moment)


def check_placed(timeline: Timeline, claim: Claim, moment: Moment) -> bool:
    if not is_here(claim, moment):
        return False
    wanted, place = literals.read(claim.value), claim.count
    for items in find_sequences(timeline, moment):
        if isinstance(items, str) and len(items) > 1 and isinstance(wanted, str):
            if items[place : place + len(wanted) or None] == wanted and wanted:
                return True
        elif (
            not isinstance(items, str)
            and -len(items) <= place < len(items)
            and _spell(items[place]) == _spell(wanted)
        ):
            return True
    return False


def check_edged(timeline: Timeline, claim: Claim, moment: Moment) -> bool:
    if not is_here(claim, moment):
        return False
    wanted, place = literals.read(claim.value), 0 if claim.name == "first" else -1
    for items in find_sequences(timeline, moment):
        if isinstance(items, str) and isinstance(wanted, str) and len(items) > 1:
            if (items.endswith, items.startswith)[claim.name == "first"](wanted):
                return True
        elif items and not isinstance(items, str) and _spell(items[place]) == _spell(wanted):
            return True
    return False


def check_executed(timeline: Timeline, claim: Claim, moment: Moment) -> bool:
    """How often a line, a branch or a function ran, in all or so far."""
    steps = timeline.taken[: moment.step.index + 1] if claim.value else timeline.taken
    what, _, which = claim.name.partition(" ")
    if what == "call":
        return claim.count == sum(step.kind == "call" and is_function(step, which) for step in steps)
    if what == "method":
        lines = find_layout(timeline.code).methods.get(which, [])
        called = sum(lines.count(step.line) for step in steps if step.kind == "line")
        return 0 in lines or claim.count == called
    if what not in ("if", "test"):
        return claim.count == sum(step.kind == "line" and step.line == claim.line for step in steps)
    ways: dict[int, list[str]] = {}  # by line: where none is named, any of them may be meant
    for step in steps:
        kind = timeline.rows[step.statement][3]
        if step.taken is not None and claim.line in (0, step.line) and what in ("test", kind.lower()):
            ways.setdefault(step.line, []).append(str(step.taken))
    wanted = [which] if which in ("True", "False") else ["True", "False"] if which else []
    return any(
        claim.count in [taken.count(way) for way in wanted] or (not wanted and claim.count == len(taken))
        for taken in ways.values()
    )


def check_named(timeline: Timeline, claim: Claim, moment: Moment) -> bool:
    """A name of the program, or a text that stands there and was written as code."""
    return claim.name in timeline.names or is_near(timeline, repr(claim.name), moment)


def check_stands(timeline: Timeline, claim: Claim, _moment: Moment) -> bool:
    return claim.line in timeline.find_lines(claim.name)


def check_does(timeline: Timeline, claim: Claim, _moment: Moment) -> bool:
    if claim.name.startswith("call "):
        return claim.name[5:] in find_layout(timeline.code).calls.get(claim.line, ())
    what, _, name = claim.name.partition(" ")
    if what == "return":
        return name in find_layout(timeline.code).returned
    if what == "change":
        return name in find_layout(timeline.code).binds.get(claim.line, ())
    kinds = {row[3] for row in timeline.rows if row[0] == claim.line}
    return bool(kinds & set(LOOPS)) if claim.name == "loop" else claim.name in kinds


def check_took(timeline: Timeline, claim: Claim, moment: Moment) -> bool:
    step = moment.step
    if not is_here(claim, moment) or str(step.taken) != claim.value:
        return False
    kind = timeline.rows[step.statement][3]
    if claim.name == "condition":
        return kind != "For"
    return not claim.name or (kind in LOOPS) == (claim.name == "loop")


def check_raised(timeline: Timeline, claim: Claim, moment: Moment) -> bool:
    step = moment.step
    following = timeline.taken[step.index + 1] if step.index + 1 < len(timeline.taken) else step
    return (
        is_here(claim, moment) and claim.value in (step.exception, following.exception) and bool(claim.value)
    )


def check_printed(_timeline: Timeline, claim: Claim, moment: Moment) -> bool:
    """True where this was printed, with or without the end of its line; `2` prints as the text "2" does."""
    output = moment.step.output
    if not is_here(claim, moment) or not output:
        return False
    try:
        text = str(literals.read(claim.value))
    except ValueError:
        text = claim.value
    return output in (text, f"{text}\n") or text in output.splitlines()


def check_answer(timeline: Timeline, claim: Claim, _moment: Moment) -> bool:
    return is_answer(claim.value, timeline.answer)


def is_answer(said: str, true: str) -> bool:
    """Whether a stated result is the true one: as literals, types and all, or the same exception."""
    if said.startswith("raises ") or true.startswith("raises "):
        return said.split() == true.split()
    return literals.same(said, true)


CHECKS: dict[str, Check] = {
    "tested": check_tested,
    "spanned": check_spanned,
    "gained": check_gained,
    "within": check_within,
    "sized": check_sized,
    "placed": check_placed,
    "edged": check_edged,
    "executed": check_executed,
    "stands": check_stands,
    "does": check_does,
    "deep": check_deep,
    "mentioned": check_mentioned,
    "named": check_named,
    "yielded": check_yielded,
    "invoked": check_invoked,
    "ran": check_ran,
    "became": check_became,
    "held": check_held,
    "was": check_was,
    "shown": check_shown,
    "computed": check_computed,
    "took": check_took,
    "item": check_item,
    "began": check_began,
    "ended": check_ended,
    "alike": check_alike,
    "iterated": check_iterated,
    "called": check_called,
    "returned": check_returned,
    "raised": check_raised,
    "printed": check_printed,
    "answer": check_answer,
}

"""Whether one claim holds at one moment: a check for each kind of claim."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from pyx import literals
from pyx.claims.layout import find_layout
from pyx.records import Claim
from pyx.trace import expressions
from pyx.trace.steps import Step
from pyx.verdict.surroundings import is_near, seen
from pyx.verdict.timeline import LOOPS, Moment, Run, Timeline

COSTLY = frozenset(("tested", "computed", "mentioned", "stands"))
"""Kinds whose checks evaluate expressions: each is made once."""

Check = Callable[[Timeline, Claim, Moment], bool]


def holds(timeline: Timeline, claim: Claim, moment: Moment) -> bool:
    """Whether a claim is true at a moment; its line is compared where it names one."""
    if claim.kind not in COSTLY:
        return CHECKS[claim.kind](timeline, claim, moment)
    key = (claim.kind, claim.line, claim.name, claim.value, moment.place)
    if key not in timeline.known:
        timeline.known[key] = CHECKS[claim.kind](timeline, claim, moment)
    return timeline.known[key]


def _is_here(claim: Claim, moment: Moment) -> bool:
    return claim.line in (0, moment.step.line)


def check_ran(_timeline: Timeline, claim: Claim, moment: Moment) -> bool:
    return _is_here(claim, moment)


def check_became(timeline: Timeline, claim: Claim, moment: Moment) -> bool:
    step = moment.step
    if not _is_here(claim, moment) or claim.name not in step.after:
        return False
    # A name that is bound again to the very same object leaves no mark in the trace.
    if claim.name not in step.changed and claim.name not in timeline.sets(step):
        return False
    return literals.same(step.after[claim.name], claim.value)


def check_held(timeline: Timeline, claim: Claim, moment: Moment) -> bool:
    return _is_here(claim, moment) and _is_value(seen(timeline, moment.step, after=True), claim)


def check_was(timeline: Timeline, claim: Claim, moment: Moment) -> bool:
    return _is_here(claim, moment) and _is_value(seen(timeline, moment.step, after=False), claim)


def check_shown(timeline: Timeline, claim: Claim, moment: Moment) -> bool:
    return check_held(timeline, claim, moment) or check_was(timeline, claim, moment)


def _is_value(state: Mapping[str, str], claim: Claim) -> bool:
    return claim.name in state and literals.same(state[claim.name], claim.value)


def check_computed(timeline: Timeline, claim: Claim, moment: Moment) -> bool:
    """An expression of the program's names; a call of the program is looked up among those recorded."""
    if not _is_here(claim, moment):
        return False
    values = list(evaluate(timeline, claim.name, moment))
    if values:
        return any(literals.same(value, claim.value) for value in values)
    if has_failed(timeline, claim.name, moment) or is_unbound(timeline, claim.name, moment):
        return False
    way = find_way(timeline, claim.name, moment.step)
    if way is not None:
        return str(way) == claim.value
    return was_called(timeline, claim, moment) or is_supported(timeline, claim, moment)


MIRRORED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.Gt, ast.Gt: ast.Lt, ast.LtE: ast.GtE, ast.GtE: ast.LtE, ast.Eq: ast.Eq, ast.NotEq: ast.NotEq,
}  # fmt: skip


def check_tested(timeline: Timeline, claim: Claim, moment: Moment) -> bool:
    """True where a branch compared these very values, whichever of them stood left."""
    step = moment.step
    if not _is_here(claim, moment) or step.taken is None or timeline.rows[step.statement][3] == "For":
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
    if not _is_here(claim, moment) or name not in step.after:
        return False
    if name not in step.changed and name not in timeline.sets(step):
        return False
    try:
        after, value = literals.read(step.after[name]), literals.read(claim.value)
        before = literals.read(step.before[name]) if name in step.before else None
    except ValueError:
        return is_near(timeline, claim.value, moment)
    return _has_gained(before, after, value)


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


def evaluate(timeline: Timeline, expression: str, moment: Moment) -> Iterator[str]:
    """The values of an expression before and after a step, as far as they can be known."""
    for after in (False, True):
        try:
            yield expressions.evaluate(expression, seen(timeline, moment.step, after=after))
        except expressions.Unknown:
            continue


def has_failed(timeline: Timeline, expression: str, moment: Moment) -> bool:
    """Whether Python itself would have raised at this point: then there is no value to be claimed."""
    for after in (False, True):
        try:
            expressions.evaluate(expression, seen(timeline, moment.step, after=after))
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


def parse_expression(text: str) -> ast.expr | None:
    """A claim's expression, None when its text is none of Python's."""
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


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


def was_called(timeline: Timeline, claim: Claim, moment: Moment) -> bool:
    """Whether the expression is a call of the program that was recorded with this result."""
    node = parse_expression(claim.name)
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.keywords:
        return False
    try:
        state = seen(timeline, moment.step, after=False)
        given = [expressions.evaluate(item, state) for item in node.args]
    except expressions.Unknown:
        return False
    for frame, entered in timeline.frames.items():
        if is_function(entered, node.func.id) and frame in timeline.results:
            taken = list(entered.after.values())[: len(given)]
            if taken == given and literals.same(timeline.results[frame].value, claim.value):
                return True
    return False


def is_supported(timeline: Timeline, claim: Claim, moment: Moment) -> bool:
    """Whether a value stands somewhere around a moment: the last resort for what has no grammar."""
    return is_near(timeline, claim.value, moment)


def check_mentioned(timeline: Timeline, claim: Claim, moment: Moment) -> bool:
    return _is_here(claim, moment) and is_near(timeline, claim.value, moment)


def check_named(timeline: Timeline, claim: Claim, _moment: Moment) -> bool:
    return claim.name in timeline.names


def check_stands(timeline: Timeline, claim: Claim, _moment: Moment) -> bool:
    return claim.line in timeline.find_lines(claim.name)


def check_does(timeline: Timeline, claim: Claim, _moment: Moment) -> bool:
    if claim.name.startswith("call "):
        return claim.name[5:] in find_layout(timeline.code).calls.get(claim.line, ())
    kinds = {row[3] for row in timeline.rows if row[0] == claim.line}
    return bool(kinds & set(LOOPS)) if claim.name == "loop" else claim.name in kinds


def check_within(timeline: Timeline, claim: Claim, moment: Moment) -> bool:
    index = moment.step.index
    for run in timeline.runs:
        if len(run.starts) >= claim.count > 0 and claim.line in (0, run.line):
            ends = [*run.starts[1:], run.end]
            if run.starts[claim.count - 1] <= index < ends[claim.count - 1]:
                return True
    return False


def check_deep(timeline: Timeline, claim: Claim, moment: Moment) -> bool:
    entered = timeline.frames.get(moment.step.frame)
    return entered is not None and count_depth(timeline, entered) == claim.count


def check_took(timeline: Timeline, claim: Claim, moment: Moment) -> bool:
    step = moment.step
    if not _is_here(claim, moment) or str(step.taken) != claim.value:
        return False
    kind = timeline.rows[step.statement][3]
    if claim.name == "condition":
        return kind != "For"
    return not claim.name or (kind in LOOPS) == (claim.name == "loop")


def check_began(_timeline: Timeline, claim: Claim, moment: Moment) -> bool:
    return _is_here(claim, moment) and moment.step.iteration == claim.count > 0


def check_ended(_timeline: Timeline, claim: Claim, moment: Moment) -> bool:
    """True at the header step that follows the iteration."""
    if not _is_here(claim, moment) or moment.count != claim.count:
        return False
    return literals.same(moment.step.before.get(claim.name, ""), claim.value)


def check_alike(timeline: Timeline, claim: Claim, moment: Moment) -> bool:
    """True at the first of the iterations, when all of them went ways that iterations outside went."""
    if not _is_here(claim, moment) or moment.step.iteration != claim.count:
        return False
    run = next(run for run in timeline.runs if moment.step.index in run.starts)
    last = int(claim.value)
    if not claim.count <= last <= run.count:
        return False
    ends = [*run.starts[1:], run.end]
    paths = [timeline.path(start, end) for start, end in zip(run.starts, ends, strict=True)]
    inside, outside = paths[claim.count - 1 : last], [*paths[: claim.count - 1], *paths[last:]]
    return set(inside) <= set(outside)


def check_iterated(timeline: Timeline, claim: Claim, moment: Moment) -> bool:
    find = find_over if claim.value == "over" else find_runs
    return any(run.count == claim.count for run in find(timeline, claim.line, moment.step))


def find_over(timeline: Timeline, line: int, step: Step) -> list[Run]:
    """The runs of loops that a moment can look back on: those that no later run of the same loop followed."""
    over = {(run.frame, run.line): run for run in timeline.runs
            if line in (0, run.line) and (run.starts or (run.end,))[0] <= step.index}  # fmt: skip
    return [run for run in over.values() if run.end <= step.index]


def find_runs(timeline: Timeline, line: int, step: Step) -> Iterator[Run]:
    """The runs of a loop that a moment may speak of: going on, just over, or about to begin."""
    over: Run | None = None
    for run in timeline.runs:
        if line not in (0, run.line):
            continue
        start = run.starts[0] if run.starts else run.end
        if start <= step.index <= run.end or start == step.index + 1:
            yield run
        elif run.end < step.index and run.frame == step.frame and (over is None or run.end > over.end):
            over = run
    if over is not None:
        yield over


def check_spanned(timeline: Timeline, claim: Claim, _moment: Moment) -> bool:
    """True when some run of a loop gave the name these values; "0..9" tells the first and the last."""
    first, ranged, last = claim.value.partition("..")
    for run in timeline.runs:
        given = [timeline.taken[start].after.get(claim.name, "") for start in run.starts]
        if ranged and given and literals.same(given[0], first) and literals.same(given[-1], last):
            return True
        if not ranged and literals.same(f"[{', '.join(given)}]", claim.value):
            return True
    return False


def check_called(timeline: Timeline, claim: Claim, moment: Moment) -> bool:
    step = moment.step
    if step.kind != "call" or not is_function(step, claim.name):
        return False
    if claim.count >= 0 and claim.count != count_depth(timeline, step):
        return False
    return not claim.value or claim.value == ", ".join(f"{name}={text}" for name, text in step.after.items())


def is_function(step: Step, name: str) -> bool:
    return not name or step.function == name or step.function.split(".")[-1] == name


def count_depth(timeline: Timeline, step: Step) -> int:
    """Calls of the same function that were running when this one was entered."""
    found, frame = 0, step.parent
    while frame in timeline.frames:
        found += timeline.frames[frame].function == step.function
        frame = timeline.frames[frame].parent
    return found


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
    if step.kind != "yield" or not _is_here(claim, moment) or not is_function(step, claim.name):
        return False
    return literals.same(step.value, claim.value)


def check_raised(timeline: Timeline, claim: Claim, moment: Moment) -> bool:
    step = moment.step
    following = timeline.taken[step.index + 1] if step.index + 1 < len(timeline.taken) else step
    return (
        _is_here(claim, moment) and claim.value in (step.exception, following.exception) and bool(claim.value)
    )


def check_printed(_timeline: Timeline, claim: Claim, moment: Moment) -> bool:
    """True where this was printed, with or without the end of its line; `2` prints as the text "2" does."""
    output = moment.step.output
    if not _is_here(claim, moment) or not output:
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

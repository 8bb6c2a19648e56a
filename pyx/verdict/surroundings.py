"""What can be seen around a step: the names, and every value that a text may speak of there."""

from __future__ import annotations

import ast
import functools
from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from typing import Any, cast

from pyx import literals
from pyx.records import Claim
from pyx.trace import expressions
from pyx.trace.steps import Step
from pyx.verdict.timeline import Moment, Timeline

DEEP = 2
"""Levels of containers whose items may be spoken of."""


def seen(timeline: Timeline, step: Step, *, after: bool) -> Mapping[str, str]:
    """The names that can be seen at a step: its own frame's, its callers', the module's constants."""
    found: list[Mapping[str, str]] = [step.after if after else step.before]
    frame = step.frame
    while frame in timeline.frames:
        entered = timeline.frames[frame]
        frame = entered.parent
        if frame in timeline.frames:
            found.append(timeline.taken[_caller(timeline, entered)].before)
    return ChainMap(*(cast(MutableMapping[str, str], item) for item in [*found, timeline.constants]))


def _caller(timeline: Timeline, entered: Step) -> int:
    place = entered.index
    while place > 0 and timeline.taken[place].frame != entered.parent:
        place -= 1
    return place


def is_near(timeline: Timeline, text: str, moment: Moment, *, placed: bool = True) -> bool:
    """Whether a value stands in the state, the statement, or what the statement computes.

    A `placed` number may also be the position of an item.
    """
    try:
        wanted = literals.read(text)
    except ValueError:
        states = (seen(timeline, moment.step, after=after) for after in (False, True))
        return any(text == value for state in states for value in state.values())
    step = moment.step
    for state in (seen(timeline, step, after=False), seen(timeline, step, after=True)):
        if any(_contains(value, text, wanted) for value in state.values()):
            return True
        if placed and type(wanted) is int and any(-1 <= wanted < size for size in _sizes(state.values())):
            return True
    if (
        step.kind == "line"
        and timeline.rows[step.statement][3] == "Return"
        and step.frame in timeline.results
    ):
        step = timeline.results[step.frame]
    following = timeline.taken[step.index + 1 : step.index + 2]
    if isinstance(wanted, str) and wanted in [other.message for other in (step, *following) if other.message]:
        return True
    if step.value and _contains(step.value, text, wanted):
        return True
    return any(_contains(value, text, wanted) for value in _computed(timeline, step))


def _computed(timeline: Timeline, step: Step) -> Iterator[str]:
    """The constants of a statement, and the values of its expressions."""
    state = seen(timeline, step, after=False)
    for node in timeline.expressions(step):
        try:
            yield expressions.evaluate(node, state, timeline.functions)
        except expressions.Unknown:
            continue
    if step.iteration:
        yield str(step.iteration)
        yield str(step.iteration - 1)


def _sizes(values: Iterable[str]) -> Iterator[int]:
    """How long values are that have items, those inside them left out; their last item is at -1 too."""
    for value in values:
        yield from _size(value)


@functools.lru_cache(maxsize=20_000)
def _size(value: str) -> tuple[int, ...]:
    try:
        read = literals.read(value)
    except ValueError:
        return ()
    return (len(read),) if isinstance(read, (list, tuple, set, frozenset, dict, str)) else ()


def is_size(timeline: Timeline, count: int, moment: Moment) -> bool:
    """Whether something that can be seen at a moment holds that many items."""
    seen_now = [seen(timeline, moment.step, after=after) for after in (False, True)]
    return any(count == size for state in seen_now for size in _sizes(state.values())) or any(
        count == size for size in _sizes(_computed(timeline, moment.step))
    )


def find_sequences(timeline: Timeline, moment: Moment) -> Iterator[Any]:
    """Every text, list and tuple that can be seen at a moment, those right inside others included."""
    states = [seen(timeline, moment.step, after=after) for after in (False, True)]
    for text in dict.fromkeys(
        [*(value for state in states for value in state.values()), *_computed(timeline, moment.step)]
    ):
        yield from read_sequences(text)


@functools.lru_cache(maxsize=20_000)
def read_sequences(text: str) -> tuple[Any, ...]:
    try:
        value = literals.read(text)
    except ValueError:
        return ()
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else ()
    return tuple(item for item in (value, *inside) if isinstance(item, (str, list, tuple)))


def has_become_size(timeline: Timeline, count: int, moment: Moment) -> bool:
    """Whether a statement gave something as many items, which it did not have before."""
    step = moment.step
    names = {*step.changed, *timeline.sets(step)}
    before, after = ([_size(state.get(name, "")) for name in names] for state in (step.before, step.after))
    return any(now == (count,) and then != now for then, now in zip(before, after, strict=True))


def has_part(value: str, text: str) -> bool:
    """Whether a value has another one as its item, two levels deep, or as a piece of a text in it."""
    try:
        return _contains(value, text, literals.read(text))
    except ValueError:
        return False


def _contains(value: str, text: str, wanted: Any) -> bool:
    if value == text:
        return True
    key = (type(wanted).__name__, _canonical(text))
    if key in parts_of(value):
        return True
    return isinstance(wanted, str) and wanted in "".join(_texts(value))


@functools.lru_cache(maxsize=20_000)
def parts_of(value: str) -> frozenset[tuple[str, str]]:
    """A value's items, keys and sizes, two levels deep, each with its type; an object's attributes."""
    try:
        return frozenset(_take_apart(literals.read(value), DEEP))
    except ValueError:
        return frozenset(part for inner in _find_attributes(value) for part in parts_of(inner))


def _find_attributes(text: str) -> Iterator[str]:
    """The values of an object that is shown as the call that would make it."""
    try:
        node = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    if isinstance(node, ast.Call):
        yield from (ast.unparse(item) for item in (*node.args, *(word.value for word in node.keywords)))


def _take_apart(value: Any, depth: int) -> Iterator[tuple[str, str]]:
    yield type(value).__name__, literals.write(value)
    if isinstance(value, (list, tuple, set, frozenset, dict, str)):
        yield "int", str(len(value))
    if depth and isinstance(value, dict):
        for key, item in value.items():
            yield from _take_apart(key, depth - 1)
            yield from _take_apart(item, depth - 1)
    elif depth and isinstance(value, (list, tuple, set, frozenset)):
        for item in value:
            yield from _take_apart(item, depth - 1)


@functools.lru_cache(maxsize=20_000)
def _texts(value: str) -> tuple[str, ...]:
    """The strings in a value, each closed by a mark that none of them holds."""
    return tuple(f"{ast.literal_eval(text)}\x00" for kind, text in parts_of(value) if kind == "str")


@functools.lru_cache(maxsize=20_000)
def _canonical(text: str) -> str:
    try:
        return literals.write(literals.read(text))
    except (ValueError, OverflowError):
        return text


def is_here(claim: Claim, moment: Moment) -> bool:
    """Whether a moment is at the line that a claim names, if it names one."""
    return claim.line in (0, moment.step.line)

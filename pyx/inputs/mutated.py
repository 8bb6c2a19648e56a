"""Inputs near those that are known, kept inside the domain that they show."""

from __future__ import annotations

import ast
import random
from collections.abc import Iterator, Sequence
from typing import Any

from pyx.inputs import make_case
from pyx.inputs.callsites import find_callsites
from pyx.inputs.doctests import find_doctests
from pyx.literals import read, write
from pyx.records import Case, Sample
from pyx.registry import INPUTS
from pyx.source.calls import is_constant, read_call, write_call


@INPUTS.add("mutated", version=1)
def mutate_inputs(sample: Sample, *, tries: int = 16) -> Iterator[Case]:
    """Known calls with one argument changed a little, never beyond what the known ones show.

    Numbers keep their sign and at most double, texts and lists keep their alphabet and at most double in
    length; what is never empty stays so. Without a known direct call there is nothing to change.
    """
    known = list(_find_known(sample))
    if not known:
        return
    rng = random.Random(sample.id)
    for _ in range(tries):
        args, kwargs = rng.choice(known)
        places: list[int | str] = [*range(len(args)), *kwargs]
        place = rng.choice(places)
        seen = [row[place] for row in map(_places, known) if place in row]
        value = _change(rng.choice(seen), seen, rng)
        args = [value if index == place else item for index, item in enumerate(args)]
        kwargs = {name: value if name == place else item for name, item in kwargs.items()}
        texts = [(name, write(item)) for name, item in kwargs.items()]
        yield make_case(sample, write_call(sample.given.entry, map(write, args), texts), "mutated")


Call = tuple[list[Any], dict[str, Any]]


def _find_known(sample: Sample) -> Iterator[Call]:
    """The arguments of the direct constant calls in docstring and corpus."""
    for case in (*find_doctests(sample), *find_callsites(sample)):
        call = read_call(case.call, sample.given.entry)
        if call and is_constant(call) and (call.args or call.keywords):
            values = [_read(item) for item in call.args]
            yield values, {keyword.arg: _read(keyword.value) for keyword in call.keywords if keyword.arg}


def _read(node: ast.expr) -> Any:
    return read(ast.unparse(node))


def _places(call: Call) -> dict[int | str, Any]:
    args, kwargs = call
    places: dict[int | str, Any] = dict(enumerate(args))
    places.update(kwargs)
    return places


def _change(value: Any, seen: Sequence[Any], rng: random.Random) -> Any:
    same = [other for other in seen if type(other) is type(value)]
    if type(value) in (int, float):
        return _change_number(value, same, rng)
    if type(value) in (str, bytes):
        return _change_text(value, same, rng)
    if type(value) in (list, tuple):
        return _change_items(value, same, rng)
    if type(value) is dict and value:
        return _change_dict(value, rng)
    return rng.choice(same)


def _change_number(value: Any, seen: Sequence[Any], rng: random.Random) -> Any:
    low, high = min(seen), max(seen)
    if type(value) is float:
        return round(rng.uniform(min(0.0, low * 2), max(0.0, high * 2)), 2)
    if low >= 0:
        return rng.randint(min(low, 1) if low else 0, max(high * 2, 2) if high > 2 else max(high, 1) + 1)
    return rng.randint(low * 2, max(high * 2, 0))


def _change_text(value: Any, seen: Sequence[Any], rng: random.Random) -> Any:
    letters = sorted({value[i : i + 1] for value in seen for i in range(len(value))})
    longest, shortest = max(map(len, seen)), min(map(len, seen))
    changed = _edit([value[i : i + 1] for i in range(len(value))], letters, rng)
    changed = changed[: 2 * longest]
    return type(value)().join(changed) if len(changed) >= min(shortest, 1) else value


def _change_items(value: Any, seen: Sequence[Any], rng: random.Random) -> Any:
    items = [item for other in seen for item in other]
    if not items:
        return value
    if rng.random() < 0.5 and value:
        place = rng.randrange(len(value))
        changed = [*value[:place], _change(value[place], items, rng), *value[place + 1 :]]
    elif type(value) is tuple:
        return value
    else:
        changed = _edit(list(value), items, rng)[: 2 * max(map(len, seen))]
    if not changed and all(seen):
        return value
    return type(value)(changed)


def _edit(items: list[Any], choices: Sequence[Any], rng: random.Random) -> list[Any]:
    """One or two small edits: drop, double, swap, turn round, put in something seen."""
    for _ in range(rng.randint(1, 2)):
        if not choices:
            return items
        place = rng.randrange(len(items) + 1)
        match rng.randrange(5):
            case 0:
                items = items[:place] + items[place + 1 :]
            case 1:
                items = items[:place] + items[max(0, place - 1) :]
            case 2:
                items = items[place:] + items[:place]
            case 3:
                items = items[::-1]
            case _:
                items = [*items[:place], rng.choice(choices), *items[place:]]
    return items


def _change_dict(value: dict[Any, Any], rng: random.Random) -> dict[Any, Any]:
    keys = list(value)
    if len(keys) > 1 and rng.random() < 0.4:
        gone = rng.choice(keys)
        return {key: item for key, item in value.items() if key != gone}
    place = rng.choice(keys)
    values = list(value.values())
    return {key: _change(item, values, rng) if key == place else item for key, item in value.items()}


EXAMPLES: list[tuple[str, str, list[str]]] = [("def f(x):\n    return x\n", "f", [])]

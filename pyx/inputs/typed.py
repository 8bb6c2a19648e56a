"""Inputs made from what the source says about the types of the parameters."""

from __future__ import annotations

import ast
import random
from collections.abc import Iterator
from typing import Any

from pyx.inputs import make_case
from pyx.inputs.values import make_value
from pyx.literals import write
from pyx.records import Case, Grade, Sample
from pyx.registry import INPUTS
from pyx.source.calls import write_call
from pyx.source.types import ANY, Kind, Parameter, find_parameters

_KNOWN = {"annotation", "docstring", "default"}


@INPUTS.add("typed", version=1)
def make_typed(sample: Sample, *, tries: int = 24) -> Iterator[Case]:
    """Calls with small readable values of the parameters' types, the edges among them.

    The grade is `typed` where annotations, the docstring's parameter table or defaults name the types of all
    parameters, else `heuristic`: names and uses suggested them. None for a parameter that no literal fits.
    """
    tree = ast.parse(sample.given.code)
    entry = sample.given.entry
    function = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == entry)
    parameters = find_parameters(function, tree)
    if not all(_can_make(parameter) for parameter in parameters):
        return
    grade: Grade = "typed" if all(map(_is_known, parameters)) else "heuristic"
    rng = random.Random(sample.id)
    for turn in range(tries):
        yield make_case(sample, _make_call(entry, parameters, turn, rng), grade)


def _can_make(parameter: Parameter) -> bool:
    return parameter.kind.writable or bool(parameter.default) or parameter.form in ("star", "double-star")


def _is_known(parameter: Parameter) -> bool:
    if parameter.default or parameter.form in ("star", "double-star"):
        return True
    return parameter.source in _KNOWN and ANY not in _walk(parameter.kind)


def _walk(kind: Kind) -> Iterator[Kind]:
    yield kind
    for part in kind.parts:
        yield from _walk(part)


def _make_call(entry: str, parameters: list[Parameter], turn: int, rng: random.Random) -> str:
    args: list[str] = []
    kwargs: list[tuple[str, str]] = []
    made: list[Any] = []
    for parameter in parameters:
        if parameter.form == "double-star" or (parameter.form == "star" and not parameter.kind.writable):
            continue
        if parameter.form == "star":
            args += [
                write(make_value(parameter.kind, parameter.name, rng.randrange(8), rng)) for _ in range(2)
            ]
            continue
        if parameter.default and _leave_out(parameter, turn, rng):
            continue
        value = _relate(make_value(parameter.kind, parameter.name, turn, rng), made, rng)
        made.append(value)
        if parameter.form == "keyword" or len(made) > len(args) + 1 or _has_gap(parameters, parameter, args):
            kwargs.append((parameter.name, write(value)))
        else:
            args.append(write(value))
    return write_call(entry, args, kwargs)


def _leave_out(parameter: Parameter, turn: int, rng: random.Random) -> bool:
    """Defaults are how a function is mostly called; without a type nothing better is known."""
    return parameter.kind == ANY or not parameter.kind.writable or turn % 3 != 2 or rng.random() < 0.4


def _has_gap(parameters: list[Parameter], parameter: Parameter, args: list[str]) -> bool:
    return parameters.index(parameter) != len(args)


def _relate(value: Any, made: list[Any], rng: random.Random) -> Any:
    """Half the time a value that could be an item or a part of an earlier argument is one."""
    for other in made:
        if rng.random() < 0.5:
            continue
        if isinstance(other, list | tuple) and other and type(value) is type(other[0]):
            return rng.choice(other)
        if type(value) is str and type(other) is str and len(other) > 2:
            start = rng.randrange(len(other) - 1)
            return other[start : start + rng.randint(1, 3)]
    return value


EXAMPLES: list[tuple[str, str, list[str]]] = [
    ("def f(g: Callable[[int], int]) -> int:\n    return g(1)\n", "f", []),
]

"""Inputs made from what the source says about the types of the parameters."""

from __future__ import annotations

import ast
import itertools
import random
import re
from collections.abc import Generator, Iterator
from dataclasses import replace
from typing import Any

from pyx.inputs import make_case
from pyx.inputs.values import make_value, sort_items
from pyx.literals import write
from pyx.records import Case, Grade, Sample
from pyx.registry import INPUTS
from pyx.source.calls import write_call
from pyx.source.module import find_function
from pyx.source.types import ANY, FLOAT, INT, STR, Kind, Parameter, find_parameters

_KNOWN = {"annotation", "docstring", "default"}
_NUMBERS, _TEXTS = Kind("list", (INT,)), Kind("list", (STR,))
_GUESSES = (
    STR, _NUMBERS, INT, _TEXTS, Kind("dict", (STR, INT)), FLOAT, Kind("bytes"), Kind("list", (_NUMBERS,)),
    Kind("list", (Kind("tuple", (STR, INT)),)), Kind("dict", (STR, STR)),
)  # fmt: skip
"""What a parameter that nothing is known about may be, the likeliest first."""

_MOST_GUESSES = 24
_SORTED = re.compile(r"(?i)\bsorted (list|array|sequence|items|collection|numbers|data|iterable)|"
                     r"\b(is|are|be|already) sorted|assum\w+ .{0,30}sorted|sorted in ascending")  # fmt: skip
"""A docstring that asks for its input in order."""


@INPUTS.add("typed", version=1)
def make_typed(sample: Sample, *, tries: int = 24) -> Generator[Case, bool | None, None]:
    """Calls with small readable values of the parameters' types, the edges among them.

    The grade is `typed` where annotations, the docstring's parameter table or defaults name the types of all
    parameters, else `heuristic`: names and uses suggested them. None for a parameter that no literal fits.
    Who tries the calls out may send back whether each did fit: then guesses that do not are given up.
    """
    tree = ast.parse(sample.given.code)
    entry = sample.given.entry
    parameters = find_parameters(find_function(tree, entry), tree)
    if not all(_can_make(parameter) for parameter in parameters):
        return
    grade: Grade = "typed" if all(map(_is_known, parameters)) else "heuristic"
    rng = random.Random(sample.id)
    ordered = bool(_SORTED.search(sample.given.docstring))
    for guess in _guess(parameters):
        fitting = 0
        for turn in range(tries):
            fits = yield make_case(sample, _make_call(entry, guess, turn, rng, ordered=ordered), grade)
            fitting += 1 if fits is not False else 0
            if turn >= 1 and not fitting:
                break
        if fitting:
            return


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


def _guess(parameters: list[Parameter]) -> Iterator[list[Parameter]]:
    """The parameters as they are, then with other kinds for those that nothing is known about."""
    yield parameters
    places = [index for index, parameter in enumerate(parameters) if not _is_known(parameter)]
    if not places:
        return
    width = len(_GUESSES) if len(places) == 1 else 4
    choices = itertools.product(_GUESSES[:width], repeat=min(len(places), 3))
    for kinds in itertools.islice(choices, _MOST_GUESSES):
        changed = list(parameters)
        for place, kind in zip(places, kinds, strict=False):
            changed[place] = replace(parameters[place], kind=kind)
        if changed != parameters:
            yield changed


def _make_call(
    entry: str, parameters: list[Parameter], turn: int, rng: random.Random, *, ordered: bool = False
) -> str:
    args: list[str] = []
    kwargs: list[tuple[str, str]] = []
    made: list[Any] = []
    for place, parameter in enumerate(parameters):
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
        value = sort_items(value) if ordered and isinstance(value, list) else value
        made.append(value)
        if parameter.form == "keyword" or place != len(args):
            kwargs.append((parameter.name, write(value)))
        else:
            args.append(write(value))
    return write_call(entry, args, kwargs)


def _leave_out(parameter: Parameter, turn: int, rng: random.Random) -> bool:
    """Defaults are how a function is mostly called; without a type nothing better is known."""
    return parameter.kind == ANY or not parameter.kind.writable or turn % 3 != 2 or rng.random() < 0.4


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


_CALLABLE = "from typing import Callable\n\ndef f(g: Callable[[int], int]) -> int:\n    return g(1)\n"
EXAMPLES: list[tuple[str, str, list[str]]] = [(_CALLABLE, "f", [])]

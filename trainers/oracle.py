"""EvalPlus's comparison of what a program returned with what was expected.

Plain standard library and no annotations that need a newer one, for its source is also sent into
the sandbox: there `judge` compares live objects, as EvalPlus does. Outside, `Oracle.agree`
compares values that came back as data.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

SET_EQUAL = {
    "similar_elements", "find_char_long", "common_in_nested_lists", "extract_singly", "larg_nnum",
    "intersection_array", "find_dissimilar", "Diff",
}  # fmt: skip
"""MBPP+ functions whose result counts as a set."""

NOT_NONE = {"check_str", "text_match_three", "text_starta_endb"}
"""MBPP+ functions of which only counts whether they return something."""

RTOL = 1e-07

nan, inf = math.nan, math.inf  # for the texts of expected values


class Oracle:
    """The rule for one task; the tolerance that a first float calls for stays for later inputs."""

    def __init__(self, entry: str, family: str, atol: float, exact_floats: bool) -> None:
        self.entry = entry
        self.family = family
        self.atol = atol
        self.exact_floats = exact_floats

    def agree(self, args: Any, value: Any, expected: Any) -> bool:
        """Whether `value` will do for what was expected of the call with `args`."""
        if self.family == "humaneval" and self.entry == "find_zero":
            return bool(abs(sum(c * value**i for i, c in enumerate(args[0]))) <= self.atol)
        right = self._match(value, expected)
        if self.exact_floats:
            return bool(right)
        if self.atol == 0 and are_floats(expected):
            self.atol = 1e-6
        if right or self.atol == 0:
            return bool(right)
        return type(value) is type(expected) and near(value, expected, self.atol)

    def _match(self, value: Any, expected: Any) -> Any:
        if self.family == "mbpp":
            if self.entry == "are_equivalent":
                return True
            if self.entry == "sum_div" and value == 0:
                return True
            if self.entry in SET_EQUAL:
                return set(value) == set(expected)
            if self.entry in NOT_NONE:
                return (value if type(value) is bool else value is not None) == expected
        return value == expected


def are_floats(value: Any) -> bool:
    """Whether it is a float, or a list or tuple of nothing else."""
    if isinstance(value, (list, tuple)):
        return all(isinstance(item, float) for item in value)
    return isinstance(value, float)


def near(value: Any, expected: Any, atol: float) -> bool:
    """Whether numbers, or equally shaped lists of numbers, differ by no more than the tolerances."""
    if isinstance(expected, (list, tuple)):
        pairs = zip(value, expected, strict=True)
        return len(value) == len(expected) and all(near(one, other, atol) for one, other in pairs)
    if isinstance(expected, float) and not math.isfinite(expected):
        return bool(value == expected)
    return bool(abs(value - expected) <= atol + RTOL * abs(expected))


def judge(function: Callable[..., Any], oracle: Oracle, inputs: list[Any], expected: list[Any]) -> int:
    """How many inputs, from the first, the function answers as expected."""
    for number, (args, value) in enumerate(zip(inputs, expected, strict=True)):
        if not oracle.agree(args, function(*args), value):
            return number
    return len(inputs)


def answer_all(function: Callable[..., Any], inputs: list[Any], not_none: bool) -> list[Any]:
    """What the function gives for each input; only whether it is something where that is all that counts."""
    values = [function(*args) for args in inputs]
    return [value is not None for value in values] if not_none else values


def _set(value: Any) -> Any:
    return set(value) if isinstance(value, list) and value else {}


def _deep(value: Any) -> Any:
    return tuple(_deep(item) for item in value) if isinstance(value, list) else value


SHAPES: dict[str, Callable[[Any], Any]] = {
    "same": lambda value: value,
    "tuple": tuple,
    "tuples": lambda value: [tuple(item) for item in value],
    "tuple-of-tuples": lambda value: tuple(tuple(item) for item in value),
    "tuple-of-some": lambda value: tuple(tuple(i) if isinstance(i, list) else i for i in value),
    "sets": lambda value: [_set(item) for item in value],
    "values": lambda value: {key: tuple(item) for key, item in value.items()},
    "deep": _deep,
    "float": float,
    "complex": complex,
}
"""What JSON lost of an argument, by name."""


def read_inputs(text: str, shape: str) -> list[Any]:
    """The argument lists that JSON holds; `shape` names the shape of each argument, the last for the rest."""
    words = shape.split() or ["same"]
    return [
        [SHAPES[words[min(place, len(words) - 1)]](value) for place, value in enumerate(args)]
        for args in json.loads(text)
    ]

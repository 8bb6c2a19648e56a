"""EvalPlus's comparison of what a program returned with what was expected.

Plain standard library and no annotations that need a newer one, for its source is also sent into
the sandbox: there `judge` compares live objects, as EvalPlus does. Outside, `Oracle.agree`
compares values that came back as data.
"""

from __future__ import annotations

import copy
import json
import math
from collections.abc import Callable, Iterable
from time import process_time
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


PATIENCE = 4
"""How many times what the reference needs an input may take, if that is more than a second."""


class Oracle:
    """The rule for one task; the tolerance that a first float calls for stays for later inputs.

    `second` is the processor time here for what is a second there; 0 sets no limit to an input.
    """

    def __init__(self, entry: str, family: str, atol: float, exact_floats: bool, second: float = 0) -> None:
        self.entry = entry
        self.family = family
        self.atol = atol
        self.exact_floats = exact_floats
        self.second = second

    def find_fault(self, rows: Iterable[tuple[Any, ...]]) -> str:
        """Why the first of the inputs that is not answered as it should be is not, "" when all are.

        A row is the arguments, the value and its seconds, and both of the reference.
        """
        for args, value, spent, expected, needed in rows:
            if self.second and spent > max(self.second, PATIENCE * needed):
                return "timeout"
            if not self.agree(args, value, expected):
                return "wrong-value"
        return ""

    def agree(self, args: Any, value: Any, expected: Any) -> bool:
        """Whether `value` will do for what was expected of the call with `args`."""
        if self.family == "humaneval" and self.entry == "find_zero":
            return bool(abs(sum(c * value**i for i, c in enumerate(args[0]))) <= self.atol)
        right = self._match(args, value, expected)
        if self.exact_floats:
            return bool(right)
        if self.atol == 0 and are_floats(expected):
            self.atol = 1e-6
        if right or self.atol == 0:
            return bool(right)
        return type(value) is type(expected) and near(value, expected, self.atol)

    def _match(self, args: Any, value: Any, expected: Any) -> Any:
        if self.family == "mbpp":
            if self.entry in ALSO and ALSO[self.entry](args, value, self.atol):
                return True
            if self.entry in SET_EQUAL:
                return set(value) == set(expected)
            if self.entry in NOT_NONE:
                return (value if type(value) is bool else value is not None) == (expected is not None)
        return value == expected


def _pyramid(args: Any, value: Any, atol: float) -> bool:
    base, height = args
    area = base**2 + 2 * base * math.sqrt((base / 2) ** 2 + height**2)
    return bool(abs(value - round(area)) <= atol)


def _distance(args: Any, value: Any, _atol: float) -> bool:
    one, other = map(str, args)
    width = max(len(one), len(other))
    pairs = zip(one.zfill(width), other.zfill(width), strict=True)
    return bool(value == sum(abs(int(left) - int(right)) for left, right in pairs))


ALSO: dict[str, Callable[[Any, Any, float], bool]] = {
    "are_equivalent": lambda _args, _value, _atol: True,
    "sum_div": lambda _args, value, _atol: value == 0,
    "surface_Area": _pyramid,
    "digit_distance_nums": _distance,
}
"""MBPP+ functions whose description has another reading: what is right besides what is expected."""


def are_floats(value: Any) -> bool:
    """Whether it is a float, or a list or tuple of them and of nothing else."""
    if isinstance(value, (list, tuple)) and value:
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


def judge(function: Callable[..., Any], oracle: Oracle, inputs: list[Any], known: list[list[Any]]) -> str:
    """Why the function does not give what is known for the inputs, "" when it does."""
    live = ((args, *_time(function, args), *more) for args, *more in zip(inputs, *known, strict=True))
    return oracle.find_fault(live)


def answer_all(function: Callable[..., Any], inputs: list[Any]) -> list[list[Any]]:
    """What the function gives for each input, and the seconds of processor time that each took."""
    values, seconds = [], []
    for args in inputs:
        value, spent = _time(function, args)
        values.append(_keep(value))
        seconds.append(spent)
    return [values, seconds]


def _time(function: Callable[..., Any], args: Any) -> tuple[Any, float]:
    start = process_time()
    return function(*args), round(process_time() - start, 3)


def _keep(value: Any) -> Any:
    """The value as it is now, whatever a later call does to it; what cannot be copied, itself."""
    try:
        return copy.deepcopy(value)
    except Exception:
        return value


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

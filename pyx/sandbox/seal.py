"""Whether the code that reports on a program is still the code that was loaded.

A program without a policy can walk frames to the functions that write down its value, and replace
them. What it replaced is seen here before the answer goes out: a reporter that was changed is
`tampered`, not believed. This is fidelity, not the boundary: a program made for this very reporter
can undo this too, and still spoils no answer but its own.
"""

from __future__ import annotations

import operator
import types
from collections.abc import Callable, Iterable, Iterator
from typing import Any

Place = tuple[dict[str, Any], str, Any]
"""A namespace, a name in it, and what it stood for."""

_find, _is_same, _read_code = dict.get, operator.is_, operator.attrgetter("__code__")


def close(functions: Iterable[Any]) -> Callable[[], bool]:
    """How to ask whether these functions, and all that they look up in their modules, are as they are now.

    It asks by identity, for an object may call itself equal to any. Types are left out: to look at
    one is to write to its page, which is then copied for the child, and few lies begin there.
    """
    functions = _gather(functions)
    codes = tuple(map(_read_code, functions))
    places = {(id(space), name): (space, name, value) for space, name, value in _find_places(functions)}
    spaces, names, values = zip(*places.values(), strict=True)

    def is_whole() -> bool:
        same_codes = all(map(_is_same, map(_read_code, functions), codes))
        return same_codes and all(map(_is_same, map(_find, spaces, names), values))

    return is_whole


def _gather(functions: Iterable[Any]) -> tuple[types.FunctionType, ...]:
    found: dict[types.FunctionType, None] = {}
    waiting = list(functions)
    while waiting:
        function = waiting.pop()
        if function not in found:
            found[function] = None
            called = (value for _, _, value in _find_places([function]))
            waiting += [value for value in called if isinstance(value, types.FunctionType)]
    return tuple(found)


def _find_places(functions: Iterable[types.FunctionType]) -> Iterator[Place]:
    for function in functions:
        for space in (function.__globals__, function.__globals__["__builtins__"]):
            for name in {function.__name__, *_find_names(function.__code__)} & space.keys():
                if not isinstance(space[name], type):
                    yield space, name, space[name]


def _find_names(code: types.CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _find_names(constant)

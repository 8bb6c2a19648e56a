"""Values of a program as text: what was given, returned, changed; runs none of its code but `__next__`."""

from __future__ import annotations

import inspect
import itertools
import sys
import types
from collections.abc import Callable
from typing import Any

from pyx import literals

MOST_ITEMS = 1000
"""Items of a returned iterator that are written."""

_settrace, _setprofile = sys.settrace, sys.setprofile


class TooMuch(Exception):
    """The program returned more than may be written down."""


def write_value(value: object, limit: int) -> str:
    """The text of a value; `TooMuch` beyond the limit, opaque where it is nested too deeply."""
    try:
        return literals.write(value, limit=limit)
    except OverflowError as error:
        if error.args == ("too long",):
            raise TooMuch(f"a value of more than {limit} characters") from None
        return f"<opaque {literals.type_name(type(value))}>"


def materialise(value: Any) -> tuple[str, Any]:
    """The type's name and the value; an iterator becomes the list of what it gives."""
    kind = type(value)
    name = literals.type_name(kind)
    if not (_defines(kind, "__next__") and _defines(kind, "__iter__")):
        return name, value
    # One expression, for the reason that stands in `Guest._run`.
    items = (list(itertools.islice(value, MOST_ITEMS + 1)), _settrace(None), _setprofile(None))[0]
    if len(items) > MOST_ITEMS:
        raise TooMuch(f"an iterator of more than {MOST_ITEMS} items")
    return name, items


_bases = type.__dict__["__mro__"].__get__
_names = type.__dict__["__dict__"].__get__


def _defines(kind: type, name: str) -> bool:
    """Whether a class or one it inherits from defines the name; asks no metaclass."""
    return any(name in _names(base) for base in _bases(kind))


def bind(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """The arguments by parameter; none when the call does not fit, which calling it will tell."""
    if type(function) is types.FunctionType and not function.__dict__ and not kwargs:
        code = function.__code__
        least = code.co_argcount - len(function.__defaults__ or ())
        if least <= len(args) <= code.co_argcount and not code.co_kwonlyargcount:
            return dict(zip(code.co_varnames, args, strict=False))
    # All that is not a plain call of a plain function; inspect is right, and slow.
    try:
        return dict(inspect.signature(function).bind(*args, **kwargs).arguments)
    except MemoryError:
        raise
    except BaseException:  # it does not fit, or a signature of the program's own did anything at all
        return {}


def write_arguments(given: dict[str, Any], limit: int) -> dict[str, str]:
    """The text of each argument, empty where it is too long or too deep."""
    texts = {}
    for name, value in given.items():
        try:
            texts[name] = literals.write(value, limit=limit)
        except (OverflowError, ValueError):  # ValueError: of an integer beyond a limit that the program set
            texts[name] = ""
    return texts


def join_arguments(texts: dict[str, str]) -> str:
    """The literal text of `{parameter: value}`; empty unless all of them are literals."""
    if not texts or not all(text and _is_literal(text) for text in texts.values()):
        return ""
    return f"{{{', '.join(f'{name!r}: {text}' for name, text in texts.items())}}}"


def _is_literal(text: str) -> bool:
    return "<opaque " not in text or literals.is_literal(text)

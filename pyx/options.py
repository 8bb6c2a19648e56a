"""Options of a plug-in: its keyword-only parameters, and which values of a recipe fit them."""

from __future__ import annotations

import inspect
import types
import typing
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Option:
    """One keyword-only parameter of a plug-in: what a recipe may set."""

    name: str
    type: Any
    default: Any  # inspect.Parameter.empty when it must be given

    @property
    def required(self) -> bool:
        return self.default is inspect.Parameter.empty

    def find_fault(self, value: object) -> str:
        """What a value is that does not fit: `not a whole number`, `below zero`; empty when it fits."""
        if not accepts(self.type, value):
            return f"not {name_type(self.type)}"
        # All that options count and measure begins at zero, unless one says otherwise by its default.
        return "below zero" if _is_negative(value) and not _is_negative(self.default) else ""


def find_options(function: Any) -> dict[str, Option]:
    """The options of a plug-in's function, by name."""
    hints = typing.get_type_hints(function)
    return {
        name: Option(name, hints.get(name, Any), parameter.default)
        for name, parameter in inspect.signature(function).parameters.items()
        if parameter.kind is parameter.KEYWORD_ONLY
    }


def _is_negative(value: object) -> bool:
    return isinstance(value, int | float) and value < 0


def accepts(hint: Any, value: object) -> bool:
    """Whether a TOML value fits a type hint; `bool` is no `int`, an `int` is a `float`."""
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if hint is Any:
        return True
    if origin in (typing.Union, types.UnionType):
        return any(accepts(one, value) for one in inner)
    if origin is typing.Literal:
        return value in inner
    if origin is dict:
        return isinstance(value, dict) and all(accepts(inner[1], item) for item in value.values())
    if origin is not None:  # list, tuple, Sequence: of one type each
        return isinstance(value, list) and all(accepts(inner[0], item) for item in value)
    if hint is float:
        return type(value) in (int, float)
    return type(value) is hint


def name_type(hint: Any) -> str:
    """A type hint in words for people."""
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return " or ".join(name_type(one) for one in inner)
    if origin is typing.Literal:
        return "one of " + ", ".join(map(repr, inner))
    if origin is dict:
        return "a table"
    if origin is not None:
        return f"a list of {_WORDS.get(inner[0], name_type(inner[0]))}"
    return _ONE.get(hint, getattr(hint, "__name__", str(hint)))


_ONE = {int: "a whole number", float: "a number", str: "a text", bool: "true or false"}
_WORDS = {int: "whole numbers", float: "numbers", str: "texts", dict: "tables"}

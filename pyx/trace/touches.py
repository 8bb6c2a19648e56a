"""Touches and plans: what a statement may change, as data."""

from __future__ import annotations

import functools
import types
from dataclasses import dataclass
from typing import Any

Path = tuple[Any, ...]
"""Where an object is found: a name, then attribute names and, in tuples of one, subscripts (`Key`)."""


@dataclass(frozen=True, slots=True)
class Key:
    """A subscript or element that is made of plain values: its text, and the names in it."""

    text: str
    names: tuple[str, ...]

    @property
    def code(self) -> types.CodeType:
        return _compile_text(self.text)


@functools.lru_cache(maxsize=4096)
def _compile_text(text: str) -> types.CodeType:
    return compile(text, "<plan>", "eval")


@dataclass(frozen=True, slots=True)
class Touch:
    """One object that a statement may change, and how, where that is known."""

    path: Path
    how: str = "whole"  # append, pop, item, add, attributes, element, callee, missing
    key: Key | None = None  # subscript or element, of plain values only
    method: str = ""  # name of the method or attribute
    name: str = ""  # the path, where it is a name and the object is changed in itself
    index: str = ""  # the key, where it is a name


@dataclass(slots=True)
class Plan:
    """What one statement (the head of a compound one) may do in its own frame."""

    binds: tuple[str, ...] | None = ()  # names it may bind or delete; None: any
    sure: tuple[str, ...] = ()  # names that are bound whenever it comes to its end
    single: str = ""  # the only name that it binds, if that is sure
    loop: bool = False  # `sure` holds only when the body is entered
    anything: bool = False  # may change any object
    touches: tuple[Touch, ...] = ()
    loads: tuple[Touch, ...] = ()  # subscripts read: they matter where a dict fills in what is missing
    steered: bool = False  # code that it runs may put other objects where the touches lead
    shared: bool = False  # a touch begins at a name that other frames can bind
    mixed: bool = False  # may bind a name before it is over
    calls: bool = False  # calls something: may print
    aims: bool = False  # whether there are touches
    inplace: str = ""  # a name that is all it touches, by `+=`: nothing when that holds a number or text
    alters: bool = False  # changes objects, or may, whatever names hold
    still: bool = True  # binds and changes nothing of its own, but where what is read is filled in
    quiet: bool = True  # and calls nothing
    inner: bool = False  # a lambda or generator expression in it may change any object


NOTHING = Plan()
EVERYTHING = Plan(
    binds=None, anything=True, mixed=True, calls=True, inner=True, alters=True, still=False, quiet=False
)

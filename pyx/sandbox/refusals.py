"""Refusals: what the policy answers when it turns a program away, and the word for each reason.

A refusal found before the program runs carries the line and column of the source. One found by
a guard while it runs carries the line of the code object, which pyx numbers by statement.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import NoReturn

PROGRAM = "program"
"""`__name__` of a program: what `__module__` of its classes and functions says."""

FILENAME = "<program>"
"""The file name under which a program is compiled; guards find its frames by it."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason why a program is turned away; `line` from 1, `column` from 0."""

    code: str
    line: int
    column: int
    sentence: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.sentence}"


class Refused(BaseException):
    """Ends a program that did at run time what the policy refuses.

    No `Exception`, so that `except Exception` lets it pass; a program that swallows it all the
    same is found out by `found()`, which keeps every refusal.
    """

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.sentence)
        self.refusal = refusal


_FOUND: list[Refusal] = []


def refuse(code: str, sentence: str) -> NoReturn:
    """Refuse the running program: note it, and raise `Refused`."""
    refusal = Refusal(code, _find_line(), 0, sentence)
    _FOUND.append(refusal)
    raise Refused(refusal)


def found(*, forget: bool = False) -> tuple[Refusal, ...]:
    """What guards have refused in this process so far."""
    refusals = tuple(_FOUND)
    if forget:
        _FOUND.clear()
    return refusals


def _find_line() -> int:
    frame = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename != FILENAME:
        frame = frame.f_back  # type: ignore[assignment]
    return frame.f_lineno if frame is not None else 0


CODES: dict[str, tuple[str, str]] = {
    "import": (
        "it imports a module that is not on the lists",
        "use a module of the lists, or add one with a list of your own",
    ),
    "relative-import": ("it imports from a package of its own", "put what it needs into the program"),
    "star-import": (
        "it imports every name of a module of which only some are on the list",
        "import the names one by one",
    ),
    "module-attribute": (
        "it uses a name of an allowed module that is not on that module's list",
        "use a name of the list",
    ),
    "builtin": (
        "it uses a built-in function that reads or runs something outside the program",
        "pass the value in as an argument",
    ),
    "reserved-name": ("it binds a name that the guards use", "choose another name"),
    "dunder-name": ("it uses a special name as a variable", "choose a name without the underscores"),
    "dunder-attribute": (
        "it reads or sets a special attribute that leads to the interpreter's inside",
        "use the public operation, such as type(x) or len(x)",
    ),
    "dunder-string": (
        "a string names a special attribute that leads to the interpreter's inside",
        "leave the string out",
    ),
    "dunder-method": (
        "it defines a special method by which Python would hand it the interpreter's inside",
        "use an ordinary method",
    ),
    "private-attribute": (
        "it uses a private attribute that the program itself does not define",
        "use the public name",
    ),
    "frame-attribute": (
        "it uses an attribute of frames, code objects, tracebacks or generators",
        "return what is needed as a value",
    ),
    "introspection": (
        "it asks a class for its place among the interpreter's classes",
        "use isinstance or issubclass",
    ),
    "format-string": (
        "a format string reads an attribute that the policy refuses",
        "format the value itself",
    ),
    "annotation": (
        "an annotation in quotes is more than a type",
        "write a type, or prose that is no expression",
    ),
    "metaclass": ("it makes or uses a metaclass of its own", "use a class decorator, or ABCMeta"),
    "match-args": (
        "`__match_args__` is not a plain tuple of ordinary names",
        'write it as a tuple of names, such as ("x", "y")',
    ),
    "slots": ("`__slots__` is not a plain sequence of ordinary names", "write the names out"),
    "pattern-attribute": (
        "a class pattern reads an attribute that only a guard may read",
        "match the object, then read the attribute",
    ),
    "async": ("it is asynchronous", "write it with plain functions and generators"),
    "except-star": ("it uses `except*`", "use `except`"),
    "syntax-error": ("it does not parse", "mend it"),
    "syntax": ("it uses syntax that the policy does not know", "use older syntax"),
    "too-deep": ("it is nested too deeply to be looked at", "split the expression"),
    "attribute-store": (
        "it sets an attribute of something that is not its own",
        "keep the value in an object of the program",
    ),
    "class-making": (
        "it builds a class from names or values that a class body could not hold",
        "write it out",
    ),
    "unseeded-random": ("it draws random numbers without a seed", "call random.seed(n) first"),
    "side-effect": ("it waits, or changes the interpreter it runs in", "leave the call out"),
}
"""Every code: what such a program does, and the way out."""

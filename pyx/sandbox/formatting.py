"""Format strings: the attributes they read, looked at as text and again while the program runs."""

from __future__ import annotations

import functools
import types
from collections import UserString
from string import Formatter
from typing import Any

from pyx.sandbox import names
from pyx.sandbox.refusals import refuse


@functools.lru_cache(1000)
def find_problem(text: str) -> str:
    """The first attribute that a format string reads and may not, "" when there is none."""
    for name in find_attributes(text):
        if names.find_problem(name) or name in names.GUARDED or name.startswith("_"):
            return name
    return ""


def find_attributes(text: str) -> list[str]:
    """The attributes that a format string reads, those of nested fields too; none if it is malformed."""
    try:
        parts = list(Formatter().parse(text))
    except ValueError:
        return []
    found: list[str] = []
    for _, field, spec, _ in parts:
        # `{a[x.y].b}`: what stands in brackets is a key.
        found += [piece.partition("[")[0] for piece in _drop_keys(field or "").split(".")[1:]]
        if spec and "{" in spec:
            found += find_attributes(spec)
    return found


def _drop_keys(field: str) -> str:
    while "[" in field and "]" in field:
        before, _, rest = field.partition("[")
        field = before + rest.partition("]")[2]
    return field


def check_format(found: Any, name: str) -> Any:
    """`str.format` or `str.format_map`, bound or not, with the text looked at when it is known."""
    owner = getattr(found, "__self__", None)
    if isinstance(found, types.MethodDescriptorType) and found.__objclass__ is str:
        return _watch(found)
    if isinstance(found, types.BuiltinMethodType) and isinstance(owner, str):
        _refuse_text(str.__str__(owner))
    elif isinstance(owner, UserString) and getattr(found, "__func__", None) is getattr(UserString, name):
        # What the method does, on the very text that was looked at: `data` can change.
        data = owner.data
        return check_format(getattr(data, name), name)
    elif found is getattr(UserString, name):
        refuse("format-string", f"it reads {name} of a class, where its text is not known")
    return found


def _watch(found: Any) -> Any:
    """The unbound method, which is told its text with each call."""

    def watched(*args: Any, **keywords: Any) -> Any:
        if args and isinstance(args[0], str):
            _refuse_text(str.__str__(args[0]))
        return found(*args, **keywords)

    return watched


def _refuse_text(text: str) -> None:
    if name := find_problem(text):
        refuse("format-string", f"a format string reads {name}")

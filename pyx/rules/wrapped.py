"""A `UserDict`, `UserList` or `UserString` shows the value that it wraps."""

from __future__ import annotations

from typing import Any

from pyx.registry import RULES
from pyx.trace.looks import Look


@RULES.add(
    "V010",
    name="wrapped",
    version=1,
    types=(
        "collections.UserDict",
        "collections.UserList",
        "collections.UserString",
    ),
)
def see_wrapped(value: Any) -> Look:
    """A `UserDict`, `UserList` or `UserString` shows the value that it wraps."""
    data = object.__getattribute__(value, "__dict__").get("data")
    return Look("(", [data], type=type(value).__name__)


EXAMPLES = [
    ("collections.UserList([1])", "UserList([1])"),
]

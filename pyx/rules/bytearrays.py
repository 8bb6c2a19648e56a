"""A `bytearray` shows its bytes as numbers, for they change one by one."""

from __future__ import annotations

from typing import Any

from pyx.registry import RULES
from pyx.trace.looks import Look


@RULES.add("V005", name="bytearray", version=1, types=("bytearray",))
def see_bytearray(value: Any) -> Look:
    """A `bytearray` shows its bytes as numbers, for they change one by one."""
    return Look("[", list(bytearray.__iter__(value)), type="bytearray")


EXAMPLES = [
    ("bytearray(b'ab')", "bytearray([97, 98])"),
]

"""A `deque` shows its items, and `maxlen` where it is bounded."""

from __future__ import annotations

from collections import deque
from typing import Any

from pyx.registry import RULES
from pyx.trace.looks import Look


@RULES.add("V001", name="deque", version=1, types=("collections.deque",))
def see_deque(value: Any) -> Look:
    """A `deque` shows its items, and `maxlen` where it is bounded."""
    bound = deque.__dict__["maxlen"].__get__(value)
    return Look(
        "[", list(deque.__iter__(value)), attrs={"maxlen": bound} if bound is not None else None, type="deque"
    )


EXAMPLES = [
    ("deque([1, 2])", "deque([1, 2])"),
    ("deque([1, [2]], maxlen=2)", "deque([1, [2]], maxlen=2)"),
]

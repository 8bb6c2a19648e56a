"""A `slice` of plain numbers is written as the call that makes it."""

from __future__ import annotations

from typing import Any

from pyx.registry import RULES
from pyx.trace.looks import Look


@RULES.add("V007", name="slice", version=1, types=("slice",))
def see_slice(value: Any) -> Look | str:
    """A `slice` of plain numbers is written as the call that makes it."""
    parts = (value.start, value.stop, value.step)
    if all(type(part) in (int, type(None)) for part in parts):
        return f"slice({', '.join(map(repr, parts))})"
    return Look("(", list(parts), type="slice")


EXAMPLES = [
    ("slice(1, None)", "slice(1, None, None)"),
]

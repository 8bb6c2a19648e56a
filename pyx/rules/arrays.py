"""An `array` shows its type code and its items."""

from __future__ import annotations

from typing import Any

from pyx.registry import RULES
from pyx.trace.looks import Look


@RULES.add("V006", name="array", version=1, types=("array.array",))
def see_array(value: Any) -> Look:
    """An `array` shows its type code and its items."""
    return Look("[", value.tolist(), attrs={"typecode": value.typecode}, type="array")


EXAMPLES = [
    ("array.array('i', [1, 2])", "array([1, 2], typecode='i')"),
]

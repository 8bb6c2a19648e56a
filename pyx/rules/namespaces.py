"""A `SimpleNamespace` shows its attributes."""

from __future__ import annotations

from typing import Any

from pyx.registry import RULES
from pyx.trace.looks import Look


@RULES.add("V009", name="namespace", version=1, types=("types.SimpleNamespace",))
def see_namespace(value: Any) -> Look:
    """A `SimpleNamespace` shows its attributes."""
    return Look("o", attrs=dict(object.__getattribute__(value, "__dict__")), type="namespace")


EXAMPLES = [
    ("types.SimpleNamespace(a=1)", "namespace(a=1)"),
]

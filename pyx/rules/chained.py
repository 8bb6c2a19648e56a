"""A `ChainMap` shows its dicts, the first one first."""

from __future__ import annotations

from typing import Any

from pyx.registry import RULES
from pyx.trace.looks import Look


@RULES.add("V011", name="chain-map", version=1, types=("collections.ChainMap",))
def see_chain_map(value: Any) -> Look:
    """A `ChainMap` shows its dicts, the first one first."""
    maps = object.__getattribute__(value, "__dict__").get("maps", [])
    return Look("(", list(list.__iter__(maps)), type="ChainMap")


EXAMPLES = [
    ("collections.ChainMap({'a': 1}, {})", "ChainMap({'a': 1}, {})"),
]

"""Programs that nobody would follow step by step."""

from __future__ import annotations

from pyx.records import Sample
from pyx.registry import FILTERS


@FILTERS.add("too-long", version=1, needs=("program",))
def drop_long(sample: Sample, *, lines: int = 120) -> str | None:
    """Drop a program of more than `lines` lines, blank ones not counted."""
    count = sum(1 for line in sample.given.code.splitlines() if line.strip())
    return "too-long" if count > lines else None


EXAMPLES = [
    ("def f(x):\n    return x\n", None),
    ("def f(x):\n" + "    x += 1\n" * 200 + "    return x\n", "too-long"),
]

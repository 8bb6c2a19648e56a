"""Programs that nobody said a word about."""

from __future__ import annotations

from pyx.records import Sample
from pyx.registry import FILTERS


@FILTERS.add("undescribed", version=1, needs=("program",))
def drop_undescribed(sample: Sample, *, words: int = 4) -> str | None:
    """Drop a program whose description has fewer than `words` words."""
    return "undescribed" if len(sample.given.description.split()) < words else None


EXAMPLES = [
    ("def f(x):\n    'Return one more than x.'\n    return x + 1\n", None),
    ("def f(x):\n    return x + 1\n", "undescribed"),
]

"""Files that are not laid out for people."""

from __future__ import annotations

from pyx.records import Sample
from pyx.registry import FILTERS


@FILTERS.add("minified", version=1, needs=("text",))
def drop_minified(sample: Sample, *, line: int = 1000, mean: int = 150) -> str | None:
    """Drop a file with a line beyond `line` characters, or with more than `mean` a line on average."""
    lines = sample.text.splitlines()
    if not lines:
        return None
    if max(map(len, lines)) > line or len(sample.text) > mean * len(lines):
        return "minified"
    return None


EXAMPLES = [
    ("x = 1\n", None),
    ("TABLE = [" + "1, " * 400 + "]\n", "minified"),
    ("", None),
]

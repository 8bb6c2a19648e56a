"""A compiled pattern is written as `re.compile(...)` with its text."""

from __future__ import annotations

from typing import Any

from pyx.registry import RULES


@RULES.add("V008", name="pattern", version=1, types=("re.Pattern",))
def see_pattern(value: Any) -> str:
    """A compiled pattern is written as `re.compile(...)` with its text."""
    flags = value.flags & ~32
    return f"re.compile({value.pattern!r}{f', {flags}' if flags else ''})"


EXAMPLES = [
    ("re.compile('a+')", "re.compile('a+')"),
]

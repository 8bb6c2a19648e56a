"""Dates, times, spans and fixed zones are written as `datetime` writes them."""

from __future__ import annotations

from typing import Any

from pyx.registry import RULES


@RULES.add(
    "V004",
    name="date",
    version=1,
    types=(
        "datetime.date",
        "datetime.datetime",
        "datetime.time",
        "datetime.timedelta",
        "datetime.timezone",
    ),
)
def see_date(value: Any) -> str:
    """Dates, times, spans and fixed zones are written as `datetime` writes them."""
    return repr(value)


EXAMPLES = [
    ("datetime.date(2024, 2, 29)", "datetime.date(2024, 2, 29)"),
    ("datetime.timedelta(days=1)", "datetime.timedelta(days=1)"),
]

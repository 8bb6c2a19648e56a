"""A `Decimal` is written as the call that makes it: `Decimal('1.50')`."""

from __future__ import annotations

from typing import Any

from pyx.registry import RULES


@RULES.add("V002", name="decimal", version=1, types=("decimal.Decimal",))
def see_decimal(value: Any) -> str:
    """A `Decimal` is written as the call that makes it: `Decimal('1.50')`."""
    return f"Decimal({str(value)!r})"


EXAMPLES = [
    ("Decimal('1.50')", "Decimal('1.50')"),
]

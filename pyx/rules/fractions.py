"""A `Fraction` is written in lowest terms: `Fraction(1, 2)`."""

from __future__ import annotations

from typing import Any

from pyx.registry import RULES


@RULES.add("V003", name="fraction", version=1, types=("fractions.Fraction",))
def see_fraction(value: Any) -> str:
    """A `Fraction` is written in lowest terms: `Fraction(1, 2)`."""
    return f"Fraction({value.numerator}, {value.denominator})"


EXAMPLES = [
    ("Fraction(2, 4)", "Fraction(1, 2)"),
]

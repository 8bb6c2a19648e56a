"""Programs that were only ever called with guesses."""

from __future__ import annotations

from pyx.records import Sample
from pyx.registry import FILTERS

_REAL = ["doctest", "callsite", "teacher", "typed"]


@FILTERS.add("guessed-inputs", version=1, needs=("cases",))
def drop_guessed(sample: Sample, *, grades: list[str] | None = None) -> str | None:
    """Drop a program none of whose cases has one of the `grades`.

    Without them it is enough that one input was written by somebody, or made of types that were named.
    """
    wanted = _REAL if grades is None else grades
    return None if any(case.grade in wanted for case in sample.cases) else "guessed-inputs"


EXAMPLES = [
    ("def f(x):\n    return x\n", [("f(1)", "1")], None),
    ("def f(x):\n    return x\n", [], "guessed-inputs"),
]

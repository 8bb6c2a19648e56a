"""What the functions of `bisect` change."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence

from pyx.rules import RULES

FUNCTIONS = ("bisect.insort", "bisect.insort_left", "bisect.insort_right")


@RULES.add("E002", name="sorted-insertion", version=1, functions=FUNCTIONS)
def find_sorted(args: Sequence[ast.expr], _kwargs: Mapping[str | None, ast.expr]) -> Iterable[ast.expr]:
    """`bisect.insort` and its kin put their second argument into the first."""
    return args[:1]


EXAMPLES = [
    ("import bisect\n\ndef f(xs):\n    bisect.insort(xs, 2)\n    return xs\n", "f([1, 3])"),
]

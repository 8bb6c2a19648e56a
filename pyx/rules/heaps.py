"""What the functions of `heapq` change."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence

from pyx.rules import RULES

FUNCTIONS = ("heapq.heappush", "heapq.heappop", "heapq.heapify", "heapq.heapreplace", "heapq.heappushpop")


@RULES.add("E001", name="heaps", version=1, functions=FUNCTIONS)
def find_heap(args: Sequence[ast.expr], _kwargs: Mapping[str | None, ast.expr]) -> Iterable[ast.expr]:
    """The functions of `heapq` change their first argument, and nothing else."""
    return args[:1]


EXAMPLES = [
    (
        "import heapq\n\ndef f(xs):\n    heapq.heapify(xs)\n    heapq.heappush(xs, 0)\n    return xs\n",
        "f([3, 1])",
    ),
    ("from heapq import heappop\n\ndef f(xs):\n    x = heappop(xs)\n    return x, xs\n", "f([1, 3])"),
]

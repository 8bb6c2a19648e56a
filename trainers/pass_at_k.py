"""pass@k without bias: the chance that k of n answers, drawn at random, hold a right one."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod


def pass_at_k(n: int, right: int, k: int) -> float:
    """The unbiased estimate for one task with `right` of `n` answers right.

    Fewer than k wrong answers make it 1, also when n is less than k, as published evaluators do.
    """
    if n - right < k:
        return 1.0
    return 1.0 - prod(1.0 - k / left for left in range(n - right + 1, n + 1))


def mean_pass_at_k(counts: Iterable[tuple[int, int]], k: int) -> float:
    """The mean over tasks given as (n, right), in percent; 0.0 over none."""
    scores = [pass_at_k(n, right, k) for n, right in counts]
    return 100.0 * sum(scores) / len(scores) if scores else 0.0

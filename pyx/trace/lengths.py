"""Lengths of texts in tokens, and the one way in which a long trace is made shorter."""

from __future__ import annotations

import re

ELISION = "..."

_TOKEN = re.compile(r"\w+|[^\w\s]")


def count_tokens(text: str) -> int:
    """Words and signs: what a model's tokenizer makes of code is of this size."""
    return sum(1 + len(word) // 8 for word in _TOKEN.findall(text))


def shorten(lines: list[str], tokens: int) -> list[str]:
    """At most `tokens` of the lines (0: all): the first and the last ones, with `...` between."""
    sizes = [count_tokens(line) for line in lines]
    if not tokens or sum(sizes) <= tokens:
        return lines
    head, tail, room = 0, len(lines), tokens - count_tokens(ELISION)
    while head < tail:
        front = head <= len(lines) - tail
        size = sizes[head] if front else sizes[tail - 1]
        if size > room:
            break
        room -= size
        head, tail = (head + 1, tail) if front else (head, tail - 1)
    return [*lines[:head], ELISION, *lines[tail:]]

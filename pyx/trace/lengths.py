"""Lengths of texts in tokens, and the one way in which a long trace is made shorter."""

from __future__ import annotations

import re
from collections.abc import Sequence

ELISION = "..."

_TOKEN = re.compile(r"\w+|[^\w\s]")


def count_tokens(text: str) -> int:
    """Words and signs: what a model's tokenizer makes of code is of this size."""
    return sum(1 + len(word) // 8 for word in _TOKEN.findall(text))


def shorten(lines: list[str], tokens: int) -> list[str]:
    """At most `tokens` of the lines (0: all): the first and the last ones, with `...` between."""
    head, tail = find_middle(lines, tokens)
    return [*lines[:head], ELISION, *lines[tail:]] if head < tail else lines


def shorten_notes(notes: Sequence[tuple[int, str]], tokens: int) -> dict[int, list[str]]:
    """Notes (line, text) of a whole execution, by line: at most `tokens` of them (0: all).

    The first and the last notes of the execution are kept; on a line that loses some, one `...`
    stands where they were. The dots are not counted.
    """
    head, tail = find_middle([text for _, text in notes], tokens)
    found: dict[int, list[str]] = {}
    for index, (line, text) in enumerate(notes):
        words = found.setdefault(line, [])
        if not head <= index < tail:
            words.append(text)
        elif words[-1:] != [ELISION]:
            words.append(ELISION)
    return found


def find_middle(texts: Sequence[str], tokens: int) -> tuple[int, int]:
    """From where to where texts must be left out, so that `tokens` (0: no limit) do for the others."""
    sizes = [count_tokens(text) for text in texts]
    if not tokens or sum(sizes) <= tokens:
        return len(texts), len(texts)
    head, tail, room = 0, len(texts), tokens - count_tokens(ELISION)
    while head < tail:
        front = head <= len(texts) - tail
        size = sizes[head] if front else sizes[tail - 1]
        if size > room:
            break
        room -= size
        head, tail = (head + 1, tail) if front else (head, tail - 1)
    return head, tail

"""What a text claims about an execution: the kinds of claims, and a reader of free prose.

Claims stand in the order of the text. Each kind says one checkable thing; `kinds.py` is the table.
A line of 0 and an empty name mean that the text does not say which.
"""

from __future__ import annotations

from pyx.claims.kinds import KINDS
from pyx.records import digest

__all__ = ["KINDS", "count_tokens", "name_text"]


def count_tokens(text: str) -> int:
    """The length of a text in tokens, about as a tokenizer of a language model counts it."""
    return (len(text.encode()) + 3) // 4


def name_text(case: str, direction: str, text: str) -> str:
    """The id of a monologue: it changes when one character of the text does."""
    return digest(case, direction, text)

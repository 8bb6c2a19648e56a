"""Which licences let code be given away."""

from __future__ import annotations

import re
from collections.abc import Iterable

_PERMISSIVE_WORDS = """
    0BSD Apache-2.0 BSD-2-Clause BSD-3-Clause BSL-1.0 CC0-1.0 CNRI-Python HPND ISC MIT MIT-0 MIT-CMU
    PSF-2.0 Python-2.0 Python-2.0.1 Unlicense Zlib ZPL-2.1
"""
PERMISSIVE = frozenset(_PERMISSIVE_WORDS.split())
"""SPDX names whose code may be given away with its name kept."""


def is_permissive(expression: str, allowed: Iterable[str] = PERMISSIVE) -> bool:
    """Whether an SPDX expression leaves a way through licences of `allowed`; False for ""."""
    words = re.findall(r"\(|\)|[^\s()]+", expression)
    known = {name.casefold() for name in allowed}
    value, rest = _either(words, known)
    return value and not rest


def _either(words: list[str], known: set[str]) -> tuple[bool, list[str]]:
    value, rest = _both(words, known)
    while rest and rest[0].upper() == "OR":
        other, rest = _both(rest[1:], known)
        value = value or other
    return value, rest


def _both(words: list[str], known: set[str]) -> tuple[bool, list[str]]:
    value, rest = _one(words, known)
    while rest and rest[0].upper() == "AND":
        other, rest = _one(rest[1:], known)
        value = value and other
    return value, rest


def _one(words: list[str], known: set[str]) -> tuple[bool, list[str]]:
    if not words:
        return False, []
    if words[0] == "(":
        value, rest = _either(words[1:], known)
        return (value, rest[1:]) if rest[:1] == [")"] else (False, rest)
    rest = words[1:]
    if rest[:1] and rest[0].upper() == "WITH":
        return words[0].casefold() in known, rest[2:]  # an exception only ever allows more
    return words[0].casefold() in known, rest

"""Programs and texts as sets of short runs, so that near copies can be found."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pyx.source.form import normal_form

_TOKEN = re.compile(r"""\w+(?=\()|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|(?<![\w'])-?[\d.]\w*""")
_OWN = re.compile(r"'v\d+'")
_WORD = re.compile(r"\w+|[^\w\s]")


def list_shape(code: str) -> list[str]:
    """The syntax tree of a program in reading order, with one word for every name of its own.

    Layout, comments, docstrings and names make no difference; constants and the names of
    built-ins and attributes do. Raises what `ast.parse` raises.
    """
    return [
        "v" if _OWN.fullmatch(token) else token for token in _TOKEN.findall(normal_form(code, rename=True))
    ]


def list_words(text: str) -> list[str]:
    """The words and signs of a text, in lower case."""
    return _WORD.findall(text.lower())


def find_runs(tokens: Sequence[str], size: int) -> frozenset[str]:
    """All runs of `size` tokens; a shorter sequence is one run."""
    if len(tokens) <= size:
        return frozenset({"\0".join(tokens)} if tokens else ())
    return frozenset("\0".join(tokens[start : start + size]) for start in range(len(tokens) - size + 1))

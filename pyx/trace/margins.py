"""Notes in the margins of a program: comments at the ends of its lines, the program unchanged."""

from __future__ import annotations

import io
import tokenize
from collections.abc import Mapping, Sequence


def annotate(code: str, notes: Mapping[int, Sequence[str]], *, between: str = "") -> str:
    """The code with the notes of each line (1-based) as a comment at its end.

    Where a line cannot take a comment (it ends inside a string or in a backslash), the next line
    that can takes it.
    """
    lines = code.split("\n")
    closed = _find_closed(code)
    gathered: dict[int, list[str]] = {}
    for line in sorted(notes):
        place = line
        while place in closed and place < len(lines):
            place += 1
        gathered.setdefault(place, []).extend(notes[line])
    for line, words in gathered.items():
        if words:
            lines[line - 1] = f"{lines[line - 1].rstrip()}  # {between.join(words)}"
    return "\n".join(lines)


def _find_closed(code: str) -> set[int]:
    """Lines at whose end no comment can stand."""
    closed = {number for number, line in enumerate(code.split("\n"), 1) if line.rstrip().endswith("\\")}
    start = 0
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        name = tokenize.tok_name[token.type]
        if name == "FSTRING_START":
            start = token.start[0]
        elif name == "FSTRING_END":
            closed.update(range(start, token.end[0]))
        elif name == "STRING":
            closed.update(range(token.start[0], token.end[0]))
    return closed

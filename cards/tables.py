"""Figures as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence


def write_table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table; a bar or a line break in a cell is kept from breaking it."""
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    lines += [f"| {' | '.join(_cell(cell) for cell in row)} |" for row in rows]
    return "\n".join(lines)


def _cell(cell: object) -> str:
    text = f"{cell:,}" if isinstance(cell, int) else str(cell)
    return text.replace("|", "\\|").replace("\n", " ")


def write_counts(counts: Mapping[str, int], *, most: int = 12) -> str:
    """Counts in one line, the largest first: `doctest 12, typed 3 and 2 more kinds (4)`."""
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    text = ", ".join(f"{name} {count:,}" for name, count in ordered[:most])
    rest = ordered[most:]
    if rest:
        text += f" and {len(rest)} more kinds ({sum(count for _, count in rest):,})"
    return text or "none"


def share(part: float) -> str:
    """A share as a percentage."""
    return f"{part * 100:.1f} %"

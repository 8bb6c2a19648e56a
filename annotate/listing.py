"""A program as prompts show it."""

from __future__ import annotations


def number_lines(code: str) -> str:
    """Each line with its number before it: what a monologue's line labels mean."""
    lines = code.rstrip("\n").split("\n")
    width = len(str(len(lines)))
    return "\n".join(f"{number:>{width}}  {line}".rstrip() for number, line in enumerate(lines, 1))


def label_lines(code: str) -> str:
    """Each line that is not empty with a label behind it, `# [L3]`."""
    lines = code.rstrip("\n").split("\n")
    return "\n".join(f"{line}  # [L{number}]" if line.strip() else "" for number, line in enumerate(lines, 1))

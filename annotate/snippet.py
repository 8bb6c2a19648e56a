"""Seeds for new problems: a few consecutive statements of real code, cut on its syntax tree."""

from __future__ import annotations

import ast
import random
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from pyx.annotate.reply import parse_quietly
from pyx.records import digest

_SHORTEST, _LONGEST = 40, 2000
"""Characters of a snippet."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """Consecutive statements of one block, as written, without their indentation."""

    text: str
    line: int  # the first one, in its file


def cut_snippets(text: str, *, count: int = 1, most: int = 15, seed: int = 0) -> list[Snippet]:
    """Up to `count` snippets of up to `most` statements, different ones, the same for the same text and seed.

    A statement counts with all that stands inside it. Imports, docstrings and lone constants are left out.
    """
    tree = parse_quietly(text)
    if tree is None:
        return []
    lines = text.splitlines(keepends=True)
    choice = random.Random(digest("snippet", str(seed), text))
    blocks = [block for block in find_blocks(tree) if block]
    found: dict[str, Snippet] = {}
    for _ in range(20 * count):
        if not blocks or len(found) == count:
            break
        # A long block is drawn more often: each of its statements may be the first.
        block = choice.choices(blocks, weights=[len(block) for block in blocks])[0]
        snippet = _cut(lines, block[choice.randrange(len(block)) :], choice.randint(1, most))
        if snippet is not None and _SHORTEST <= len(snippet.text) <= _LONGEST:
            found.setdefault(snippet.text, snippet)
    return list(found.values())


def find_blocks(tree: ast.AST) -> Iterator[list[ast.stmt]]:
    """The statement lists of a tree, each in runs without imports and lone constants."""
    for node in ast.walk(tree):
        for name in ("body", "orelse", "finalbody"):
            statements = getattr(node, name, None)
            if isinstance(statements, list):
                yield from _find_runs(statements)


def _find_runs(statements: list[ast.stmt]) -> Iterator[list[ast.stmt]]:
    run: list[ast.stmt] = []
    for statement in statements:
        if _is_dull(statement):
            yield run
            run = []
        else:
            run.append(statement)
    yield run


def _is_dull(statement: ast.stmt) -> bool:
    lone = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    return lone or isinstance(statement, ast.Import | ast.ImportFrom | ast.Pass)


def _cut(lines: list[str], block: list[ast.stmt], most: int) -> Snippet | None:
    """The first statements of a block, `most` in all with those inside them; None when not one fits."""
    chosen: list[ast.stmt] = []
    size = 0
    for statement in block:
        size += sum(isinstance(node, ast.stmt) for node in ast.walk(statement))
        if size > most:
            break
        chosen.append(statement)
    if not chosen:
        return None
    start, end = _find_start(chosen[0]), chosen[-1].end_lineno or 0
    return Snippet(textwrap.dedent("".join(lines[start - 1 : end])).rstrip() + "\n", start)


def _find_start(statement: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(item.lineno for item in decorators)])

"""Answers out of what a model wrote, by syntax: an `==` inside a string splits nothing.

Each function takes the text and gives the answer's source text, "" when there is none. An answer
that was extracted is extracted from itself unchanged.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import TypeVar

_OPEN, _CLOSE = "[ANSWER]", "[/ANSWER]"
_FENCE = re.compile(r"^[ \t]*```[\w+-]*[ \t]*\n(.*?)(?:^[ \t]*```|\Z)", re.DOTALL | re.MULTILINE)
_MOST_LINES = 400

T = TypeVar("T", ast.Module, ast.expr)


def extract_output(text: str, entry: str) -> str:
    """The value that the text states for a call of `entry`."""
    for region in _find_regions(text):
        found = _read_statement(region)
        if found is not None:
            return _segment(region, _find_value(found, entry))
    return ""


def extract_input(text: str, entry: str) -> str:
    """The call of `entry` that the text proposes."""
    for region in _find_regions(text):
        found = _read_statement(region)
        call = found and _find_call(found, entry)
        if call:
            return _segment(region, call)
    return ""


def extract_code(text: str, entry: str, stem: str = "") -> str:
    """The program that the text gives: one that defines `entry`, else what continues `stem`.

    Prose around a fenced block and whatever no longer parses at the end are cut off.
    """
    blocks = [match[1] for match in _FENCE.finditer(text)]
    for block in [*reversed(blocks), *_find_tagged(text), text]:
        program = _cut(block, entry)
        if program:
            return program if program.startswith(stem.rstrip()) else f"{stem.rstrip()}\n\n\n{program}"
    for block in [text, *reversed(blocks)] if stem else []:
        program = _cut(stem + block, entry, after=stem)
        if program:
            return program
    return ""


def defines(code: str, entry: str) -> bool:
    """Whether `code` parses and binds the name `entry` at its top level to a function."""
    tree = _parse(code)
    return tree is not None and any(_binds(node, entry) for node in tree.body)


def _binds(node: ast.stmt, entry: str) -> bool:
    if isinstance(node, ast.FunctionDef):
        return node.name == entry
    return isinstance(node, ast.Assign) and any(
        isinstance(target, ast.Name) and target.id == entry for target in node.targets
    )


def _find_regions(text: str) -> Iterator[str]:
    """Where an answer may stand, the likeliest first: the last tag, the last fence, the text."""
    tagged = list(_find_tagged(text))
    yield from reversed(tagged)
    yield from reversed([match[1] for match in _FENCE.finditer(text)])
    if not tagged:
        yield from _find_ends(text, 0)


def _find_tagged(text: str) -> Iterator[str]:
    """The contents of the answer tags; a tag inside a string of the answer does not end it."""
    start = text.find(_OPEN)
    while start >= 0:
        region = next(
            (one for one in _find_ends(text, start + len(_OPEN)) if _read_statement(one) is not None), None
        )
        end = start + len(_OPEN)
        if region is not None:
            yield region
            end += len(region)
        start = text.find(_OPEN, end)


def _find_ends(text: str, start: int) -> Iterator[str]:
    end = text.find(_CLOSE, start)
    while end >= 0:
        yield text[start:end]
        end = text.find(_CLOSE, end + 1)
    yield text[start:]


def _read_statement(region: str) -> ast.expr | None:
    """The expression that stands or is asserted first in the region, over as few lines as it needs."""
    lines = region.strip().splitlines(keepends=True)[:_MOST_LINES]
    taken = ""
    for line in lines:
        taken += line
        tree = _parse(_dress(taken))
        if tree is not None and tree.body:
            return _expression(tree.body[0]) if len(tree.body) == 1 else None
    return None


def _dress(text: str) -> str:
    """A continued `assert f(x) ==` starts with its operator: give it something to stand after."""
    text = text.strip()
    return f"_ {text}" if text.startswith("==") else text


def _expression(node: ast.stmt) -> ast.expr | None:
    if isinstance(node, ast.Assert):
        return node.test
    return node.value if isinstance(node, ast.Expr) else None


def _find_value(node: ast.expr, entry: str) -> ast.expr:
    """The side of a comparison that is not the call; the expression itself when it compares nothing."""
    match node:
        case ast.Compare(left=left, ops=[ast.Eq()], comparators=[right]):
            if _is_call(right, entry) and not _is_call(left, entry):
                return left
            return right
    return node


def _find_call(node: ast.expr, entry: str) -> ast.expr | None:
    match node:
        case ast.Compare(left=left, ops=[ast.Eq()], comparators=[right]):
            return next((side for side in (left, right) if _is_call(side, entry)), None)
    return node if _is_call(node, entry) else None


def _is_call(node: ast.expr, entry: str) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == entry


def _segment(region: str, node: ast.expr) -> str:
    return ast.get_source_segment(_dress(region), node) or ""


def _cut(text: str, entry: str, after: str = "") -> str:
    """The longest run of whole lines from the start that parses and gives `entry` a body."""
    lines = text.splitlines(keepends=True)[:_MOST_LINES]
    least = len(after.splitlines())
    while len(lines) > least:
        program = "".join(lines)
        tree = _parse(program)
        if tree is None:
            lines = lines[: _last_good(program, len(lines))]
            continue
        good = any(_binds(node, entry) and not _is_stub(node) for node in tree.body)
        return program.rstrip() + "\n" if good else ""
    return ""


def _last_good(program: str, count: int) -> int:
    """How many lines to try next: those before the error, and at least one fewer than now."""
    try:
        ast.parse(program)
    except SyntaxError as error:
        return max(0, min(count - 1, (error.lineno or count) - 1))
    except (ValueError, RecursionError, MemoryError):
        return 0
    return count - 1


def _is_stub(node: ast.stmt) -> bool:
    """Whether a function has nothing but a docstring."""
    match node:
        case ast.FunctionDef(body=[ast.Expr(value=ast.Constant())]):
            return True
    return False


def _parse(text: str) -> ast.Module | None:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None

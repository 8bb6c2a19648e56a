"""Docstrings: the description in one, without examples, tables and markup; code without the examples."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator

_PARAGRAPHS = 6
_SECTIONS = {
    "args", "arguments", "attributes", "bugs", "changelog", "complexity", "doctest", "doctests", "example",
    "examples", "input", "inputs", "keyword args", "keyword arguments", "note", "notes", "output", "outputs",
    "parameters", "params", "raise", "raises", "reference", "references", "result", "return", "returns",
    "see also", "source", "test", "tests", "time complexity", "todo", "usage", "warnings", "warns", "yields",
}  # fmt: skip
_FIELD = re.compile(
    r":(param|parameter|arg|argument|key|keyword|type|returns?|rtype|raises?|yields?)\b[^:]*:"
)
_AT_FIELD = re.compile(r"@(param|return|returns|type|rtype|raise|raises)\b")
_ROLE = re.compile(r":[\w:+.-]+:`~?([^`]+?)(?:\s*<[^`<>]*>)?`")
_RULE = re.compile(r"([-=~^\"'*#_.+])\1{2,}")
_SIGNATURE = re.compile(r"[\w.]+\([^()]*\)(\s*(->|=>|=|--).*)?")
_LEAD = re.compile(r"(?i)\b(examples?|e\.g\.|usage|for instance|like this|such as|as follows|doctests?)\W*$")


_ASIDE = re.compile(
    r"(?i:#|e\.g\.|i\.e\.|as you can see|note how|that's our|here('s| is| are| we)|an? example|for example|"
    r"examples? of|suppose |contributed by|adapted from|based on |source:|see (also )?`?https?:)|"
    r"for \w+ in .*:|def \w+\(|import \w+$|from \w+ import|assert |class \w+[:(]"
)
_REFERENCE = re.compile(
    r"\s*See (also )?(the )?`?[\w.]+`? (docs |documentation )?for (more|other|further)[^.]*\.(?=\s|$)"
)


def describe(docstring: str) -> str:
    """The prose of a docstring, one line a paragraph; "" when there is none."""
    blocks = list(_find_blocks(inspect.cleandoc(docstring).splitlines()))
    paragraphs = [" ".join(line.strip() for line in block) for block in blocks]
    found = [text for text in map(_clean, paragraphs) if re.search(r"\w", text) and not _ASIDE.match(text)]
    if found and _SIGNATURE.fullmatch(found[0]):
        del found[0]
    return "\n\n".join(found[:_PARAGRAPHS])


def _find_blocks(lines: list[str]) -> Iterator[list[str]]:
    """The paragraphs of prose before the first section."""
    block: list[str] = []
    for index, line in enumerate([*lines, ""]):
        after = lines[index + 1].strip() if index + 1 < len(lines) else ""
        if _opens_section(line, after):
            break
        if line.strip():
            block.append(line)
            continue
        if block and _is_prose(block):
            yield block
        block = []
    if block and _is_prose(block):
        yield block


def _opens_section(line: str, after: str) -> bool:
    text = line.strip()
    if _FIELD.match(text) or _AT_FIELD.match(text):
        return True
    bare = text.rstrip(":").strip().casefold().strip("*_# ")
    heading = text.endswith(":") or text.startswith(("**", "#")) or bool(_RULE.fullmatch(after))
    return heading and bare in _SECTIONS


def _is_prose(block: list[str]) -> bool:
    first = block[0].strip()
    if any(line.strip().startswith((">>>", "In [")) for line in block):
        block[:] = _before_example(block)
        return bool(block) and _is_prose(block)
    if first.startswith((".. ", "|", "+-", "```", "$ ", "http://", "https://")) or _RULE.fullmatch(first):
        return False
    return not block[0].startswith((" " * 4, "\t"))


def _before_example(block: list[str]) -> list[str]:
    for index, line in enumerate(block):
        if line.strip().startswith((">>>", "In [")):
            return block[:index]
    return block


def _clean(text: str) -> str:
    text = _ROLE.sub(r"`\1`", text).replace("``", "`")
    text = re.sub(r"`([^`]+?)\s*(<[^<>`]*>)?`__?(?!\w)", r"\1", text)
    text = _REFERENCE.sub("", re.sub(r"\s+", " ", text)).strip()
    if text.endswith(":"):
        text = _drop_lead(text.rstrip(": "))
    return text


def _drop_lead(text: str) -> str:
    """A paragraph that led to an example, without the words that announce it."""
    before, stop, last = text.rpartition(". ")
    if _LEAD.search(last) or (before and len(last.split()) < 3):
        return before + stop.strip()
    return text + "."


def drop_examples(code: str) -> str:
    """The code with the doctest examples taken out of its docstrings; all else stays as written."""
    lines = code.splitlines(keepends=True)
    places = [place for node in ast.walk(ast.parse(code)) if (place := _find_docstring(node))]
    for first, last in sorted(places, reverse=True):
        lines[first:last] = _drop_lines(lines[first:last])
    return "".join(lines)


_PROMPT = re.compile(r"""(\s*(?:[rRuU]?(?:\"{3}|'{3}))?)\s*>>>""")


def hide_examples(code: str) -> str:
    """The code with its doctest examples left empty, so that every other line keeps its number."""
    lines = code.split("\n")
    places = [place for node in ast.walk(ast.parse(code)) if (place := _find_docstring(node))]
    for first, last in places:
        lines[first:last] = _empty_lines(lines[first:last])
    return "\n".join(lines)


def _empty_lines(lines: list[str]) -> list[str]:
    kept: list[str] = []
    inside = False
    for number, line in enumerate(lines, 1):
        prompt = _PROMPT.match(line)
        inside = bool(prompt) or (inside and bool(line.strip()))
        if not inside:
            kept.append(line)
        elif number == len(lines):  # the quotes that close the docstring
            kept.append(line[: len(line) - len(line.lstrip())] + line.rstrip()[-3:])
        else:
            kept.append(prompt[1].rstrip() if prompt else "")
    return kept


def _find_docstring(node: ast.AST) -> tuple[int, int] | None:
    """The lines of the docstring of a function or class, if it holds an example."""
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return None
    first = node.body[0]
    match first:
        case ast.Expr(value=ast.Constant(value=str(text))) if ">>>" in text and first.lineno > node.lineno:
            return first.lineno - 1, first.end_lineno or first.lineno
    return None


def _drop_lines(lines: list[str]) -> list[str]:
    kept: list[str] = []
    inside = False
    for line in lines[:-1]:
        inside = line.lstrip().startswith(">>>") or (inside and bool(line.strip()))
        if not inside and not (kept and kept[-1].isspace() and line.isspace()):
            kept.append(line)
    if len(lines) == 1 or not kept:
        return lines
    last = lines[-1]
    if inside or last.lstrip().startswith(">>>"):
        quotes = last.rstrip()[-3:]
        last = last[: len(last) - len(last.lstrip())] + quotes + last[len(last.rstrip()) :]
    while kept[-1].isspace():
        kept.pop()
    return [*kept, last]

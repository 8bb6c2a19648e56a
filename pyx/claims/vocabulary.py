"""The names that a program gives to things, and what a text may mean by them."""

from __future__ import annotations

import ast
import builtins
import keyword
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from pyx.trace import expressions

CODE = re.compile(r"(`+)(.+?)\1(?!`)", re.DOTALL)
BUILTINS = frozenset(dir(builtins))


@dataclass(frozen=True)
class Vocabulary:
    """The names that a program gives to things."""

    variables: frozenset[str]
    functions: frozenset[str]
    tests: tuple[str, ...]  # conditions as they are written, the longest first
    known: frozenset[str]  # the above, attributes, keywords and builtins
    calls: Mapping[str, str] = field(
        default_factory=dict
    )  # by a method, or its call: the one expression that has it
    hidden: frozenset[str] = frozenset()  # variables that are English words: names only where written as code


def learn_names(code: str) -> Vocabulary:
    """The vocabulary of a program."""
    variables: set[str] = set()
    functions: set[str] = set()
    others: set[str] = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Name):
            (variables if isinstance(node.ctx, ast.Store) else others).add(node.id)
        elif isinstance(node, ast.arg):
            variables.add(node.arg)
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            functions.add(node.name)
        elif isinstance(node, ast.Attribute):
            others.add(node.attr)
        elif isinstance(node, ast.alias):
            others.update((node.asname or node.name).split("."))
        elif isinstance(node, ast.ExceptHandler) and node.name:
            variables.add(node.name)
    known = variables | functions | others | BUILTINS | set(keyword.kwlist) | {"true", "false", "null", "_"}
    return Vocabulary(
        frozenset(variables), frozenset(functions), find_tests(code), frozenset(known), find_calls(code)
    )


def find_calls(code: str) -> dict[str, str]:
    """What a text may mean by `isupper`, or by `find(' ')`: the one call of that method, with its owner."""
    found: dict[str, set[str]] = {}
    for node in ast.walk(ast.parse(code)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if node.func.attr not in expressions.CHANGING:
            given = ", ".join(ast.unparse(item) for item in (*node.args, *node.keywords))
            for name in (node.func.attr, f"{node.func.attr}({given})"):
                found.setdefault(name, set()).add(ast.unparse(node))
    return {name: next(iter(calls)) for name, calls in found.items() if len(calls) == 1}


_ENGLISH = frozenset((
    "out", "over", "on", "in", "at", "by", "of", "up", "down", "off", "all", "any", "each", "next",
    "last", "first", "new", "old", "left", "right", "that", "this", "is", "to", "as", "it", "so", "be",
    "we", "do", "go", "for", "and", "or", "not", "then", "now", "how", "what", "when", "step", "start",
    "end",
))  # fmt: skip


def hide_words(words: Vocabulary, text: str) -> Vocabulary:
    """The vocabulary of a text that writes names as code: plain English words in it are no names."""
    coded = {match[2].strip() for match in CODE.finditer(text)}
    return replace(words, hidden=words.variables & _ENGLISH) if coded & words.variables else words


def find_tests(code: str) -> tuple[str, ...]:
    """The conditions of a program, in its own spelling and in the usual one."""
    found = set()
    for node in ast.walk(ast.parse(code)):
        for part in (
            ast.walk(node.test) if isinstance(node, (ast.If, ast.While, ast.IfExp, ast.Assert)) else ()
        ):
            compound = isinstance(part, (ast.BoolOp, ast.Compare)) or (
                isinstance(part, ast.UnaryOp) and isinstance(part.op, ast.Not)
            )
            if compound and isinstance(part, ast.expr):
                found |= {ast.unparse(part), ast.get_source_segment(code, part) or ast.unparse(part)}
    return tuple(sorted(found, key=len, reverse=True))

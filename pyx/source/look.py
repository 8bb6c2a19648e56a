"""The cheap first look at a raw file, valid or not, by tree-sitter."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

_PYTHON_2 = {"print_statement", "exec_statement"}


@dataclass(frozen=True, slots=True)
class Look:
    """What a file seems to hold."""

    functions: tuple[str, ...]  # names of its top-level functions
    broken: bool  # something in it is no Python at all
    python2: bool  # it has print or exec statements


def look(text: str) -> Look:
    """Look at a file without asking whether this Python accepts it."""
    root = _find_parser().parse(text.encode("utf-8", "surrogatepass")).root_node
    functions = tuple(name for node in root.children for name in _name_function(node))
    python2 = root.has_error or _may_be_python2(text)
    return Look(functions, root.has_error, python2 and _has_python2(root))


@functools.cache
def _find_parser() -> Parser:
    import tree_sitter_python
    from tree_sitter import Language, Parser

    return Parser(Language(tree_sitter_python.language()))


def _name_function(node: Node) -> list[str]:
    if node.type == "decorated_definition":
        node = node.child_by_field_name("definition") or node
    name = node.child_by_field_name("name") if node.type == "function_definition" else None
    return [name.text.decode("utf-8", "replace")] if name and name.text else []


def _may_be_python2(text: str) -> bool:
    return "print " in text or "exec " in text


def _has_python2(root: Node) -> bool:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.type in _PYTHON_2:
            return True
        waiting += node.children
    return False

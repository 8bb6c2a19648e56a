"""The cheap first look at a raw file, valid or not, by tree-sitter."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Language, Node, Parser, Query

_PYTHON_2 = {"print_statement", "exec_statement"}


@dataclass(frozen=True, slots=True)
class Look:
    """What a file seems to hold."""

    functions: tuple[str, ...]  # names of its top-level functions
    broken: bool  # something in it is no Python at all
    python2: bool  # it has print or exec statements


def look(text: str) -> Look:
    """Look at a file without asking whether this Python accepts it."""
    root = _parse(text)
    functions = tuple(name for node in root.children for name in _name_function(node))
    python2 = root.has_error or _may_be_python2(text)
    return Look(functions, root.has_error, python2 and _has_python2(root))


def _parse(text: str) -> Node:
    return _find_parser().parse(text.encode("utf-8", "surrogatepass")).root_node


@functools.cache
def _find_language() -> Language:
    import tree_sitter_python
    from tree_sitter import Language

    return Language(tree_sitter_python.language())


@functools.cache
def _find_parser() -> Parser:
    from tree_sitter import Parser

    return Parser(_find_language())


def _name_function(node: Node) -> list[str]:
    if node.type == "decorated_definition":
        node = node.child_by_field_name("definition") or node
    name = node.child_by_field_name("name") if node.type == "function_definition" else None
    return [_text(name)] if name else []


def _text(node: Node) -> str:
    return (node.text or b"").decode("utf-8", "surrogatepass")


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


# -- calls ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sight:
    """A call with literal arguments of a function that its file imported."""

    module: str  # as imported: "textwrap", "..text"
    name: str  # of the function, as its module calls it
    call: str  # "dedent(' a')"


_LONGEST = 300
_LITERALS = frozenset(
    ("string", "integer", "float", "true", "false", "none", "list", "tuple", "dictionary", "set", "pair",
     "unary_operator", "concatenated_string", "comment", "parenthesized_expression")
)  # fmt: skip
_CALLS = """
(call function: (identifier) @name arguments: (argument_list) @args)
(call function: (attribute object: (_) @object attribute: (identifier) @name)
      arguments: (argument_list) @args)
"""
_IMPORTS = "(import_statement) @import (import_from_statement) @import"


def find_sights(text: str, names: set[str]) -> Iterator[Sight]:
    """The calls in a file of imported functions with one of these `names`, their arguments literals."""
    root = _parse(text)
    imports = dict(_find_imports(root))
    if not imports:
        return
    for found in _match(_CALLS, root):
        name, args = found["name"][0], found["args"][0]
        local = _text(found["object"][0] if "object" in found else name)
        module, original = imports.get(local, ("", ""))
        original = original or ("" if "object" not in found else _text(name))
        if module and original in names and _is_literal_list(args):
            yield Sight(module, original, original + _text(args))


def _match(query: str, root: Node) -> Iterator[dict[str, list[Node]]]:
    from tree_sitter import QueryCursor

    for _, found in QueryCursor(_find_query(query)).matches(root):
        yield found


@functools.cache
def _find_query(text: str) -> Query:
    from tree_sitter import Query

    return Query(_find_language(), text)


def _find_imports(root: Node) -> Iterator[tuple[str, tuple[str, str]]]:
    """Local name -> (module, name in it); the name is "" for a module itself."""
    for found in _match(_IMPORTS, root):
        try:
            node = ast.parse(_text(found["import"][0]).strip()).body[0]
        except (SyntaxError, ValueError):
            continue
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.asname or alias.name, (alias.name, "")
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            for alias in node.names:
                yield alias.asname or alias.name, (module, alias.name)


def _is_literal_list(args: Node) -> bool:
    if args.end_byte - args.start_byte > _LONGEST or not args.named_child_count:
        return False
    return all(_is_literal(child) for child in args.named_children)


def _is_literal(node: Node) -> bool:
    if node.type == "keyword_argument":
        value = node.child_by_field_name("value")
        return value is not None and _is_literal(value)
    if node.type == "string":
        return all(child.type != "interpolation" for child in node.named_children)
    return node.type in _LITERALS and all(map(_is_literal, node.named_children))

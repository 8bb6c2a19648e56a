"""Cut one function out of its module, with all it needs, exactly as it was written.

Lines are taken whole, so comments, docstrings and layout stay; libcst then takes the unneeded names
out of the import statements. It sees only the cut text, which is small and known to parse.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from pyx.source.module import (
    FUTURE,
    PURE_MODULES,
    Closure,
    Module,
    Unfit,
    Unit,
    check_depth,
    find_closure,
    parse,
)

if TYPE_CHECKING:
    import libcst


def cut(module: Module, entry: str, *, allowed: Iterable[str] = PURE_MODULES, size: int = 12_000) -> str:
    """The text of a module that defines `entry` and nothing that it does not need.

    `Unfit` when it needs what is not there, imports outside `allowed` or is longer than `size`.
    """
    closure = find_closure(module, entry, allowed=allowed)
    length = sum(len(module.segment(unit)) for unit in closure.units)
    if length > size:
        raise Unfit("too-large", f"{length} characters with all it needs")
    code = _join_parts(module, closure)
    check_depth(parse(code))  # that it parses proves that nothing was cut in two
    return code


def _join_parts(module: Module, closure: Closure) -> str:
    imports = [_prune_import(module.segment(unit), names) for unit, names in closure.imports]
    if module.future and any(_has_annotations(unit) for unit in closure.units):
        imports.insert(0, FUTURE)
    text = "".join(part if part.endswith("\n") else part + "\n" for part in imports)
    before = "import"
    for unit in closure.units:
        segment = _find_comments(module, unit) + module.segment(unit)
        text += _find_gap(before, unit.kind) if text else ""
        text += segment if segment.endswith("\n") else segment + "\n"
        before = unit.kind
    return text


def _find_gap(before: str, after: str) -> str:
    if {before, after} & {"function", "class"}:
        return "\n\n"
    return "\n" if before != after else ""


def _has_annotations(unit: Unit) -> bool:
    return any(
        getattr(item, "annotation", None) or getattr(item, "returns", None)
        for node in unit.nodes
        for item in ast.walk(node)
    )


def _find_comments(module: Module, unit: Unit) -> str:
    """The comment lines right above a unit; those at the top of the file speak of the file."""
    start = unit.first - 1
    while start > 0 and module.lines[start - 1].startswith("#"):
        start -= 1
    comments = module.lines[start : unit.first - 1]
    if start == 0 or any(line.strip("#-=* \t\n") == "" or line.startswith("#!") for line in comments):
        return ""
    return "".join(comments)


def _prune_import(segment: str, names: frozenset[str]) -> str:
    import libcst

    tree = libcst.parse_module(segment)
    line: Any = tree.body[0]
    statement = line.body[0]
    kept = [alias for alias in statement.names if _alias_name(alias) in names]
    if len(kept) == len(statement.names):
        return segment
    kept[-1] = kept[-1].with_changes(comma=libcst.MaybeSentinel.DEFAULT)
    changes: dict[str, Any] = {"names": kept}
    if isinstance(statement, libcst.ImportFrom):
        changes |= {"lpar": None, "rpar": None}
        changes["names"] = [alias.with_changes(comma=libcst.MaybeSentinel.DEFAULT) for alias in kept]
    line = line.with_changes(
        body=[statement.with_changes(**changes)],
        leading_lines=[],
        trailing_whitespace=libcst.TrailingWhitespace(),
    )
    return tree.with_changes(body=[line], header=[], footer=[]).code


def _alias_name(alias: libcst.ImportAlias) -> str:
    return alias.evaluated_alias or alias.evaluated_name.partition(".")[0]

"""The examples in the docstring."""

from __future__ import annotations

import ast
import doctest
from collections.abc import Iterator

from pyx.inputs import make_case
from pyx.literals import is_literal, read, write
from pyx.records import Case, Sample
from pyx.registry import INPUTS
from pyx.source.calls import find_calls, is_closed, is_constant
from pyx.source.module import PURE_MODULES, bound_name, imported_modules

_MOST = 40


@INPUTS.add("doctests", version=1)
def find_doctests(sample: Sample) -> Iterator[Case]:
    """The docstring's examples that call the entry, each with the lines before it as its set-up.

    `documented` is the result that the docstring states, where the example is nothing but the call.
    """
    entry = sample.given.entry
    prints = "print(" in sample.given.code  # then what is stated may be what was printed
    modules = set(sample.origin.path.removesuffix(".py").split("/"))
    before: list[str] = []
    for example in _read_examples(sample.given.docstring)[:_MOST]:
        tree = _read_source(example.source)
        if tree is None:
            continue
        modules |= _find_imported(tree)
        _Unqualified(entry, modules).visit(tree)
        calls = list(find_calls(tree, entry))
        if calls:
            stated = "" if prints or example.exc_msg or "..." in example.want else example.want
            yield from _make_cases(sample, tree, calls, stated, before)
        before += [ast.unparse(node) for node in tree.body if _sets_up(node, entry)]


def _read_examples(docstring: str) -> list[doctest.Example]:
    try:
        return doctest.DocTestParser().get_examples(docstring)
    except ValueError:
        return []  # the blanks in it are not those of a doctest


def _read_source(source: str) -> ast.Module | None:
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _find_imported(tree: ast.Module) -> set[str]:
    """The names that an example's imports bind."""
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    return {bound_name(alias) for node in imports for alias in node.names}


class _Unqualified(ast.NodeTransformer):
    """Writes `module.entry` as `entry`: the program has it without its module."""

    def __init__(self, entry: str, modules: set[str]) -> None:
        self.entry = entry
        self.modules = modules

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.generic_visit(node)
        if node.attr == self.entry and isinstance(node.value, ast.Name) and node.value.id in self.modules:
            return ast.Name(self.entry, node.ctx)
        return node


def _make_cases(
    sample: Sample, tree: ast.Module, calls: list[ast.Call], want: str, before: list[str]
) -> Iterator[Case]:
    """The call itself when its text says all, else the example with its set-up, to be run."""
    direct = _find_direct(tree, calls)
    if direct is not None and (is_constant(direct) or is_closed(direct)):
        yield make_case(sample, ast.unparse(direct), "doctest", documented=_read_want(want))
    elif direct is not None:
        setup = "\n".join(before)
        yield make_case(sample, ast.unparse(direct), "doctest", setup=setup, documented=_read_want(want))
    elif all(is_closed(call) and not is_constant(call) for call in calls):
        yield from (make_case(sample, ast.unparse(call), "doctest") for call in calls)
    else:
        yield make_case(sample, ast.unparse(tree), "doctest", setup="\n".join(before))


def _find_direct(tree: ast.Module, calls: list[ast.Call]) -> ast.Call | None:
    match tree.body:
        case [ast.Expr(value=ast.Call() as call)] if call in calls:
            return call
    return None


def _read_want(want: str) -> str:
    """What is stated as a literal, "" when it is none."""
    text = " ".join(want.split("\n")).strip()
    return write(read(text)) if is_literal(text) else ""


def _sets_up(node: ast.stmt, entry: str) -> bool:
    """Whether later examples may need a statement: imports of what we have not are left out."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        return all(name.partition(".")[0] in PURE_MODULES for name in imported_modules(node))
    return not (isinstance(node, ast.Expr) and any(find_calls(node, entry)))


_CODE = '''
def f(x):
    """Double.

    >>> f(2)
    4
    >>> y = [1]
    >>> len(f(y))
    2
    """
    return x * 2
'''

EXAMPLES = [
    (_CODE, "f", ["f(2)", "len(f(y))"]),
    ("def f(x):\n    return x\n", "f", []),
]

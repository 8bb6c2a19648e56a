"""What the lines of a program do: which names they bind, read and test."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from dataclasses import dataclass, field

from pyx import literals
from pyx.claims.tokens import normalize


@dataclass(frozen=True)
class Layout:
    """The lines of a program, by number."""

    binds: dict[int, set[str]] = field(default_factory=dict)
    reads: dict[int, set[str]] = field(default_factory=dict)
    loops: set[int] = field(default_factory=set)
    targets: set[str] = field(default_factory=set)  # names that only loops bind
    branches: set[int] = field(default_factory=set)
    tests: dict[str, set[int]] = field(default_factory=dict)  # conditions in one spelling, to lines
    parts: dict[str, set[int]] = field(default_factory=dict)  # expressions in one spelling, to lines
    kinds: dict[int, set[str]] = field(default_factory=dict)  # of the statements on a line
    compared: set[int] = field(default_factory=set)  # lines of branches that make one comparison
    signs: set[str] = field(default_factory=set)  # comparisons that only branches make
    calls: dict[int, set[str]] = field(default_factory=dict)  # functions that a line defines or calls
    constants: set[str] = field(default_factory=set)  # every constant of the program, as text
    methods: dict[str, list[int]] = field(
        default_factory=dict
    )  # by name: the lines of their calls, 0 where hidden
    returned: set[str] = field(default_factory=set)  # names in what the program returns
    inner: set[str] = field(default_factory=set)  # names that only comprehensions and lambdas bind
    functions: dict[int, str] = field(default_factory=dict)  # the function that a line stands in

    def has(self, kind: str) -> bool:
        """Whether the program has a statement of a kind."""
        return any(kind in kinds for kinds in self.kinds.values())

    def mentions(self, line: int, name: str) -> bool:
        return name in self.binds.get(line, ()) or name in self.reads.get(line, ())


def find_layout(code: str) -> Layout:
    """The layout of a program."""
    found = Layout()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.FunctionDef):
            inside = range(node.lineno, (node.end_lineno or node.lineno) + 1)
            found.functions.update(dict.fromkeys(inside, node.name))
        if isinstance(node, ast.stmt):
            for name, line in find_methods(node):
                found.methods.setdefault(name, []).append(line)
        if isinstance(node, ast.Return) and node.value:
            found.returned.update(part.id for part in ast.walk(node.value) if isinstance(part, ast.Name))
        if isinstance(node, ast.Constant):
            found.constants.add(literals.write(node.value))
        if isinstance(node, ast.stmt):
            _note_statement(found, node)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            found.binds.setdefault(node.lineno, set()).add(node.name)
    found.inner.update(find_inner(ast.parse(code)))
    others = set().union(*(names for line, names in found.binds.items() if line not in found.loops))
    loops = set().union(*(found.binds.get(line, set()) for line in found.loops))
    found.targets.update(loops - others)
    found.signs.update(find_signs(ast.parse(code)))
    return found


def find_methods(node: ast.stmt) -> Iterator[tuple[str, int]]:
    """The methods that a statement calls, with its line; 0 where one run of it may call them repeatedly."""
    loose = (
        ast.comprehension,
        ast.ListComp,
        ast.SetComp,
        ast.DictComp,
        ast.GeneratorExp,
        ast.Lambda,
        ast.IfExp,
        ast.BoolOp,
    )
    hidden = {id(part) for outer in find_own(node) if isinstance(outer, loose) for part in ast.walk(outer)}
    headers = isinstance(node, (ast.For, ast.While, ast.FunctionDef, ast.ClassDef))
    for part in find_own(node):
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute):
            yield part.func.attr, 0 if id(part) in hidden or headers else node.lineno


def find_inner(tree: ast.AST) -> set[str]:
    """The names that comprehensions and lambdas bind, and nothing else: no state shows them."""
    bound, inside = set[str](), set[str]()
    for node in ast.walk(tree):
        if isinstance(node, ast.comprehension):
            inside |= {part.id for part in ast.walk(node.target) if isinstance(part, ast.Name)}
        elif isinstance(node, ast.Lambda):
            inside |= {argument.arg for argument in node.args.args}
        elif isinstance(node, ast.FunctionDef):
            bound |= {argument.arg for argument in node.args.args}
        elif isinstance(node, (ast.For, ast.Assign, ast.AugAssign, ast.AnnAssign, ast.With)):
            places = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
            bound |= {
                part.id for place in places if place for part in ast.walk(place) if isinstance(part, ast.Name)
            }
    return inside - bound


def find_signs(tree: ast.AST) -> set[str]:
    """The kinds of comparisons that stand in the tests of `if` and `while`, and nowhere else."""
    tests = [node.test for node in ast.walk(tree) if isinstance(node, (ast.If, ast.While))]
    inside = [part for test in tests for part in ast.walk(test) if isinstance(part, ast.Compare)]
    every = [part for part in ast.walk(tree) if isinstance(part, ast.Compare)]
    others = {type(part.ops[0]).__name__ for part in every if part not in inside}
    return {type(part.ops[0]).__name__ for part in inside if len(part.ops) == 1} - others


def _note_statement(found: Layout, node: ast.stmt) -> None:
    found.kinds.setdefault(node.lineno, set()).add(type(node).__name__)
    binds, reads = found.binds.setdefault(node.lineno, set()), found.reads.setdefault(node.lineno, set())
    made = {
        part.func.id
        for part in find_own(node)
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Name)
    }
    found.calls[node.lineno] = made | ({node.name} if isinstance(node, ast.FunctionDef) else set())
    if isinstance(node, ast.FunctionDef):
        binds |= {arg.arg for arg in ast.walk(node.args) if isinstance(arg, ast.arg)}
        return
    if isinstance(node, (ast.For, ast.While)):
        found.loops.add(node.lineno)
    if isinstance(node, (ast.For, ast.While, ast.If, ast.Assert)):
        found.branches.add(node.lineno)
    if isinstance(node, (ast.While, ast.If, ast.Assert)):
        found.tests.setdefault(normalize(ast.unparse(node.test)), set()).add(node.lineno)
    if (
        isinstance(node, (ast.While, ast.If))
        and isinstance(node.test, ast.Compare)
        and len(node.test.ops) == 1
    ):
        found.compared.add(node.lineno)
    if isinstance(node, ast.AugAssign):
        reads |= {part.id for part in ast.walk(node.target) if isinstance(part, ast.Name)}
    for part in find_own(node):
        if isinstance(part, ast.expr) and not isinstance(part, (ast.Name, ast.Constant)):
            found.parts.setdefault(ast.unparse(part), set()).add(node.lineno)
        if isinstance(part, ast.Name):
            (reads if isinstance(part.ctx, ast.Load) else binds).add(part.id)
    if isinstance(node, (ast.Expr, ast.Assign, ast.AugAssign)):
        binds |= set(find_changeable(node))


def find_changeable(node: ast.stmt) -> Iterator[str]:
    """The names that a statement's calls and stores may change in place."""
    for target in node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", node)]:
        parts = target.elts if isinstance(target, (ast.Tuple, ast.List)) else [target]
        yield from (root for part in parts if (root := find_root(part)))
    for call in (part for part in find_own(node) if isinstance(part, ast.Call)):
        if isinstance(call.func, ast.Attribute):
            yield from (root for root in [find_root(call.func.value)] if root)
        elif isinstance(call.func, ast.Name) and (
            not hasattr(builtins, call.func.id) or call.func.id == "next"
        ):
            yield from (root for item in call.args if (root := find_root(item)))


def find_root(node: ast.AST) -> str:
    """The name that a place such as `a.b[c]` begins with, "" when it begins with none."""
    while isinstance(node, (ast.Subscript, ast.Attribute, ast.Starred)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def find_own(node: ast.stmt) -> Iterator[ast.AST]:
    """The nodes of a statement without those of the statements inside it."""
    waiting: list[ast.AST] = [node]
    while waiting:
        part = waiting.pop()
        yield part
        waiting.extend(
            child for child in ast.iter_child_nodes(part)
            if not isinstance(child, (ast.stmt, ast.ExceptHandler, ast.match_case))
        )  # fmt: skip

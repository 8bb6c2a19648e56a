"""Plans: what each statement can bind and what it can change, read off the program's text.

A plan only ever saves work. Where nothing is known a statement `may change anything`, and the
recorder looks at every object after it. What statements of the program's own functions do is no
concern of the statement that calls them: they are recorded, and have plans of their own.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable, Mapping
from typing import Any

from pyx.registry import RULES
from pyx.trace.heads import Head
from pyx.trace.names import Names, find_children, read_names
from pyx.trace.touches import Plan


@functools.cache
def find_effects() -> Mapping[str, Callable[..., Any]]:
    """The effect rules of the registry, by the qualified name of the function."""
    found: dict[str, Callable[..., Any]] = {}
    for plugin in RULES:
        if plugin.code.startswith("E"):
            found |= dict.fromkeys(plugin.list_names("functions"), plugin.function)
    return found


def find_plans(tree: ast.Module, effects: Mapping[str, Callable[..., Any]] | None = None) -> list[Plan]:
    """The plan of every statement of a numbered tree, by its number.

    `effects` says by qualified name which arguments a library function changes (as
    `find_effects` does); without it a statement that calls one may change anything. Where the
    program uses what no plan can foresee, every plan is `EVERYTHING` but for the names that it binds.
    """
    names = read_names(tree)
    scan = _Scan(names, effects or {})
    scan.block(tree.body, ())
    if names.exotic:
        for plan in scan.plans:
            plan.anything = plan.alters = plan.inner = plan.calls = True
            plan.still = plan.quiet = False
            plan.touches = plan.loads = ()
    return scan.plans


class _Scan:
    """Walks the statements in the order in which they were numbered."""

    def __init__(self, names: Names, effects: Mapping[str, Callable[..., Any]]) -> None:
        self.names = names
        self.effects = effects
        self.plans: list[Plan] = []
        self.first = ""  # the first parameter of the function around

    def block(self, body: list[Any], cleanup: tuple[str, ...]) -> None:
        for node in body:
            self.statement(node, cleanup)

    def statement(self, node: Any, cleanup: tuple[str, ...]) -> None:
        head = Head(self.names, self.effects, self.first)
        plan = Plan()
        self.plans.append(plan)
        outer = self.first
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            given = [*node.args.posonlyargs, *node.args.args]
            self.first = given[0].arg if given else ""
        inside = (*cleanup, node.name) if isinstance(node, ast.ExceptHandler) and node.name else cleanup
        inside = () if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) else inside
        below: list[tuple[Any, tuple[str, ...]]] = []
        for item in find_children(node):
            if isinstance(item, (ast.stmt, ast.ExceptHandler, ast.match_case)):
                below.append((item, inside))
            else:
                head.visit(item)
        head.finish(node, plan, inside if isinstance(node, ast.ExceptHandler) else cleanup)
        for item, names in below:
            self.statement(item, names)
        self.first = outer

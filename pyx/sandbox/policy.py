"""The policy: which programs are run at all, and the guards that they run with.

It refuses what a program of a corpus has no business doing, with a reason that a person can read,
and it sees to it that what a program reports is what the program did. It is the fidelity layer.
The boundary is the operating system's layers, and they must hold for any program that gets past.

A child process runs a program in this order: `check`, then number the statements, then `rewrite`,
then `compile(tree, FILENAME, "exec", dont_inherit=True)` and `exec(code, namespace())`. When the
program has ended, in whatever way, `found()` says what the guards refused while it ran; a program
for which it is not empty is `refused` even if it caught `Refused` itself.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Mapping
from typing import Any

from pyx.sandbox import causes, tamed
from pyx.sandbox.causes import Cause
from pyx.sandbox.checker import check_tree
from pyx.sandbox.facades import make_facade, make_import
from pyx.sandbox.lists import VERSION, Policy, load_policy
from pyx.sandbox.refusals import CODES, FILENAME, PROGRAM, Refusal, Refused, found
from pyx.sandbox.rewriter import library_names, rewrite_tree
from pyx.sandbox.scope import make_builtins

__all__ = [
    "CODES", "DEFAULT", "FILENAME", "PROGRAM", "VERSION", "Cause", "Policy", "Refusal", "Refused",
    "check", "choose", "digest", "find_causes", "found", "namespace", "preload", "rewrite", "use",
]  # fmt: skip

DEFAULT = load_policy()
"""The policy of the lists that come with pyx."""

Rows = Mapping[str, Mapping[str, Any]]
"""Lists of a recipe: a module, and the keys of a list file."""

_in_use = DEFAULT


def choose(lists: Rows | None) -> Policy:
    """The policy with the lists of a recipe added, if it has any."""
    return DEFAULT.extend(lists) if lists else DEFAULT


def use(policy: Policy) -> None:
    """Make a policy the one of this process; a child does so when its job brings lists."""
    global _in_use
    _in_use = policy


def check(tree: ast.Module, *, policy: Policy | None = None) -> list[Refusal]:
    """Every reason why a program is refused, by line; none means that it is admitted."""
    return check_tree(tree, policy or _in_use)


def rewrite(tree: ast.Module) -> ast.Module:
    """Put the guards into an admitted program; statements keep their lines."""
    return rewrite_tree(tree)


def namespace(*, policy: Policy | None = None) -> dict[str, Any]:
    """Fresh globals for one program, with the guarded built-ins.

    The child makes them the names of a module called `PROGRAM` that stands in `sys.modules`, for
    dataclasses and typing look there for the module of a class.
    """
    tamed.shared_random().forget()
    return {"__name__": PROGRAM, "__doc__": None, "__builtins__": dict(_builtins(policy or _in_use))}


@functools.cache
def _builtins(policy: Policy) -> dict[str, Any]:
    return {**make_builtins(), "__import__": make_import(policy)}


def find_causes(tree: ast.Module, *, policy: Policy = DEFAULT) -> list[Cause]:
    """What in a program can make its result differ from run to run, by line."""
    return causes.find_causes(tree, policy)


_SAMPLE = """
from math import floor
class A:
    def f(self, x: int = 0) -> str:
        self.x = [y for y in range(x) if y % 2] + ["{}".format(type(x))]
        return f"{x}" if not x else self.x[1:2]
"""


def preload(*names: str) -> None:
    """Get ready to fork: import these allowed modules, and do once what every child will do.

    The interpreter rewrites code that it has run a few times. Done here, children need not do it
    again, nor copy the memory it stands in: that halves what the policy costs a child.
    """
    for name in names:
        make_facade(DEFAULT, name)
    library_names()
    for _ in range(20):
        tree = ast.parse(_SAMPLE)
        check(tree)
        rewrite(tree)
        namespace()


def digest(*, policy: Policy | None = None) -> str:
    """Identifies the rules and the lists; releases record it."""
    return (policy or _in_use).digest()

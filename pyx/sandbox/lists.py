"""Allow-lists: one TOML a module, every name written out.

    module = "datetime"
    reason = "Dates and times; what asks the clock is marked."
    reviewed = "2026-11"
    allow = ["date", "datetime"]        # given as they are
    hardened = []                       # given in the checked form of `pyx.sandbox.hardened`

    [nondeterministic]
    "datetime.now" = "clock"            # a word of CAUSES

A module without a file is refused. `Policy.extend` adds lists of a user's own.
"""

from __future__ import annotations

import functools
import importlib
import os
import tomllib
import types
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pyx.errors import RecipeError, nearest
from pyx.records import digest as hash_text

VERSION = "1.0"
"""Of the rules in code: the second number widens what is admitted, the first narrows it."""

FUTURE = frozenset({"annotations", "division", "print_function", "absolute_import", "unicode_literals",
                    "generators", "generator_stop", "nested_scopes", "with_statement"})  # fmt: skip

CAUSES = {
    "clock": "the time of day, or the time that passes",
    "random": "random numbers",
    "address": "the address of an object",
    "hash": "the hash seed, by the hash of a text or the order of a set",
    "zone": "the time zone of the machine",
    "interpreter": "the build of the interpreter",
}
"""What a call can depend on beside its arguments."""

_KEYS = {"module", "reason", "reviewed", "allow", "hardened", "nondeterministic"}


@dataclass(frozen=True, slots=True)
class Module:
    """What programs may use of one module, and why that is harmless."""

    name: str
    allow: frozenset[str]
    hardened: frozenset[str] = frozenset()
    nondeterministic: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""
    reviewed: str = ""

    @property
    def names(self) -> frozenset[str]:
        return self.allow | self.hardened

    @property
    def text(self) -> str:
        """All that matters of it, in one order, for the digest."""
        marks = [f"{name}={cause}" for name, cause in sorted(self.nondeterministic.items())]
        return " ".join([self.name, *sorted(self.allow), "|", *sorted(self.hardened), "|", *marks])


@dataclass(frozen=True, eq=False)
class Policy:
    """A set of allow-lists; the rules in code are the same for every policy."""

    modules: Mapping[str, Module]

    def digest(self) -> str:
        """Identifies the rules and the lists: releases record it."""
        return hash_text(VERSION, *(self.modules[name].text for name in sorted(self.modules)))

    def extend(self, rows: Mapping[str, Mapping[str, Any]]) -> Policy:
        """A policy with the modules of a recipe added; a module that has a list gains the names.

        `rows` maps a module to the keys of a list file: `{"inflection": {"allow": ["pluralize"]}}`.
        """
        modules = dict(self.modules)
        for name, row in rows.items():
            if row.get("hardened"):
                raise RecipeError(
                    f"{name}: only a list of pyx itself can harden a name", hint="put it in allow"
                )
            modules[name] = _join(modules.get(name), read_module({"module": name, **row}, where=name))
        return Policy(modules)

    def parts(self, name: str) -> frozenset[str]:
        """The allowed modules directly inside a module: `abc` for `collections`."""
        inside = (other[len(name) + 1 :] for other in self.modules if other.startswith(name + "."))
        return frozenset(part.partition(".")[0] for part in inside)

    def knows(self, name: str) -> bool:
        """Whether `import name` is allowed; `urllib` is, because `urllib.parse` has a list."""
        return name in self.modules or bool(self.parts(name))

    def allows(self, module: str, name: str) -> bool:
        listed = module in self.modules and name in self.modules[module].names
        return listed or name in self.parts(module)


def _join(old: Module | None, new: Module) -> Module:
    if old is None:
        return new
    marks = {**old.nondeterministic, **new.nondeterministic}
    allow = old.allow | (new.allow - old.hardened)
    return Module(old.name, allow, old.hardened, marks, old.reason, old.reviewed)


def read_module(row: Mapping[str, Any], *, where: str) -> Module:
    """The list of one module; `RecipeError` names the key that is wrong."""
    if unknown := sorted(row.keys() - _KEYS):
        raise RecipeError(f"{where}: no key {unknown[0]!r}", hint=nearest(unknown[0], _KEYS))
    for name in [*row.get("allow", ()), *row.get("hardened", ())]:
        if not isinstance(name, str) or not name.isidentifier() or name.startswith("_"):
            raise RecipeError(f"{where}: {name!r} is no public name", hint="write every name out, never *")
    for name, cause in row.get("nondeterministic", {}).items():
        if cause not in CAUSES:
            raise RecipeError(f"{where}: {name} depends on {cause!r}", hint=nearest(str(cause), CAUSES))
    return Module(
        row["module"],
        frozenset(row.get("allow", ())),
        frozenset(row.get("hardened", ())),
        types.MappingProxyType(dict(row.get("nondeterministic", {}))),
        row.get("reason", ""),
        row.get("reviewed", ""),
    )


@functools.cache
def load_policy() -> Policy:
    """The policy of the lists that stand beside this file."""
    # os and not pathlib: a zygote imports this, and its size is the price of every child.
    folder = os.path.join(os.path.dirname(__file__), "modules")  # noqa: PTH118, PTH120
    modules = {}
    for name in sorted(os.listdir(folder)):  # noqa: PTH208
        if name.endswith(".toml"):
            with open(os.path.join(folder, name), "rb") as file:  # noqa: PTH118, PTH123
                module = read_module(tomllib.load(file), where=name)
            modules[module.name] = module
    return Policy(types.MappingProxyType(modules))


@functools.cache
def left_out(policy: Policy, module: str) -> frozenset[str]:
    """What `from module import *` would bind beyond the list."""
    if module not in policy.modules:
        return frozenset({"*"})
    real = importlib.import_module(module)
    public = getattr(real, "__all__", None) or [name for name in vars(real) if not name.startswith("_")]
    return frozenset(public) - policy.modules[module].names

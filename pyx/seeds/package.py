"""One installed package or module, by its import name."""

from __future__ import annotations

import functools
import importlib.metadata
import importlib.util
import platform
import sys
from collections.abc import Iterator
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path

from pyx.errors import RecipeError, nearest
from pyx.records import Reject, Sample
from pyx.registry import SEEDS
from pyx.seeds.licences import read_metadata
from pyx.seeds.tree import SKIPPED, Tree, list_files, read_tree

STDLIB_LICENCE = "PSF-2.0"
TESTS = frozenset({"test", "tests", "testing", "idle_test", "conftest.py"})


@SEEDS.add("package", version=1)
def read_package(argument: str, *, tests: bool = False) -> Iterator[Sample | Reject]:
    """The files of an importable module or package, found without importing it.

    Licence and version are those of the distribution that brought it. `tests` reads its test folders too.
    """
    top = find_package(argument)
    root = top
    for _ in range(argument.count(".") + 1):
        root = root.parent
    version, licence = describe_package(argument.partition(".")[0])
    every = tuple(list_files(top))
    files = every if tests else tuple(list_files(top, skipped=SKIPPED | TESTS))
    witnesses = tuple(sorted({*every} - {*files}))
    yield from read_tree(Tree(f"package:{argument}", root, files, licence, version, witnesses))


def find_package(name: str) -> Path:
    """The folder of a package or the file of a module; `RecipeError` when there is no source."""
    spec = _find_spec(name)
    if spec is None:
        known = {*importlib.metadata.packages_distributions(), *sys.stdlib_module_names}
        raise RecipeError(f"seeds package:{name}: no such package", hint=find_near(name, known))
    if spec.submodule_search_locations:
        return Path(next(iter(spec.submodule_search_locations)))
    if spec.origin and spec.origin.endswith(".py"):
        return Path(spec.origin)
    raise RecipeError(
        f"seeds package:{name}: it has no Python source", hint="give a package written in Python"
    )


def _find_spec(name: str) -> ModuleSpec | None:
    parts = name.split(".")
    if not all(parts):
        return None
    try:
        spec = importlib.util.find_spec(parts[0])
    except (ImportError, ValueError):
        return None  # a finder that cannot say, or a module without a file such as __main__
    for index in range(1, len(parts)):
        if spec is None:
            return None
        # With a dotted name importlib.util.find_spec would import the parents.
        place = list(spec.submodule_search_locations or [])
        spec = PathFinder.find_spec(".".join(parts[: index + 1]), place)
    return spec


def find_near(name: str, known: set[str]) -> str:
    """The hint for a name that is not there; the whole list would be too long."""
    guess = nearest(name, known).partition("it has ")[0]
    return guess or "install it into this environment, or give folder:PATH"


def describe_package(name: str) -> tuple[str, str]:
    """The version and licence of what brought a top-level package."""
    if name in sys.stdlib_module_names:
        return platform.python_version(), STDLIB_LICENCE
    for distribution in _packages().get(name, []):
        found = importlib.metadata.distribution(distribution)
        return found.version, read_metadata(found.metadata)
    return "", ""


@functools.cache
def _packages() -> dict[str, list[str]]:
    return dict(importlib.metadata.packages_distributions())


EXAMPLES = [
    ("statistics", ["statistics.py"]),
    ("xml.dom", ["xml/dom/__init__.py", "xml/dom/minidom.py"]),
    ("click", ["click/__init__.py", "click/core.py"]),
]

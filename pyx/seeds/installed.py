"""Every package that is installed beside pyx and may be given away."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Iterator
from importlib.metadata import Distribution
from pathlib import Path

from pyx.errors import RecipeError
from pyx.records import Reject, Sample
from pyx.registry import SEEDS
from pyx.seeds.licences import read_metadata
from pyx.seeds.package import TESTS, find_near
from pyx.seeds.tree import SKIPPED, Tree, read_trees
from pyx.source.licences import is_permissive

_OURSELVES = "pyx-toolkit"


@SEEDS.add("installed", version=1)
def read_installed(argument: str = "") -> Iterator[Sample | Reject]:
    """The files of all installed distributions that are pure Python under a permissive licence.

    With an argument only the distribution of that name. Test folders and vendored copies are left out, and
    so is pyx itself.
    """
    found = sorted(importlib.metadata.distributions(), key=lambda item: (_fold(item.name), item.version))
    wanted = [item for item in found if argument == "" or _fold(item.name) == _fold(argument)]
    if not wanted:
        hint = find_near(argument, {item.name for item in found})
        raise RecipeError(f"seeds installed:{argument}: no such distribution", hint=hint)
    yield from read_trees(tree for tree in map(find_tree, wanted) if tree)


def _fold(name: str | None) -> str:
    return (name or "").replace("_", "-").replace(".", "-").casefold()


def find_tree(distribution: Distribution) -> Tree | None:
    """The files of a distribution; None when they are not ours to read."""
    licence = read_metadata(distribution.metadata)
    files = distribution.files or []
    if distribution.name == _OURSELVES or not is_permissive(licence):
        return None
    if any(file.suffix in (".so", ".pyd", ".dylib") for file in files):
        return None
    root = Path(str(distribution.locate_file("")))
    wanted = sorted(file.as_posix() for file in files if _is_wanted(file.parts, file.suffix))
    paths = tuple(root / path for path in wanted)
    return Tree(f"package:{distribution.name}", root, paths, licence, distribution.version) if paths else None


def _is_wanted(parts: tuple[str, ...], suffix: str) -> bool:
    return suffix == ".py" and not (SKIPPED | TESTS | {".."}).intersection(parts)


EXAMPLES = [("click", ["click/__init__.py", "click/core.py"])]

"""The standard library of the Python that runs."""

from __future__ import annotations

import platform
import sysconfig
from collections.abc import Iterator
from pathlib import Path

from pyx.errors import RecipeError
from pyx.records import Reject, Sample
from pyx.registry import SEEDS
from pyx.seeds.package import STDLIB_LICENCE, TESTS, find_near
from pyx.seeds.tree import SKIPPED, Tree, list_files, read_tree

_ELSEWHERE = frozenset({"idlelib", "lib2to3", "turtledemo", "ensurepip", "pydoc_data", "lib-dynload"})


@SEEDS.add("stdlib", version=1)
def read_stdlib(argument: str = "") -> Iterator[Sample | Reject]:
    """Every file of the standard library, without its tests, IDLE, lib2to3 and turtle demos.

    With an argument only the module or package of that name. The tests, where installed, are looked through
    for calls.
    """
    root = Path(sysconfig.get_path("stdlib"))
    every = list_files(root, skipped=SKIPPED | TESTS | _ELSEWHERE)
    files = tuple(file for file in every if argument in ("", _name_top(file, root)))
    if not files:
        names = {_name_top(file, root) for file in list_files(root, skipped=SKIPPED | TESTS | _ELSEWHERE)}
        raise RecipeError(f"seeds stdlib:{argument}: no such module", hint=find_near(argument, names))
    tests = tuple(list_files(root / "test")) if (root / "test").is_dir() else ()
    yield from read_tree(Tree("stdlib", root, files, STDLIB_LICENCE, platform.python_version(), tests))


def _name_top(file: Path, root: Path) -> str:
    return file.relative_to(root).parts[0].removesuffix(".py")


EXAMPLES = [("colorsys", ["colorsys.py"]), ("json", ["json/__init__.py", "json/decoder.py"])]

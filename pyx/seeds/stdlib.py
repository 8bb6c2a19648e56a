"""The standard library of the Python that runs."""

from __future__ import annotations

import platform
import sysconfig
from collections.abc import Iterator
from pathlib import Path

from pyx.records import Reject, Sample
from pyx.registry import SEEDS
from pyx.seeds.package import STDLIB_LICENCE, TESTS
from pyx.seeds.tree import SKIPPED, Tree, list_files, read_tree

_ELSEWHERE = frozenset({"idlelib", "lib2to3", "turtledemo", "ensurepip", "pydoc_data", "lib-dynload"})


@SEEDS.add("stdlib", version=1)
def read_stdlib(_argument: str = "") -> Iterator[Sample | Reject]:
    """Every file of the standard library, without its tests, IDLE, lib2to3 and turtle demos.

    Its tests, where installed, are looked through for calls.
    """
    root = Path(sysconfig.get_path("stdlib"))
    files = tuple(list_files(root, skipped=SKIPPED | TESTS | _ELSEWHERE))
    tests = tuple(list_files(root / "test")) if (root / "test").is_dir() else ()
    yield from read_tree(Tree("stdlib", root, files, STDLIB_LICENCE, platform.python_version(), tests))


EXAMPLES: list[object] = []

"""Any folder of Python files, or one file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pyx.errors import RecipeError
from pyx.records import Reject, Sample
from pyx.registry import SEEDS
from pyx.seeds.licences import find_file
from pyx.seeds.tree import Tree, list_files, read_tree


@SEEDS.add("folder", version=1)
def read_folder(argument: str) -> Iterator[Sample | Reject]:
    """The Python files of a folder and its subfolders, or the one file given.

    Its licence is what a LICENSE file at its top says; a file's own SPDX header stands above that.
    """
    top = Path(argument).expanduser()
    if not argument or not top.exists():
        raise RecipeError(f"seeds folder:{argument}: no such folder", hint="give one that exists")
    root = top.parent if top.is_file() else top
    name = top.resolve().name
    yield from read_tree(Tree(f"folder:{name}", root, tuple(list_files(top)), licence=find_file(root)))


EXAMPLES = [
    (
        {"b.py": "y = 1\n", "a/z.py": "x = 1\n", "notes.txt": "no Python", "venv/lib.py": "z = 1\n"},
        ["a/z.py", "b.py"],
    ),
    ({"one.py": "x = 1\n"}, ["one.py"]),
    ({"a.py": "x = '\0'\n", "b.py": "# -*- coding: klingon -*-\n"}, ["not-text", "wrong-encoding"]),
]

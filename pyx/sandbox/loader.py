"""How the zygote loads pyx: with built-ins of its own, and out of the sight of programs.

A program may replace `builtins.len` or look for `pyx` in `sys.modules`. What is loaded here keeps
a private copy of the built-ins, and is forgotten by the import system once the zygote has it.
This is fidelity, not the boundary: a program that walks frames can still spoil its own answer.
"""

from __future__ import annotations

import builtins
import importlib
import os
import site
import sys
import types
from importlib.machinery import FileFinder, SourceFileLoader
from typing import Any

from pyx.sandbox import world

OURS = ("pyx", "RestrictedPython")
_PRIVATE = dict(vars(builtins))


class Loader(SourceFileLoader):
    """Loads a module whose functions look up `len` and the like in a private copy."""

    def exec_module(self, module: types.ModuleType) -> None:
        module.__dict__["__builtins__"] = _PRIVATE
        super().exec_module(module)


def main() -> None:
    """What the interpreter that `pool` starts runs: descriptor, level, traits, then the folders of pyx."""
    control, level, traits, *folders = sys.argv[1:]
    if "shifted" in traits:
        world.shift_clock()
    zygote = load(folders, lean="lean" in traits)
    site.setquit()  # `exit` and `quit`, which -S leaves out
    sys.argv, sys.orig_argv = [""], [""]  # they name folders of the machine
    os.environ.pop("PWD", None)  # bubblewrap's
    zygote.serve(int(control), level, world.OTHER_FOLDER if "shifted" in traits else world.FOLDER)


def load(folders: list[str], *, lean: bool) -> types.ModuleType:
    """The zygote's module, loaded from those folders, which are then no longer searched."""

    def hook(folder: str) -> FileFinder:
        if not folder.startswith(tuple(folders)):
            raise ImportError("not ours")
        return FileFinder(folder, (Loader, [".py"]))

    path, hooks = sys.path, sys.path_hooks
    forget()
    sys.path_importer_cache.clear()
    sys.path, sys.path_hooks = [*path, *folders], [hook, *hooks]
    try:
        zygote = importlib.import_module("pyx.sandbox.zygote")
        if not lean:
            importlib.import_module("pyx.sandbox.guest").equip()
    finally:
        sys.path, sys.path_hooks = [entry for entry in path if entry not in folders], hooks
        sys.path_importer_cache.clear()
    forget()
    return zygote


_kept: dict[str, types.ModuleType] = {}


def forget() -> None:
    """Take our modules out of the import system; only they themselves still find one another."""
    for name in [name for name in sys.modules if name.partition(".")[0] in OURS]:
        _kept[name] = sys.modules.pop(name)


def _import(name: str, *words: Any) -> Any:
    """`__import__` for our own modules: what an import inside a function finds in a child."""
    if name not in _kept or name in sys.modules:
        return __import__(name, *words)
    # As the real one: the module itself when names are taken from it, else the package at the top.
    return _kept[name] if len(words) > 2 and words[2] else _kept[name.partition(".")[0]]


_PRIVATE["__import__"] = _import

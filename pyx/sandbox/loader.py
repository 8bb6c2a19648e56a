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


def forget() -> None:
    """Take our modules out of the import system; those that hold them keep them."""
    for name in [name for name in sys.modules if name.partition(".")[0] in OURS]:
        del sys.modules[name]

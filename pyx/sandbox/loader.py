"""How the zygote loads pyx: with built-ins of its own, and out of the sight of programs.

A program may replace `builtins.len` or look for `pyx` in `sys.modules`. What is loaded here keeps
a private copy of the built-ins, and is forgotten by the import system once the zygote has it; so
are the rules of other distributions, whose texts the caller sends (`rulebook`). This is fidelity,
not the boundary: a program that walks frames can still spoil its own answer.
"""

from __future__ import annotations

import builtins
import contextlib
import importlib
import marshal
import os
import site
import sys
import types
from collections.abc import Collection, Mapping, Sequence
from importlib.machinery import FileFinder, ModuleSpec, SourceFileLoader
from typing import Any

from pyx.sandbox import world

OURS = ("pyx", "RestrictedPython")
_PRIVATE = dict(vars(builtins))


class Private(SourceFileLoader):
    """Loads a module whose functions look up `len` and the like in a private copy."""

    def exec_module(self, module: types.ModuleType) -> None:
        module.__dict__["__builtins__"] = _PRIVATE
        super().exec_module(module)


class Finder(FileFinder):
    """Finds pyx and what it needs, and nothing else that is installed beside it."""

    def find_spec(self, name: str, target: types.ModuleType | None = None) -> ModuleSpec | None:
        return super().find_spec(name, target) if name.partition(".")[0] in OURS else None


class Shelf:
    """Finds and loads the modules that the caller sent, as `Private` does."""

    def __init__(self, pages: Mapping[str, tuple[str, str, bool]]) -> None:
        self.pages = pages

    def find_spec(self, name: str, *_more: Any) -> ModuleSpec | None:
        """The specification of a module that was sent."""
        if name not in self.pages:
            return None
        _, path, package = self.pages[name]
        return ModuleSpec(name, self, origin=path, is_package=package)  # type: ignore[arg-type]

    def create_module(self, _spec: ModuleSpec) -> None:
        """Leave it to Python."""

    def exec_module(self, module: types.ModuleType) -> None:
        text, path, _ = self.pages[module.__name__]
        module.__dict__["__builtins__"] = _PRIVATE
        exec(compile(text, path, "exec", dont_inherit=True), module.__dict__)


def main() -> None:
    """What the interpreter that `pool` starts runs: descriptor, level, traits, then the folders of pyx."""
    control, level, traits, *folders = sys.argv[1:]
    if "shifted" in traits:
        world.shift_clock()
    modules, pages = marshal.loads(receive(int(control)))
    try:
        zygote = load(folders, Shelf(pages), modules, lean="lean" in traits)
    except Exception as error:
        if not pages:
            raise
        send(int(control), b"broken " + str(error).encode())
        return
    site.setquit()  # `exit` and `quit`, which -S leaves out
    sys.argv, sys.orig_argv = [""], [""]  # they name folders of the machine
    os.environ.pop("PWD", None)  # bubblewrap's
    folder = world.OTHER_FOLDER if "shifted" in traits else world.FOLDER
    zygote.serve(int(control), level, folder, lean="lean" in traits)


def receive(control: int) -> bytes:
    """What the caller sends first: its length, then the rulebook."""
    size, data = int.from_bytes(os.read(control, 4), "big"), bytearray()
    while len(data) < size:
        data += os.read(control, size - len(data))
    return bytes(data)


def send(control: int, data: bytes) -> None:
    """Send one frame, as a zygote does."""
    os.write(control, len(data).to_bytes(4, "big") + data)


def load(
    folders: list[str], shelf: Shelf, modules: Sequence[tuple[str, str]], *, lean: bool
) -> types.ModuleType:
    """The zygote's module, loaded from those folders, which are then no longer searched."""

    def hook(folder: str) -> FileFinder:
        if not folder.startswith(tuple(folders)):
            raise ImportError("not ours")
        return Finder(folder, (Private, [".py"]))

    path, hooks, finders = sys.path, sys.path_hooks, sys.meta_path
    ours = {*OURS, *(name.partition(".")[0] for name in shelf.pages)}
    forget(ours)
    sys.path_importer_cache.clear()
    sys.path, sys.path_hooks = [*path, *folders], [hook, *hooks]
    sys.meta_path = [shelf, *finders]
    try:
        zygote = importlib.import_module("pyx.sandbox.zygote")
        if not lean:
            load_rules(modules, shelf)
            importlib.import_module("pyx.sandbox.guest").equip()
    finally:
        sys.path, sys.path_hooks = [entry for entry in path if entry not in folders], hooks
        sys.meta_path = finders
        sys.path_importer_cache.clear()
    forget(ours)
    return zygote


def load_rules(modules: Sequence[tuple[str, str]], shelf: Shelf) -> None:
    """Load pyx's rules and those that were sent, whatever is installed where this level can see it."""
    from importlib.metadata import EntryPoint

    points = [EntryPoint(name=whose, value=module, group="pyx.rule") for module, whose in modules]
    importlib.import_module("pyx.registry").RULES.scan(points)
    for name in shelf.pages:  # what is imported inside functions must be there by then
        with contextlib.suppress(ImportError):  # should it be needed, the rule says so
            importlib.import_module(name)


_kept: dict[str, types.ModuleType] = {}


def forget(ours: Collection[str]) -> None:
    """Take our modules out of the import system; only they themselves still find one another."""
    for name in [name for name in sys.modules if name.partition(".")[0] in ours]:
        _kept[name] = sys.modules.pop(name)


def _import(
    name: str, space: Any = None, names: Any = None, wanted: Sequence[str] = (), level: int = 0
) -> Any:
    """`__import__` for our own modules: what an import inside a function finds in a child."""
    full = name
    if level:
        home = space["__package__"].rsplit(".", level - 1)[0]
        full = f"{home}.{name}" if name else home
    if full not in _kept or full in sys.modules:
        return __import__(name, space, names, wanted, level)
    # As the real one: the module itself when names are taken from it, else the package at the top.
    return _kept[full] if wanted else _kept[full.partition(".")[0]]


_PRIVATE["__import__"] = _import

"""Which constant calls of its functions each file of a tree finds in the other files. Not a reader itself."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from pyx.source.look import Sight, find_sights

_DEFINITION = re.compile(r"^(?:async )?def (\w+)", re.M)
_MOST = 24


class Sights:
    """An index of the constant calls in a tree, by the name of the function."""

    def __init__(self) -> None:
        self._found: dict[str, dict[Sight, None]] = defaultdict(dict)

    def add(self, text: str, names: set[str]) -> None:
        """Look through one file for calls of functions with these names."""
        for sight in find_sights(text, names):
            if len(self._found[sight.name]) < _MOST * 4:
                self._found[sight.name][sight] = None

    def note(self, path: str, text: str) -> str:
        """The JSON note for a file: function -> the calls that were seen of it; "" when there are none."""
        module = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        calls = {name: list(self._choose(name, module)) for name in sorted(find_names(text))}
        known = {name: found for name, found in calls.items() if found}
        return json.dumps(known) if known else ""

    def _choose(self, name: str, module: str) -> Iterator[str]:
        seen = dict.fromkeys(s.call for s in self._found.get(name, ()) if _may_be(s.module, module))
        yield from list(seen)[:_MOST]


def find_names(text: str) -> set[str]:
    """The names of a file's top-level functions, found without parsing it."""
    return set(_DEFINITION.findall(text))


def collect(texts: Iterable[str], names: set[str], modules: set[str]) -> Sights:
    """The index of all calls in these files of functions with these `names`.

    `modules` holds the words of the paths that they are defined at: a file that imports nothing of that
    kind is not looked into.
    """
    sights = Sights()
    for text in texts:
        if _imports_any(text, modules) and any(name in names for name in _CALLED.findall(text)):
            sights.add(text, names)
    return sights


_CALLED = re.compile(r"\w+(?=\()")
_IMPORTED = re.compile(r"^[ \t]*(?:from|import)[ \t]+([.\w]+(?:[ \t]*,[ \t]*[.\w]+)*)", re.M)


def _imports_any(text: str, modules: set[str]) -> bool:
    found = ",".join(_IMPORTED.findall(text))
    return ".," in f"{found}," or not modules.isdisjoint(re.split(r"[.,\s]+", found))


def _may_be(imported: str, module: str) -> bool:
    """Whether an import of `imported` may have given what `module` defines, re-exports included."""
    if imported.startswith("."):
        last = imported.rpartition(".")[2]
        return not last or last in module.split(".")
    return module == imported or module.startswith(imported + ".") or module.endswith("." + imported)

"""Plug-ins: one function in one file, found by name.

    @FILTERS.add("too-long", version=1)
    def drop_long(sample, *, lines=300): ...

    EXAMPLES = [...]

A registry looks through its folder on first use, then asks the entry points `pyx.filter`,
`pyx.rule`, ... of other distributions. A plug-in's options are its keyword-only parameters.
Nothing is imported before somebody asks.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import inspect
import pkgutil
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint
from typing import Any, TypeVar

from pyx.errors import PluginError, nearest
from pyx.options import Option, find_options

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Plugin:
    """A function with a name, a version that changes when its output does, and examples."""

    kind: str
    name: str
    version: int
    code: str  # "V012" for rules, "" elsewhere
    function: Callable[..., Any]
    facts: dict[str, Any] = field(default_factory=dict)  # what else `add` was told: needs, gives, ...

    @property
    def module(self) -> str:
        return self.function.__module__

    def list_names(self, fact: str) -> tuple[str, ...]:
        """What `add` was told under a fact that names things, `types` or `functions`."""
        found = self.facts.get(fact)
        if isinstance(found, tuple) and found and all(isinstance(name, str) for name in found):
            return found
        said = f"{fact} is {found!r}" if fact in self.facts else f"{fact} is missing"
        raise PluginError(
            f"{self.kind} {self.code or self.name} in {self.module}: {said}",
            hint=f'name them in a tuple, comma and all: {fact}=("module.name",)',
        )

    @property
    def doc(self) -> str:
        """The documentation page: the function's docstring."""
        return inspect.getdoc(self.function) or ""

    @property
    def examples(self) -> list[Any]:
        return list(sys.modules[self.module].EXAMPLES)

    @property
    def label(self) -> str:
        """What releases record: `V012.1` for a rule, `too-long.1` for the others."""
        return f"{self.code or self.name}.{self.version}"

    @property
    def options(self) -> dict[str, Option]:
        return find_options(self.function)


class Registry:
    """All plug-ins of one kind, from `packages` and the entry points `pyx.<kind>`."""

    def __init__(self, kind: str, *packages: str) -> None:
        self.kind = kind
        self.packages = packages
        self._found: dict[str, Plugin] = {}
        self._scanned = False

    def add(self, *words: str, name: str = "", version: int, **facts: Any) -> Callable[[F], F]:
        """Register a function: `add("V012", name=..., version=1)` or `add("too-long", version=1)`."""
        code = words[0] if name else ""
        name = name or words[0]

        def register(function: F) -> F:
            self._keep(Plugin(self.kind, name, version, code, function, facts))
            return function

        return register

    def _keep(self, plugin: Plugin) -> None:
        for other in self._found.values():
            doubled = other.name == plugin.name or (plugin.code and other.code == plugin.code)
            if doubled and (other.module, other.function.__qualname__) != (
                plugin.module,
                plugin.function.__qualname__,
            ):
                raise PluginError(
                    f"{self.kind} {plugin.code or plugin.name!r} stands twice: "
                    f"in {other.module} and in {plugin.module}",
                    hint="give one of them another name",
                )
        self._found[plugin.name] = plugin

    def scan(self, points: Iterable[EntryPoint] | None = None) -> None:
        """Load all plug-ins, once: of the folders, and of `points` (by default all that are installed)."""
        if self._scanned:
            return
        self._scanned = True  # first, for a plug-in may look at the others
        try:
            self._load(find_points(self.kind) if points is None else points)
        except BaseException:
            self._scanned = False
            raise

    def _load(self, points: Iterable[EntryPoint]) -> None:
        for package in self.packages:
            for module in _modules_of(package):
                importlib.import_module(module)
        for point in points:
            _load_point(self.kind, point)
        for plugin in self._found.values():
            if not hasattr(sys.modules[plugin.module], "EXAMPLES"):
                raise PluginError(
                    f"{self.kind} {plugin.name!r} in {plugin.module} has no EXAMPLES",
                    hint="add EXAMPLES = [...] to its file: they are its tests and its page",
                )

    def find(self, name: str) -> Plugin:
        """The plug-in of that name or code; `PluginError` with the nearest name when there is none."""
        self.scan()
        for plugin in self._found.values():
            if name in (plugin.name, plugin.code, f"PYX-{plugin.code}", f"PYX-{plugin.label}"):
                return plugin
        raise PluginError(f"no {self.kind} {name!r}", hint=nearest(name, self._found))

    def __iter__(self) -> Iterator[Plugin]:
        """All plug-ins, by code, then name."""
        self.scan()
        return iter(sorted(self._found.values(), key=lambda plugin: (plugin.code, plugin.name)))


def _modules_of(package: str) -> list[str]:
    """The modules of a package; its subpackages are registries of their own."""
    folder = importlib.import_module(package)
    found = pkgutil.iter_modules(folder.__path__)
    return sorted(f"{package}.{module.name}" for module in found if not module.ispkg)


def find_points(kind: str) -> tuple[EntryPoint, ...]:
    """The entry points by which installed distributions add plug-ins of a kind."""
    return tuple(importlib.metadata.entry_points(group=f"pyx.{kind}"))


def _load_point(kind: str, point: EntryPoint) -> None:
    try:
        point.load()
    except Exception as error:
        whose = point.dist.name if point.dist else point.name
        why = str(error) if isinstance(error, PluginError) else f"{type(error).__name__}: {error}"
        raise PluginError(
            f"cannot load {kind} {point.value!r} of {whose} ({_find_place(point, error)}): {why}",
            hint="mend the file, or uninstall the distribution",
        ) from error


def _find_place(point: EntryPoint, error: Exception) -> str:
    """The file and line of the plug-in's own package at which its import went wrong."""
    if isinstance(error, SyntaxError):
        return f"{error.filename}, line {error.lineno}"
    place, own = "no such module", point.module.partition(".")[0]
    for frame, line in traceback.walk_tb(error.__traceback__):
        if str(frame.f_globals.get("__name__")).partition(".")[0] == own:
            place = f"{frame.f_code.co_filename}, line {line}"
    return place


SEEDS = Registry("seeds", "pyx.seeds")
"""Readers of corpora: `(argument, *, options) -> Iterator[Sample | Reject]`."""

FILTERS = Registry("filter", "pyx.filters")
"""`(sample, *, options) -> str | None`: the reason to drop it."""

INPUTS = Registry("inputs", "pyx.inputs")
"""`(sample, *, options) -> Iterator[Case]`: calls without outcome."""

RULES = Registry("rule", "pyx.rules")
"""Value, effect and narration rules; the first letter of the code says which (V, E, N)."""

FORMATS = Registry("format", "pyx.formats")
"""`(program, trace, *, options) -> str`: a trace as text."""

STAGES = Registry("stage", "pyx.stages", "pyx.annotate")
"""`(samples, *, options) -> Iterator[Sample | Reject]`, with facts `needs`, `gives`, `whole`."""

TEACHERS = Registry("teacher", "pyx.annotate.teachers")
"""`async (ask, *, n, options) -> list[Reply]`."""

BENCHMARKS = Registry("benchmark", "pyx.trainers.benchmarks")
"""Tasks that a model is scored on."""

REGISTRIES = (SEEDS, FILTERS, INPUTS, RULES, FORMATS, STAGES, TEACHERS, BENCHMARKS)

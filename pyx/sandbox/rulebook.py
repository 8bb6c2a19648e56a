"""The rules of other distributions, as text: what the caller hands to a zygote when it starts.

A zygote sees nothing that is installed but pyx. So the caller, who does, reads the modules that
hold value and effect rules, and those of the same package that they import, and sends their texts;
`loader` runs them there. Narration rules are not needed where programs run, and stay here.
"""

from __future__ import annotations

import ast
import functools
import importlib.util
import marshal
from collections.abc import Iterator
from dataclasses import dataclass

from pyx.errors import PluginError
from pyx.records import digest
from pyx.registry import RULES, Plugin, find_points


@dataclass(frozen=True, slots=True)
class Page:
    """One module: its text, and the path that tracebacks show, which names no folder of the machine."""

    module: str
    text: str
    path: str
    package: bool


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Which modules a zygote imports for their rules, whose they are, and every text that takes."""

    modules: tuple[tuple[str, str], ...] = ()  # module, distribution
    pages: tuple[Page, ...] = ()
    labels: tuple[str, ...] = ()

    def pack(self) -> bytes:
        """What is sent."""
        rows = {page.module: (page.text, page.path, page.package) for page in self.pages}
        return marshal.dumps((self.modules, rows))

    @property
    def mark(self) -> list[str]:
        """What recordings depend on: the rules, and their texts, should a version be forgotten."""
        return [*self.labels, *(digest(page.module, page.text) for page in self.pages)]


@functools.cache
def read_rulebook() -> Rulebook:
    """The value and effect rules of other distributions; `PluginError` for one that cannot be sent."""
    owners = {point.module.partition(".")[0]: point for point in find_points("rule")}
    if not owners:
        return Rulebook()
    found = [
        plugin for plugin in RULES
        if plugin.code[:1] in ("V", "E") and find_root(plugin.module) in owners
    ]  # fmt: skip
    for plugin in found:
        plugin.list_names("types" if plugin.code.startswith("V") else "functions")
    points = {plugin.module: owners[find_root(plugin.module)] for plugin in found}
    modules = tuple((name, point.dist.name if point.dist else "") for name, point in sorted(points.items()))
    pages = {page.module: page for plugin in found for page in find_pages(plugin)}
    return Rulebook(modules, tuple(pages.values()), tuple(sorted(plugin.label for plugin in found)))


def find_labels() -> tuple[str, ...]:
    """The value and effect rules that recordings know, with their versions."""
    own = [
        plugin.label
        for plugin in RULES
        if plugin.code[:1] in ("V", "E") and find_root(plugin.module) == "pyx"
    ]
    return tuple(sorted({*own, *read_rulebook().labels}))


def find_root(module: str) -> str:
    """The package at the top of a module's name."""
    return module.partition(".")[0]


def find_pages(plugin: Plugin) -> Iterator[Page]:
    """The module of a rule, and what it needs of its own package, each once."""
    waiting, seen = [plugin.module], set()
    while waiting:
        name = waiting.pop()
        if name in seen or not _is_there(name):
            continue
        seen.add(name)
        page = read_page(name)
        yield page
        waiting += [name.rpartition(".")[0], *find_imports(page)] if "." in name else find_imports(page)


def _is_there(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, AttributeError, ValueError):  # something in a module, and no module
        return False


def read_page(name: str) -> Page:
    """The text of an installed module."""
    spec = importlib.util.find_spec(name)
    assert spec is not None
    read = getattr(spec.loader, "get_source", None)
    text = read(name) if read else None
    if text is None:
        raise PluginError(
            f"the text of module {name!r}, which holds tracing rules, cannot be read",
            hint="rules are Python source: the sandbox gets their text",
        )
    package = spec.submodule_search_locations is not None
    path = name.replace(".", "/") + ("/__init__.py" if package else ".py")
    return Page(name, text, path, package)


def find_imports(page: Page) -> list[str]:
    """The names in its own package that a module imports, anywhere in it; some may be no modules."""
    found: list[str] = []
    home = page.module if page.package else page.module.rpartition(".")[0]
    for node in ast.walk(ast.parse(page.text)):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            start = "." * node.level + (node.module or "")
            base = importlib.util.resolve_name(start, home) if node.level else start
            found += [base, *(f"{base}.{alias.name}" for alias in node.names)]
    return [name for name in found if find_root(name) == find_root(page.module)]

"""Every plug-in keeps its own examples, has a page, and says what its options are."""

from __future__ import annotations

import importlib
from typing import Any

import pytest

from pyx.registry import REGISTRIES, Plugin

PLUGINS = [
    pytest.param(plugin, id=f"{registry.kind}-{plugin.code or plugin.name}")
    for registry in REGISTRIES
    for plugin in registry
    if not plugin.name.startswith("toy")
]


@pytest.mark.parametrize("plugin", PLUGINS)
def test_the_examples_of_a_plugin_hold(plugin: Plugin) -> None:
    package = importlib.import_module(plugin.module.rpartition(".")[0])
    if plugin.kind == "stage":
        package = importlib.import_module("pyx.stages")
    assert plugin.examples, f"{plugin.module}: EXAMPLES is empty"
    assert list(package.check(plugin)) == []


@pytest.mark.parametrize("plugin", PLUGINS)
def test_a_plugin_has_a_page_a_version_and_typed_options(plugin: Plugin) -> None:
    first = plugin.doc.partition("\n")[0]
    begins = first[:1].isupper() or first.startswith(("`", "("))  # program text begins as it is written
    assert first.endswith(".") and begins, f"{plugin.module}: {first!r} is no sentence"
    assert plugin.version >= 1
    assert all(option.type is not Any for option in plugin.options.values())


@pytest.mark.parametrize("registry", REGISTRIES, ids=lambda registry: registry.kind)
def test_a_plugin_file_holds_one_plugin(registry: Any) -> None:
    modules = [plugin.module for plugin in registry if not plugin.name.startswith("toy")]
    assert len(modules) == len(set(modules))

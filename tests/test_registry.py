"""Plug-ins are found by name, and a wrong one is named with its place."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from pyx.errors import PluginError
from pyx.registry import Registry

GOOD = '''
from pyx.registry import TOYS
@TOYS.add("{name}", version=2)
def toy(sample, *, size: int = 3):
    """Play."""
EXAMPLES = [1]
'''


@pytest.fixture
def make_registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """Builds a registry over a package of the files given."""

    def make(package: str, **files: str) -> Registry:
        folder = tmp_path / package
        folder.mkdir()
        for name, text in {"__init__": "", **files}.items():
            (folder / f"{name}.py").write_text(text)
        registry = Registry("toy", package)
        monkeypatch.setattr("pyx.registry.TOYS", registry, raising=False)
        monkeypatch.syspath_prepend(str(tmp_path))
        return registry

    yield make
    for name in [name for name in sys.modules if name.startswith("toys_")]:
        del sys.modules[name]


def test_a_plugin_is_found_by_name_with_its_options_and_page(make_registry) -> None:  # type: ignore[no-untyped-def]
    toy = make_registry("toys_a", ball=GOOD.format(name="ball")).find("ball")
    assert (toy.version, toy.label, toy.doc, toy.examples) == (2, "ball.2", "Play.", [1])
    assert toy.options["size"].default == 3 and toy.options["size"].type is int


def test_an_unknown_name_is_answered_with_the_nearest(make_registry) -> None:  # type: ignore[no-untyped-def]
    registry = make_registry("toys_b", ball=GOOD.format(name="ball"))
    with pytest.raises(PluginError, match="no toy 'bal'") as error:
        registry.find("bal")
    assert "did you mean 'ball'" in error.value.hint


def test_a_doubled_name_fails_with_both_places(make_registry) -> None:  # type: ignore[no-untyped-def]
    registry = make_registry("toys_c", one=GOOD.format(name="ball"), two=GOOD.format(name="ball"))
    with pytest.raises(PluginError, match=r"stands twice: in toys_c\.one and in toys_c\.two"):
        list(registry)


def test_a_plugin_without_examples_fails_with_its_place(make_registry) -> None:  # type: ignore[no-untyped-def]
    registry = make_registry("toys_d", bare=GOOD.format(name="bare").replace("EXAMPLES", "EXAMPLE"))
    with pytest.raises(PluginError, match=r"'bare' in toys_d\.bare has no EXAMPLES"):
        registry.find("bare")


def test_plugins_come_in_the_order_of_their_codes(make_registry) -> None:  # type: ignore[no-untyped-def]
    coded = GOOD.replace('"{name}"', '"V002", name="second"')
    other = GOOD.replace('"{name}"', '"V001", name="third"')
    registry = make_registry("toys_e", a=coded, b=other)
    assert [toy.label for toy in registry] == ["V001.2", "V002.2"]
    assert registry.find("PYX-V002").name == "second"

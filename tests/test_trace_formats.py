"""Formats write exactly what their examples say."""

from __future__ import annotations

import pytest

from pyx import formats
from pyx.registry import FORMATS, Plugin


@pytest.mark.parametrize("plugin", list(FORMATS), ids=lambda plugin: plugin.name)
def test_a_format_writes_what_its_examples_say(plugin: Plugin) -> None:
    assert plugin.examples
    assert not list(formats.check(plugin))

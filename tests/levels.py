"""Boxes at the levels that this machine gives."""

from __future__ import annotations

import shutil

import pytest

from pyx.errors import SandboxError
from pyx.sandbox.pool import Box


def open_or_skip(level: str) -> Box:
    """A box at that level; the test is skipped, by name, where the machine does not give it."""
    if level == "sealed" and shutil.which("bwrap") is None:
        pytest.skip("bubblewrap is not installed")
    try:
        return Box(level=level)
    except SandboxError as error:
        pytest.skip(f"this machine does not give level {level}: {error}")

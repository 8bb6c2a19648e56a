"""Releases: freeze finished samples, verify a release anywhere, say how two differ."""

from __future__ import annotations

from pyx.release.freeze import freeze
from pyx.release.manifest import Release, open_release

__all__ = ["Release", "freeze", "open_release"]

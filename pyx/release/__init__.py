"""Releases: freeze finished samples, verify a release anywhere, say how two differ."""

from __future__ import annotations

from pyx.release.freeze import freeze
from pyx.release.manifest import Release, open_release
from pyx.release.verify import Report, verify

__all__ = ["Release", "Report", "freeze", "open_release", "verify"]

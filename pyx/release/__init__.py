"""Releases: freeze finished samples, verify a release anywhere, say how two differ."""

from __future__ import annotations

from pyx.release.freeze import check_target, freeze
from pyx.release.manifest import Release, open_release
from pyx.release.verify import Report, verify

__all__ = ["Release", "Report", "check_target", "freeze", "open_release", "verify"]

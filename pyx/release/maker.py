"""Which code made a release: a version says little while it is still being worked on."""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path

import pyx
from pyx.records import digest

_ASIDE = ("commands/", "trainers/", "samples/", "recipes/", "cards/releases/")
"""Folders of pyx that no release is made of."""


@functools.cache
def digest_code() -> str:
    """The digest of all code and templates that releases are made of, the same in a checkout and a wheel."""
    root = Path(pyx.__file__).parent
    # A checkout has `annotate` and `cards` as links, which rglob does not follow.
    files = {
        path.relative_to(root).as_posix(): path
        for folder in (root, root / "annotate", root / "cards")
        for path in folder.rglob("*")
        if path.suffix in (".py", ".toml", ".md")
    }
    return digest(
        *(
            f"{name} {hashlib.sha256(files[name].read_bytes()).hexdigest()}"
            for name in sorted(files)
            if not name.startswith(_ASIDE)
        )
    )

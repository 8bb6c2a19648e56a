"""Releases to the Hub and back: checked before they leave, checked when they arrive."""

from __future__ import annotations

import shutil
from pathlib import Path

from pyx import hub
from pyx.errors import ReleaseError
from pyx.release.freeze import DRAFT
from pyx.release.manifest import CARD, FILE, Release, open_release
from pyx.release.whole import check_files


def push(folder: Path, name: str, *, private: bool = False) -> str:
    """Publish a release as ORG/NAME on the Hub: one commit, then the tag `vVERSION`.

    It is checked first: digests, card and counts, and that `load_dataset` opens it. Gives the id of
    the commit. Raises `ReleaseError`, and then the Hub is as it was.
    """
    release = open_release(folder)
    if release.version == DRAFT:
        hint = "freeze it with --version, such as 0.1.0"
        raise ReleaseError(f"{folder} is a draft and has no version to publish", hint=hint)
    check_sound(release)
    hub.check_opens(folder, release.rows)
    paths = [CARD, FILE, *release.files]
    return hub.push(folder, name, tag=f"v{release.version}", paths=paths, private=private)


def check_sound(release: Release) -> None:
    """Raise `ReleaseError` when the files of a release are not those of its manifest."""
    failures = list(check_files(release))
    if failures:
        hint = f"`pyx verify` says more; {len(failures)} in all"
        raise ReleaseError(f"the release is damaged: {failures[0].why}", hint=hint)


def pull(name: str, out: Path, *, revision: str | None = None) -> Release:
    """Fetch a release from the Hub into a new folder; it appears whole and sound, or not at all."""
    if out.exists():
        raise ReleaseError(f"{out} exists", hint="give another --out")
    partial = out.with_name(f".{out.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        hub.pull(name, revision=revision, folder=partial)
        shutil.rmtree(partial / ".cache", ignore_errors=True)
        check_sound(open_release(partial))
        partial.rename(out)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return open_release(out)

"""The manifest of a release, `manifest.json`: what was made, of what, by what, and its digests.

    schema_version, name, version
    run         what the engine records: pyx, python, recipe, seeds, steps, evidence, funnel
    code        digest of the code of pyx that made it
    files       path -> config, split, rows, bytes, decoded_bytes, sha256
    figures     counts over all rows (`pyx.release.tally`)
    card        SHA-256 of README.md, which is written from all of the above
    digest      SHA-256 of all of the above as canonical JSON

No time, host or path of the machine stands in it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyx.errors import ReleaseError

FILE = "manifest.json"
CARD = "README.md"

_KEYS = ("schema_version", "run", "code", "figures", "card", "digest")


@dataclass(frozen=True, slots=True)
class Release:
    """A release in a folder, known by its manifest."""

    folder: Path
    manifest: dict[str, Any]

    @property
    def version(self) -> str:
        return str(self.manifest["version"])

    @property
    def name(self) -> str:
        return str(self.manifest["name"])

    @property
    def files(self) -> dict[str, dict[str, Any]]:
        """The tables, by path within the folder."""
        files: dict[str, dict[str, Any]] = self.manifest["files"]
        return files

    @property
    def rows(self) -> dict[str, dict[str, int]]:
        """How many rows, by config and split."""
        counts: dict[str, dict[str, int]] = {}
        for entry in self.files.values():
            counts.setdefault(entry["config"], {})[entry["split"]] = entry["rows"]
        return counts


def open_release(folder: Path) -> Release:
    """The release in a folder; `ReleaseError` when none stands there or its manifest cannot be read."""
    path = folder / FILE
    if not path.is_file():
        hint = "`pyx curate --out DIR` makes one"
        raise ReleaseError(f"no release in {folder}: it has no {FILE}", hint=hint)
    try:
        manifest = json.loads(path.read_text("utf-8"))
        release = Release(folder, manifest)
        _ = release.version, release.name, release.rows, [manifest[key] for key in _KEYS]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        hint = "get the release again"
        raise ReleaseError(f"{FILE} in {folder} is damaged: {error!r}", hint=hint) from error
    return release


def write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    """Write the manifest, with its digest."""
    sealed = {**manifest, "digest": manifest_digest(manifest)}
    text = json.dumps(sealed, indent=1, ensure_ascii=False)
    (folder / FILE).write_text(text + "\n", "utf-8")


def manifest_digest(manifest: dict[str, Any]) -> str:
    """The digest of all of a manifest but its `digest`."""
    rest = {name: value for name, value in manifest.items() if name != "digest"}
    return hashlib.sha256(json.dumps(rest, sort_keys=True).encode()).hexdigest()


def file_digest(path: Path) -> str:
    """The SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

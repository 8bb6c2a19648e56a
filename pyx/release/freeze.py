"""Freeze finished samples into a release: a folder that `load_dataset` opens and nobody alters."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pyx.cards import dataset
from pyx.errors import ReleaseError
from pyx.records import Sample
from pyx.release.maker import digest_code
from pyx.release.manifest import (
    CARD,
    FILE,
    Release,
    file_digest,
    manifest_digest,
    open_release,
    write_manifest,
)
from pyx.release.rows import make_rows
from pyx.release.schema import ABOUT, CONFIGS, VERSION, list_features
from pyx.release.tables import Tables, count_bytes, data_path
from pyx.release.tally import Tally

DRAFT = "0.0.0"
"""The version of a release that is not one yet: it alone may be made anew in its place."""

SPLITS = ("train", "validation", "test")


def freeze(samples: Iterable[Sample], run: dict[str, Any], out: Path, *, version: str) -> Release:
    """Write the release of a finished run to `out`, and return it.

    `run` is what the engine records of the run. Memory does not grow with the samples. The folder
    appears whole or not at all. To freeze the same again is no error and changes nothing; a folder
    that holds anything else raises `ReleaseError`.
    """
    check_target(out, version)
    partial = out.with_name(f".{out.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        _write(samples, run, partial, version)
        _publish(partial, out)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return open_release(out)


def check_version(version: str) -> None:
    """Raise `ReleaseError` unless a version is three numbers."""
    if not re.fullmatch(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)", version):
        raise ReleaseError(f"version {version!r} is not MAJOR.MINOR.PATCH", hint="give one such as 0.1.0")


def _write(samples: Iterable[Sample], run: dict[str, Any], folder: Path, version: str) -> None:
    counts, tally = _write_tables(samples, folder)
    if not counts:
        raise ReleaseError("nothing to release: no sample came through", hint="the funnel says why")
    manifest = {
        "schema_version": VERSION,
        "name": run["recipe"]["name"],
        "version": version,
        "run": run,
        "code": digest_code(),
        "files": _list_files(folder, counts),
        "figures": tally.figures,
    }
    (folder / CARD).write_text(write_readme(manifest), "utf-8")
    write_manifest(folder, {**manifest, "card": file_digest(folder / CARD)})


def write_readme(manifest: dict[str, Any]) -> str:
    """The card of a release, as its manifest makes it; `card` and `digest` in it do not matter."""
    configs = dict.fromkeys(entry["config"] for entry in manifest["files"].values())
    features = {config: list_features(config, manifest["schema_version"]) for config in configs}
    return dataset.write_card(manifest, features, ABOUT)


def _write_tables(samples: Iterable[Sample], folder: Path) -> tuple[Counter[tuple[str, str]], Tally]:
    counts: Counter[tuple[str, str]] = Counter()
    tally = Tally()
    seen: set[str] = set()
    with Tables(folder) as tables:
        for sample in samples:
            for config, row in make_rows(sample):
                _check_new(f"{config} {row['id']}", seen)
                tables.add(config, sample.split, row)
                tally.add(config, row)
                counts[config, sample.split] += 1
    return counts, tally


def _check_new(key: str, seen: set[str]) -> None:
    if key in seen:
        raise ReleaseError(f"the row {key} came twice", hint="put the step dedupe before split")
    seen.add(key)


def _list_files(folder: Path, counts: Counter[tuple[str, str]]) -> dict[str, dict[str, Any]]:
    order = [(config, split) for config in CONFIGS for split in SPLITS if counts[config, split]]
    files = {}
    for config, split in order:
        path = folder / data_path(config, split)
        files[data_path(config, split)] = {
            "config": config,
            "split": split,
            "rows": counts[config, split],
            "bytes": path.stat().st_size,
            "decoded_bytes": count_bytes(path),
            "sha256": file_digest(path),
        }
    return files


def check_target(out: Path, version: str) -> None:
    """Raise `ReleaseError` where a release of that version could not be put, before any is made."""
    check_version(version)
    if out.is_file():
        raise ReleaseError(f"{out} is a file", hint="give another --out")
    if out.is_dir() and any(out.iterdir()) and not (out / FILE).is_file():
        raise ReleaseError(f"{out} is not empty and holds no release", hint="give another --out")


def _publish(partial: Path, out: Path) -> None:
    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        shutil.rmtree(out, ignore_errors=True)
        partial.rename(out)
        return
    old, new = open_release(out), open_release(partial)
    if manifest_digest(old.manifest) == manifest_digest(new.manifest):
        return
    if old.version == new.version == DRAFT:
        shutil.rmtree(out)
        partial.rename(out)
        return
    raise ReleaseError(
        f"{out} holds {old.name} {old.version}, and a release is never altered",
        hint="give another --out, or remove that folder if nobody has seen it",
    )

"""A small release that went the whole way, and ways to corrupt a copy of it."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pyx import engine
from pyx.recipe import load
from pyx.release import Release, freeze, open_release
from pyx.release.freeze import write_readme
from pyx.release.manifest import CARD, file_digest, write_manifest
from pyx.release.rows import row_digest
from pyx.release.schema import VERSION, find_columns
from pyx.release.tables import arrow_schema, data_path, read_rows
from pyx.release.tally import Tally

Row = dict[str, Any]

SOURCE = '''
def count_up(limit: int) -> int:
    """Add the numbers below a limit.

    >>> count_up(4)
    6
    >>> count_up(0)
    0
    """
    total = 0
    for number in range(limit):
        total += number
    return total


def first_word(text: str) -> str:
    """Give the first word of a text.

    >>> first_word("two words")
    'two'
    >>> first_word("")
    Traceback (most recent call last):
    IndexError: list index out of range
    """
    words = text.split()
    return words[0]


def push_all(stack: list, items: list) -> list:
    """Put items onto a stack and say how many there are.

    >>> push_all([1], [2, 3])
    3
    [1, 2, 3]
    """
    for item in items:
        stack.append(item)
    print(len(stack))
    return stack


def pairs(values: list):
    """Give neighbours in pairs.

    >>> list(pairs([1, 2, 3]))
    [(1, 2), (2, 3)]
    """
    for left, right in zip(values, values[1:]):
        yield left, right
'''

RECIPE = """
name = "tiny"
[[step]]
use = "extract"
[[step]]
use = "inputs"
most = 3
[[step]]
use = "execute"
[[step]]
use = "trace"
[[step]]
use = "forward"
[[step]]
use = "judge"
[[step]]
use = "dedupe"
[[step]]
use = "split"
"""


def make_release(folder: Path, *, workers: int = 0) -> Release:
    """Curate `SOURCE` into a release in `folder`."""
    seeds = folder / "tiny"
    seeds.mkdir(parents=True)
    (seeds / "tiny.py").write_text(SOURCE)
    (seeds / "LICENSE").write_text("CC0-1.0")
    (folder / "tiny.toml").write_text(RECIPE)
    recipe = load(str(folder / "tiny.toml"), seeds=[f"folder:{seeds}"])
    run = engine.run(recipe, folder / "work", workers=workers)
    return freeze(run.samples(), run.facts, folder / "release", version="0.1.0")


def copy_release(release: Release, folder: Path) -> Release:
    """Another release just like it, to be corrupted."""
    shutil.copytree(release.folder, folder)
    return open_release(folder)


def read_table(release: Release, config: str, split: str = "train") -> list[Row]:
    return list(read_rows(release.folder / data_path(config, split)))


def write_table(
    release: Release, config: str, rows: list[Row], split: str = "train", *, version: int = VERSION
) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.Table.from_pylist(rows, schema=arrow_schema(config, version))
    pq.write_table(table, release.folder / data_path(config, split))


def alter(release: Release, config: str, change: Callable[[list[Row]], None], *, seal: bool) -> None:
    """Change the rows of a table; with `seal`, do as a forger would and make all digests fit."""
    rows = read_table(release, config)
    change(rows)
    if seal:
        rows = [{**row, "digest": row_digest(row)} for row in rows]
    write_table(release, config, rows)
    if seal:
        seal_release(release)


def make_older(release: Release) -> None:
    """Make a release one of schema version 1, as it was written then."""
    manifest = json.loads((release.folder / "manifest.json").read_text())
    for entry in manifest["files"].values():
        rows = read_table(release, entry["config"], entry["split"])
        names = [column.name for column in find_columns(entry["config"], 1)]
        older = [{**{name: row[name] for name in names}, "schema_version": 1} for row in rows]
        sealed = [{**row, "digest": row_digest(row)} for row in older]
        write_table(release, entry["config"], sealed, entry["split"], version=1)
    write_manifest(release.folder, {**manifest, "schema_version": 1})
    seal_release(release)


def seal_release(release: Release) -> None:
    """Make the manifest and the card fit the tables as they are now."""
    manifest = json.loads((release.folder / "manifest.json").read_text())
    for path, entry in manifest["files"].items():
        file = release.folder / path
        entry |= {"rows": len(list(read_rows(file))), "bytes": file.stat().st_size}
        entry["sha256"] = hashlib.sha256(file.read_bytes()).hexdigest()
    tally = Tally()
    for entry in manifest["files"].values():
        for row in read_table(release, entry["config"], entry["split"]):
            tally.add(entry["config"], row)
    manifest["figures"] = tally.figures
    (release.folder / CARD).write_text(write_readme(manifest))
    write_manifest(release.folder, {**manifest, "card": file_digest(release.folder / CARD)})

"""Seed readers: streams of file samples, one reader a file.

A reader is `(argument, *, options) -> Iterator[Sample | Reject]`, registered with
`SEEDS.add(NAME, version=N)`; a spec is "NAME" or "NAME:ARGUMENT". It never imports or runs what it reads, it
goes in sorted order, and no path of the machine enters a record. What cannot be read is a reject of level
"file"; an argument that names nothing is a `RecipeError`.

EXAMPLES are `({relative path: text}, [what comes out])`: the files are written into a folder, the reader is
given the path of the folder (or of the file, when there is one), and what comes out is, in order, the
`origin.path` of a sample or the reason of a reject. A Parquet file is given by its rows. Readers of what is
on every machine have `(argument, [what comes out])`, where more may come out.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pyx.records import Reject
from pyx.registry import Plugin


def check(plugin: Plugin) -> Iterator[str]:
    """One line for each example of a reader that does not hold."""
    for given, expected in plugin.examples:
        if isinstance(given, str):
            got = _read(plugin, given)
            holds = set(expected) <= set(got)
        else:
            got = _read_files(plugin, given)
            holds = got == expected
        if not holds:
            yield f"seeds {plugin.name}: {given!r:.60} gives {got}, not {expected}"


def _read(plugin: Plugin, argument: str) -> list[str]:
    items = plugin.function(argument)
    return [item.reason if isinstance(item, Reject) else item.origin.path for item in items]


def _read_files(plugin: Plugin, files: Files) -> list[str]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "corpus"
        _write_files(folder, files)
        return _read(plugin, str(folder if len(files) > 1 else folder / next(iter(files))))


Files = dict[str, str | list[dict[str, Any]]]


def _write_files(folder: Path, files: Files) -> None:
    for path, content in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, str):
            file.write_text(content, "utf-8")
        else:
            import pyarrow.parquet

            pyarrow.parquet.write_table(pyarrow.Table.from_pylist(content), file)

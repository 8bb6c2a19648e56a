"""Shards: the JSON-lines files in which a step keeps what it made and what it threw away.

`00000.jsonl` holds samples, `00000.rejects.jsonl` rejects. Files are written beside and renamed,
the samples last: a name that exists is complete.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pyx.records import Reject, Sample, from_row, to_row


def list_shards(folder: Path) -> list[Path]:
    """The finished shards of a step, in order."""
    return sorted(folder.glob("*[0-9].jsonl"))


def write_shard(file: Path, items: Iterable[Sample | Reject]) -> Iterator[bytes]:
    """Write what a stage yields to a shard's two files, and yield each line as it is written."""
    rejects = file.with_suffix(".rejects.jsonl")
    keep_aside, drop_aside = file.with_suffix(".partial"), rejects.with_suffix(".partial")
    with keep_aside.open("wb") as keep, drop_aside.open("wb") as drop:
        for item in items:
            line = to_line(item)
            (drop if isinstance(item, Reject) else keep).write(line)
            yield line
    drop_aside.replace(rejects)
    keep_aside.replace(file)


def to_line(item: Sample | Reject) -> bytes:
    """A record as one line of JSON; lone surrogates of a program's text survive."""
    text = json.dumps(to_row(item), ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass") + b"\n"


def read_samples(files: Iterable[Path]) -> Iterator[Sample]:
    """The samples of shard files, in order."""
    for file in files:
        for row in read_rows(file):
            yield from_row(Sample, row)


def read_rejects(files: Iterable[Path]) -> Iterator[Reject]:
    """What was thrown away beside these shard files, in order."""
    for file in files:
        for row in read_rows(file.with_suffix(".rejects.jsonl")):
            yield from_row(Reject, row)


def read_rows(file: Path) -> Iterator[dict[str, Any]]:
    """The lines of a shard file as plain data."""
    with file.open("rb") as lines:
        for line in lines:
            yield json.loads(line.decode("utf-8", "surrogatepass"))

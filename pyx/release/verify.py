"""Verify a release: every digest and count, and every row by executing it again.

What is checked of a row alone stands in `checks`, what only shows when rows are compared with
each other and with the manifest in `whole`. A journal keeps what is done: a run that was
interrupted goes on with it.
"""

from __future__ import annotations

import heapq
import multiprocessing
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from pyx.errors import ReleaseError
from pyx.records import digest
from pyx.release.checks import Failure, Terms, check_rows
from pyx.release.journal import Journal
from pyx.release.manifest import Release, open_release
from pyx.release.schema import CONFIGS, Row
from pyx.release.tables import read_column, read_rows
from pyx.release.whole import Whole, check_files, find_notes, find_terms

BATCH = 32

Progress = Callable[[int, int], None]
"""Called with the rows that are done and the rows in all."""


@dataclass(frozen=True, slots=True)
class Report:
    """What verifying found."""

    name: str
    version: str
    rows: int  # in the release
    executed: int  # rows that were executed again
    failures: list[Failure] = field(default_factory=list)
    made: dict[str, str] = field(default_factory=dict)  # where the evidence was made: python, level, pyx
    here: dict[str, str] = field(default_factory=dict)  # where it was checked
    notes: list[str] = field(default_factory=list)  # what could not be checked here

    @property
    def ok(self) -> bool:
        return not self.failures

    @property
    def row(self) -> dict[str, Any]:
        """The report as plain JSON."""
        return {"ok": self.ok, **asdict(self)}


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows of one table, to be checked together."""

    config: str
    split: str
    first: int
    rows: list[Row]

    @property
    def key(self) -> str:
        return f"{self.config}/{self.split}/{self.first}"


def verify(
    folder: Path,
    *,
    sample: int = 0,
    workers: int = 1,
    journal: Path | None = None,
    progress: Progress | None = None,
) -> Report:
    """Check the release in a folder.

    `sample` executes only that many rows, spread over all of it (0: all); digests, counts and
    what rows say of each other are always checked whole. With `journal`, a file, a run that was
    interrupted is taken up again. Raises `ReleaseError` when there is no release to check.
    """
    release = open_release(folder)
    failures = list(check_files(release))
    whole = Whole(release)
    chosen = _choose(release, sample) if sample else None
    terms = find_terms(release)
    executed, total = 0, min(sample or _count(release), _count(release))
    with Journal(journal, release, sample) as done:
        batches = _read_batches(release, whole, chosen, failures)
        for batch, found in _check_all(batches, terms, done, workers):
            failures += found
            executed += len(batch.rows)
            if progress:
                progress(executed, total)
    failures += whole.finish()
    made, here, notes = find_notes(release)
    return Report(release.name, release.version, _count(release), executed, failures, made, here, notes)


def _count(release: Release) -> int:
    return sum(entry["rows"] for entry in release.files.values())


def _choose(release: Release, sample: int) -> set[tuple[str, str]]:
    """The rows to execute: those with the smallest hashes, so the same ones every time."""
    keys = (
        (entry["config"], str(name))
        for path, entry in release.files.items()
        if (release.folder / path).is_file()
        for name in read_column(release.folder / path, "id")
    )
    return set(heapq.nsmallest(sample, keys, key=lambda key: digest(*key)))


def _read_batches(
    release: Release, whole: Whole, chosen: set[tuple[str, str]] | None, failures: list[Failure]
) -> Iterator[Batch]:
    """Batches of the rows to execute; every row passes `whole` on its way."""
    order = list(CONFIGS)
    for path, entry in sorted(release.files.items(), key=lambda item: order.index(item[1]["config"])):
        config, split = entry["config"], entry["split"]
        rows = _watch(release.folder / path, config, split, whole, chosen, failures)
        first = 0
        while batch := list(islice(rows, BATCH)):
            yield Batch(config, split, first, batch)
            first += len(batch)


def _watch(
    path: Path,
    config: str,
    split: str,
    whole: Whole,
    chosen: set[tuple[str, str]] | None,
    failures: list[Failure],
) -> Iterator[Row]:
    if not path.is_file():
        return  # check_files has said so
    try:
        for row in read_rows(path, config, whole.schema):
            failures += whole.add(config, split, row)
            if chosen is None or (config, row["id"]) in chosen:
                yield row
    except ReleaseError as error:
        failures.append(Failure(config, split, "", "file", str(error)))


def _check_all(
    batches: Iterator[Batch], terms: Terms, done: Journal, workers: int
) -> Iterator[tuple[Batch, list[Failure]]]:
    """Each batch with what is wrong in it: from the journal where it stands there."""
    if workers <= 1:
        for batch in batches:
            found = done.find(batch.key)
            yield batch, done.keep(batch.key, _check(batch, terms)) if found is None else found
        return
    context = multiprocessing.get_context("spawn")  # forking beside pyarrow's threads is not safe
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_ignore_interrupts)
    try:
        yield from _check_in(pool, batches, terms, done, workers * 2)
    except BrokenProcessPool as error:
        hint = "run it again; with --journal it goes on where it stopped"
        raise ReleaseError("a worker died while it checked rows", hint=hint) from error
    except KeyboardInterrupt:
        for process in list((pool._processes or {}).values()):  # waiting for them could take as long as a row
            process.kill()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _ignore_interrupts() -> None:
    """Ctrl-C reaches every process of a terminal; only the one that can tidy up should mind it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _check_in(
    pool: ProcessPoolExecutor, batches: Iterator[Batch], terms: Terms, done: Journal, most: int
) -> Iterator[tuple[Batch, list[Failure]]]:
    running: dict[Future[list[Failure]], Batch] = {}
    for batch in batches:
        found = done.find(batch.key)
        if found is not None:
            yield batch, found
            continue
        running[pool.submit(_check, batch, terms)] = batch
        if len(running) >= most:
            yield from _collect(running, done)
    while running:
        yield from _collect(running, done)


def _collect(
    running: dict[Future[list[Failure]], Batch], done: Journal
) -> Iterator[tuple[Batch, list[Failure]]]:
    for future in wait(running, return_when=FIRST_COMPLETED).done:
        batch = running.pop(future)
        yield batch, done.keep(batch.key, future.result())


def _check(batch: Batch, terms: Terms) -> list[Failure]:
    return check_rows(batch.config, batch.split, batch.rows, terms)

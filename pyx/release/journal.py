"""What a verification has done so far, as JSON lines: a later run goes on with it."""

from __future__ import annotations

import json
import platform
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import IO, Any

import pyx
from pyx.errors import ReleaseError
from pyx.release.checks import Failure
from pyx.release.manifest import Release, manifest_digest


class Journal:
    """Batches that are done, with what was wrong in them; without a path nothing is kept."""

    def __init__(self, path: Path | None, release: Release, sample: int) -> None:
        self._path = path
        self._head = {
            "manifest": manifest_digest(release.manifest),
            "files": {name: _stamp(release.folder / name) for name in release.files},
            "sample": sample,
            "pyx": pyx.__version__,
            "python": platform.python_version(),
        }
        self._done: dict[str, list[Failure]] = {}
        self._file: IO[str] | None = None

    def __enter__(self) -> Journal:
        if self._path:
            whole = _read_lines(self._path)
            self._take(whole)
            self._file = self._path.open("w")
            for line in whole or [self._head]:
                self._write(line)
        return self

    def _take(self, lines: list[dict[str, Any]]) -> None:
        if lines and lines[0] != self._head:
            raise ReleaseError(
                f"the journal {self._path} is of another verification",
                hint="give another --journal, or remove it to begin anew",
            )
        for line in lines[1:]:
            self._done[line["done"]] = [Failure(**failure) for failure in line["failures"]]

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        if self._file:
            self._file.close()

    def find(self, key: str) -> list[Failure] | None:
        """What was wrong in a batch that was done before, or None."""
        return self._done.get(key)

    def keep(self, key: str, failures: list[Failure]) -> list[Failure]:
        """Remember a batch, and give its failures back."""
        if self._file:
            self._write({"done": key, "failures": [asdict(failure) for failure in failures]})
        return failures

    def _write(self, line: dict[str, Any]) -> None:
        assert self._file is not None
        self._file.write(json.dumps(line) + "\n")
        self._file.flush()


def _stamp(path: Path) -> list[int]:
    """Size and time of change: enough to notice that a table is not the one it was."""
    if not path.is_file():
        return []
    found = path.stat()
    return [found.st_size, found.st_mtime_ns]


def _read_lines(path: Path) -> list[dict[str, Any]]:
    """The lines of a journal; the last one may be cut off, for writing it was interrupted."""
    if not path.is_file():
        return []
    lines = path.read_text().splitlines(keepends=True)
    try:
        return [json.loads(line) for line in lines if line.endswith("\n")]
    except ValueError as error:
        hint = "give another --journal"
        raise ReleaseError(f"{path} is no journal of a verification", hint=hint) from error

"""The journal: every request to a teacher and its replies, once, as JSON lines.

It is cache (an ask that was answered is not sent again), cassette (the `replay` teacher reads it)
and evidence (what a model was told and what it said). A line:

    {"key": "0f3a...", "request": {"model", "parameters", "messages"}, "replies": [{...}]}

The key covers model, parameters and messages and nothing else: no endpoint, no key of a person.
A line is written whole, by one write, before anybody hears of the reply; a line that a killed
process cut is skipped. A request that failed for good is written too (`replies` have an `error`)
and is asked again by the next run.
"""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Self

from pyx.annotate.ask import Message, Reply
from pyx.records import digest, from_row, to_row

_HEAD = b'{"key": "'
_KEY = 16


def find_key(model: str, parameters: dict[str, Any], messages: Sequence[Message]) -> str:
    """The name of a request: 16 hexadecimal digits over all that decides about its replies."""
    return digest(model, *(json.dumps(part, sort_keys=True) for part in (parameters, list(messages))))


def gather_parameters(
    parameters: dict[str, Any] | None, *, n: int = 1, schema: dict[str, Any] | None = None
) -> dict[str, Any]:
    """All that decides about a reply besides model and messages; what is not asked for is left out."""
    more: dict[str, Any] = {"n": n} if n > 1 else {}
    return {**(parameters or {}), **more, **({"schema": schema} if schema is not None else {})}


def make_request(model: str, parameters: dict[str, Any], messages: Sequence[Message]) -> dict[str, Any]:
    """A request as the journal writes it."""
    return {"model": model, "parameters": parameters, "messages": list(messages)}


class Journal:
    """An append-only file of replies, with the place of each answer in memory.

    Only keys and places are held, so it stays small: about 150 bytes a request. `file` None keeps
    the journal in memory. One process at a time writes to a journal: the asker.
    """

    def __init__(self, file: Path | None) -> None:
        self.file = file
        self.spent = 0.0  # dollars, over all runs
        self._places: dict[int, int] = {}
        if file:
            file.parent.mkdir(parents=True, exist_ok=True)
        self._lines: Any = file.open("a+b", buffering=0) if file else io.BytesIO()
        self._end = self._read_places()

    def _read_places(self) -> int:
        """Find every answer, and close a line that was cut by a kill."""
        place = 0
        line = b"\n"
        with self.file.open("rb") if self.file else io.BytesIO() as lines:
            for line in lines:
                row = read_line(line)
                if row is not None:
                    self._note(row["key"], [from_row(Reply, reply) for reply in row["replies"]], place)
                place += len(line)
        if not line.endswith(b"\n"):
            self._write(b"\n")
            place += 1
        return place

    def _note(self, key: str, replies: Sequence[Reply], place: int) -> None:
        self.spent += sum(reply.cost for reply in replies)
        if any(not reply.error for reply in replies):
            self._places[int(key, 16)] = place

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, key: str) -> bool:
        return int(key, 16) in self._places

    def find(self, key: str) -> list[Reply] | None:
        """The replies to a request that was answered, None when it was not."""
        place = self._places.get(int(key, 16))
        if place is None:
            return None
        row = read_line(self._read_at(place))
        assert row is not None and row["key"] == key, f"journal {self.file}: no {key} at byte {place}"
        return [from_row(Reply, reply) for reply in row["replies"]]

    def _read_at(self, place: int) -> bytes:
        if self.file is None:
            self._lines.seek(place)
            return bytes(self._lines.readline())
        with self.file.open("rb") as lines:
            lines.seek(place)
            return lines.readline()

    def write(self, key: str, request: dict[str, Any], replies: Sequence[Reply]) -> None:
        """Append a request and what came of it."""
        row = {"key": key, "request": request, "replies": [to_row(reply) for reply in replies]}
        line = json.dumps(row, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"
        self._note(key, replies, self._end)
        self._write(line)
        self._end += len(line)

    def _write(self, line: bytes) -> None:
        self._lines.seek(0, os.SEEK_END)
        view = memoryview(line)
        while view:
            view = view[self._lines.write(view) :]

    def close(self) -> None:
        if self.file is not None:
            os.fsync(self._lines.fileno())
            self._lines.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def read_line(line: bytes) -> dict[str, Any] | None:
    """The row of a journal line; None for one that was cut."""
    if not line.startswith(_HEAD) or not line.endswith(b"\n"):
        return None
    try:
        row: dict[str, Any] = json.loads(line.decode("utf-8", "surrogatepass"))
    except ValueError:
        return None
    return row if len(row.get("key", "")) == _KEY and {"request", "replies"} <= row.keys() else None


def read_journal(file: Path) -> Iterator[dict[str, Any]]:
    """The rows of a journal in order, without those that were cut."""
    with file.open("rb") as lines:
        for line in lines:
            row = read_line(line)
            if row is not None:
                yield row

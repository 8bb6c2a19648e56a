"""The asker as a process of its own: one for a work folder, shared by all workers of its run.

`python -m pyx.annotate.process FOLDER` holds `FOLDER/journal.jsonl`, listens on a socket, and writes
`FOLDER/status.json` every second. The first stage that needs a teacher starts it (`pyx.annotate.contact`);
it ends when nobody has been connected for a while, or when it was stopped: then nothing more is sent, and
what is under way is written down.

A frame is four bytes of length and JSON. In: `{"n", "request"}` or `{"judged"}`; out: `{"n"}` with
`"replies"`, `"stop"` or `"bug"`. Before all else the client says which limits it wants; an asker that was
started with others closes the line, and makes room.
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import sys
import tempfile
import time
import traceback
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pyx.annotate.ask import Ask
from pyx.annotate.asker import Asker, Request
from pyx.annotate.journal import Journal
from pyx.annotate.limits import Limits, read_limits
from pyx.errors import TeacherError
from pyx.records import digest, to_row

LINGER = 3.0
"""Seconds without any client after which the asker ends."""

_LONGEST_PATH = 100


def find_socket(folder: Path) -> Path:
    """Where the asker of a folder listens: in it, or in the temporary one where the path is too long."""
    near = folder.resolve() / "asker.sock"
    if len(os.fsencode(near)) < _LONGEST_PATH:
        return near
    return Path(tempfile.gettempdir()) / f"pyx-{os.getuid()}-{digest(str(near))}.sock"


def name_run(limits: Limits) -> str:
    """What the two ends must agree on: limits, endpoint and key (as a digest)."""
    words = (os.environ.get(name, "") for name in ("OPENAI_BASE_URL", "OPENAI_API_KEY"))
    return digest(json.dumps(asdict(limits)), *words)


async def read_frame(reader: asyncio.StreamReader) -> Any:
    """The next frame; `IncompleteReadError` at the end."""
    size = int.from_bytes(await reader.readexactly(4), "big")
    return json.loads(await reader.readexactly(size))


def write_frame(writer: asyncio.StreamWriter, row: object) -> None:
    data = json.dumps(row).encode()
    writer.write(len(data).to_bytes(4, "big") + data)


def pack_request(request: Request) -> dict[str, Any]:
    """A request as data; the sample and case stay with the stage, remote teachers know messages alone."""
    ask = {"kind": request.ask.kind, "messages": list(request.ask.messages), "schema": request.ask.schema}
    return {"teacher": request.teacher, "ask": ask, "options": request.options, "n": request.n}


def unpack_request(row: dict[str, Any]) -> Request:
    ask = Ask(row["ask"]["kind"], messages=tuple(row["ask"]["messages"]), schema=row["ask"]["schema"])
    return Request(row["teacher"], ask, row["options"], row["n"])


class Office:
    """The asker behind its socket."""

    def __init__(self, asker: Asker, folder: Path) -> None:
        self.asker = asker
        self.folder = folder
        self.clients = 0
        self.idle_since = time.monotonic()
        self.unwanted = False  # somebody wants an asker with other limits
        self.name = name_run(asker.limits)

    async def serve(self, *, linger: float = LINGER) -> None:
        socket = find_socket(self.folder)
        socket.unlink(missing_ok=True)
        server = await asyncio.start_unix_server(self.welcome, socket)
        socket.chmod(0o600)
        try:
            while not self.is_done(linger):
                self.asker.refresh().write(self.folder / "status.json")
                await asyncio.sleep(0.1 if self.asker.stopped or self.unwanted else min(1.0, linger / 6))
        finally:
            server.close()
            self.asker.retire()
            await self.asker.drain()
            self.asker.refresh().write(self.folder / "status.json")
            socket.unlink(missing_ok=True)

    def is_done(self, linger: float) -> bool:
        leaving = self.asker.stopped is not None or self.unwanted
        return not self.clients and (leaving or time.monotonic() - self.idle_since > linger)

    async def welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One client, until it goes."""
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            agreed = await read_frame(reader) == self.name
            self.unwanted |= not agreed
            agreed = agreed and not self.unwanted and self.asker.stopped is None
            write_frame(writer, {"welcome": agreed})
            if agreed:
                await self.attend(reader, writer)
        writer.close()

    async def attend(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.clients += 1
        tasks: set[asyncio.Task[None]] = set()
        try:
            while True:
                row = await read_frame(reader)
                if "judged" in row:
                    self.asker.note_judgement(*row["judged"])
                    continue
                task = asyncio.create_task(self.answer(row, writer))
                tasks.add(task)
                task.add_done_callback(tasks.discard)
        finally:
            for task in tasks:  # nobody listens; what they wait for is written down all the same
                task.cancel()
            self.clients -= 1
            self.idle_since = time.monotonic()

    async def answer(self, row: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        try:
            replies = await self.asker.ask(unpack_request(row["request"]))
        except TeacherError as error:
            write_frame(writer, {"n": row["n"], "stop": [str(error), error.hint]})
        except Exception:  # a bug, of a teacher or ours: a traceback, where somebody sees it
            write_frame(writer, {"n": row["n"], "bug": traceback.format_exc()})
        else:
            write_frame(writer, {"n": row["n"], "replies": [to_row(reply) for reply in replies]})
        await writer.drain()


async def run(folder: Path, *, linger: float = LINGER) -> None:
    """Be the asker of a folder until nobody needs it; at once where it has one already."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "asker.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return
        with Journal(folder / "journal.jsonl") as journal:
            async with Asker(journal, read_limits(), judged=folder / "judged.jsonl") as asker:
                await Office(asker, folder).serve(linger=linger)


if __name__ == "__main__":
    asyncio.run(run(Path(sys.argv[1])))

"""The stage's end of the line to the asker.

    async with open_contact() as contact:
        replies = await contact.ask(request)
        await contact.judge(request, "wrong-value")     # "" for a text that was accepted

With PYX_WORK set to the work folder of a run, the asker is the process that all its workers share,
started by the first. Without it the asker lives on the loop of the caller, with a journal in memory.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

from pyx.annotate.ask import Reply
from pyx.annotate.asker import Asker, Request
from pyx.annotate.journal import Journal
from pyx.annotate.limits import read_limits
from pyx.annotate.process import find_socket, name_run, pack_request, read_frame, write_frame
from pyx.annotate.rehearsal import REHEARSAL
from pyx.errors import TeacherError
from pyx.records import from_row

_LINES = 3
"""Askers that may die under one contact."""

_START_S = 30.0
_LEAVE_S = 10.0


class Contact(Protocol):
    """Whoever can be asked."""

    async def ask(self, request: Request) -> list[Reply]: ...

    async def judge(self, request: Request, reason: str) -> None: ...


@asynccontextmanager
async def open_contact() -> AsyncIterator[Contact]:
    """The asker of this run, or one of our own."""
    rehearsal = REHEARSAL.get()
    if rehearsal is not None:
        yield rehearsal
        return
    work = os.environ.get("PYX_WORK", "")
    if not work:
        with Journal(None) as journal:
            async with Asker(journal, read_limits()) as asker:
                yield asker
        return
    line = Line(Path(work) / "teacher")
    try:
        yield line
    finally:
        await line.close()


class Line:
    """A connection to the asker's process, made again when the process dies."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._limits = read_limits()
        self._writer: asyncio.StreamWriter | None = None
        self._listener: asyncio.Task[None] | None = None
        self._waiting: dict[int, asyncio.Future[list[Reply]]] = {}
        self._number = 0
        self._lock = asyncio.Lock()

    async def ask(self, request: Request) -> list[Reply]:
        """The replies; `TeacherError` when the asker has stopped, or cannot be kept alive."""
        for _ in range(_LINES):
            with suppress(ConnectionError):
                return await self._ask(request)
        raise TeacherError("the asker process dies again and again", hint=f"see {self.folder}/asker.log")

    async def _ask(self, request: Request) -> list[Reply]:
        writer = await self._connect()
        self._number += 1
        number = self._number
        self._waiting[number] = asyncio.get_running_loop().create_future()
        try:
            write_frame(writer, {"n": number, "request": pack_request(request)})
            await writer.drain()
            return await self._waiting[number]
        finally:
            del self._waiting[number]

    async def judge(self, request: Request, reason: str) -> None:
        """Tell what became of the text, for the live line and the summary."""
        with suppress(ConnectionError):
            writer = await self._connect()
            write_frame(writer, {"judged": [request.key, request.ask.kind, reason]})

    async def close(self) -> None:
        """Leave, when the asker has read all that it was told."""
        if self._writer is None or self._listener is None:
            return
        with suppress(OSError):
            self._writer.write_eof()  # the asker closes its end when it has come to ours
        await asyncio.wait([self._listener], timeout=_LEAVE_S)
        self._listener.cancel()
        self._writer.close()
        with suppress(ConnectionError):
            await self._writer.wait_closed()

    async def _connect(self) -> asyncio.StreamWriter:
        async with self._lock:
            if self._writer is None or self._writer.is_closing():
                reader, self._writer = await self._find_asker()
                self._listener = asyncio.create_task(self._listen(reader, self._writer))
            return self._writer

    async def _find_asker(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Connect to the folder's asker; start one when there is none, wait for one that is leaving."""
        # One that is leaving waits for what it has under way.
        deadline = asyncio.get_running_loop().time() + _START_S + self._limits.deadline
        started: subprocess.Popen[bytes] | None = None
        while asyncio.get_running_loop().time() < deadline:
            line = await self._try_line()
            if line is not None:
                return line
            if started is None or started.poll() == 0:
                started = self._start()
            elif started.poll() is not None:
                break
            await asyncio.sleep(0.05)
        raise TeacherError("the asker process does not start", hint=f"see {self.folder}/asker.log")

    async def _try_line(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        try:
            reader, writer = await asyncio.open_unix_connection(find_socket(self.folder))
        except OSError:
            return None
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            write_frame(writer, name_run(self._limits))
            if (await read_frame(reader))["welcome"]:
                return reader, writer
        writer.close()
        return None

    def _start(self) -> subprocess.Popen[bytes]:
        """Start an asker; it leaves at once, with 0, where another one is."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "asker.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "pyx.annotate.process", str(self.folder)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # an interrupt is for the run; the asker finishes what is under way
            )

    async def _listen(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                self._hear(await read_frame(reader))
        writer.close()
        for future in self._waiting.values():
            if not future.done():
                future.set_exception(ConnectionResetError("the asker has gone"))

    def _hear(self, row: dict[str, Any]) -> None:
        future = self._waiting.get(row["n"])
        if future is None or future.done():
            return
        if "stop" in row:
            message, hint = row["stop"]
            future.set_exception(TeacherError(message, hint=hint))
        elif "bug" in row:
            future.set_exception(RuntimeError(f"in the asker process:\n{row['bug']}"))
        else:
            future.set_result([from_row(Reply, reply) for reply in row["replies"]])

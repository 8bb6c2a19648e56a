"""A chat completions server on the loopback that misbehaves on command; the standard library alone.

    with serve(act) as server: ... server.url, server.seen

`act(body, number)` says how to answer the request: an `Act`. As a program it answers everybody after
a delay: `python tests/loopback_teacher.py --delay 0.2`; its first line is its base URL.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Act:
    """How to answer one request; the defaults answer it well."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    text: str | list[str] | None = None  # the contents of the choices; None echoes
    finish: str = "stop"
    body: bytes | None = None  # instead of a chat completion
    delay: float = 0.0
    hang: bool = False  # take the request and say nothing
    drop: bool = False  # close the connection without a word
    cut: int = 0  # close it after so many bytes of the body
    trickle: float = 0.0  # seconds between bytes
    usage: bool = True


@dataclass
class Server:
    act: Callable[[dict[str, Any], int], Act]
    url: str = ""
    seen: list[dict[str, Any]] = field(default_factory=list)  # bodies of the chat requests
    times: list[float] = field(default_factory=list)  # when they came
    keys: list[str] = field(default_factory=list)
    connections: int = 0
    most: int = 0  # requests in hand at once
    inside: int = 0
    keep: bool = True  # remember what was seen
    files: dict[str, bytes] = field(default_factory=dict)
    batches: dict[str, dict[str, Any]] = field(default_factory=dict)
    polls: int = 0
    polls_until_done: int = 2
    drops: list[str] = field(default_factory=list)  # parts of paths whose next request is dropped

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while await self.serve_one(reader, writer):
                pass
        writer.close()

    async def serve_one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = await reader.readuntil(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        method, path, _ = lines[0].split(" ")
        headers = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        self.inside += 1
        self.most = max(self.most, self.inside)
        try:
            if path.endswith("/chat/completions"):
                return await self.complete(json.loads(body), headers, writer)
            if self.drops and self.drops[0] in path:
                del self.drops[0]
                return False
            answer = self.answer_batch(method, path, body)
            await send(writer, 404 if answer is None else 200, {}, answer or b"{}")
            return True
        finally:
            self.inside -= 1

    async def complete(
        self, body: dict[str, Any], headers: dict[str, str], writer: asyncio.StreamWriter
    ) -> bool:
        number = len(self.times)
        self.times.append(asyncio.get_running_loop().time())
        if self.keep:
            self.seen.append(body)
            self.keys.append(headers.get("authorization", ""))
        act = self.act(body, number)
        await asyncio.sleep(3600 if act.hang else act.delay)
        if act.drop:
            return False
        content = act.body if act.body is not None else make_body(body, act)
        if act.trickle:
            await send(writer, act.status, act.headers, b"", length=len(content))
            for index in range(len(content)):
                writer.write(content[index : index + 1])
                await writer.drain()
                await asyncio.sleep(act.trickle)
            return True
        await send(writer, act.status, act.headers, content[: act.cut or None], length=len(content))
        return not act.cut

    def answer_batch(self, method: str, path: str, body: bytes) -> bytes | None:
        """The files and batches of the protocol; None when there is no such thing."""
        parts = path.split("/v1/", 1)[-1].split("/")
        match method, parts:
            case "POST", ["files"]:
                name = f"file-{len(self.files)}"
                self.files[name] = find_upload(body)
                return dump({"id": name, "object": "file", "bytes": len(body), "purpose": "batch"})
            case "POST", ["batches"]:
                name = f"batch-{len(self.batches)}"
                self.batches[name] = {"id": name, "status": "validating", "polls": 0, **json.loads(body)}
                return dump(self.show_batch(name))
            case "GET", ["batches", name] if name in self.batches:
                self.polls += 1
                self.advance(name)
                return dump(self.show_batch(name))
            case "GET", ["files", name, "content"] if name in self.files:
                return self.files[name]
        return None

    def advance(self, name: str) -> None:
        batch = self.batches[name]
        batch["polls"] += 1
        batch["status"] = "in_progress"
        if batch["polls"] < self.polls_until_done or "output_file_id" in batch:
            return
        lines = [json.loads(line) for line in self.files[batch["input_file_id"]].splitlines()]
        done = [self.do_line(line) for line in lines]
        good = [row for row in done if row["error"] is None]
        bad = [row for row in done if row["error"] is not None]
        # Results come in any order.
        self.files[f"{name}-out"] = b"".join(dump(row) + b"\n" for row in reversed(good))
        batch["output_file_id"] = f"{name}-out"
        if bad:
            self.files[f"{name}-bad"] = b"".join(dump(row) + b"\n" for row in bad)
            batch["error_file_id"] = f"{name}-bad"

    def do_line(self, line: dict[str, Any]) -> dict[str, Any]:
        act = self.act(line["body"], len(self.times))
        self.times.append(0.0)
        self.seen.append(line["body"])
        row: dict[str, Any] = {"custom_id": line["custom_id"], "response": None, "error": None}
        if act.drop:
            row["error"] = {"code": "batch_expired", "message": "not done in time"}
        else:
            content = act.body if act.body is not None else make_body(line["body"], act)
            row["response"] = {"status_code": act.status, "body": json.loads(content)}
        return row

    def show_batch(self, name: str) -> dict[str, Any]:
        batch = {**self.batches[name], "object": "batch", "created_at": 0}
        if "output_file_id" in batch:
            batch["status"] = "completed"
        return batch


async def send(
    writer: asyncio.StreamWriter,
    status: int,
    headers: dict[str, str],
    body: bytes,
    *,
    length: int | None = None,
) -> None:
    length = len(body) if length is None else length
    lines = {"content-type": "application/json", "content-length": str(length), **headers}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    writer.write(f"HTTP/1.1 {status} X\r\n{head}\r\n".encode() + body)
    await writer.drain()


def make_body(body: dict[str, Any], act: Act) -> bytes:
    """A chat completion, or an error in the form of the protocol."""
    if act.status != 200:
        return dump({"error": {"message": f"status {act.status}", "type": "x", "code": None}})
    echo = hashlib.sha256(json.dumps(body["messages"]).encode()).hexdigest()[:12]
    texts = act.text if isinstance(act.text, list) else [act.text] * body.get("n", 1)
    choices = [
        {
            "index": index,
            "finish_reason": act.finish,
            "message": {"role": "assistant", "content": f"echo {echo} {index}" if text is None else text},
        }
        for index, text in enumerate(texts)
    ]
    row: dict[str, Any] = {"id": "x", "object": "chat.completion", "created": 0, "choices": choices}
    if act.usage:
        row["usage"] = {"prompt_tokens": 10, "completion_tokens": 5 * len(choices), "total_tokens": 15}
    return dump({**row, "model": body["model"]})


def find_upload(body: bytes) -> bytes:
    """The file in a multipart form."""
    boundary = body.partition(b"\r\n")[0]
    part = next(part for part in body.split(boundary) if b'name="file"' in part)
    return part.partition(b"\r\n\r\n")[2].removesuffix(b"\r\n")


def dump(row: object) -> bytes:
    return json.dumps(row).encode()


@contextmanager
def serve(act: Callable[[dict[str, Any], int], Act] = lambda _body, _number: Act()) -> Iterator[Server]:
    """A server in a thread with a loop of its own."""
    server = Server(act)
    loop = asyncio.new_event_loop()
    started = threading.Event()

    async def start() -> None:
        listener = await asyncio.start_server(server.handle, "127.0.0.1", 0, limit=2**24)
        server.url = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}/v1"

    def run() -> None:
        loop.run_until_complete(start())
        loop.call_soon(started.set)
        loop.run_forever()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert started.wait(10)
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--delay", type=float, default=0.0)
    delay = parser.parse_args().delay
    server = Server(lambda _body, _number: Act(delay=delay), keep=False)

    async def run() -> None:
        listener = await asyncio.start_server(server.handle, "127.0.0.1", 0, limit=2**24)
        print(f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}/v1", flush=True)
        await listener.serve_forever()

    with suppress(KeyboardInterrupt):
        asyncio.run(run())


if __name__ == "__main__":
    main()

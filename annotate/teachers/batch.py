"""The batch interface of OpenAI-compatible services: hours instead of seconds, at half the price.

Asks are gathered until no more come for a while, sent as one file, and waited for. The id of every batch
stands in `batches.jsonl` beside the journal: a run that was killed waits for the batches that it had sent.
Only what was being sent at that very moment may be sent twice.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyx.annotate.ask import Ask, Reply
from pyx.annotate.journal import find_key, gather_parameters
from pyx.annotate.teachers.openai import check_parameters, find_client, keep_clients, read_answer, read_status
from pyx.registry import TEACHERS

if TYPE_CHECKING:
    from openai import AsyncOpenAI
    from openai.types import Batch

ENDED = ("completed", "failed", "expired", "cancelled")


@dataclass(slots=True)
class Queue:
    """Asks that wait to be sent together, and those that wait for a batch."""

    file: Path | None
    base_url: str
    size: int
    linger: float
    every: float
    lines: dict[str, dict[str, Any]] = field(default_factory=dict)  # by key, not sent yet
    waiting: dict[str, asyncio.Future[list[Reply]]] = field(default_factory=dict)
    stored: dict[str, str] = field(default_factory=dict)  # by key, the batch of an earlier run
    early: dict[str, list[Reply]] = field(default_factory=dict)  # by key, what came before it was asked for
    tasks: dict[str, asyncio.Task[None]] = field(default_factory=dict)  # by batch, or "gather"

    def put(self, key: str, line: dict[str, Any]) -> asyncio.Future[list[Reply]]:
        """Wait for an answer: that of a batch that was sent already, or of the next one."""
        if key in self.waiting:
            return self.waiting[key]
        self.waiting[key] = future = asyncio.get_running_loop().create_future()
        if key in self.early:
            self._settle([key], *self.early.pop(key))
        elif key in self.stored:
            self._watch(self.stored[key])
        else:
            self.lines[key] = line
            self._gather()
        return future

    def _gather(self) -> None:
        if len(self.lines) >= self.size:
            self._send()
            return
        if "gather" in self.tasks:
            self.tasks["gather"].cancel()
        self.tasks["gather"] = asyncio.create_task(self._send_later())

    async def _send_later(self) -> None:
        await asyncio.sleep(self.linger)
        self._send()

    def _send(self) -> None:
        lines, self.lines = self.lines, {}
        name = f"send {next(iter(lines))}"
        self.tasks[name] = asyncio.create_task(self._submit(lines))

    async def _submit(self, lines: dict[str, dict[str, Any]]) -> None:
        """Send one batch, and write its id down before anything else."""
        import openai

        text = "".join(json.dumps(line) + "\n" for line in lines.values())
        try:
            async with find_client(self.base_url) as client:
                upload = await client.files.create(file=("pyx.jsonl", text.encode()), purpose="batch")
                batch = await client.batches.create(
                    input_file_id=upload.id, endpoint="/v1/chat/completions", completion_window="24h"
                )
        except openai.APIStatusError as error:
            self._settle(lines, read_status(error))
        except openai.APIConnectionError as error:
            self._settle(lines, Reply(error="connection", detail=str(error.__cause__ or error)[:200]))
        else:
            self._note({"batch": batch.id, "keys": list(lines)})
            self.stored |= dict.fromkeys(lines, batch.id)
            self._watch(batch.id)

    def _note(self, row: dict[str, Any]) -> None:
        if self.file is not None:
            with self.file.open("a") as rows:
                rows.write(json.dumps(row) + "\n")

    def _watch(self, name: str) -> None:
        if name not in self.tasks:
            self.tasks[name] = asyncio.create_task(self._wait_for(name))

    async def _wait_for(self, name: str) -> None:
        """Poll until a batch has ended; a poll that fails is repeated."""
        import openai

        found: dict[str, list[Reply]] = {}
        failure = Reply(error="server-error", detail=f"batch {name} ended without it")
        try:
            async with find_client(self.base_url) as client:
                found = await self._poll(client, name)
        except openai.NotFoundError:
            failure = Reply(error="server-error", detail=f"batch {name} is not there any more")
        except openai.APIStatusError as error:
            failure = read_status(error)
        keys = [key for key, batch in self.stored.items() if batch == name]
        for key in keys:
            del self.stored[key]
            replies = found.get(key, [failure])
            if key in self.waiting:
                self._settle([key], *replies)
            else:  # a run that goes on has not come to it yet
                self.early[key] = replies
        del self.tasks[name]

    async def _poll(self, client: AsyncOpenAI, name: str) -> dict[str, list[Reply]]:
        """The replies of a batch, once it has ended and they have arrived."""
        import openai

        while True:
            try:
                batch = await client.batches.retrieve(name)
                if batch.status in ENDED:
                    return await self._fetch(client, batch)
            except (openai.APIConnectionError, openai.InternalServerError, openai.RateLimitError):
                pass  # it goes on without us: ask again later
            await asyncio.sleep(self.every)

    async def _fetch(self, client: AsyncOpenAI, batch: Batch) -> dict[str, list[Reply]]:
        """The replies of a batch, by key: those that came, and those that failed one by one."""
        found: dict[str, list[Reply]] = {}
        for name in filter(None, (batch.output_file_id, batch.error_file_id)):
            content = await client.files.content(name)
            found |= read_results(content.text)
        return found

    def _settle(self, keys: Iterable[str], *replies: Reply) -> None:
        for key in keys:
            future = self.waiting.pop(key, None)
            if future is not None and not future.done():
                future.set_result(list(replies))

    async def close(self) -> None:
        for task in self.tasks.values():
            task.cancel()
        await asyncio.gather(*self.tasks.values(), return_exceptions=True)


def read_results(text: str) -> dict[str, list[Reply]]:
    """The replies in a batch's output, by key; a line that says nothing of the kind answers nobody."""
    found: dict[str, list[Reply]] = {}
    for line in text.split("\n"):
        try:
            key, replies = read_result(json.loads(line))
        except (ValueError, KeyError, TypeError, AttributeError):
            continue
        found[key] = replies
    return found


def read_result(row: dict[str, Any]) -> tuple[str, list[Reply]]:
    """The key and the replies of one line of a batch's output."""
    response, error = row.get("response") or {}, row.get("error") or {}
    if error:
        name = "timeout" if "expired" in str(error.get("code")) else "bad-request"
        return row["custom_id"], [Reply(error=name, detail=str(error.get("message", ""))[:200])]
    if response.get("status_code") != 200:
        name = "server-error" if response.get("status_code", 500) >= 500 else "bad-request"
        return row["custom_id"], [Reply(error=name, detail=json.dumps(response.get("body"))[:200])]
    return row["custom_id"], read_answer(json.dumps(response["body"]))


def read_batches(file: Path | None) -> dict[str, str]:
    """The batch that an earlier run sent each key in, the last one counts.

    Whether its replies arrived is not noted here, for the journal knows: who is asked again has none.
    """
    if file is None or not file.is_file():
        return {}
    rows = [json.loads(line) for line in file.read_text().splitlines() if line.endswith("}")]
    return {key: row["batch"] for row in rows for key in row["keys"]}


_QUEUES: ContextVar[dict[tuple[str, int, float, float], Queue] | None] = ContextVar("_QUEUES", default=None)


@asynccontextmanager
async def keep_queues() -> AsyncIterator[None]:
    """While it is open, asks gather in shared batches."""
    async with keep_clients():
        queues: dict[tuple[str, int, float, float], Queue] = {}
        token = _QUEUES.set(queues)
        try:
            yield
        finally:
            for queue in queues.values():
                await queue.close()
            _QUEUES.reset(token)


def find_queue(base_url: str, size: int, linger: float, every: float) -> Queue:
    """The session's queue for these options; one for this ask alone outside a session."""
    queues = _QUEUES.get()
    if queues is None:
        return Queue(None, base_url, size, 0.0, every)
    name = (base_url, size, linger, every)
    if name not in queues:
        work = os.environ.get("PYX_WORK", "")
        file = Path(work) / "teacher" / "batches.jsonl" if work else None
        queues[name] = Queue(file, base_url, size, linger, every, stored=read_batches(file))
    return queues[name]


@TEACHERS.add(
    "batch", version=1, session=keep_queues, check=check_parameters, remote=True, patient=True,
    aside=("base_url", "size", "linger", "every"),
)  # fmt: skip
async def ask_batch(
    ask: Ask,
    *,
    n: int = 1,
    model: str = "",
    parameters: dict[str, Any] | None = None,
    base_url: str = "",
    size: int = 10_000,
    linger: float = 5.0,
    every: float = 30.0,
) -> list[Reply]:
    """Ask through a service's batch interface, together with all asks that come at the time.

    A batch is sent when `size` asks have gathered, or none has come for `linger` seconds, and is looked
    after `every` seconds. The other options are those of the teacher `openai`, and so are the keys of the
    journal: what one of them answered the other need not ask.
    """
    check_parameters(parameters=parameters)
    key = find_key(model, gather_parameters(parameters, n=n, schema=ask.schema), ask.messages)
    body = {"model": model, "messages": list(ask.messages), **gather_parameters(parameters, n=n)}
    if ask.schema is not None:
        wanted = {"name": ask.kind, "schema": ask.schema, "strict": True}
        body["response_format"] = {"type": "json_schema", "json_schema": wanted}
    line = {"custom_id": key, "method": "POST", "url": "/v1/chat/completions", "body": body}
    return (await find_queue(base_url, size, linger, every).put(key, line))[:n]


EXAMPLES: list[object] = [
    (
        [{"role": "user", "content": "Say yes."}],
        {"model": "any", "base_url": "http://127.0.0.1:9/v1"},  # the discard port: nobody answers
        "connection",
    ),
]

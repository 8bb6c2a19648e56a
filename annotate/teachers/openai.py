"""Any endpoint that speaks the OpenAI chat completions protocol."""

from __future__ import annotations

import email.utils
import functools
import json
import os
import ssl
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from pyx.annotate.ask import Ask, Reply
from pyx.errors import TeacherError
from pyx.registry import TEACHERS

if TYPE_CHECKING:
    from openai import APIStatusError, AsyncOpenAI

DEFAULT_URL = "https://api.openai.com/v1"

LONGEST = 400_000
"""Characters of a reply that are taken; a longer one is a failure, `too-long`."""

SENT_BY_US = {
    "model",
    "messages",
    "n",
    "response_format",
    "stream",
    "extra_headers",
    "extra_query",
    "api_key",
}


@dataclass(slots=True)
class Clients:
    """The clients of one session, and the endpoints that turned out not to offer JSON schema."""

    stack: AsyncExitStack
    free: dict[tuple[str, str], list[AsyncOpenAI]] = field(default_factory=dict)
    without_schema: set[tuple[str, str]] = field(default_factory=set)


_SESSION: ContextVar[Clients | None] = ContextVar("_SESSION", default=None)


@asynccontextmanager
async def keep_clients() -> AsyncIterator[None]:
    """While it is open, asks share clients and their connections; all are closed at its end."""
    async with AsyncExitStack() as stack:
        token = _SESSION.set(Clients(stack))
        try:
            yield
        finally:
            _SESSION.reset(token)


@asynccontextmanager
async def find_client(base_url: str) -> AsyncIterator[AsyncOpenAI]:
    """A client of the session that is free, or one for this ask alone.

    A client serves one request at a time, so it keeps one connection: a shared pool of connections would
    look at each of them for every request.
    """
    url, key = find_endpoint(base_url)
    session = _SESSION.get()
    if session is None:
        async with open_client(url, key) as client:
            yield client
        return
    free = session.free.setdefault((url, key), [])
    client = free.pop() if free else await session.stack.enter_async_context(open_client(url, key))
    try:
        yield client
    finally:
        free.append(client)


def find_endpoint(base_url: str) -> tuple[str, str]:
    """Base URL and key, from the option and the environment; a server of one's own needs no key."""
    url = base_url or os.environ.get("OPENAI_BASE_URL") or DEFAULT_URL
    key = os.environ.get("OPENAI_API_KEY", "")
    if not key and url == DEFAULT_URL:
        raise TeacherError(
            f"teacher openai: no key for {url}",
            hint="set OPENAI_API_KEY, or OPENAI_BASE_URL to another endpoint",
        )
    return url, key or "none"


def open_client(url: str, key: str) -> AsyncOpenAI:
    """A client that leaves retries to the asker; the time-outs are for use without one."""
    from openai import AsyncOpenAI, DefaultAsyncHttpxClient

    wire = DefaultAsyncHttpxClient(verify=load_trust())
    return AsyncOpenAI(base_url=url, api_key=key, max_retries=0, timeout=300.0, http_client=wire)


@functools.cache
def load_trust() -> ssl.SSLContext:
    """The certificates that all clients trust; loading them takes longer than many requests."""
    from httpx2 import create_ssl_context

    return create_ssl_context()


def check_parameters(*, parameters: dict[str, Any] | None = None, **_: Any) -> None:
    """Raise `TeacherError` for a parameter that the teacher itself sends."""
    for name in parameters or {}:
        if name in SENT_BY_US:
            raise TeacherError(
                f"teacher openai: parameters cannot set {name!r}", hint="it has an option of its own, or none"
            )


@TEACHERS.add(
    "openai", version=1, session=keep_clients, check=check_parameters, remote=True, aside=("base_url",)
)
async def ask_openai(
    ask: Ask,
    *,
    n: int = 1,
    model: str = "",
    parameters: dict[str, Any] | None = None,
    base_url: str = "",
) -> list[Reply]:
    """Ask a model behind a chat completions endpoint.

    `parameters` go into the request as they are (`temperature`, `max_tokens`, `seed`, ...). The base URL
    is read from OPENAI_BASE_URL and the key from OPENAI_API_KEY. An ask with a schema is sent with it
    where the endpoint offers that; whoever reads the reply checks it in any case. Fewer answers than `n`
    are asked for again, one by one; more are kept out.
    """
    check_parameters(parameters=parameters)
    body = {"model": model, "messages": list(ask.messages), **(parameters or {})}
    async with find_client(base_url) as client:
        replies = await _ask_once(client, ask, {**body, "n": n} if n > 1 else body)
        while len(replies) < n and not replies[-1].error:
            replies += await _ask_once(client, ask, body)
    return replies[:n]


async def _ask_once(client: AsyncOpenAI, ask: Ask, body: dict[str, Any]) -> list[Reply]:
    """One request, and a second one without its schema where the endpoint doesn't know schemas."""
    session = _SESSION.get()
    place = (str(client.base_url), str(body["model"]))
    without = session is not None and place in session.without_schema
    if ask.schema is None or without:
        return await _send(client, body)
    wanted = {"type": "json_schema", "json_schema": {"name": ask.kind, "schema": ask.schema, "strict": True}}
    replies = await _send(client, {**body, "response_format": wanted})
    if replies[0].error == "bad-request" and _blames_schema(replies[0].detail):
        if session is not None:
            session.without_schema.add(place)
        return await _send(client, body)
    return replies


def _blames_schema(detail: str) -> bool:
    return any(word in detail for word in ("response_format", "json_schema", "schema"))


async def _send(client: AsyncOpenAI, body: dict[str, Any]) -> list[Reply]:
    """One request; whatever the endpoint does becomes a reply."""
    import openai

    try:
        # The same request as chat.completions.create, without the walk through its types: a third faster.
        content = await client.post("/chat/completions", body=body, cast_to=str)
    except openai.APIStatusError as error:
        return [read_status(error)]
    except openai.APITimeoutError:
        return [Reply(error="timeout", detail="no answer in time")]
    except openai.APIConnectionError as error:
        return [Reply(error="connection", detail=_first_line(error.__cause__ or error))]
    if len(content) > 8 * LONGEST:  # as escaped as can be, and some usage
        return [Reply(error="too-long", detail=f"a reply of {len(content)} characters")]
    return read_answer(content)


def read_answer(content: str) -> list[Reply]:
    """The replies in the body of a chat completion; never empty."""
    try:
        body = json.loads(content)
        choices = body["choices"]
        found = [_read_choice(choice) for choice in choices]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        return [Reply(error="bad-reply", detail=f"not a chat completion: {_first_line(error)}")]
    if not found:
        return [Reply(error="empty", detail="no choices")]
    return _share_usage(found, body.get("usage") or {})


def _read_choice(choice: dict[str, Any]) -> Reply:
    text = choice["message"].get("content") or ""
    finish = choice.get("finish_reason") or "stop"
    if not isinstance(text, str):
        raise TypeError(f"content is a {type(text).__name__}")
    if finish == "content_filter":
        return Reply("", finish, error="content-filter", detail=text[:200])
    if len(text) > LONGEST:
        return Reply("", finish, error="too-long", detail=f"a text of {len(text)} characters")
    if not text.strip():
        return Reply("", finish, error="empty", detail=str(choice["message"].get("refusal") or "no content"))
    return Reply(text, finish)


def _share_usage(replies: list[Reply], usage: dict[str, Any]) -> list[Reply]:
    """Put the tokens and cost that the endpoint reports on the replies: what went in on the first one."""
    came = _count(usage.get("prompt_tokens"))
    made = _count(usage.get("completion_tokens"))
    cost = usage.get("cost")
    shares = [made // len(replies)] * len(replies)
    shares[0] += made - sum(shares)
    replies = [replace(reply, tokens_out=share) for reply, share in zip(replies, shares, strict=True)]
    known = float(cost) if isinstance(cost, int | float) and not isinstance(cost, bool) else 0.0
    return [replace(replies[0], tokens_in=came, cost=known), *replies[1:]]


def _count(value: object) -> int:
    return value if type(value) is int and value >= 0 else 0


def read_status(error: APIStatusError) -> Reply:
    """What a refused request means: for this ask, for every ask, or for now."""
    status = error.status_code
    body = error.body if isinstance(error.body, dict) else {}
    words = f"{body.get('code', '')} {body.get('type', '')} {body.get('message', '')}".casefold()
    detail = f"{status}: {body.get('message') or _first_line(error)}"[:300]
    wait = read_wait(error.response.headers)
    return Reply(error=_name_status(status, words), detail=detail, wait=wait)


def _name_status(status: int, words: str) -> str:
    if any(word in words for word in ("content_filter", "content_policy", "moderation", "flagged")):
        return "content-filter"
    if status == 402 or "insufficient_quota" in words:
        return "no-credit"
    if status in (401, 403):
        return "bad-key"
    if status == 404:
        return "no-model"
    if status == 429:
        return "rate-limited"
    return "server-error" if status >= 500 or status in (408, 409, 425) else "bad-request"


def read_wait(headers: Any) -> float:
    """Seconds of a Retry-After header, which is a number or a date; 0.0 without one."""
    text = headers.get("retry-after-ms", "")
    if text.isdecimal():
        return int(text) / 1000
    text = headers.get("retry-after", "").strip()
    try:
        return min(3600.0, max(0.0, float(text)))
    except ValueError:
        date = email.utils.parsedate_tz(text)
    return 0.0 if date is None else min(3600.0, max(0.0, email.utils.mktime_tz(date) - time.time()))


def _first_line(error: object) -> str:
    return (str(error) or type(error).__name__).partition("\n")[0][:200]


EXAMPLES = [
    (
        [{"role": "user", "content": "Say yes."}],
        {"model": "any", "base_url": "http://127.0.0.1:9/v1"},  # the discard port: nobody answers
        "connection",
    ),
]

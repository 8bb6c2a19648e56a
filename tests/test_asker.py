"""The asker stays calm under fire: nothing lost, no storm, and a good order at the end."""

from __future__ import annotations

import asyncio
import importlib
import time
from collections.abc import Callable, Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from loopback_teacher import Act, Server, serve

from pyx.annotate.ask import Ask, Reply
from pyx.annotate.asker import Asker, Request
from pyx.annotate.journal import Journal, read_journal
from pyx.annotate.limits import Limits, read_limits
from pyx.errors import TeacherError

FAST = Limits(concurrency=8, deadline=20.0, tries=3, pause=0.02, patience=60.0)
HASTY = replace(FAST, deadline=0.5)
Shape = Callable[[dict[str, Any], int], Act]


@pytest.fixture(scope="module", autouse=True)
def client() -> None:
    importlib.import_module("openai")  # takes longer than the deadlines here


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret")


def make_request(server: Server, number: int, **more: Any) -> Request:
    ask = Ask("test", messages=({"role": "user", "content": f"question {number}"},))
    options = {"model": "m", "base_url": server.url, "parameters": {"max_tokens": 10}}
    return Request("openai", ask, options, **more)


def run(
    body: Callable[[Asker], Coroutine[Any, Any, Any]], limits: Limits = FAST, file: Path | None = None
) -> Any:
    async def main() -> Any:
        with Journal(file) as journal:
            async with Asker(journal, limits) as asker:
                return await body(asker)

    return asyncio.run(main())


def ask_many(
    server: Server, count: int, limits: Limits = FAST, **more: Any
) -> tuple[list[list[Reply]], Asker]:
    async def body(asker: Asker) -> Any:
        asks = (asker.ask(make_request(server, number, **more)) for number in range(count))
        return await asyncio.gather(*asks), asker

    found: tuple[list[list[Reply]], Asker] = run(body, limits)
    return found


def find_number(body: dict[str, Any]) -> int:
    return int(body["messages"][0]["content"].split()[-1])


def fail_first(act: Act, times: int) -> Shape:
    """Every question fails so many times, then is answered well."""
    tries: dict[int, int] = {}

    def shape(body: dict[str, Any], _number: int) -> Act:
        number = find_number(body)
        tries[number] = tries.get(number, 0) + 1
        return act if tries[number] <= times else Act()

    return shape


PASSING = {
    "429-without-retry-after": (Act(status=429), "rate-limited"),
    "429-with-retry-after": (Act(status=429, headers={"retry-after": "0.05"}), "rate-limited"),
    "500": (Act(status=500), "server-error"),
    "503-with-retry-after": (Act(status=503, headers={"retry-after": "0.05"}), "server-error"),
    "hang": (Act(hang=True), "timeout"),
    "slow-stream": (Act(trickle=0.05), "timeout"),
    "dropped-connection": (Act(drop=True), "connection"),
    "connection-dropped-in-the-body": (Act(cut=40), "connection"),
    "cut-json": (Act(body=b'{"choices": [{"mess'), "bad-reply"),
    "json-of-another-shape": (Act(body=b'{"choices": "none"}'), "bad-reply"),
    "page-of-a-gateway": (Act(body=b"<html>gateway</html>"), "bad-reply"),
    "empty-content": (Act(text=""), "empty"),
    "no-choices": (Act(text=[]), "empty"),
}
"""Name -> how the server misbehaves, and the error that this is."""


@pytest.mark.parametrize("name", PASSING)
def test_a_failure_in_passing_is_tried_again_and_answered(name: str) -> None:
    act, error = PASSING[name]
    with serve(fail_first(act, 1)) as server:
        replies, asker = ask_many(server, 6, HASTY if error == "timeout" else FAST)
    assert [reply.error for row in replies for reply in row] == [""] * 6
    assert asker.meter.failed.total() == asker.meter.failed[error] > 0
    assert len(server.times) == 6 + asker.meter.failed.total()
    assert not asker.meter.given_up


@pytest.mark.parametrize(
    ("act", "error"),
    [
        (Act(status=400), "bad-request"),
        (Act(text="no", finish="content_filter"), "content-filter"),
        (Act(text="x" * 10_000_000), "too-long"),
    ],
    ids=["bad-request", "content-filter", "10-megabytes"],
)
def test_a_request_that_is_refused_is_not_sent_again(act: Act, error: str) -> None:
    with serve(lambda body, _: act if find_number(body) == 0 else Act()) as server:
        replies, asker = ask_many(server, 3, Limits(concurrency=8, deadline=10.0, tries=3, pause=0.02))
    assert [row[0].error for row in replies] == [error, "", ""]
    assert len(server.seen) == 3
    assert asker.meter.given_up == {error: 1}


@pytest.mark.parametrize("act", [Act(status=500), Act(hang=True), Act(drop=True), Act(body=b"{")])
def test_a_request_that_fails_where_others_do_not_is_given_up(act: Act) -> None:
    async def body(asker: Asker) -> list[Reply]:
        bad = asyncio.create_task(asker.ask(make_request(server, 0)))
        number = 0
        while not bad.done():  # others succeed meanwhile
            number += 1
            await asker.ask(make_request(server, number))
        return await bad

    with serve(lambda body, _: act if find_number(body) == 0 else Act(delay=0.01)) as server:
        limits = Limits(concurrency=4, deadline=0.1, tries=3, pause=0.02)
        replies = run(body, limits)
        tries = sum(find_number(body) == 0 for body in server.seen)
    assert replies[0].error
    assert 3 <= tries < 4 * limits.tries


def test_fewer_answers_than_wanted_are_asked_for_again_and_more_are_left_out() -> None:
    with serve(
        lambda body, _: Act(text=["a"]) if body.get("n") == 3 else Act(text=["b", "c", "d", "e"])
    ) as server:
        replies, _ = ask_many(server, 1, n=3)
    assert [reply.text for reply in replies[0]] == ["a", "b", "c"]


def test_no_more_requests_than_wanted_are_under_way_at_once() -> None:
    with serve(lambda *_: Act(delay=0.01)) as server:
        ask_many(server, 60)
    assert server.most == FAST.concurrency
    assert server.connections <= 2 * FAST.concurrency


def test_a_rate_limit_brings_no_storm() -> None:
    """An endpoint that turns everybody away for half a second sees its first crowd and a few probes."""
    began = time.monotonic()

    def act(_body: dict[str, Any], _number: int) -> Act:
        return Act(status=429) if time.monotonic() - began < 0.5 else Act(delay=0.005)

    with serve(act) as server:
        replies, asker = ask_many(server, 100, Limits(concurrency=32, tries=2, pause=0.02))
    assert all(row[0].error == "" for row in replies)
    assert asker.meter.failed["rate-limited"] <= 32 + 12
    assert len(server.seen) == 100 + asker.meter.failed["rate-limited"]


def test_nobody_sends_before_the_time_that_the_endpoint_asked_for() -> None:
    def act(_body: dict[str, Any], number: int) -> Act:
        return Act(status=429, headers={"retry-after": "0.4"}) if number == 0 else Act(delay=0.001)

    async def body(asker: Asker) -> None:
        first = asyncio.create_task(asker.ask(make_request(server, 0)))
        while not asker.meter.failed:
            await asyncio.sleep(0.005)
        await asyncio.gather(first, *(asker.ask(make_request(server, number)) for number in range(1, 9)))

    with serve(act) as server:
        run(body)
    assert all(later - server.times[0] >= 0.39 for later in server.times[1:])


def test_an_endpoint_that_is_down_for_long_stops_the_run_and_rejects_nothing() -> None:
    with serve(lambda *_: Act(status=502)) as server, pytest.raises(TeacherError, match="answered nobody"):
        ask_many(server, 20, Limits(concurrency=8, tries=3, pause=0.02, patience=0.4))
    assert len(server.seen) < 60


def test_a_key_that_expires_stops_in_good_order_and_a_new_one_goes_on(tmp_path: Path) -> None:
    def act(_body: dict[str, Any], number: int) -> Act:
        # Slow answers are still under way when the key is refused.
        return Act(delay=0.2) if number < 7 else Act(status=401)

    async def body(asker: Asker) -> list[Any]:
        asks = (asker.ask(make_request(server, number)) for number in range(30))
        return await asyncio.gather(*asks, return_exceptions=True)

    with serve(act) as server:
        found = run(body, file=tmp_path / "j.jsonl")
        stopped = [item for item in found if isinstance(item, TeacherError)]
        kept = 30 - len(stopped)
        assert 0 < kept <= 7 and "bad-key" in str(stopped[0])
        assert len(list(read_journal(tmp_path / "j.jsonl"))) == kept
        server.act = lambda *_: Act()
        before = len(server.seen)
        assert all(row[0].text for row in run(body, file=tmp_path / "j.jsonl"))
        assert len(server.seen) - before == 30 - kept


def test_the_same_question_is_sent_once() -> None:
    async def body(asker: Asker) -> list[list[Reply]]:
        twins = await asyncio.gather(*(asker.ask(make_request(server, 1)) for _ in range(5)))
        return [*twins, await asker.ask(make_request(server, 1))]

    with serve(lambda *_: Act(delay=0.02)) as server:
        replies = run(body)
    assert len(server.seen) == 1
    assert len({row[0].text for row in replies}) == 1


def test_a_second_run_sends_nothing(tmp_path: Path) -> None:
    async def body(asker: Asker) -> Any:
        rows = await asyncio.gather(*(asker.ask(make_request(server, number)) for number in range(10)))
        return rows, asker.meter.cached

    with serve() as server:
        first, cached = run(body, file=tmp_path / "j.jsonl")
        again, cached_again = run(body, file=tmp_path / "j.jsonl")
    assert first == again
    assert (cached, cached_again, len(server.seen)) == (0, 10, 10)


def test_a_reply_is_kept_when_the_one_who_asked_has_gone(tmp_path: Path) -> None:
    async def body(asker: Asker) -> None:
        waiting = asyncio.create_task(asker.ask(make_request(server, 1)))
        await asyncio.sleep(0.05)
        waiting.cancel()
        await asker.drain()

    with serve(lambda *_: Act(delay=0.1)) as server:
        run(body, file=tmp_path / "j.jsonl")
    assert len(list(read_journal(tmp_path / "j.jsonl"))) == 1


def test_no_secret_stands_in_the_journal(tmp_path: Path) -> None:
    async def body(asker: Asker) -> None:
        await asker.ask(make_request(server, 1))

    with serve() as server:
        run(body, file=tmp_path / "j.jsonl")
        assert server.keys == ["bearer sk-very-secret"]
        text = (tmp_path / "j.jsonl").read_text()
        assert "sk-very-secret" not in text and "127.0.0.1" not in text


def test_a_budget_is_never_exceeded_and_a_higher_one_goes_on(tmp_path: Path) -> None:
    async def body(asker: Asker) -> Any:
        asks = (asker.ask(make_request(server, number)) for number in range(40))
        return await asyncio.gather(*asks, return_exceptions=True), asker.meter.spent

    def limit(budget: float) -> Limits:
        # 10 tokens in and 5 out: 0.02 dollars a reply
        return Limits(concurrency=16, price=(1000.0, 2000.0), budget=budget, pause=0.02)

    with serve(lambda *_: Act(delay=0.01)) as server:
        found, spent = run(body, limit(0.5), tmp_path / "j.jsonl")
        kept = [item for item in found if not isinstance(item, TeacherError)]
        assert 0 < len(kept) < 40 and spent == pytest.approx(0.02 * len(kept)) and spent <= 0.5
        found, spent = run(body, limit(100.0), tmp_path / "j.jsonl")
        assert len(server.seen) == 40 and spent == pytest.approx(0.8)


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"PYX_TEACHER_BUDGET": "5"}, "needs a price"),
        ({"PYX_TEACHER_PRICE": "cheap"}, "'cheap' is not a price"),
        ({"PYX_TEACHER_CONCURRENCY": "many"}, "'many' is not a number"),
        ({"PYX_TEACHER_CONCURRENCY": "0"}, "at least 1"),
    ],
)
def test_a_limit_that_cannot_be_read_is_named(environment: dict[str, str], words: str) -> None:
    with pytest.raises(TeacherError, match=words):
        read_limits(environment)

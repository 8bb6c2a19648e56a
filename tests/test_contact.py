"""All workers of a run share one asker process; it may die, and nothing is lost."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
from collections.abc import Callable, Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from loopback_teacher import Act, Server, serve
from taught import find_asker

from pyx.annotate.ask import Ask, Reply
from pyx.annotate.asker import Request
from pyx.annotate.contact import Contact, open_contact
from pyx.annotate.journal import read_journal
from pyx.annotate.meter import read_meter
from pyx.errors import TeacherError


@pytest.fixture(autouse=True)
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PYX_WORK", str(tmp_path))
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret")
    return tmp_path / "teacher"


def make_request(server: Server, number: int) -> Request:
    ask = Ask("test", messages=({"role": "user", "content": f"question {number}"},))
    return Request("openai", ask, {"model": "m", "base_url": server.url})


def talk(body: Callable[[Contact], Coroutine[Any, Any, Any]]) -> Any:
    async def main() -> Any:
        async with open_contact() as contact:
            return await body(contact)

    return asyncio.run(main())


def test_stages_share_one_asker_that_ends_when_nobody_needs_it(work: Path) -> None:
    async def body(contact: Contact) -> tuple[list[list[Reply]], int]:
        replies = await asyncio.gather(*(contact.ask(make_request(server, number)) for number in range(20)))
        await contact.judge(make_request(server, 1), "")
        await contact.judge(make_request(server, 2), "wrong-value")
        return replies, find_asker(work)

    with serve() as server:
        first, asker = talk(body)
        second, same = talk(body)
    assert first == second and asker == same
    assert len(server.seen) == 20
    wait_for(lambda: not (work / "asker.sock").exists())
    meter = read_meter(work / "status.json")
    assert meter and (meter.asked, meter.cached, meter.sent) == (40, 20, 20)
    assert meter.accepted == {"test": 2} and meter.refused == {"test: wrong-value": 2}
    assert "20 from the journal" in meter.line() and "50% accepted" in meter.line()
    assert "sk-very-secret" not in "".join(file.read_text() for file in work.iterdir())


def test_every_judgement_is_written_down_when_the_stage_has_left(work: Path) -> None:
    async def body(contact: Contact) -> None:
        await contact.ask(make_request(server, 1))
        for number in range(2000):
            await contact.judge(make_request(server, number), "wrong-value")

    with serve() as server:
        talk(body)
        assert len((work / "judged.jsonl").read_text().splitlines()) == 2000


def test_an_asker_that_is_killed_loses_no_reply_and_is_replaced(work: Path) -> None:
    async def body(contact: Contact) -> Any:
        asks = [asyncio.create_task(contact.ask(make_request(server, number))) for number in range(60)]
        await asyncio.wait(asks, return_when=asyncio.FIRST_COMPLETED)
        os.kill(find_asker(work), signal.SIGKILL)
        return await asyncio.gather(*asks)

    with serve(lambda _, number: Act(delay=0.05 if number < 30 else 0.3)) as server:
        replies = talk(body)
    assert all(row[0].text for row in replies)
    keys = [row["key"] for row in read_journal(work / "journal.jsonl")]
    assert len(keys) == len(set(keys)) == 60


def test_an_asker_that_nobody_listens_to_sends_nothing_more(
    work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYX_TEACHER_CONCURRENCY", "1")

    async def body(contact: Contact) -> None:
        asks = [asyncio.create_task(contact.ask(make_request(server, number))) for number in range(60)]
        await asyncio.wait(asks, return_when=asyncio.FIRST_COMPLETED)
        for ask in asks:
            ask.cancel()

    with serve(lambda *_: Act(delay=0.5)) as server:
        talk(body)
        wait_for(lambda: not (work / "asker.sock").exists())
        assert len(server.seen) < 30
        # The one that was under way when the asker left may not have been answered yet.
        assert len(server.seen) - len(list(read_journal(work / "journal.jsonl"))) in (0, 1)


def test_an_asker_does_not_stay_for_a_batch_that_nobody_waits_for(work: Path) -> None:
    async def body(contact: Contact) -> None:
        options = {"model": "m", "base_url": server.url, "linger": 0.05, "every": 0.02}
        asked = asyncio.create_task(
            contact.ask(replace(make_request(server, 1), teacher="batch", options=options))
        )
        while server.polls < 2:
            await asyncio.sleep(0.02)
        asked.cancel()

    with serve() as server:
        server.polls_until_done = 10**9
        talk(body)
        wait_for(lambda: not (work / "asker.sock").exists())


def test_what_stops_the_asker_stops_every_stage_with_the_reason() -> None:
    async def body(contact: Contact) -> Any:
        asks = (contact.ask(make_request(server, number)) for number in range(10))
        return await asyncio.gather(*asks, return_exceptions=True)

    with serve(lambda *_: Act(status=401)) as server:
        found = talk(body)
        assert {type(item) for item in found} == {TeacherError}
        assert found[0].hint.startswith("put it right")
        server.act = lambda *_: Act()
        assert all(row[0].text for row in talk(body))


def test_another_budget_needs_another_asker(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def body(contact: Contact) -> int:
        await contact.ask(make_request(server, 1))
        return find_asker(work)

    with serve() as server:
        first = talk(body)
        monkeypatch.setenv("PYX_TEACHER_PRICE", "1,1")
        monkeypatch.setenv("PYX_TEACHER_BUDGET", "5")
        assert talk(body) != first
    assert len(server.seen) == 1


def test_without_a_work_folder_the_asker_is_our_own(monkeypatch: pytest.MonkeyPatch, work: Path) -> None:
    monkeypatch.delenv("PYX_WORK")
    with serve() as server:
        assert talk(lambda contact: contact.ask(make_request(server, 1)))[0].text
    assert not work.exists()


def test_a_huge_reply_crosses_whole(work: Path) -> None:
    with serve(lambda *_: Act(text="ü" * 300_000)) as server:
        replies = talk(lambda contact: contact.ask(make_request(server, 1)))
    assert replies[0].text == "ü" * 300_000
    assert json.loads((work / "journal.jsonl").read_text())["replies"][0]["text"] == replies[0].text


def wait_for(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)

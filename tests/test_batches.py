"""The batch teacher: one file of thousands of requests, waited for by its id, whoever dies meanwhile."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from loopback_teacher import Act, Server, serve
from taught import find_asker

from pyx.annotate.ask import Ask, Reply
from pyx.annotate.asker import Asker, Request
from pyx.annotate.journal import Journal, read_journal
from pyx.annotate.tally import tally
from pyx.annotate.teachers.batch import read_result, read_results


@pytest.fixture
def server() -> Iterator[Server]:
    with serve() as found:
        yield found


def make_request(server: Server, number: int) -> Request:
    ask = Ask("test", messages=({"role": "user", "content": f"question {number}"},))
    return Request("batch", ask, {"model": "m", "base_url": server.url, "linger": 0.05, "every": 0.02})


def ask_batch(
    server: Server, count: int, work: Path, *, until: Callable[[], bool] = lambda: False
) -> list[list[Reply]]:
    """So many asks through the batch teacher; a run that ends as soon as `until` is true has no replies."""

    async def main() -> list[list[Reply]]:
        with Journal(work / "teacher" / "journal.jsonl") as journal:
            async with Asker(journal) as asker:
                requests = (make_request(server, number) for number in range(count))
                tasks = [asyncio.create_task(asker.ask(request)) for request in requests]
                while not until() and not all(task.done() for task in tasks):
                    await asyncio.sleep(0.01)
                return [] if until() else [task.result() for task in tasks]

    return asyncio.run(main())


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PYX_WORK", str(tmp_path))
    return tmp_path


def test_asks_that_come_together_are_one_batch(server: Server, work: Path) -> None:
    replies = ask_batch(server, 30, work)
    assert len(server.batches) == 1 and len({row[0].text for row in replies}) == 30
    assert len(list(read_journal(work / "teacher" / "journal.jsonl"))) == 30
    assert ask_batch(server, 30, work) == replies and len(server.batches) == 1


def test_a_run_that_was_killed_waits_for_the_batch_that_it_had_sent(server: Server, work: Path) -> None:
    server.polls_until_done = 10**9
    ask_batch(server, 10, work, until=lambda: server.polls > 1)
    server.polls_until_done = 0
    replies = ask_batch(server, 12, work)
    assert all(row[0].text for row in replies)
    lines = [len(server.files[batch["input_file_id"]].splitlines()) for batch in server.batches.values()]
    assert lines == [10, 2]


def test_a_run_that_goes_on_may_ask_long_after_its_batch_has_ended(server: Server, work: Path) -> None:
    ask_batch(server, 5, work, until=lambda: server.polls > 1)
    server.polls_until_done = 0

    async def main() -> list[list[Reply]]:
        with Journal(work / "teacher" / "journal.jsonl") as journal:
            async with Asker(journal) as asker:
                return [await asker.ask(make_request(server, number)) for number in range(5)]

    assert all(row[0].text for row in asyncio.run(main()))
    assert len(server.batches) == 1


def test_one_line_that_fails_does_not_take_the_others_with_it(server: Server, work: Path) -> None:
    tries: list[str] = []

    def act(body: dict[str, Any], _number: int) -> Act:
        words = body["messages"][0]["content"]
        tries.append(words)
        if words.endswith(" 1"):
            return Act(drop=tries.count(words) == 1)  # expired, at first
        return Act(status=400) if words.endswith(" 2") else Act()

    server.act = act
    replies = ask_batch(server, 5, work)
    assert [row[0].error for row in replies] == ["", "", "bad-request", "", ""]
    assert len(server.batches) == 2


@pytest.mark.parametrize(
    ("row", "error"),
    [
        ({"error": {"code": "batch_expired"}}, "timeout"),
        ({"error": {"code": "x"}}, "bad-request"),
        ({"response": {"status_code": 500}}, "server-error"),
        ({"response": {"status_code": 200, "body": {}}}, "bad-reply"),
    ],
)
def test_a_line_of_a_batch_is_read_like_a_reply(row: dict[str, Any], error: str) -> None:
    assert read_result({"custom_id": "k", **row})[1][0].error == error


def test_an_output_that_is_no_json_answers_nobody() -> None:
    good = {"custom_id": "k", "error": {"code": "x"}}
    assert list(read_results(f"\n[]\n{{\nnull\n{json.dumps(good)}")) == ["k"]


def test_a_connection_that_drops_while_the_output_comes_is_tried_again(server: Server, work: Path) -> None:
    server.drops = ["/batches/batch-0", "/files/batch-0-out"]
    assert all(row[0].text for row in ask_batch(server, 3, work))
    assert server.drops == [] and len(server.batches) == 1


def test_a_batch_that_the_service_has_forgotten_is_sent_again(server: Server, work: Path) -> None:
    server.polls_until_done = 10**9
    ask_batch(server, 3, work, until=lambda: server.polls > 1)
    server.batches.clear()
    server.polls_until_done = 0
    assert all(row[0].text for row in ask_batch(server, 3, work))
    assert len(server.seen) == 3


def test_replies_that_came_but_were_not_written_down_are_fetched_again(server: Server, work: Path) -> None:
    """As when the asker is killed between the one and the other."""
    first = ask_batch(server, 3, work)
    (work / "teacher" / "journal.jsonl").unlink()
    assert ask_batch(server, 3, work) == first and len(server.batches) == 1


RECIPE = """
name = "many"
[[step]]
use = "synth"
teacher = "batch"
model = "tiny"
tries = 1
shots = 0
options = { linger = LINGER, every = 0.1 }
[[step]]
use = "execute"
[[step]]
use = "split"
"""


def start(server: Server, folder: Path) -> subprocess.Popen[bytes]:
    """`pyx curate` in a session of its own; what it says goes to a file."""
    words = ["curate", "many.toml", "--seeds", "jsonl:seeds.jsonl", "--shard", "10000", "--workers", "1"]
    with (folder / "said").open("ab") as said:
        return subprocess.Popen(
            [sys.executable, "-m", "pyx", *words],
            cwd=folder,
            env={**os.environ, "OPENAI_BASE_URL": server.url, "OPENAI_API_KEY": "k"},
            stdout=said,
            stderr=said,
            start_new_session=True,
        )


@pytest.mark.parametrize(("count", "linger"), [(200, 2.0), pytest.param(5000, 10.0, marks=pytest.mark.slow)])
def test_all_requests_of_a_run_are_one_batch_which_outlives_a_kill_of_the_run(
    server: Server, tmp_path: Path, count: int, linger: float
) -> None:
    (tmp_path / "many.toml").write_text(RECIPE.replace("LINGER", str(linger)))
    texts = (f"print(sum(number * {n} for number in range({n}, {n + 9})))\n" for n in range(count))
    (tmp_path / "seeds.jsonl").write_text("".join(json.dumps({"code": text}) + "\n" for text in texts))
    server.act = lambda *_: Act(text="I cannot do that.")
    server.polls_until_done = 10**9
    work = tmp_path / "out" / "many.work"
    run = start(server, tmp_path)
    while server.polls < 2:
        assert run.poll() is None, (tmp_path / "said").read_text()
        time.sleep(0.05)
    os.kill(find_asker(work / "teacher"), signal.SIGKILL)
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    server.polls_until_done = 0
    assert start(server, tmp_path).wait() == 1
    assert "nothing to release" in (tmp_path / "said").read_text()
    (batch,) = server.batches.values()
    assert len(server.files[batch["input_file_id"]].splitlines()) == count
    found = tally(work)
    assert found is not None and found.refused == {"synth: no-code": count}

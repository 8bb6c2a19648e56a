"""The journal keeps every request and reply once, whatever happens to the process that writes it."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyx.annotate.ask import Reply
from pyx.annotate.journal import Journal, find_key, make_request, read_journal, read_line

ASKED = [{"role": "user", "content": "Why?"}]


def write(journal: Journal, number: int, *replies: Reply) -> str:
    key = find_key("m", {"seed": number}, ASKED)
    journal.write(key, make_request("m", {"seed": number}, ASKED), replies or [Reply(f"because {number}")])
    return key


def test_what_was_written_is_found_by_a_later_journal(tmp_path: Path) -> None:
    with Journal(tmp_path / "journal.jsonl") as journal:
        keys = [write(journal, number) for number in range(20)]
    with Journal(tmp_path / "journal.jsonl") as journal:
        assert [journal.find(key) for key in keys] == [[Reply(f"because {n}")] for n in range(20)]
        assert len(journal) == 20


@given(st.lists(st.text(max_size=20), min_size=1, max_size=4))
def test_any_text_comes_back_as_it_was(texts: list[str]) -> None:
    journal = Journal(None)
    replies = [Reply(text, tokens_in=3, cost=0.25) for text in texts]
    assert journal.find(write(journal, 1, *replies)) == replies


def test_a_line_cut_by_a_kill_is_skipped_and_the_next_one_is_whole(tmp_path: Path) -> None:
    file = tmp_path / "journal.jsonl"
    with Journal(file) as journal:
        first, second = write(journal, 1), write(journal, 2)
    file.write_bytes(file.read_bytes()[:-9])
    with Journal(file) as journal:
        assert journal.find(first) and journal.find(second) is None
        third = write(journal, 3)
    with Journal(file) as journal:
        assert journal.find(third) == [Reply("because 3")]
        assert [len(row["replies"]) for row in read_journal(file)] == [1, 1]


def test_a_failure_is_written_and_asked_again(tmp_path: Path) -> None:
    with Journal(tmp_path / "j.jsonl") as journal:
        key = write(journal, 1, Reply(error="timeout"))
        assert journal.find(key) is None
        write(journal, 1, Reply("late"))
        assert journal.find(key) == [Reply("late")]
    assert len(list(read_journal(tmp_path / "j.jsonl"))) == 2


def test_money_is_counted_over_all_runs(tmp_path: Path) -> None:
    with Journal(tmp_path / "j.jsonl") as journal:
        write(journal, 1, Reply("a", cost=0.5), Reply("b", cost=0.25))
    with Journal(tmp_path / "j.jsonl") as journal:
        write(journal, 2, Reply("c", cost=1.0))
        assert journal.spent == 1.75


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (("m", {"b": 2, "a": 1}, ASKED), True),
        (("n", {"a": 1, "b": 2}, ASKED), False),
        (("m", {"a": 1, "b": 3}, ASKED), False),
        (("m", {"a": 1, "b": 2}, [*ASKED, *ASKED]), False),
    ],
)
def test_the_key_is_model_parameters_and_messages(other: Any, same: bool) -> None:
    assert (find_key("m", {"a": 1, "b": 2}, ASKED) == find_key(*other)) is same


@pytest.mark.parametrize(
    "line", [b"", b"\n", b"{}\n", b"null\n", b'{"key": "00"}\n', b'{"key": "' + b"0" * 16]
)
def test_a_line_of_something_else_is_no_row(line: bytes) -> None:
    assert read_line(line) is None


def test_a_killed_writer_loses_no_reply_that_it_had_written(tmp_path: Path) -> None:
    file, told = tmp_path / "journal.jsonl", tmp_path / "told"
    writer = multiprocessing.get_context("fork").Process(target=write_for_ever, args=(file, told))
    writer.start()
    while not told.exists() or told.stat().st_size < 200:
        time.sleep(0.005)
    assert writer.pid
    os.kill(writer.pid, signal.SIGKILL)
    writer.join()
    with Journal(file) as journal:
        numbers = [int(word) for word in told.read_text().split("\n")[:-1]]
        keys = [find_key("m", {"seed": number}, ASKED) for number in numbers]
        assert len(keys) > 20 and all(key in journal for key in keys)


def write_for_ever(file: Path, told: Path) -> None:
    with Journal(file) as journal, told.open("w") as words:
        for number in range(10**9):
            write(journal, number)
            words.write(f"{number}\n")
            words.flush()


def test_memory_holds_places_and_no_replies(tmp_path: Path) -> None:
    import tracemalloc

    with Journal(tmp_path / "j.jsonl") as journal:
        write(journal, -1)
        tracemalloc.start()
        for number in range(1000):
            write(journal, number, Reply("x" * 2000))
        held, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert held < 400 * 1000
    assert json.loads((tmp_path / "j.jsonl").read_text().splitlines()[-1])["replies"][0]["text"] == "x" * 2000

"""A worker that dies loses nothing and hangs nobody."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pyx.workers import Workers


def touch_items(order: tuple[str, list[str]], poison: set[str], announce: Callable[[str], None]) -> None:
    """Make a file for every item; an item's name says how it goes wrong."""
    folder, items = order
    for item in items:
        if item in poison:
            Path(folder, f"{item}.poison").touch()
            continue
        announce(item)
        if item.startswith("fatal"):
            os.kill(os.getpid(), signal.SIGKILL)
        if item.startswith("once") and not Path(folder, f"{item}.seen").exists():
            Path(folder, f"{item}.seen").touch()
            os.kill(os.getpid(), signal.SIGKILL)
        if item.startswith("hang"):
            time.sleep(60)
        if item.startswith("bug"):
            raise KeyError(item)
        Path(folder, item).touch()


def work(tmp_path: Path, *orders: list[str], **options: Any) -> set[str]:
    with Workers(touch_items, 2, **options) as crew:
        done = list(crew.work([(str(tmp_path), order) for order in orders]))
    assert len(done) == len(orders)
    return {path.name for path in tmp_path.iterdir()}


def test_a_killed_worker_loses_nothing(tmp_path: Path) -> None:
    assert work(tmp_path, ["a", "once", "b"], ["c"]) == {"a", "b", "c", "once", "once.seen"}


def test_an_item_that_kills_two_workers_is_left_out_and_named(tmp_path: Path) -> None:
    assert work(tmp_path, ["a", "fatal", "b"], ["c"]) == {"a", "b", "c", "fatal.poison"}


def test_a_silent_worker_is_replaced(tmp_path: Path) -> None:
    assert work(tmp_path, ["a", "hang", "b"], patience=1.5) == {"a", "b", "hang.poison"}


def test_a_bug_in_a_task_is_raised_with_its_traceback(tmp_path: Path) -> None:
    with pytest.raises(KeyError) as error:
        work(tmp_path, ["bug"])
    assert "touch_items" in "".join(error.value.__notes__)


def test_without_workers_the_caller_does_the_work(tmp_path: Path) -> None:
    with Workers(touch_items, 0) as crew:
        assert list(crew.work([(str(tmp_path), ["a"])])) == [(str(tmp_path), ["a"])]
    assert (tmp_path / "a").exists()

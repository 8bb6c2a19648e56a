"""Samples that have come as far as a teacher, and a teacher on the loopback that says what it is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from loopback_teacher import Act, Server, serve

from pyx.records import Reject, Sample
from pyx.registry import STAGES
from pyx.stages import prepare

RUNS = '''def run_lengths(text):
    """Pairs of character and length of each run.

    >>> run_lengths("aab")
    [('a', 2), ('b', 1)]
    """
    runs = []
    for letter in text:
        if runs and runs[-1][0] == letter:
            runs[-1] = (letter, runs[-1][1] + 1)
        else:
            runs.append((letter, 1))
    return runs
'''


def bring(text: str, stage: str) -> Sample:
    """The one sample that a text has become when it reaches a stage, with its first case alone."""
    (sample,) = prepare(text, STAGES.find(stage))
    return replace(sample, cases=sample.cases[:1], traces=sample.traces[:1])


@contextmanager
def teacher(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with serve() as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        monkeypatch.setenv("PYX_TEACHER_MODEL", "tiny")
        yield server


def say(*texts: str | Act) -> Callable[[dict[str, Any], int], Act]:
    """Say these, one a request, and the last one ever after."""

    def act(_body: dict[str, Any], number: int) -> Act:
        text = texts[min(number, len(texts) - 1)]
        return text if isinstance(text, Act) else Act(text=text)

    return act


def find_asker(folder: Path) -> int:
    """The process that holds the lock of an asker's folder."""
    inode = (folder / "asker.lock").stat().st_ino
    lines = Path("/proc/locks").read_text().splitlines()
    return next(int(line.split()[4]) for line in lines if f":{inode} " in line)


def name_items(items: list[Sample | Reject]) -> list[str]:
    return [f"{item.level}: {item.reason}" for item in items if isinstance(item, Reject)]

"""Many samples are in hand at once, and whoever waits for a teacher never waits for a program."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys

import pytest

from pyx.annotate.limits import Limits
from pyx.annotate.stream import Bench, work_ahead
from pyx.records import Origin, Reject, Sample
from pyx.sandbox import pool

ENDLESS = "def f():\n    while True:\n        pass\n"


def make_samples(count: int) -> list[Sample]:
    return [Sample(str(number), Origin("folder:x", "x.py")) for number in range(count)]


def test_the_loop_goes_on_while_a_program_executes() -> None:
    ticks = 0

    async def work(bench: Bench, sample: Sample) -> list[Sample | Reject]:
        nonlocal ticks
        job = pool.Job(ENDLESS, "f()", entry="f", limits=pool.Limits(cpu_s=1.0, wall_s=20.0))
        running = asyncio.create_task(bench.execute(job))
        while not running.done():
            ticks += 1
            await asyncio.sleep(0.001)
        assert running.result().status == "timeout"
        return [sample]

    assert list(work_ahead(make_samples(1), work, teacher="openai")) == make_samples(1)
    assert ticks > 20


def test_the_process_of_the_asker_cannot_execute_anything() -> None:
    program = (
        "import sys, pyx.annotate.process\nfrom pyx.registry import TEACHERS\nlist(TEACHERS)\n"
        "print([name for name in sys.modules if name.startswith('pyx.sandbox')])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(("teacher", "most"), [("openai", 5), ("batch", 40)])
def test_as_many_samples_are_in_hand_as_the_teacher_can_use_and_come_back_in_order(
    teacher: str, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYX_TEACHER_CONCURRENCY", "5")
    assert Limits().concurrency != 5 and not os.environ.get("PYX_WORK")
    inside, seen = 0, 0

    async def work(_: Bench, sample: Sample) -> list[Sample | Reject]:
        nonlocal inside, seen
        inside += 1
        seen = max(seen, inside)
        await asyncio.sleep(0.02 if int(sample.id) % 2 else 0.0)  # the later ones may be done first
        inside -= 1
        return [sample]

    assert list(work_ahead(make_samples(40), work, teacher=teacher)) == make_samples(40)
    assert 2 < seen <= most
    assert teacher == "openai" or seen > 5

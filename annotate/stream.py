"""Many samples in hand at once, out of an ordinary stage.

A stage is a plain generator; its teachers answer in seconds. `work_ahead` takes up samples before the
first one is done, so that many requests are under way, and yields what comes of them in their order.
"""

from __future__ import annotations

import asyncio
import functools
from collections import deque
from collections.abc import Callable, Coroutine, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from pyx.annotate.contact import Contact, open_contact
from pyx.annotate.limits import read_limits
from pyx.records import Reject, Sample
from pyx.registry import TEACHERS
from pyx.sandbox.pool import Job, Outcome, open_box

PILE = 50_000
"""Samples of one worker that are in hand at once for a teacher that gathers requests."""

PATIENCE = 14 * 86_400.0
"""Seconds that a worker of these stages may be silent: it waits for teachers, and batches take days."""

Work = Callable[["Bench", Sample], Coroutine[Any, Any, list[Sample | Reject]]]
Task = asyncio.Task[list[Sample | Reject]]


@functools.cache
def find_thread() -> ThreadPoolExecutor:
    """The thread of this process that executes, kept: a zygote dies with the thread that began it."""
    return ThreadPoolExecutor(1, thread_name_prefix="bench")


class Bench:
    """What work on a sample needs: somebody to ask, and a box to execute in, off the loop."""

    def __init__(self, contact: Contact) -> None:
        self.contact = contact

    async def execute(self, job: Job) -> Outcome:
        """Run a job without holding up the loop; jobs of one process run one after the other."""
        return await asyncio.get_running_loop().run_in_executor(find_thread(), _execute, job)


def _execute(job: Job) -> Outcome:
    return open_box().run(job)


def work_ahead(samples: Iterable[Sample], work: Work, *, teacher: str) -> Iterator[Sample | Reject]:
    """Do `work` on every sample, as many at once as the teacher can use; what comes of them, in order."""
    ahead = PILE if TEACHERS.find(teacher).facts.get("patient") else read_limits().concurrency
    waiting: deque[Task] = deque()
    with asyncio.Runner() as runner:
        line = open_contact()
        bench = Bench(runner.run(line.__aenter__()))
        try:
            for sample in samples:
                waiting.append(runner.run(_begin(work, bench, sample)))
                if len(waiting) >= ahead:
                    yield from runner.run(_wait(waiting.popleft()))
            while waiting:
                yield from runner.run(_wait(waiting.popleft()))
        finally:
            runner.run(_abandon(waiting))
            runner.run(line.__aexit__(None, None, None))


async def _begin(work: Work, bench: Bench, sample: Sample) -> Task:
    task = asyncio.create_task(work(bench, sample))
    await asyncio.sleep(0)  # let it go as far as its first question
    return task


async def _wait(task: Task) -> list[Sample | Reject]:
    return await task


async def _abandon(tasks: Iterable[Task]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)

"""Workers: processes with a pipe each, so that one that dies loses nothing and hangs nobody.

A worker runs one task on the orders it is sent and announces every item it takes up. When it
dies (killed, out of memory, a crash of native code) or falls silent, another one gets the order
again; an item that its worker does not survive twice becomes poison, and the task is told.
"""

from __future__ import annotations

import contextlib
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import multiprocess
import multiprocess.connection

PATIENCE = 900.0
"""Seconds a worker may be silent, unless its task is known to wait for others."""

DEATHS = 2
"""Workers that must die on one item before the item is blamed."""

Task = Callable[[Any, set[str], Callable[[str], None]], None]
"""`task(order, poison, announce)`: do the order, announce each item, leave out the poison."""


def _serve(task: Task, pipe: Any) -> None:
    """The life of a worker: orders in, news out, until the pipe is closed."""
    with contextlib.suppress(EOFError, OSError, KeyboardInterrupt):
        while True:
            order, poison = pipe.recv()
            try:
                task(order, poison, lambda item: pipe.send(("at", item)))
            except Exception as error:
                error.add_note(traceback.format_exc())
                pipe.send(("bug", error))
            else:
                pipe.send(("done", order))


@dataclass(slots=True)
class _Job:
    order: Any
    poison: set[str] = field(default_factory=set)
    deaths: Counter[str] = field(default_factory=Counter)
    at: str = ""  # the item in hand


@dataclass(slots=True)
class _Worker:
    process: Any
    pipe: Any
    job: _Job | None = None
    heard: float = 0.0  # when it last spoke


class Workers:
    """A crew of `count` processes for one task; with `count` 0 the caller's own process works."""

    def __init__(self, task: Task, count: int, *, patience: float = PATIENCE) -> None:
        self.task = task
        self.count = count
        self.patience = patience  # seconds a worker may be silent
        self._crew: list[_Worker] = []

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._crew:
            if worker.job is not None:
                worker.process.kill()
            worker.pipe.close()
        for worker in self._crew:
            worker.process.join(10)
            worker.process.kill()
        self._crew.clear()

    def work(self, orders: Iterable[Any]) -> Iterator[Any]:
        """Do all orders and yield each as it is done; a task's exception is raised here."""
        if not self.count:
            for order in orders:
                self.task(order, set(), lambda _: None)
                yield order
            return
        waiting = [_Job(order) for order in orders][::-1]
        while waiting or any(worker.job for worker in self._crew):
            self._hand_out(waiting)
            yield from self._listen(waiting)

    def _hand_out(self, waiting: list[_Job]) -> None:
        free = [worker for worker in self._crew if worker.job is None]
        while waiting and (free or len(self._crew) < self.count):
            worker = free.pop() if free else self._hire()
            worker.job = waiting.pop()
            worker.job.at, worker.heard = "", time.monotonic()
            with contextlib.suppress(OSError):  # it has died: listening will say so
                worker.pipe.send((worker.job.order, worker.job.poison))

    def _hire(self) -> _Worker:
        context = multiprocess.get_context("spawn")  # none of our threads or locks come along
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(self.task, theirs))
        process.start()
        theirs.close()
        self._crew.append(_Worker(process, ours))
        return self._crew[-1]

    def _listen(self, waiting: list[_Job]) -> Iterator[Any]:
        busy = [worker for worker in self._crew if worker.job is not None]
        ready = multiprocess.connection.wait([worker.pipe for worker in busy], timeout=1.0)
        for worker in busy:
            if worker.pipe in ready:
                yield from self._hear(worker, waiting)
            elif time.monotonic() - worker.heard > self.patience:
                waiting.append(self._bury(worker))

    def _hear(self, worker: _Worker, waiting: list[_Job]) -> Iterator[Any]:
        try:
            kind, what = worker.pipe.recv()
        except (EOFError, OSError):
            waiting.append(self._bury(worker))
            return
        worker.heard = time.monotonic()
        if kind == "bug":
            worker.job = None
            raise what
        if kind == "done":
            worker.job = None
            yield what
        elif worker.job is not None:
            worker.job.at = what

    def _bury(self, worker: _Worker) -> _Job:
        """Forget a dead worker and take back its job, wiser by one death."""
        job = worker.job
        assert job is not None
        worker.process.kill()
        worker.process.join()
        worker.pipe.close()
        self._crew.remove(worker)
        job.deaths[job.at] += 1
        if job.at and job.deaths[job.at] >= DEATHS:
            job.poison.add(job.at)
        if not job.at and job.deaths[job.at] > DEATHS:
            raise RuntimeError(f"workers die before they take up anything of {job.order}")
        return job

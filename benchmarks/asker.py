"""Throughput of the asker against a loopback server that answers after 200 ms.

    python benchmarks/asker.py [--requests 20000] [--concurrency 64] [--delay 0.2] [--times 3]

Prints for each time the rate and its share of the ideal one (concurrency / delay), the processor time of a
request at both ends, the memory at the start, in the middle and at the end, and the longest time that the
event loop was busy. The server is a process of its own, so server and asker want a core each; the load that
is printed says whether they had one.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pyx.annotate.ask import Ask
from pyx.annotate.asker import Asker, Request
from pyx.annotate.journal import Journal
from pyx.annotate.limits import Limits

SERVER = Path(__file__).with_name("quick_teacher.py")
WORDS = "Explain what happens when this program runs. " * 20


@dataclass
class Figures:
    """What one time gave."""

    seconds: float
    processor: float  # of the asker, in seconds
    memory: list[float]
    busy: float  # the longest time that the loop was


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--concurrency", type=int, default=64)
    parser.add_argument("--delay", type=float, default=0.2)
    parser.add_argument("--times", type=int, default=3)
    wanted = parser.parse_args()
    for _ in range(wanted.times):
        before = read_children()
        with start_server(wanted.delay) as url:
            figures = asyncio.run(measure(url, wanted.requests, wanted.concurrency))
        show(figures, wanted.requests, wanted.concurrency / wanted.delay, read_children() - before)


def show(figures: Figures, requests: int, ideal: float, server: float) -> None:
    rate = requests / figures.seconds
    here, there = (1000 * seconds / requests for seconds in (figures.processor, server))
    print(
        f"{requests} requests in {figures.seconds:.1f} s: {rate:.0f}/s, {rate / ideal:.1%} of {ideal:.0f}/s"
    )
    print(f"  processor {here:.2f} ms a request, server {there:.2f} ms, load {os.getloadavg()[0]:.1f}")
    print("  memory " + ", ".join(f"{size:.1f}" for size in figures.memory) + " MiB at start, middle, end")
    print(f"  loop busy at most {1000 * figures.busy:.0f} ms", flush=True)


@contextmanager
def start_server(delay: float) -> Iterator[str]:
    """The base URL of a server that answers after so many seconds."""
    command = [sys.executable, str(SERVER), "--delay", str(delay)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield server.stdout.readline().strip()
        finally:
            server.terminate()


async def measure(url: str, requests: int, concurrency: int) -> Figures:
    def make(number: int) -> Request:
        ask = Ask("bench", messages=({"role": "user", "content": f"{WORDS}{number}"},))
        return Request("openai", ask, {"model": "m", "base_url": url, "parameters": {"max_tokens": 100}})

    with tempfile.TemporaryDirectory() as folder, Journal(Path(folder) / "journal.jsonl") as journal:
        async with Asker(journal, Limits(concurrency=concurrency)) as asker:
            await asyncio.gather(*(asker.ask(make(-number)) for number in range(1, 2 * concurrency)))
            memory = [read_memory()]
            lags: list[float] = [0.0]
            watch = asyncio.create_task(watch_loop(lags))
            began, processor = time.perf_counter(), time.process_time()
            numbers = iter(range(requests))

            async def work() -> None:
                for number in numbers:
                    assert not (await asker.ask(make(number)))[0].error
                    if number == requests // 2:
                        memory.append(read_memory())

            await asyncio.gather(*(work() for _ in range(2 * concurrency)))
            seconds, processor = time.perf_counter() - began, time.process_time() - processor
            memory.append(read_memory())
            watch.cancel()
    return Figures(seconds, processor, memory, lags[0])


async def watch_loop(lags: list[float]) -> None:
    """Keep the longest time by which the loop was late."""
    while True:
        before = time.perf_counter()
        await asyncio.sleep(0.01)
        lags[0] = max(lags[0], time.perf_counter() - before - 0.01)


def read_children() -> float:
    """Processor seconds of the children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def read_memory() -> float:
    """Resident memory in MiB; its peak where there is no /proc."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()

"""Throughput of the asker against a loopback server that answers after 200 ms.

    python benchmarks/asker.py [--requests 20000] [--concurrency 64] [--delay 0.2]

Prints the rate, its share of the ideal one (concurrency / delay), the processor time of a request, the memory
at the start, in the middle and at the end, and the longest time that the event loop was busy. The server is
a process of its own, so server and asker want a core each.
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
from pathlib import Path

from pyx.annotate.ask import Ask
from pyx.annotate.asker import Asker, Request
from pyx.annotate.journal import Journal
from pyx.annotate.limits import Limits

SERVER = Path(__file__).parent.parent / "tests" / "loopback_teacher.py"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--concurrency", type=int, default=64)
    parser.add_argument("--delay", type=float, default=0.2)
    wanted = parser.parse_args()
    command = [sys.executable, str(SERVER), "--delay", str(wanted.delay)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        url = server.stdout.readline().strip()
        try:
            asyncio.run(measure(url, wanted.requests, wanted.concurrency, wanted.delay))
        finally:
            server.terminate()


async def measure(url: str, requests: int, concurrency: int, delay: float) -> None:
    words = "Explain what happens when this program runs. " * 20

    def make(number: int) -> Request:
        ask = Ask("bench", messages=({"role": "user", "content": f"{words}{number}"},))
        return Request("openai", ask, {"model": "m", "base_url": url, "parameters": {"max_tokens": 100}})

    with tempfile.TemporaryDirectory() as folder, Journal(Path(folder) / "journal.jsonl") as journal:
        async with Asker(journal, Limits(concurrency=concurrency)) as asker:
            await asyncio.gather(*(asker.ask(make(-number)) for number in range(1, 2 * concurrency)))
            memory = [read_memory()]
            lag = asyncio.create_task(watch_loop())
            began, cpu = time.perf_counter(), time.process_time()
            numbers = iter(range(requests))

            async def work() -> None:
                for number in numbers:
                    assert not (await asker.ask(make(number)))[0].error
                    if number == requests // 2:
                        memory.append(read_memory())

            await asyncio.gather(*(work() for _ in range(2 * concurrency)))
            elapsed, cpu = time.perf_counter() - began, time.process_time() - cpu
            memory.append(read_memory())
            lag.cancel()
    ideal = concurrency / delay
    rate = requests / elapsed
    print(f"{requests} requests in {elapsed:.1f} s: {rate:.0f}/s, {rate / ideal:.1%} of {ideal:.0f}/s")
    print(f"processor {1000 * cpu / requests:.2f} ms a request, load {os.getloadavg()[0]:.1f}")
    print("memory " + ", ".join(f"{megabytes:.1f}" for megabytes in memory) + " MiB at start, middle, end")
    print(f"loop busy at most {1000 * WORST[0]:.0f} ms")


WORST = [0.0]


async def watch_loop() -> None:
    while True:
        before = time.perf_counter()
        await asyncio.sleep(0.01)
        WORST[0] = max(WORST[0], time.perf_counter() - before - 0.01)


def read_memory() -> float:
    """Resident memory in MiB; its peak where there is no /proc."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()

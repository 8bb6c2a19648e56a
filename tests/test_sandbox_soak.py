"""Six thousand programs, one in twenty hostile, the zygote killed twice: nothing benign comes out wrong."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from test_sandbox_hostile import HOSTILE

from pyx.sandbox.pool import Box, Job, Limits

PROGRAMS = 6_000
LIMITS = Limits(cpu_s=0.1, wall_s=0.2, memory_mb=128)
CHEAP = [one for one in HOSTILE if "@" not in one.code]


def read_memory(pid: int) -> int:
    """Resident KiB of a process."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1])
    return 0


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="there is no /proc")
def test_a_long_life_among_hostile_programs() -> None:
    chance, wrong, charged, seen = random.Random(5), [], 0, []
    with Box(level="kernel", lean=True) as box:
        for number in range(PROGRAMS):
            if number in (2_000, 4_000):
                assert box._process is not None
                box._process.kill()
            if chance.random() < 0.05:
                box.run(Job(chance.choice(CHEAP).code, call="f()", policy=False, limits=LIMITS))
                continue
            job = Job(f"def f(x): print(x); return [x] * {number % 7}", call=f"f({number})", policy=False)
            outcome = box.run(job)
            if outcome.status == "killed":
                charged += 1
            elif (outcome.value, outcome.stdout) != (repr([number] * (number % 7)), f"{number}\n"):
                wrong.append(outcome)
            if number % 500 == 499:
                assert box._process is not None
                seen.append((len(os.listdir("/proc/self/fd")), read_memory(os.getpid())))  # noqa: PTH208
    assert not wrong and charged <= 2
    assert len({descriptors for descriptors, _ in seen}) == 1, seen
    assert seen[-1][1] - seen[2][1] < 8 * 1024, seen

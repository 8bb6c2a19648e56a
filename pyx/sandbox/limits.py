"""What one child is given: time, memory, descriptors, and the room for its output."""

from __future__ import annotations

import math
import os
import resource
from dataclasses import dataclass

REPLY = 3
"""The descriptor on which a child answers."""

DONE, UNSENT, SPOILED = 96, 97, 98
"""Exit codes of a child that has answered, of one that could not, and of one whose reporter was changed."""


_MOST = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one execution may use. CPU time decides; wall time is the backstop."""

    cpu_s: float = 5.0
    wall_s: float = 20.0
    memory_mb: int = 512  # address space
    output_chars: int = 65_536  # printed
    value_chars: int = 262_144  # of the literal text of what is returned

    def __post_init__(self) -> None:
        for name in self.__slots__:
            if not 0 < getattr(self, name) <= _MOST:  # nan is in no range
                from pyx.errors import PyxError  # a zygote loads this file and does without

                raise PyxError(
                    f"{name} cannot be {getattr(self, name)}", hint=f"more than 0, {_MOST} at the most"
                )


Bounds = tuple[tuple[int, tuple[int, int]], ...]


def plan_limits(cpu_s: float, memory_mb: int, file_bytes: int) -> Bounds:
    """The resource limits of a child; that of CPU time stands a second above what the zygote judges by."""
    seconds = math.ceil(cpu_s) + 1
    room = memory_mb << 20
    return (
        (resource.RLIMIT_CPU, (seconds, seconds + 1)),
        (resource.RLIMIT_FSIZE, (file_bytes, file_bytes)),
        (resource.RLIMIT_NPROC, (0, 0)),
        (resource.RLIMIT_AS, (room, room)),
    )


INHERITED: Bounds = ((resource.RLIMIT_CORE, (0, 0)), (resource.RLIMIT_NOFILE, (64, 64)))
"""What holds for the zygote as well; its children need not be told."""


def set_limits(bounds: Bounds) -> None:
    """Bound this process, for good, or leave it to a bound that is lower already."""
    for limit, (soft, hard) in bounds:
        most = resource.getrlimit(limit)[1]
        if most != resource.RLIM_INFINITY:
            soft, hard = min(soft, most), min(hard, most)
        resource.setrlimit(limit, (soft, hard))


def take_descriptors(stdout: int, reply: int) -> None:
    """Keep 0 and 2, put `stdout` on 1 and `reply` on 3, close all others."""
    os.dup2(stdout, 1)
    os.dup2(reply, REPLY)
    os.closerange(REPLY + 1, 256)

"""A second world for programs: another clock, time zone, home and folder, at the same hash seed or not.

What comes out otherwise there depends on the machine and the hour, and is no fact about a program.
The clock is shifted by replacing what reads it in `time`, and by the pure Python `datetime`, which
asks `time`: a clock of the kernel's own for a process does not exist.
"""

from __future__ import annotations

import functools
import os
import sys
import time
from collections.abc import Callable
from typing import Any

SHIFT_S = 40_000_000
"""463 days: no year, month, weekday or minute stays."""

ENVIRONMENT = {"TZ": "UTC", "HOME": "/"}
SHIFTED = {"TZ": "PYX-05:17", "HOME": "/usr"}

FOLDER, OTHER_FOLDER = "/", "/dev"


def scatter_addresses() -> None:
    """Leave holes in the heap in an order drawn by lot, which later objects are made in.

    A fresh heap hands out addresses in the same order each time, so that a program which sorts by
    them would come out alike in every world.
    """
    makers: list[Callable[[], object]] = [object, *(functools.partial(bytes, size) for size in _SIZES)]
    for make in makers:
        blocks = [make() for _ in range(_HOLES)]
        blocks.sort(key=lambda _: os.urandom(4))
        while blocks:
            blocks.pop()


_SIZES, _HOLES = range(15, 480, 16), 250
"""With `object`, one for nearly every size of block that the allocator of Python keeps apart."""


def shift_clock() -> None:
    """Let every clock of this process tell another time, before `datetime` is first imported."""
    real, real_ns = time.time, time.time_ns
    time.time = lambda: real() + SHIFT_S
    time.time_ns = lambda: real_ns() + SHIFT_S * 10**9
    for name in ("gmtime", "localtime", "ctime"):
        setattr(time, name, _at_shifted_time(getattr(time, name)))
    for name, arguments in (("asctime", 0), ("strftime", 1)):
        setattr(time, name, _of_shifted_time(getattr(time, name), arguments))
    sys.modules["_datetime"] = None  # type: ignore[assignment]


def _at_shifted_time(function: Callable[..., Any]) -> Callable[..., Any]:
    """For functions of a number of seconds, now by default."""

    @functools.wraps(function)
    def call(seconds: float | None = None, /) -> Any:
        return function(time.time() if seconds is None else seconds)

    return call


def _of_shifted_time(function: Callable[..., Any], before: int) -> Callable[..., Any]:
    """For functions of a broken-down time, the local one by default, after `before` other arguments."""

    @functools.wraps(function)
    def call(*args: Any) -> Any:
        return function(*args) if len(args) != before else function(*args, time.localtime())

    return call

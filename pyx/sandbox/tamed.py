"""Checked forms of what a program may have of the clock, the interpreter and chance."""

from __future__ import annotations

import functools
import io
import random
import sys
from collections.abc import Iterable
from typing import Any, NoReturn

from pyx.sandbox.names import is_dunder
from pyx.sandbox.refusals import refuse


def time_sleep(seconds: float) -> NoReturn:
    """`time.sleep` is refused: a result never needs it."""
    refuse("side-effect", f"it sleeps for {seconds!r:.20} seconds")


def sys_setrecursionlimit(limit: int) -> None:
    """`sys.setrecursionlimit`, kept to what the stack of a child can bear."""
    if type(limit) is int and limit < 1:
        raise ValueError("recursion limit must be greater or equal than 1")
    sys.setrecursionlimit(max(min(limit, 20_000), sys.getrecursionlimit()))


class Stdout:
    """`sys.stdout` as programs have it: it can be written to, and that is all."""

    __slots__ = ()

    def write(self, text: str) -> int:
        # Looked up each time: whoever runs the program may put another stream in its place.
        return sys.stdout.write(text)

    def writelines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        sys.stdout.flush()

    def __getattr__(self, name: str) -> NoReturn:
        if not is_dunder(name) and hasattr(io.TextIOWrapper, name):
            refuse("module-attribute", f"it uses {name} of a standard stream, which can be written to only")
        raise AttributeError(f"'_io.TextIOWrapper' object has no attribute {name!r}", name=name, obj=self)


class Stderr(Stdout):
    """`sys.stderr`, likewise."""

    __slots__ = ()

    def write(self, text: str) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


sys_stdout = Stdout()
sys_stderr = Stderr()


class Random(random.Random):
    """`random.Random` that draws nothing before the program has given it a seed."""

    seeded = False

    def __init__(self, x: Any = None) -> None:
        super().__init__(0)
        self.seeded = False
        if x is not None:
            self.seed(x)

    def seed(self, a: Any = None, version: int = 2) -> None:
        if type(a) not in (int, float, str, bytes, bytearray, bool):
            refuse("unseeded-random", "it seeds random numbers with what is no number or text")
        super().seed(a, version)
        self.seeded = True

    def forget(self) -> None:
        """Be as before the first seed."""
        self.seeded = False

    def setstate(self, state: Any) -> None:
        super().setstate(state)
        self.seeded = True

    def random(self) -> float:
        return super().random() if self.seeded else _refuse_draw()

    def getrandbits(self, k: int, /) -> int:
        return super().getrandbits(k) if self.seeded else _refuse_draw()


Random.__module__ = "random"
random_Random = Random


def _refuse_draw() -> NoReturn:
    refuse("unseeded-random", "it draws a random number before it has given a seed")


@functools.cache
def shared_random() -> Random:
    """What the functions of the module `random` draw from."""
    return Random()

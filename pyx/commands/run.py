"""`pyx run`: programs in, outcomes out, each executed in the sandbox."""

from __future__ import annotations

import contextlib
import json
import queue
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from typing import Any, TextIO

import click

from pyx.errors import PyxError

_LEVELS = ["sealed", "kernel", "process"]
_LINES = click.File("r", encoding="utf-8-sig", errors="surrogateescape")


@click.command()
@click.option("--jsonl", "source", type=_LINES, required=True, help="A file, or - for stdin.")
@click.option("--no-policy", is_flag=True, help="Do not ask the policy: for benchmark programs.")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1), help="Boxes side by side.")
@click.option("--hash-seed", default=0, show_default=True, type=click.IntRange(0, 4294967295))
@click.option("--cpu", "cpu_s", default=5.0, show_default=True, help="Seconds of CPU time a program.")
@click.option("--wall", "wall_s", default=20.0, show_default=True, help="Seconds of wall time a program.")
@click.option("--memory", "memory_mb", default=512, show_default=True, help="MiB of address space a program.")
@click.option(
    "--level",
    default="best",
    show_default=True,
    type=click.Choice(["best", *_LEVELS]),
    help="Isolation to execute at.",
)
@click.option(
    "--allow-level",
    default="kernel",
    show_default=True,
    type=click.Choice(_LEVELS),
    help="The weakest to accept.",
)
def command(
    source: TextIO,
    no_policy: bool,
    workers: int,
    hash_seed: int,
    cpu_s: float,
    wall_s: float,
    memory_mb: int,
    level: str,
    allow_level: str,
) -> None:
    """Execute JSON lines in the sandbox: one object in, one object out, in the same order.

    In: "code", and if wanted "call" (an expression), "setup" (statements before it) and "entry".
    Out: "status", "value" (what was returned, as Python literal text), "type", "stdout",
    "exception", "message", "args", "changed", "cpu_ms", "level", of a refused program "refusals",
    and every other key of the line as it came. The exit code does not depend on what programs did;
    a line that is no such object is named on stderr, answered by nothing, and makes it 2.
    """
    from pyx.sandbox.pool import Box, Limits, require_level

    limits = Limits(cpu_s=cpu_s, wall_s=wall_s, memory_mb=memory_mb)
    wrong = 0
    with contextlib.ExitStack() as stack:
        boxes = stack.enter_context(
            Shelf(lambda: Box(hash_seed=hash_seed, level=level, lean=no_policy), workers)
        )
        require_level(boxes.first.level, allow_level)
        rows = _execute(_read_rows(source), boxes, limits, policy=not no_policy)
        for number, row, problem in stack.enter_context(contextlib.closing(rows)):
            if problem:
                wrong += 1
                click.echo(f"pyx: line {number}: {problem}", err=True)
                continue
            click.echo(json.dumps(row))
    if wrong:
        raise PyxError(f"{wrong} lines could not be read", hint='each line is {"code": "...", "call": "..."}')


Line = tuple[int, dict[str, Any], str]
"""Number, row, and what is wrong with it."""

_WANTED = ("call", "setup", "entry")
_TEXTS = ("code", *_WANTED)


def _read_rows(source: Iterable[str]) -> Iterator[Line]:
    for number, text in enumerate(source, 1):
        if not text.strip():
            continue
        try:
            row = json.loads(text)
        except (ValueError, RecursionError) as error:
            yield number, {}, f"not JSON: {error}"
            continue
        if type(row) is dict:  # null is as good as nothing
            row = {name: value for name, value in row.items() if value is not None or name not in _WANTED}
        yield number, row, _find_problem(row)


def _find_problem(row: Any) -> str:
    if type(row) is not dict:
        return "not an object"
    if "code" not in row:
        return "no 'code'"
    wrong = [name for name in _TEXTS if type(row.get(name, "")) is not str]
    return f"{wrong[0]!r} is not a text" if wrong else ""


class Shelf:
    """Boxes to be had by threads: the first is there from the beginning, others when all are in use."""

    def __init__(self, make: Callable[[], Any], most: int) -> None:
        self._make = make
        self._unmade = iter(range(most - 1))
        self.most = most
        self._free: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._open: list[Any] = []
        self._given_up = False

    def __enter__(self) -> Shelf:
        self.first = self._add()
        self._free.put(self.first)
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        self._given_up = kind is not None  # whoever interrupts does not wait for what still runs
        for box in self._open:
            if self._given_up:
                box.abort()
        for box in self._open:
            box.close()

    def _add(self) -> Any:
        box = self._make()
        self._open.append(box)
        return box

    @contextlib.contextmanager
    def take(self) -> Iterator[Any]:
        """A box for as long as the block lasts."""
        try:
            box = self._free.get_nowait()
        except queue.Empty:
            # `next` of a range is atomic: no two threads are told to make the same box.
            made = next(self._unmade, None) is not None
            box = self._add() if made else self._free.get()
        try:
            if self._given_up:
                box.close()
                raise CancelledError
            yield box
        finally:
            self._free.put(box)


def _execute(
    lines: Iterable[Line], boxes: Shelf, limits: Any, *, policy: bool
) -> Generator[Line, None, None]:
    """Run each line in the next free box, and give the rows back in their order."""
    from pyx.sandbox.pool import Job

    def execute(line: Line) -> Line:
        number, row, problem = line
        if problem:
            return line
        texts = {name: row[name] for name in _TEXTS if name in row}
        with boxes.take() as box:
            outcome = box.run(Job(**texts, policy=policy, limits=limits))
        return number, _pass_through(row) | _show(outcome), ""

    yield from map(execute, lines) if boxes.most == 1 else _spread(execute, lines, boxes.most)


def _spread(execute: Callable[[Line], Line], lines: Iterable[Line], workers: int) -> Iterator[Line]:
    """`map` on threads, a few lines ahead of what was given back."""
    ahead: deque[Future[Line]] = deque()
    pool = ThreadPoolExecutor(workers)
    try:
        for line in lines:
            ahead.append(pool.submit(execute, line))
            if len(ahead) > 4 * workers:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _pass_through(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in _TEXTS}


_SHOWN = ("status", "value", "type", "stdout", "exception", "message", "args", "changed", "cpu_ms", "level")


def _show(outcome: Any) -> dict[str, Any]:
    row = {name: getattr(outcome, name) for name in _SHOWN}
    if outcome.refusals:
        words = ("code", "line", "column", "sentence")
        row["refusals"] = [dict(zip(words, refusal, strict=True)) for refusal in outcome.refusals]
    return row

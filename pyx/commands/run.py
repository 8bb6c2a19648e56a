"""`pyx run`: programs in, outcomes out, each executed in the sandbox."""

from __future__ import annotations

import contextlib
import json
import queue
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
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
    boxes = [Box(hash_seed=hash_seed, level=level, lean=no_policy) for _ in range(workers)]
    require_level(boxes[0].level, allow_level)
    for number, row, problem in _execute(_read_rows(source), boxes, limits, policy=not no_policy):
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


def _execute(lines: Iterable[Line], boxes: list[Any], limits: Any, *, policy: bool) -> Iterator[Line]:
    """Run each line in the next free box, and give the rows back in their order."""
    from pyx.sandbox.pool import Job

    def execute(line: Line) -> Line:
        number, row, problem = line
        if problem:
            return line
        texts = {name: row[name] for name in _TEXTS if name in row}
        box = free.get()
        try:
            outcome = box.run(Job(**texts, policy=policy, limits=limits))
        finally:
            free.put(box)
        return number, _pass_through(row) | _show(outcome), ""

    free: queue.SimpleQueue[Any] = queue.SimpleQueue()
    with contextlib.ExitStack() as stack:
        for box in boxes:
            free.put(stack.enter_context(box))
        yield from map(execute, lines) if len(boxes) == 1 else _spread(execute, lines, len(boxes))


def _spread(execute: Callable[[Line], Line], lines: Iterable[Line], workers: int) -> Iterator[Line]:
    """`map` on threads, a few lines ahead of what was given back."""
    ahead: deque[Future[Line]] = deque()
    with ThreadPoolExecutor(workers) as pool:
        for line in lines:
            ahead.append(pool.submit(execute, line))
            if len(ahead) > 4 * workers:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()


def _pass_through(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in _TEXTS}


_SHOWN = ("status", "value", "type", "stdout", "exception", "message", "args", "changed", "cpu_ms", "level")


def _show(outcome: Any) -> dict[str, Any]:
    row = {name: getattr(outcome, name) for name in _SHOWN}
    if outcome.refusals:
        words = ("code", "line", "column", "sentence")
        row["refusals"] = [dict(zip(words, refusal, strict=True)) for refusal in outcome.refusals]
    return row

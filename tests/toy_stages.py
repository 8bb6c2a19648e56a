"""Three toy stages for tests of recipes and the engine; their programs are lines of text."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from pyx.records import Case, Origin, Program, Reject, Sample, digest
from pyx.registry import SEEDS, STAGES

EXAMPLES: list[object] = []


@SEEDS.add("toy", version=1)
def read_toy(argument: str) -> Iterator[Sample | Reject]:
    """One file sample for every line of a file."""
    for number, line in enumerate(Path(argument).read_text().splitlines()):
        yield Sample(digest(str(number), line), Origin("toy", str(number)), text=line)


@STAGES.add("toy-cut", version=1, needs=("text",), gives=("program",))
def cut(samples: Iterable[Sample], *, least: int = 0) -> Iterator[Sample | Reject]:
    """A program for every word of at least so many letters."""
    for sample in samples:
        words = [word for word in sample.text.split() if len(word) >= least]
        for number, word in enumerate(words):
            made = replace(sample, id=f"{sample.id}.{number}", parent=sample.id, text="")
            yield replace(made, program=Program(word, "f"))
        if not words:
            yield Reject("file", sample.id, "toy-cut", "no-words", sample=sample.id)


@STAGES.add("toy-call", version=3, needs=("program",), gives=("cases",))
def call(
    samples: Iterable[Sample], *, times: int = 2, drop: str = "z", fatal: str = "", lose: bool = False
) -> Iterator[Sample | Reject]:
    """So many cases for every program; drops, dies of or loses the words that hold a text."""
    for sample in samples:
        word = sample.given.code
        if fatal and fatal in word:
            os.kill(os.getpid(), signal.SIGKILL)
        if lose:
            continue
        if drop in word:
            yield Reject("program", sample.id, "toy-call", "dropped", sample=sample.id)
        else:
            cases = (Case(f"{sample.id}-{i}", f"f({i})", "typed") for i in range(times))
            yield replace(sample, cases=tuple(cases))


@STAGES.add("toy-sort", version=1, needs=("cases",), gives=("split",), whole=True)
def sort(samples: Iterable[Sample], *, kind: str | None = None) -> Iterator[Sample | Reject]:
    """All programs in the order of their words."""
    del kind
    yield from sorted(samples, key=lambda sample: sample.given.code)

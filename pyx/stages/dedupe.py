"""Drop programs that are equal after renaming; give near copies one family."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import IO

from pyx.records import Reject, Sample, from_row, reject_all, to_row
from pyx.registry import STAGES
from pyx.source.form import content_hash
from pyx.source.shingles import find_runs, list_shape

RUN = 6
PERMUTATIONS, BANDS = 128, 32
"""Of the MinHash index: pairs at Jaccard 0.7 are missed once in 6,000 times."""


@STAGES.add("dedupe", version=1, needs=("program",), gives=("families",), whole=True)
def dedupe(samples: Iterable[Sample], *, near: float = 0.7) -> Iterator[Sample | Reject]:
    """Keep the first of programs that are equal after renaming; near copies share a family.

    Near means: of the runs of 6 nodes in their syntax trees, names aside, the share in common
    (Jaccard) is at least `near`. A MinHash index proposes pairs, and each pair is compared
    exactly. A family is named by its first program. Samples wait in a file on disk, not in memory.
    """
    families = Families(near)
    names: dict[str, str] = {}
    with tempfile.TemporaryFile("w+") as waiting:
        for sample in samples:
            form = content_hash(sample.given.code, rename=True)
            if form in names:
                reason = "duplicate" if sample.id == names[form] else "duplicate-after-renaming"
                yield from reject_all(sample, "dedupe", reason, f"first seen as {names[form]}")
                continue
            names[form] = sample.id
            families.add(sample.given.code)
            waiting.write(json.dumps(to_row(sample)) + "\n")
        first = list(names.values())
        for number, sample in enumerate(_read(waiting)):
            yield replace(sample, family=first[families.find(number)])


def _read(file: IO[str]) -> Iterator[Sample]:
    file.seek(0)
    for line in file:
        yield from_row(Sample, json.loads(line))


class Families:
    """Near copies, gathered by number: `find` is meant for when all programs were added."""

    def __init__(self, near: float) -> None:
        import rensa

        self._near = near
        self._index = rensa.RMinHashLSH(near, PERMUTATIONS, BANDS)
        self._make_sketch = rensa.RMinHash
        self._runs: list[frozenset[int]] = []
        self._earlier: list[int] = []  # an earlier member of the family, or the program itself

    def add(self, code: str) -> None:
        """Put the next program into the families of all earlier ones that are near."""
        number = len(self._runs)
        words = find_runs(list_shape(code), RUN)
        sketch = self._make_sketch(PERMUTATIONS, 1)
        sketch.update(sorted(words))
        self._runs.append(frozenset(map(hash, words)))
        self._earlier.append(number)
        for other in sorted(self._index.query(sketch)):
            if self.find(other) != self.find(number) and self._are_near(other, number):
                first, second = sorted((self.find(other), self.find(number)))
                self._earlier[second] = first
        self._index.insert(number, sketch)

    def _are_near(self, one: int, other: int) -> bool:
        common = len(self._runs[one] & self._runs[other])
        return common >= self._near * (len(self._runs[one]) + len(self._runs[other]) - common)

    def find(self, number: int) -> int:
        """The first program of the family."""
        while self._earlier[number] != number:
            self._earlier[number] = self._earlier[self._earlier[number]]
            number = self._earlier[number]
        return number


EXAMPLES = [
    ("def f(x):\n    return x + 1\n", ["f"]),
    (
        "def f(x):\n    return x + 1\n\ndef g(y):\n    return y + 1  # the same\n",
        ["program: duplicate-after-renaming", "f"],
    ),
    ("def f(x):\n    return x + 1\n\ndef g(y):\n    return y + 2\n", ["f", "g"]),
]

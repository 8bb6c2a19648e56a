"""Drop programs that repeat an item of a benchmark that models are scored on."""

from __future__ import annotations

import functools
import gzip
import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from pyx.errors import RecipeError
from pyx.records import Reject, Sample, digest
from pyx.registry import STAGES
from pyx.source.overlap import Item, Overlap

PLACE = "PYX_BENCHMARKS"
"""The environment variable that names a folder of benchmark files."""


def check_files(*, files: list[str] | None = None, optional: bool = False) -> None:
    """Raise `RecipeError` when there is nothing to compare with."""
    if not list_files(files) and not optional:
        raise RecipeError(
            "no benchmark files to compare with",
            hint=f"give files = [...], or set {PLACE} to a folder that `pyx decontam --fetch DIR` made",
        )


def state_benchmarks(*, files: list[str] | None = None, optional: bool = False) -> dict[str, Any]:
    """What was compared with: a release records it, and other benchmarks mean another run."""
    del optional
    items = [item for file in list_files(files) for item in read_items(file)]
    counts = dict(sorted(Counter(item.benchmark for item in items).items()))
    content = digest(*(f"{item.benchmark} {item.id} {item.code} {item.prose}" for item in items))
    found: dict[str, Any] = {"items by benchmark": counts, "digest of the items": content}
    return {"decontaminate": found if items else {"items": "none were at hand: nothing was compared"}}


@STAGES.add(
    "decontaminate",
    version=1,
    needs=("program",),
    gives=("clean",),
    check=check_files,
    depends=state_benchmarks,
)
def decontaminate(
    samples: Iterable[Sample], *, files: list[str] | None = None, optional: bool = False
) -> Iterator[Sample | Reject]:
    """Drop a program whose code or description repeats a benchmark item.

    Items are read from `files` (JSON lines, also gzipped; HumanEval, MBPP, CRUXEval and their
    kin, or lines with id and text), else from the folder that PYX_BENCHMARKS names. With
    `optional` it is no error that there are none; the card then says that nothing was compared.
    """
    del optional
    index = _open_index(tuple(map(str, list_files(files))))
    for sample in samples:
        hits = index.find(f"{sample.given.code}\n")
        hits += index.find(sample.given.description)
        if hits:
            first = hits[0]
            detail = f"{first.item} by {first.method}, {first.share:.0%} of it"
            reason = f"repeats-{first.benchmark.lower()}"
            yield Reject("program", sample.id, "decontaminate", reason, detail, sample.id, sample.origin)
        else:
            yield replace(sample, notes={**sample.notes, "decontaminate": f"{len(index.items)} items"})


@functools.lru_cache(maxsize=2)
def _open_index(files: tuple[str, ...]) -> Overlap:
    return Overlap(item for file in files for item in read_items(Path(file)))


def list_files(files: list[str] | None = None) -> list[Path]:
    """The benchmark files: those given, else those in the folder that the environment names."""
    if files:
        return [Path(file) for file in files]
    folder = os.environ.get(PLACE, "")
    if not folder:
        return []
    return sorted(path for path in Path(folder).iterdir() if path.name.endswith((".jsonl", ".jsonl.gz")))


def read_items(path: Path) -> Iterator[Item]:
    """The items of one file; the benchmark is called by the file's name."""
    name = path.name.removesuffix(".gz").removesuffix(".jsonl")
    try:
        with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as lines:
            for number, line in enumerate(lines):
                yield read_item(name, number, json.loads(line))
    except (OSError, ValueError) as error:
        hint = "it must be JSON lines, or gzipped JSON lines"
        raise RecipeError(f"benchmark file {path.name}: {error}", hint=hint) from error


def read_item(benchmark: str, number: int, row: dict[str, Any]) -> Item:
    """The item of a row, by the keys that the benchmarks use."""
    name = str(row.get("task_id", row.get("id", number)))
    prompt, solution = str(row.get("prompt", "")), str(row.get("canonical_solution", row.get("code", "")))
    whole = prompt + solution if prompt.lstrip().startswith(("def ", "from ", "import ")) else solution
    prose = str(row.get("text", "" if whole != solution else prompt))
    return Item(benchmark, name, whole, prose)


EXAMPLES = [("def f(x):\n    return x + 1\n", ["f"])]

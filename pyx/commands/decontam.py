"""`pyx decontam`: which texts repeat items of benchmarks."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

import click

from pyx.errors import PyxError

SOURCES = {
    "HumanEval": ("openai/openai_humaneval", "openai_humaneval", "test"),
    "mbpp": ("google-research-datasets/mbpp", "full", "train+validation+test+prompt"),
    "cruxeval": ("cruxeval-org/cruxeval", "default", "test"),
}
"""Where `--fetch` finds each benchmark on the Hub: dataset, config, splits."""


@click.command()
@click.option("--jsonl", type=click.File("r"), help='Lines {"id": ..., "text": ...}; - is standard input.')
@click.option(
    "--benchmarks",
    type=click.Path(path_type=Path),
    help="Folder of benchmark files. [default: $PYX_BENCHMARKS]",
)
@click.option(
    "--fetch",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Fetch the benchmarks into DIR from the Hub.",
)
def command(jsonl: IO[str] | None, benchmarks: Path | None, fetch: Path | None) -> None:
    """Find texts that repeat items of HumanEval, MBPP, CRUXEval or any file beside them.

    For each line in, one line out: {"id": ..., "hits": [{"benchmark", "item", "method", "share"}]}.
    A text is code, prose, or prose with fenced code. The exit code is 0 whatever was found.
    """
    if fetch:
        fetch_benchmarks(fetch)
        benchmarks = benchmarks or fetch
    if jsonl:
        compare(jsonl, benchmarks)
    elif not fetch:
        raise click.UsageError("give --jsonl FILE, or --fetch DIR")


def fetch_benchmarks(folder: Path) -> None:
    """Write each benchmark's items as JSON lines."""
    from pyx.hub import read_rows

    folder.mkdir(parents=True, exist_ok=True)
    for name, (dataset, config, splits) in SOURCES.items():
        aside = folder / f"{name}.partial"
        with aside.open("w", encoding="utf-8") as file:
            for row in read_rows(dataset, config, splits):
                file.write(json.dumps(row) + "\n")
        aside.rename(folder / f"{name}.jsonl")
        click.echo(f"{name} from {dataset}", err=True)


def compare(lines: IO[str], benchmarks: Path | None) -> None:
    """Answer each line with what its text repeats."""
    from pyx.source.overlap import Overlap
    from pyx.stages.decontaminate import PLACE, list_files, read_items

    files = list_files(find_files(benchmarks))
    if not files:
        hint = f"give --benchmarks DIR, or set {PLACE}; --fetch DIR gets them from the Hub"
        raise PyxError("no benchmark files to compare with", hint=hint)
    index = Overlap(item for file in files for item in read_items(file))
    counts: Counter[str] = Counter()
    for number, line in enumerate(lines, 1):
        row = _read_line(line, number)
        hits = index.find(row["text"])
        counts["texts"] += 1
        counts["repeat an item"] += bool(hits)
        click.echo(json.dumps({"id": row.get("id"), "hits": [asdict(hit) for hit in hits]}))
    words = f"{counts['texts']:,} texts, {counts['repeat an item']:,} repeat an item"
    click.echo(f"{words} of {len(index.items):,} in {len(files)} files", err=True)


def find_files(folder: Path | None) -> list[str]:
    """The benchmark files of a folder; none when no folder is given."""
    if folder is None:
        return []
    if not folder.is_dir():
        raise PyxError(f"no folder {folder}", hint="give the folder of the benchmark files")
    return [str(path) for path in sorted(folder.iterdir()) if path.name.endswith((".jsonl", ".jsonl.gz"))]


def _read_line(line: str, number: int) -> dict[str, Any]:
    try:
        row = json.loads(line)
        if not isinstance(row, dict) or not isinstance(row.get("text"), str):
            raise ValueError("it has no text")
    except ValueError as error:
        raise PyxError(f"line {number}: {error}", hint='a line is {"id": ..., "text": ...}') from None
    return row

"""`pyx verify`: execute every row of a release again and compare."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from pyx.release import Report
    from pyx.release.verify import Progress

SHOWN = 20


@click.command()
@click.argument("place")
@click.option("--revision", metavar="TAG", help="A tag, branch or commit on the Hub. [default: main]")
@click.option("--sample", type=click.IntRange(1), metavar="N", help="Execute only N rows, spread over all.")
@click.option("--workers", type=click.IntRange(1), metavar="N", help="Processes. [default: cores]")
@click.option(
    "--journal", type=click.Path(path_type=Path), help="Keep in FILE what is done, and go on with it."
)
@click.option(
    "--allow-level",
    type=click.Choice(["sealed", "kernel", "process"]),
    default="kernel",
    show_default=True,
    help="The weakest isolation that its programs may be executed at.",
)
@click.option("--json", "as_json", is_flag=True, help="The whole report as JSON.")
def command(
    place: str,
    revision: str | None,
    sample: int | None,
    workers: int | None,
    journal: Path | None,
    allow_level: str,
    as_json: bool,
) -> None:
    """Check a release: a folder, or ORG/NAME on the Hub.

    Every row is executed again in the sandbox, every trace recorded and replayed again, every
    claim judged again, and every digest and count compared. Exit code 1 when anything is not as
    the release says.
    """
    from pyx.hub import find_folder
    from pyx.release import verify
    from pyx.sandbox.pool import find_best_level, require_level

    require_level(find_best_level(), allow_level)
    folder = find_folder(place, revision=revision)
    count = workers or os.cpu_count() or 1
    with show_progress() as progress:
        report = verify(folder, sample=sample or 0, workers=count, journal=journal, progress=progress)
    click.echo(json.dumps(report.row, indent=1) if as_json else "\n".join(describe(report)))
    sys.exit(0 if report.ok else 1)


def describe(report: Report) -> Iterator[str]:
    """The report in words, the first failures by name."""
    made, here = report.made, report.here
    yield f"{report.name} {report.version}: {report.executed:,} of {report.rows:,} rows executed again"
    yield f"made     pyx {made['pyx']}, Python {made['python']}, sandbox level {made['level']}"
    yield f"checked  pyx {here['pyx']}, Python {here['python']}, sandbox level {here['level']}"
    yield from (f"note     {note}" for note in report.notes)
    for failure in report.failures[:SHOWN]:
        place = "/".join(filter(None, (failure.config, failure.split, failure.row))) or "release"
        yield f"FAILED   {place}: {failure.what}: {failure.why}"
    if len(report.failures) > SHOWN:
        counts = Counter(failure.what for failure in report.failures)
        words = ", ".join(f"{what} {count:,}" for what, count in counts.most_common())
        yield f"         {len(report.failures):,} failures in all: {words}"
    yield "verified" if report.ok else "NOT verified"


@contextmanager
def show_progress() -> Iterator[Progress | None]:
    """A bar on stderr when a person is looking."""
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    from rich.progress import Progress as Bars

    with Bars(console=console) as bars:
        task = bars.add_task("rows", total=None)
        yield lambda done, total: bars.update(task, completed=done, total=total)

"""`pyx curate`: run a recipe and freeze what comes through into a release."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from pyx.engine import Report, Row
    from pyx.recipe import Recipe


@click.command()
@click.argument("recipe", default="default")
@click.option("--seeds", multiple=True, metavar="KIND:ARGUMENT", help="Read these instead of the recipe's.")
@click.option("--out", type=click.Path(path_type=Path), help="The release. [default: out/RECIPE]")
@click.option("--work", type=click.Path(path_type=Path), help="The work folders. [default: OUT.work]")
@click.option(
    "--workers", type=click.IntRange(0), default=None, help="Processes; 0 works in this one. [default: cores]"
)
@click.option(
    "--shard",
    type=click.IntRange(1),
    default=8,
    show_default=True,
    help="Seed files that one worker takes up together: many for batches of a teacher.",
)
@click.option("--limit", type=click.IntRange(0), default=0, help="Read N seed files; 0 reads all.")
@click.option("--release-version", default="0.0.0", show_default=True, help="0.0.0 is a draft.")
@click.option(
    "--budget", type=click.FloatRange(0), default=0.0, help="Stop asking teachers at so many dollars."
)
@click.option(
    "--dry-run", is_flag=True, help="Check the recipe, say what would be done and what teachers may cost."
)
def command(
    recipe: str,
    seeds: tuple[str, ...],
    out: Path | None,
    work: Path | None,
    workers: int | None,
    shard: int,
    limit: int,
    release_version: str,
    budget: float,
    dry_run: bool,
) -> None:
    """Turn real code into a release that anyone can verify.

    RECIPE is the name of a shipped recipe (`default`, `smoke`) or a TOML file. Seeds are
    `stdlib`, `installed`, `package:NAME`, `folder:PATH`, `jsonl:FILE`. A run that was
    interrupted goes on where it stopped. The budget is for all runs of the work folder; it needs
    PYX_TEACHER_PRICE, see `pyx teachers --help`.
    """
    from pyx import engine, release
    from pyx.annotate.tally import find_cost
    from pyx.recipe import check_release, load

    checked = load(recipe, seeds=seeds)
    workers = os.cpu_count() or 1 if workers is None else workers
    out = out or Path("out") / checked.name
    work = work or out.with_name(out.name + ".work")
    check_release(checked)
    release.check_target(out, release_version)
    prepare_teachers(checked, work, budget)
    if dry_run:
        show_plan(checked, out, work)
        show_prices(checked, limit)
        return
    with show_progress(work) as report:
        finished = engine.run(checked, work, workers=workers, limit=limit, shard=shard, report=report)
    show_funnel(finished.rows)
    show_spending(work)
    facts = finished.facts | find_cost(work)
    made = release.freeze(finished.samples(), facts, out, version=release_version)
    click.echo(str(made.folder))


def prepare_teachers(recipe: Recipe, work: Path, budget: float) -> None:
    """Tell the stages of this run, in whatever process, where their asker is and what it may spend."""
    from pyx.annotate.limits import read_limits
    from pyx.commands.teachers import asks

    os.environ["PYX_WORK"] = str(work.resolve())
    if budget:
        os.environ["PYX_TEACHER_BUDGET"] = str(budget)
    if any(map(asks, recipe.steps)):
        read_limits()  # what cannot be read is said before anything runs


def show_prices(recipe: Recipe, limit: int) -> None:
    """Print what teachers would be asked and cost; the steps before them are run, and thrown away."""
    from pyx.commands.teachers import asks, show_estimate

    if any(map(asks, recipe.steps)):
        with TemporaryDirectory() as folder:
            show_estimate(recipe, Path(folder), limit=limit)


def show_spending(work: Path) -> None:
    """Print what teachers were asked, over all runs of the work folder; nothing when none was."""
    from pyx.annotate.tally import tally

    meter = tally(work)
    for name, figure in meter.summary() if meter else ():
        click.echo(f"{name:>40}  {figure}", err=True)


def show_plan(recipe: Recipe, out: Path, work: Path) -> None:
    """Print what a run would do."""
    click.echo(f"recipe  {recipe.name}: {recipe.about}")
    click.echo(f"seeds   {', '.join(recipe.seeds)}")
    for number, step in enumerate(recipe.steps, 1):
        options = ", ".join(f"{name} = {value!r}" for name, value in step.options.items())
        click.echo(f"step {number:2d} {step.use}  {options}".rstrip())
    click.echo(f"work    {work}\nrelease {out}")


@contextmanager
def show_progress(work: Path) -> Iterator[Report]:
    """A bar for each step on a terminal, a line for each step elsewhere; all on stderr.

    While a teacher is asked there is a line with rate, acceptance, money and the time to go.
    """
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield _make_plain_report()
        return
    from rich.console import RenderableType
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
    from rich.text import Text

    from pyx.commands.teachers import read_line

    class Bars(Progress):
        def get_renderables(self) -> Iterator[RenderableType]:
            yield from super().get_renderables()
            done = self.tasks[-1].percentage / 100 if self.tasks else 0.0
            elapsed = (self.tasks[-1].elapsed or 0.0) if self.tasks else 0.0
            if line := read_line(work, done=done, elapsed=elapsed):
                yield Text(f"teacher: {line}", style="dim")

    columns = (TextColumn("{task.description:>14}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bars(*columns, console=console) as progress:
        tasks: dict[str, TaskID] = {}

        def report(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = progress.add_task(step, total=None)
            progress.update(tasks[step], completed=done, total=total or None)
            if done == total:
                progress.stop_task(tasks[step])

        yield report


def _make_plain_report() -> Callable[[str, int, int], None]:
    def report(step: str, done: int, total: int) -> None:
        if done == total:
            click.echo(f"{step}: {done} shards", err=True)

    return report


REASONS = 4
"""The commonest reasons that the funnel names, of each step."""


def show_funnel(rows: list[Row]) -> None:
    """The funnel as a table on stderr: what came, what stayed, and the commonest reasons."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("step")
    for name in ("came", "made", "cases", "texts", "seconds"):
        table.add_column(name, justify="right")
    table.add_column("rejected")
    for row in rows:
        reasons = sorted(row.rejected.items(), key=lambda item: (-item[1], item[0]))
        words = [f"{count:,} {reason.replace(': ', ' ')}" for reason, count in reasons[:REASONS]]
        if len(reasons) > REASONS:
            rest = sum(count for _, count in reasons[REASONS:])
            words.append(f"{rest:,} for {len(reasons) - REASONS} more")
        counts = [f"{count:,}" if count else "" for count in (row.came, row.made, row.cases, row.monologues)]
        table.add_row(row.step, *counts, f"{row.seconds}", "\n".join(words))
    Console(stderr=True).print(table)

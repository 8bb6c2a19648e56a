"""`pyx teachers`: which there are, what a run asked and spent, and what one would."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pyx.errors import TeacherError

if TYPE_CHECKING:
    from pyx.annotate.rehearsal import Rehearsal
    from pyx.recipe import Recipe, Step


@click.group()
def command() -> None:
    """List teachers, follow what they are asked, reckon what a run would cost.

    Endpoint, key and model are read from OPENAI_BASE_URL, OPENAI_API_KEY and PYX_TEACHER_MODEL; how much
    may be asked and spent from PYX_TEACHER_CONCURRENCY, _DEADLINE, _TRIES, _PATIENCE, _PRICE and _BUDGET.
    """


@command.command("list")
def list_teachers() -> None:
    """Print every teacher and what it is."""
    from pyx.registry import TEACHERS

    for plugin in TEACHERS:
        click.echo(f"{plugin.name:10} {plugin.doc.partition(chr(10))[0]}")


@command.command("status")
@click.argument("work", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--watch", is_flag=True, help="Show the live line until the run has ended.")
def show_status(work: Path, watch: bool) -> None:
    """Say what the runs of a work folder asked, got, kept and spent."""
    from pyx.annotate.tally import tally

    if watch:
        follow(work)
    meter = tally(work)
    if meter is None:
        raise TeacherError(f"no teacher was asked in {work}", hint="give the work folder of a run: OUT.work")
    for name, figure in meter.summary():
        click.echo(f"{name:>40}  {figure}")


def read_line(work: Path, *, done: float = 0.0, elapsed: float = 0.0) -> str:
    """The live line of the asker that is at work in a folder, "" when none is."""
    from pyx.annotate.meter import read_meter
    from pyx.annotate.process import find_socket

    folder = work / "teacher"
    meter = read_meter(folder / "status.json") if find_socket(folder).exists() else None
    return meter.line(done=done, elapsed=elapsed) if meter else ""


def follow(work: Path) -> None:
    """Print the live line on stderr, twice a second, until nobody is asked any more."""
    while line := read_line(work):
        click.echo(f"\r\x1b[K{line}", nl=False, err=True)
        time.sleep(0.5)
    click.echo("", err=True)


@command.command("estimate")
@click.argument("recipe")
@click.option("--seeds", multiple=True, metavar="KIND:ARGUMENT", help="Read these instead of the recipe's.")
@click.option("--work", type=click.Path(path_type=Path), required=True, help="The work folders of the run.")
@click.option("--limit", type=click.IntRange(0), default=0, help="Read N seed files; 0 reads all.")
def estimate(recipe: str, seeds: tuple[str, ...], work: Path, limit: int) -> None:
    """Reckon the requests, tokens and dollars of a recipe, asking nobody.

    Runs the steps before the first one that asks, which the run itself will not do again.
    """
    from pyx.recipe import load

    show_estimate(load(recipe, seeds=seeds), work, limit=limit)


def show_estimate(recipe: Recipe, work: Path, *, limit: int = 0) -> None:
    """Print what a recipe would ask, at least and at most."""
    from pyx.annotate.limits import read_limits

    found = rehearse_recipe(recipe, work, limit=limit)
    if not found:
        click.echo("teacher asks nobody: no step has a teacher that costs anything")
        return
    limits = read_limits()
    for use, seen in found:
        click.echo(
            f"teacher {use}: {seen.requests:,} to {seen.most_requests:,} requests, "
            f"{seen.tokens_in:,} to {seen.most_in:,} tokens in, {seen.tokens_out:,} to {seen.most_out:,} out"
        )
        least, most = seen.cost(limits)
        price = f"${least:.2f} to ${most:.2f}" if limits.price else "set PYX_TEACHER_PRICE to see the price"
        click.echo(f"        {' ' * len(use)}  {price}")
        if seen.bound:
            click.echo(f"        {' ' * len(use)}  an upper bound: {seen.bound}")


def rehearse_recipe(recipe: Recipe, work: Path, *, limit: int) -> list[tuple[str, Rehearsal]]:
    """The rehearsal of every step that asks, by the step's name; a bound for those behind `synth`."""
    from pyx import engine
    from pyx.annotate.bound import bound_questions
    from pyx.annotate.limits import count_most_out
    from pyx.annotate.rehearsal import rehearse
    from pyx.records import Sample

    asking = [asks(step) for step in recipe.steps]
    if True not in asking:
        return []
    first = asking.index(True)
    ready = engine.run(replace(recipe, steps=recipe.steps[:first]), work, workers=0, limit=limit)
    samples = list(ready.samples())
    found = []
    invented, reply = 0, 0  # programs at most, and tokens that one is written in
    for step in recipe.steps[first:]:
        with rehearse() as rehearsal:
            rehearsal.tries = find_option(step, "tries")
            items = list(step.plugin.function(iter(samples), **step.options))
        samples = [item for item in items if isinstance(item, Sample)]
        if step.use == "synth":
            invented, reply = rehearsal.requests, count_most_out(find_option(step, "parameters") or {})
        elif asks(step) and invented:
            options = {name: find_option(step, name) for name in step.plugin.options}
            rehearsal = bound_questions(step.use, invented, reply, options=options)
        if asks(step):
            found.append((step.use, rehearsal))
    return found


def asks(step: Step) -> bool:
    """Whether a step asks a teacher other than the narrator."""
    return "teacher" in step.plugin.options and find_option(step, "teacher") != "narrator"


def find_option(step: Step, name: str) -> Any:
    """The value of a step's option: the recipe's, or the default."""
    return step.options.get(name, step.plugin.options[name].default if name in step.plugin.options else 1)

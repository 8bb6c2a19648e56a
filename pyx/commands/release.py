"""`pyx release`: freeze a run, push and pull, compare, and write the card."""

from __future__ import annotations

from pathlib import Path

import click

from pyx.commands.diff import command as diff


@click.group()
def command() -> None:
    """Freeze a finished run into a release; publish, fetch and compare releases."""


command.add_command(diff, "diff")


@command.command()
@click.argument("workdir", type=click.Path(path_type=Path))
@click.option("--version", required=True, metavar="X.Y.Z", help="A version that was never published.")
@click.option(
    "--out", type=click.Path(path_type=Path), help="The release. [default: WORKDIR without .work, -X.Y.Z]"
)
def freeze(workdir: Path, version: str, out: Path | None) -> None:
    """Make a release of the last run that was finished in WORKDIR."""
    from pyx import engine, release
    from pyx.annotate.tally import find_cost

    run = engine.open_run(workdir)
    facts = run.facts | find_cost(workdir)
    out = out or workdir.with_name(f"{workdir.name.removesuffix('.work')}-{version}")
    click.echo(str(release.freeze(run.samples(), facts, out, version=version).folder))


@command.command()
@click.argument("name", metavar="ORG/NAME")
@click.argument("folder", default=".", type=click.Path(path_type=Path))
@click.option("--private", is_flag=True, help="Make a new dataset private.")
def push(name: str, folder: Path, private: bool) -> None:
    """Publish the release in FOLDER (default: here) on the Hub: one commit, then the tag vX.Y.Z.

    HF_TOKEN and HF_ENDPOINT are honoured. The release is checked before anything is sent.
    """
    from pyx.release import publish

    commit = publish.push(folder, name, private=private)
    click.echo(f"{name} {commit}")


@command.command()
@click.argument("name", metavar="ORG/NAME")
@click.argument("out", required=False, type=click.Path(path_type=Path))
@click.option("--revision", metavar="TAG", help="A tag, branch or commit. [default: main]")
def pull(name: str, out: Path | None, revision: str | None) -> None:
    """Fetch a release from the Hub into the new folder OUT (default: NAME)."""
    from pyx.release import publish

    out = out or Path(name.rpartition("/")[2])
    click.echo(str(publish.pull(name, out, revision=revision).folder))


@command.command()
@click.argument("place")
def card(place: str) -> None:
    """Print the card that the manifest of a release makes."""
    from pyx.hub import find_folder
    from pyx.release import open_release
    from pyx.release.freeze import write_readme

    click.echo(write_readme(open_release(find_folder(place)).manifest), nl=False)


@command.command()
def schema() -> None:
    """Print the page docs/schema.md: every column of every config."""
    from pyx.release.schema import page

    click.echo(page(), nl=False)

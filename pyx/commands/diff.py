"""`pyx diff`: what two releases do not have in common, and why."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from pyx.release.diff import Diff

SHOWN = 20


@click.command()
@click.argument("old")
@click.argument("new")
@click.option("--json", "as_json", is_flag=True, help="Every row that differs, as JSON.")
def command(old: str, new: str, as_json: bool) -> None:
    """Show rows added, removed and changed between two releases, and why.

    OLD and NEW are folders, or ORG/NAME or ORG/NAME@TAG on the Hub.
    """
    from pyx.hub import find_folder
    from pyx.release.diff import diff

    found = diff(find_folder(old), find_folder(new))
    if as_json:
        click.echo(json.dumps(found.row, indent=1))
    else:
        show(found)


def show(found: Diff) -> None:
    """The comparison as tables."""
    from rich.console import Console
    from rich.table import Table

    console = Console()
    console.print(f"{found.old} -> {found.new}", highlight=False)
    causes = Table("cause", "what", "old", "new", title="how they were made", title_justify="left")
    for cause in found.causes:
        causes.add_row(cause.kind, cause.what, cause.old, cause.new)
    console.print(causes if found.causes else "made in the same way")
    counts = Counter((change.config, change.kind) for change in found.changes)
    rows = Table("config", "same", "added", "removed", "changed", title="rows", title_justify="left")
    for config, same in found.same.items():
        rows.add_row(
            config, f"{same:,}", *(f"{counts[config, kind]:,}" for kind in ("added", "removed", "changed"))
        )
    console.print(rows)
    if found.changes:
        console.print(_list_changes(found))


def _list_changes(found: Diff) -> object:
    from rich.table import Table

    title = f"the first {SHOWN} of {len(found.changes):,} rows" if len(found.changes) > SHOWN else "rows"
    table = Table("config", "row", "", "columns", "why", title=title, title_justify="left")
    for change in found.changes[:SHOWN]:
        table.add_row(
            change.config, change.row, change.kind, ", ".join(change.columns), ", ".join(change.why)
        )
    return table

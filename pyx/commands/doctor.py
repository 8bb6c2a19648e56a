"""`pyx doctor`: what this machine gives, and what to do about what is missing."""

from __future__ import annotations

import sys

import click


@click.command()
def command() -> None:
    """Say which Python, packages and sandbox layers this machine gives, and mend what is missing.

    Exit code 1 when programs cannot be executed at the best level that it has.
    """
    from pyx.sandbox import checkup

    lines = [*checkup.check_python(), *checkup.check_packages(), *checkup.check_layers()]
    for line in lines:
        click.echo(f"{'ok ' if line.good else 'NO '} {line.what}: {line.found}")
        if line.fix:
            click.echo(f"    {line.fix}")
    levels = list(checkup.check_levels())
    for level in levels:
        click.echo(level.sentence)
    best = next((level for level in levels if level.starts), None)
    if best is None or not best.good:
        sys.exit(1)

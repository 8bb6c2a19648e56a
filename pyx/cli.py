"""The `pyx` program: a group whose commands are the files of `pyx.commands`.

Results go to stdout, words for people to stderr. Exit codes: 0 done, 1 the run or check found
something wrong, 2 usage or recipe, 130 interrupted. `PYX_DEBUG=1` shows tracebacks.
"""

from __future__ import annotations

import errno
import importlib
import os
import pkgutil
import sys

import click

import pyx
import pyx.commands
from pyx.errors import PyxError

RESUMING = ("curate", "train", "eval")
"""The commands that go on where they were interrupted."""


class Commands(click.Group):
    """Finds each command in a file of its own: `pyx trace` is `pyx.commands.trace.command`."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return sorted(module.name for module in pkgutil.iter_modules(pyx.commands.__path__))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        found: click.Command = importlib.import_module(f"pyx.commands.{cmd_name}").command
        return found


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(pyx.__version__, prog_name="pyx")
def group() -> None:
    """Make execution-grounded training data in which every fact was observed."""


def main() -> None:
    """Run the command line and exit; a `PyxError` becomes one line and a hint."""
    if sys.platform == "win32":
        click.echo("pyx: Windows cannot run programs safely; use WSL (https://aka.ms/wsl)", err=True)
        sys.exit(2)
    if sys.stdin is None:  # closed by who started us: what is opened next would take its place
        sys.stdin = os.fdopen(os.open(os.devnull, os.O_RDONLY))
    try:
        sys.exit(group.main(standalone_mode=False) or 0)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        resumes = len(sys.argv) > 1 and sys.argv[1] in RESUMING
        more = "; what was finished is kept, run the same command to go on" if resumes else ""
        click.echo(f"interrupted{more}", err=True)
        sys.exit(130)
    except BrokenPipeError:
        # The reader (`| head`) has gone: nothing is left to say, and nowhere to say it.
        _drop_output()
        sys.exit(0)
    except PyxError as error:
        if os.environ.get("PYX_DEBUG"):
            raise
        click.echo(f"pyx: {error}", err=True)
        if error.hint:
            click.echo(f"     {error.hint}", err=True)
        sys.exit(error.exit_code)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        _drop_output()
        click.echo(f"pyx: {error}\n     make room, and run the same command again", err=True)
        sys.exit(1)


def _drop_output() -> None:
    """Let what is still to be written to stdout go nowhere, instead of failing again at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

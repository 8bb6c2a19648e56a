"""`pyx trace`: one call of a program, recorded in the sandbox, in the format asked for."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pyx.errors import PyxError

if TYPE_CHECKING:
    from pyx.records import Program, Trace


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--call", required=True, help='The call to record, "f([1, 2])".')
@click.option("--setup", default="", help="Statements to run before the call.")
@click.option("--format", "name", default="scratchpad", show_default=True, help="A trace format.")
@click.option("--policy/--no-policy", default=True, help="Whether the policy must admit the program.")
@click.option("--events", default=20_000, show_default=True, type=click.IntRange(1), help="Stop after these.")
def command(file: Path, call: str, setup: str, name: str, policy: bool, events: int) -> None:
    """Record one call of the program in FILE and write its trace."""
    from pyx.registry import FORMATS

    plugin = FORMATS.find(name)
    program, trace = record_file(file, call, setup=setup, policy=policy, events=events)
    click.echo(plugin.function(program, trace))


def record_file(file: Path, call: str, *, setup: str, policy: bool, events: int) -> tuple[Program, Trace]:
    """The program of a file and the trace of one call, recorded in the sandbox."""
    return record_call(_read(file), call, setup=setup, policy=policy, events=events, name=f"{file}: ")


def record_call(
    code: str, call: str, *, setup: str = "", policy: bool = True, events: int = 20_000, name: str = ""
) -> tuple[Program, Trace]:
    """The program of a text and the trace of one call, recorded in the sandbox."""
    from pyx.records import Case, Program
    from pyx.sandbox.pool import Job, open_box
    from pyx.stages.trace import make_trace

    program = Program(code, _find_entry(call))
    job = Job(
        program.code, call, setup, mode="record", policy=policy,
        budgets={"events": events},
    )  # fmt: skip
    outcome: Any = open_box().run(job)
    if outcome.payload is None or "events" not in outcome.payload:
        raise PyxError(
            f"{name}{outcome.status}: {outcome.exception or outcome.message or 'no trace'}",
            hint=outcome.message if outcome.exception else "try the call with pyx run first",
        )
    return program, make_trace(program, Case("", call, "heuristic"), outcome.payload)


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise PyxError(f"{file}: not UTF-8 text ({error.reason})", hint="save the file as UTF-8") from None


def _find_entry(call: str) -> str:
    """The name of the function that a call calls, "" when it is not a plain call of a name."""
    try:
        node = ast.parse(call, mode="eval").body
    except SyntaxError as error:
        raise PyxError(
            f"--call {call!r} is no expression: {error.msg}", hint='write it as "f(1, 2)"'
        ) from None
    match node:
        case ast.Call(func=ast.Name(id=name)):
            return name
    return ""

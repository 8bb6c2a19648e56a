"""`pyx trace`: one call of a program, recorded in the sandbox, in the format asked for."""

from __future__ import annotations

import ast
import functools
import inspect
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pyx.errors import PyxError

if TYPE_CHECKING:
    from pyx.records import Program, Trace
    from pyx.registry import Plugin


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--call", default="", help='The call to record, "f([1, 2])"; without it, the run of FILE itself.'
)
@click.option("--setup", default="", help="Statements to run before the call.")
@click.option("--format", "name", default="scratchpad", show_default=True, help="A trace format.")
@click.option(
    "--tokens", default=0, type=click.IntRange(0), help="Leave out what is beyond these; 0: nothing."
)
@click.option("--all", "every", is_flag=True, help="The size of every format instead.")
@click.option("--states", is_flag=True, help="JSON lines instead: each executed line, all locals after it.")
@click.option("--replay", is_flag=True, help="Prove the trace instead: replay it, under two hash seeds.")
@click.option("--policy/--no-policy", default=True, help="Whether the policy must admit the program.")
@click.option("--events", default=20_000, show_default=True, type=click.IntRange(1), help="Stop after these.")
@click.option(
    "--repeats",
    default=0,
    type=click.IntRange(0),
    help="Skip the rest of a loop when a statement in it has run so often (on 3.11: stop); 0: never.",
)
def command(
    file: Path,
    call: str,
    setup: str,
    name: str,
    tokens: int,
    every: bool,
    states: bool,
    replay: bool,
    policy: bool,
    events: int,
    repeats: int,
) -> None:
    """Record one call of the program in FILE, or its own run, and write the trace."""
    from pyx.registry import FORMATS

    plugin = FORMATS.find(name)
    given = _find_options(plugin, tokens)
    record = functools.partial(
        record_file, file, call, setup=setup, policy=policy, budgets={"events": events, "repeats": repeats}
    )
    program, trace, payload = record()
    if trace.truncated:
        click.echo(f"the trace stops early: {trace.truncated}", err=True)
    if replay:
        click.echo(prove(payload, record(seed=1)[2]))
    elif states:
        for row in find_states(trace):
            click.echo(json.dumps(row, ensure_ascii=False))
    elif every:
        for size in find_sizes(program, trace):
            click.echo("\t".join(size))
    else:
        click.echo(plugin.function(program, trace, **given))


def _find_options(plugin: Plugin, tokens: int) -> dict[str, int]:
    if not tokens:
        return {}
    if "tokens" not in inspect.signature(plugin.function).parameters:
        raise PyxError(f"--tokens {tokens}: {plugin.name} leaves nothing out", hint="choose another --format")
    return {"tokens": tokens}


def record_file(
    file: Path, call: str, *, setup: str, policy: bool, budgets: dict[str, int], seed: int = 0
) -> tuple[Program, Trace, dict[str, Any]]:
    """The program of a file, the trace of one call recorded in the sandbox, and what came with it."""
    from pyx.records import Case, Program
    from pyx.sandbox.pool import Job, open_box
    from pyx.stages.trace import make_trace

    if setup and not call:
        raise PyxError(f"--setup {setup!r} without a call", hint='--call "f(1, 2)" says what it prepares')
    program = Program(_read(file), _find_entry(call) if call else "")
    job = Job(program.code, call, setup, mode="record", policy=policy, budgets=budgets)
    outcome = open_box(seed).run(job)
    payload: dict[str, Any] | None = outcome.payload
    if payload is None or "events" not in payload:
        place = "--setup" if payload and payload.get("where") == "setup" else file
        raise PyxError(
            f"{place}: {outcome.status}: {outcome.exception or outcome.message or 'no trace'}",
            hint=outcome.message if outcome.exception else _WAYS_OUT.get(outcome.status, ""),
        )
    return program, make_trace(program, Case("", call, "heuristic"), payload), payload


_WAYS_OUT = {
    "refused": "--no-policy asks the policy nothing",
    "timeout": "give a smaller call",
    "memory": "give a smaller call",
    "output_limit": "give a call that prints less",
}


def prove(payload: dict[str, Any], other: dict[str, Any]) -> str:
    """What the replay of a recording found; `PyxError` when it proves nothing."""
    from pyx.errors import SandboxError
    from pyx.trace import replay

    problem = (
        replay.check(payload["events"], payload["final"]) if payload["ended"] else "the end was not seen"
    )
    if not problem and payload["events"] != other["events"]:
        problem = "another hash seed gives other events"
    if problem:
        raise SandboxError(f"the trace is not proven: {problem}", hint="see where with --format json")
    return f"{len(payload['events'])} events, replayed to the live state; the same under two hash seeds"


def find_states(trace: Trace) -> Iterator[dict[str, Any]]:
    """Each executed line in order: its number, and the values of all locals after it."""
    from pyx.trace.steps import steps

    for step in steps(trace):
        if step.kind == "line":
            yield {"line": step.line, "function": step.function, "locals": dict(step.after)}


def find_sizes(program: Program, trace: Trace) -> Iterator[tuple[str, str, str, str]]:
    """Each format's name, characters, tokens (roughly) and length as a multiple of the source."""
    from pyx.registry import FORMATS
    from pyx.trace.lengths import count_tokens

    yield "format", "characters", "tokens", "times the source"
    for plugin in FORMATS:
        text = plugin.function(program, trace)
        times = len(text) / max(1, len(program.code))
        yield plugin.name, str(len(text)), str(count_tokens(text)), f"{times:.1f}"


def _read(file: Path) -> str:
    """The text of a program, read as seeds are: a byte order mark or a coding line is obeyed."""
    from pyx.seeds.tree import Unreadable, decode

    try:
        return decode(file.read_bytes())
    except Unreadable as error:
        _, why = error.args
        raise PyxError(f"{file}: {why}", hint="save the file as UTF-8") from None


def _find_entry(call: str) -> str:
    """The name of the function that a call calls, "" when it is not a plain call of a name."""
    try:
        node = ast.parse(call, mode="eval").body
    except SyntaxError as error:
        raise PyxError(f"--call {call!r} is no expression: {error.msg}", hint='as in "f(1, 2)"') from None
    match node:
        case ast.Call(func=ast.Name(id=name)):
            return name
    return ""

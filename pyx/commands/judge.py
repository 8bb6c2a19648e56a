"""`pyx judge`: texts about executions in, verdicts out; whoever wrote the texts."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from pyx.errors import PyxError

if TYPE_CHECKING:
    from pyx.records import Program, Trace

_SHARE = click.FloatRange(0.0, 1.0)


@click.command()
@click.option("--jsonl", "source", type=click.File("rb"), required=True, help="A file, or -.")
@click.option("--statements", default=0.15, show_default=True, type=_SHARE, help="Least share spoken of.")
@click.option("--branches", default=0.0, show_default=True, type=_SHARE, help="Least share spoken of.")
@click.option("--reading", default=0.0, show_default=True, type=_SHARE, help="Least share of sentences read.")
@click.option("--policy/--no-policy", default=True, help="Whether the policy must admit the programs.")
def command(source: BinaryIO, statements: float, branches: float, reading: float, policy: bool) -> None:
    """Judge JSON lines: each text's claims against the execution that it speaks of.

    In: "code", "call", "text", and if wanted "setup" and "kind" ("forward"). Out: "accepted",
    "reasons" (the words before a colon are the kind), "claims", "unread" (sentences), "read",
    "statements" and "branches" (shares), and every other key of the line as it came. The exit code
    is 0 whatever the verdicts are; a line that cannot be read makes it 2.
    """
    least = {"statements": statements, "branches": branches, "reading": reading}
    wrong = 0
    for number, row, problem in read_rows(source):
        if problem:
            wrong += 1
            click.echo(f"pyx: line {number}: {problem}", err=True)
            continue
        click.echo(write_row(judge_row(row, least, policy=policy)))
    if wrong:
        hint = 'each line is {"code": "...", "call": "...", "kind": "forward", "text": "..."}'
        raise PyxError(f"{wrong} lines could not be read", hint=hint)


def write_row(row: dict[str, Any]) -> str:
    """A row as one line; half a surrogate pair, which no encoding writes, stays escaped."""
    text = json.dumps(row, ensure_ascii=False)
    return (
        text
        if text.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in text)
        else json.dumps(row)
    )


def read_rows(source: Iterable[bytes]) -> Iterator[tuple[int, dict[str, Any], str]]:
    """The number and object of each line, and what is wrong with it."""
    for number, text in enumerate(source, 1):
        if not text.strip():
            continue
        try:
            row = json.loads(text)
        except UnicodeDecodeError:
            yield number, {}, "not UTF-8"
            continue
        except RecursionError:
            yield number, {}, "not JSON: nested too deeply"
            continue
        except json.JSONDecodeError as error:
            yield number, {}, f"not JSON: {error}"
            continue
        yield number, row, find_problem(row)


def find_problem(row: Any) -> str:
    """What is wrong with a row, "" when nothing is."""
    if not isinstance(row, dict):
        return "not an object"
    for name in ("code", "call", "text"):
        if not isinstance(row.get(name), str):
            return f"no text {name!r}"
    if not isinstance(row.get("setup", ""), str):
        return "no text 'setup'"
    if row.get("kind", "forward") != "forward":
        return f"kind {row['kind']!r} is not known; it has forward"
    return ""


@functools.lru_cache(maxsize=16)
def record_call(code: str, call: str, *, setup: str = "", policy: bool = True) -> tuple[Program, Trace]:
    """A program and the trace of one call, recorded in the sandbox; `PyxError` when there is none."""
    from pyx.records import Case, Program
    from pyx.sandbox.pool import Job, open_box
    from pyx.stages.trace import make_trace

    outcome = open_box().run(Job(code, call, setup, mode="record", policy=policy))
    payload: dict[str, Any] | None = outcome.payload
    if payload is None or "events" not in payload:
        raise PyxError(f"{outcome.status}: {outcome.exception} {outcome.message}".strip())
    if not payload["events"]:
        raise PyxError(f"{call[:60]!r} enters no function of the program")
    program = Program(code, call.partition("(")[0].strip())
    return program, make_trace(program, Case("", call, "teacher"), payload)


def judge_row(row: dict[str, Any], least: dict[str, Any], *, policy: bool) -> dict[str, Any]:
    """The row with its verdict."""
    from pyx.claims.reader import read
    from pyx.records import to_row
    from pyx.verdict import judge

    others = {key: value for key, value in row.items() if key not in ("code", "call", "text", "setup")}
    try:
        program, trace = record_call(row["code"], row["call"], setup=row.get("setup", ""), policy=policy)
    except PyxError as error:
        return {"accepted": False, "reasons": [f"not executed: {error}"], "claims": [], **others}
    reading = read(row["text"], program.code, entry=program.entry)
    verdict = judge(reading.claims, program.code, trace, read=reading.share, **least)
    return {
        "accepted": verdict.accepted,
        "reasons": list(verdict.reasons),
        "claims": [to_row(claim) for claim in reading.claims],
        "unread": list(reading.unread),
        "read": verdict.read,
        "statements": verdict.statements,
        "branches": verdict.branches,
        **others,
    }

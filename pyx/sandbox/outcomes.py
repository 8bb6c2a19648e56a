"""What came of one job, judged by the caller from what the zygote reports.

The reply was written by a process that ran a stranger's program, so it is read as a stranger's
data: bounded, by type, and `tampered` at the first thing that is not as it must be. The kernel's
wait status is believed before any reply.
"""

from __future__ import annotations

import json
import os
import signal
from dataclasses import dataclass, field
from typing import Any

from pyx import records
from pyx.sandbox.limits import DONE, SPOILED, UNSENT, Limits


@dataclass(frozen=True, slots=True)
class Job:
    """One program to execute and the call to make, with what it may use."""

    code: str
    call: str = ""  # an expression; "" runs the program as a module only
    setup: str = ""  # statements before the call, in a namespace of their own
    entry: str = ""  # the function whose call is looked at; "" takes the one that is called
    mode: str = "run"  # "run", "record" (trace it), "calls" (list every call of `entry`)
    policy: bool | dict[str, dict[str, Any]] = True  # a table: with these lists added
    limits: Limits = field(default_factory=Limits)
    budgets: dict[str, Any] = field(default_factory=dict)  # of the recorder
    foresee: bool = False  # record with effect rules: faster, and as right as they are


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one execution ended and what was observed."""

    status: records.Status
    value: str = ""  # literal text of what was returned
    type: str = ""  # its type; that of the iterator when `value` lists what it gave
    exception: str = ""
    message: str = ""
    stdout: str = ""
    args: str = ""  # literal text of {parameter: value} before the call; "" if not a plain literal call
    changed: tuple[str, ...] = ()  # parameters whose argument reads otherwise after the call
    payload: Any = None  # record: the recording; calls: the calls seen; else {"where": ...} of a failure
    refusals: tuple[tuple[str, int, int, str], ...] = ()  # code, line, column, sentence
    cpu_ms: float = 0.0
    level: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What the zygote saw of one child."""

    reply: bytes
    stdout: bytes
    wait: int
    cpu_ms: float
    why: int  # zygote.ENDED, CPU_SPENT, WALL_SPENT
    worn: bool = False  # the zygote has grown, or found processes left behind: it wants to be replaced


_CRASHES = (signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGFPE, signal.SIGILL, signal.SIGTRAP)
_SIGNALS: dict[int, tuple[str, str]] = {
    **{number: ("crash", f"the interpreter died of {number.name}") for number in _CRASHES},
    signal.SIGSYS: ("denied", "a system call that is not allowed"),
    signal.SIGXFSZ: ("output_limit", "more output than may be kept"),
    signal.SIGXCPU: ("timeout", "CPU time is spent"),
}
_STOPPED = {1: "CPU time is spent", 2: "wall time is spent"}
_ANSWERS = ("ok", "error", "memory", "exit", "refused", "denied", "output_limit")
_FIELDS: dict[str, type] = {
    "status": str, "value": str, "type": str, "exception": str, "message": str, "args": str,
    "changed": list, "refusals": list, "where": str, "payload": object,
}  # fmt: skip


def judge(report: Report, limits: Limits, level: str) -> Outcome:
    """The outcome that the report proves."""
    stdout = report.stdout.decode("utf-8", "replace")
    known: dict[str, Any] = {"cpu_ms": round(report.cpu_ms, 3), "level": level}
    ended = _judge_end(report)
    if ended:
        return Outcome(ended[0], message=ended[1], stdout=stdout[: limits.output_chars], **known)  # type: ignore[arg-type]
    if len(stdout) > limits.output_chars:
        message = f"more than {limits.output_chars} characters of output"
        return Outcome("output_limit", message=message, stdout=stdout[: limits.output_chars], **known)
    reply = _read_reply(report.reply)
    if reply is None:
        return Outcome("tampered", message="the reply is not one of ours", stdout=stdout, **known)
    return Outcome(**reply, stdout=stdout, **known)


def _judge_end(report: Report) -> tuple[str, str] | None:
    """What the kernel's word alone decides; nothing for a child that answered and left in order."""
    if report.why:
        return "timeout", _STOPPED[report.why]
    if os.WIFSIGNALED(report.wait):
        number = os.WTERMSIG(report.wait)
        return _SIGNALS.get(number, ("killed", f"killed by signal {number}"))
    code = os.WEXITSTATUS(report.wait)
    if code == UNSENT or (code == DONE and not report.reply):
        return "tampered", "the reply could not be sent"
    if code == SPOILED:
        return "tampered", "the code that reports on it was changed"
    if not report.reply:
        return "exit", str(code)
    return ("tampered", f"a reply, but exit code {code}") if code != DONE else None


def _read_reply(data: bytes) -> dict[str, Any] | None:
    """The fields of a well-formed reply, none otherwise."""
    try:
        reply = json.loads(data)
    except (ValueError, RecursionError):
        return None
    if type(reply) is not dict or reply.get("status") not in _ANSWERS:
        return None
    if any(not isinstance(value, _FIELDS.get(name, ())) for name, value in reply.items()):
        return None
    where = reply.pop("where", "")
    if where:
        reply.setdefault("payload", {"where": where})
    return _freeze(reply)


def _freeze(reply: dict[str, Any]) -> dict[str, Any] | None:
    changed, refusals = reply.pop("changed", []), reply.pop("refusals", [])
    if any(type(name) is not str for name in changed):
        return None
    if any(type(row) is not list or [*map(type, row)] != [str, int, int, str] for row in refusals):
        return None
    return reply | {"changed": tuple(changed), "refusals": tuple(tuple(row) for row in refusals)}

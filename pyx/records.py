"""The records that flow through the stages, and their rows.

A `Sample` begins as the text of a file, becomes a program, and gains one kind of evidence a
stage. All records are frozen data; a row is the same record as plain JSON (`to_row`,
`from_row`). What a release publishes is a schema of its own: docs/schema.md.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import types
import typing
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

Status = Literal[
    "ok", "error", "timeout", "memory", "crash", "killed", "exit",
    "refused", "denied", "output_limit", "tampered",
]  # fmt: skip
"""How an execution ended; `refused` by the policy, `denied` by the operating system's layers."""

Grade = Literal["doctest", "callsite", "typed", "heuristic", "mutated", "teacher"]
"""Where the input of a case comes from, the most real first."""

Level = Literal["file", "program", "case", "monologue"]
"""What a reject throws away."""


def digest(*parts: str, length: int = 16) -> str:
    """The first `length` hexadecimal digits of the SHA-256 over the parts, kept apart by NUL."""
    joined = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(joined).hexdigest()[:length]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a text was read: never a path of the machine, only the path within its corpus."""

    corpus: str  # "package:statistics", "folder:algorithms", "jsonl:seeds"
    path: str = ""  # within the corpus, with forward slashes
    version: str = ""  # of the distribution, where one is known
    licence: str = ""  # SPDX expression, "" when unknown
    name: str = ""  # qualified name of the function, "" for a whole file
    line: int = 0  # first line of the function in its file


@dataclass(frozen=True, slots=True)
class Program:
    """A self-contained module text that defines the function `entry`."""

    code: str
    entry: str
    description: str = ""  # what it does, in prose, without examples
    docstring: str = ""  # the entry function's, as written (dedented)
    imports: tuple[str, ...] = ()  # top-level modules it imports, sorted
    constructs: tuple[str, ...] = ()  # loop, recursion, comprehension, class, exception, ...


@dataclass(frozen=True, slots=True)
class Case:
    """One call, and what was observed when it was executed."""

    id: str
    call: str  # "f([1, 2], k=3)": authoritative
    grade: Grade
    setup: str = ""  # statements before the call, "" for most
    args: str = ""  # literal text of {"parameter": value}, stored before the call; "" if not literal
    documented: str = ""  # the result a doctest states, "" if none does
    status: Status | Literal[""] = ""  # "" until executed
    value: str = ""  # literal text of what was returned
    type: str = ""  # name of the type returned; "generator" when a list of its items is the value
    exception: str = ""  # "ValueError", "" if none was raised
    message: str = ""  # str() of the exception
    stdout: str = ""
    changed: tuple[str, ...] = ()  # parameters whose argument the call changed in place
    level: str = ""  # sandbox level it was executed at
    python: str = ""  # "3.11"

    @property
    def answer(self) -> str:
        """The returned value, or `raises ValueError`: what a monologue must end in."""
        return f"raises {self.exception}" if self.exception else self.value


@dataclass(frozen=True, slots=True)
class Trace:
    """One recorded execution: the raw facts, in the event form of `pyx.trace.events`."""

    case: str
    v: int  # version of the event form
    py: str  # "3.11"
    source: str  # digest of the code
    entry: str
    input: str  # the call
    statements: tuple[tuple[int, int, int, str, int, str], ...]  # line, end, col, kind, parent, role
    events: tuple[tuple[Any, ...], ...]  # [k, f, s, d, h, x]
    rules: tuple[str, ...] = ()  # active value and effect rules, "V012.1"
    truncated: str = ""  # why the recording stopped early, "" if it did not


@dataclass(frozen=True, slots=True)
class Claim:
    """One checkable statement of a monologue.

    `kind` says what is claimed (see `pyx.claims`); the other fields are what it is about and
    are left empty where the kind does not need them.
    """

    kind: str
    line: int = 0  # 1-based line of the program's code
    name: str = ""  # a variable, a function
    value: str = ""  # value as text
    count: int = -1  # iterations, times, depth
    said: str = ""  # the words of the text that say it


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a monologue's claims agree with the trace; `reasons` is empty when they do."""

    reasons: tuple[str, ...]  # "wrong value: line 3, x is 4, not 5"; the part before ":" counts
    checked: int  # claims that were checked
    statements: float  # share of the executed statements spoken of
    branches: float  # share of the taken branches spoken of; 1.0 when there are none
    read: float = 1.0  # share of the sentences that could be read

    @property
    def accepted(self) -> bool:
        return not self.reasons


@dataclass(frozen=True, slots=True)
class Monologue:
    """A text about one execution, with the claims it makes."""

    id: str
    case: str
    direction: Literal["forward", "backward", "debug"]
    text: str
    claims: tuple[Claim, ...]
    teacher: str = "narrator"
    prompt: str = ""  # digest of the prompt, "" for the narrator
    rules: tuple[str, ...] = ()  # narration rules that spoke, "N004.1"
    verdict: Verdict | None = None
    tries: int = 1  # texts that the teacher was asked for until this one was accepted


@dataclass(frozen=True, slots=True)
class Sample:
    """A program on its way, with the evidence gathered so far."""

    id: str
    origin: Origin
    parent: str = ""  # id of the sample it was made from, "" for a seed
    text: str = ""  # the file as read; "" once a program was cut from it
    program: Program | None = None
    cases: tuple[Case, ...] = ()
    traces: tuple[Trace, ...] = ()
    monologues: tuple[Monologue, ...] = ()
    family: str = ""  # id shared by near-duplicates
    split: str = ""  # train, validation, test
    notes: dict[str, str] = field(default_factory=dict)  # small facts of a stage, by its name

    @property
    def given(self) -> Program:
        """The program, for stages whose `needs` make sure that there is one."""
        assert self.program is not None, f"sample {self.id} has no program"
        return self.program


@dataclass(frozen=True, slots=True)
class Reject:
    """Something thrown away: what, where and why. `reason` is short and counts well."""

    level: Level
    parent: str  # id of the file, program, case or monologue that is dropped
    stage: str
    reason: str  # "syntax-error"; lower case, no numbers or names of the program
    detail: str = ""  # one line for people
    sample: str = ""  # id of the sample it belonged to
    origin: Origin | None = None


def find_ids(sample: Sample) -> Iterator[tuple[Level, str]]:
    """Everything in a sample that can be lost: itself, its cases and its monologues."""
    yield ("program" if sample.program else "file"), sample.id
    for case in sample.cases:
        yield "case", case.id
    for monologue in sample.monologues:
        yield "monologue", monologue.id


def reject_all(sample: Sample, stage: str, reason: str, detail: str = "") -> Iterator[Reject]:
    """One reject for everything in a sample that is lost with it."""
    for level, name in find_ids(sample):
        yield Reject(level, name, stage, reason, detail, sample=sample.id, origin=sample.origin)


def to_row(record: Any) -> dict[str, Any]:
    """A record as plain JSON data; fields that hold their default are left out."""
    row = {}
    for item in dataclasses.fields(record):
        value = getattr(record, item.name)
        default = item.default_factory() if callable(item.default_factory) else item.default
        if value != default or type(value) is not type(default):
            row[item.name] = _plain(value)
    return row


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return to_row(value)
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    return value


R = TypeVar("R")


def from_row(kind: type[R], row: dict[str, Any]) -> R:
    """The record of a row that `to_row` made."""
    readers = _readers(typing.cast(Hashable, kind))
    return kind(**{name: readers[name](value) for name, value in row.items()})


@functools.cache
def _readers(kind: Hashable) -> dict[str, Any]:
    known: Any = kind
    hints = typing.get_type_hints(known)
    return {item.name: _reader(hints[item.name]) for item in dataclasses.fields(known)}


def _reader(hint: Any) -> Any:
    if isinstance(hint, types.UnionType):
        hint = next(arg for arg in hint.__args__ if arg is not types.NoneType)
        inner = _reader(hint)
        return lambda value: None if value is None else inner(value)
    if dataclasses.is_dataclass(hint):
        return functools.partial(from_row, typing.cast(type, hint))
    if typing.get_origin(hint) is tuple:
        inner = _reader(typing.get_args(hint)[0])
        many = typing.get_args(hint)[-1] is Ellipsis
        return (lambda value: tuple(map(inner, value))) if many else tuple
    return lambda value: value

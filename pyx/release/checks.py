"""What can be checked of one row by itself: it is executed, recorded and judged again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pyx import claims, verdict
from pyx.claims import reader
from pyx.errors import SandboxError
from pyx.records import Case, Trace, digest
from pyx.release.rows import encodable, read_case, read_claims, row_digest
from pyx.release.schema import VERSION, Row
from pyx.sandbox.pool import Job, Limits, Outcome, open_box
from pyx.source import normal_form
from pyx.trace import events, replay

BUDGETS = {"events": 100_000, "items": 100_000, "text": 1_000_000}
"""Of a recording that is made again: no published trace was cut, so more room changes nothing."""

LONG = Limits(cpu_s=20.0, wall_s=60.0, memory_mb=1024)

_SEEN = {
    "value": "output", "type": "output_type", "exception": "exception", "message": "message",
    "stdout": "stdout", "args": "args", "changed": "changed",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Terms:
    """How the rows were executed, as far as that changes what is observed."""

    policy: bool = True
    lists: dict[str, Any] | None = None  # what the recipe adds to the policy's lists
    value_chars: int = 4_096

    @property
    def rules(self) -> bool | dict[str, Any]:
        """What a job is told of the policy."""
        return self.policy and (self.lists or True)


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that is not as a release says."""

    config: str
    split: str
    row: str  # id of the row, "" when it is about a file or the whole
    what: str  # the column or part, short enough to count
    why: str


Finding = tuple[str, str]


def check_rows(config: str, split: str, rows: Sequence[Row], terms: Terms) -> list[Failure]:
    """Everything that is wrong with some rows of one table."""
    return [failure for row in rows for failure in _check_safely(config, split, row, terms)]


def _check_safely(config: str, split: str, row: Row, terms: Terms) -> list[Failure]:
    try:
        found = list(check_row(config, row, terms))
    except SandboxError:
        raise
    except Exception as error:  # a forged row can break its readers in any way: that is a finding too
        found = [("row", f"checking it failed: {error!r:.120}")]
    return [Failure(config, split, row["id"], what, why) for what, why in found]


def check_row(config: str, row: Row, terms: Terms) -> Iterator[Finding]:
    """Everything that is wrong with a row, each as (what, why)."""
    if has_null(row):
        yield "null", "a column is null"
        return
    if row["digest"] != row_digest(row):
        yield "digest", "a column is not what it was when the row was made"
    if not 1 <= row["schema_version"] <= VERSION:
        yield "schema_version", f"{row['schema_version']} where this pyx reads 1 to {VERSION}"
    if config == "programs":
        yield from _check_program(row)
        for case in row["cases"]:
            yield from _check_case(row, read_case(case), terms)
    elif config == "forward":
        yield from _check_forward(row, terms)
    elif config == "backward":
        yield from _check_backward(row, terms)
    else:
        yield from _check_case(row, read_case(row), terms)


def has_null(value: object) -> bool:
    """Whether a cell, or anything in it, is null."""
    if isinstance(value, dict):
        return any(map(has_null, value.values()))
    return any(map(has_null, value)) if isinstance(value, list) else value is None


def _check_program(row: Row) -> Iterator[Finding]:
    try:
        name = digest(normal_form(row["code"]), row["entry_point"])
    except (SyntaxError, ValueError, RecursionError) as error:
        yield "code", f"it cannot be parsed: {error}"
        return
    if row["id"] != name:
        yield "code", "it is not the program that the row's id was made of"


def _check_case(row: Row, case: Case, terms: Terms) -> Iterator[Finding]:
    yield from _check_case_id(row["program_id"] if "program_id" in row else row["id"], case)
    yield from compare_outcome(case, _execute(row, case, terms, mode="run"))


def _check_case_id(program: str, case: Case) -> Iterator[Finding]:
    expected = f"{program}-{digest(case.setup, case.call, length=8)}"
    if case.id != expected:
        yield "call", f"case {case.id} does not belong to the call {case.call:.60}"


def _execute(row: Row, case: Case, terms: Terms, *, mode: str) -> Outcome:
    limits = LONG if mode == "record" else Limits(value_chars=terms.value_chars)
    job = Job(
        row["code"], case.call, case.setup, row["entry_point"],
        mode=mode, policy=terms.rules, limits=limits, budgets=BUDGETS | {"repeats": find_repeats(row)},
    )  # fmt: skip
    return open_box().run(job)


def find_repeats(row: Row) -> int:
    """After how many runs of a statement the row's trace skips a loop; 0 when it skips none."""
    try:
        taken = json.loads(row.get("trace") or "{}").get("events", [])
        return next((int(event[5]) for event in taken if event[0] == "s"), 0)
    except (ValueError, TypeError, LookupError, AttributeError):
        return 0  # a trace that cannot be read is found where it is compared


def compare_outcome(case: Case, outcome: Outcome) -> Iterator[Finding]:
    """Where an execution did not give what a case says."""
    if outcome.status != case.status:
        problem = outcome.message or outcome.exception or outcome.value
        yield "output", f"{case.call:.60} ends in {outcome.status}, not {case.status} ({problem:.80})"
        return
    for field, column in _SEEN.items():
        here, there = getattr(outcome, field), getattr(case, field)
        here = encodable(here) if field in ("message", "stdout") else here
        if here != there:
            yield column, f"{case.call:.60} gives {here!r:.80}, not {there!r:.80}"


def _check_forward(row: Row, terms: Terms) -> Iterator[Finding]:
    case = read_case(row)
    yield from _check_case_id(row["program_id"], case)
    outcome = _execute(row, case, terms, mode="record")
    yield from compare_outcome(case, outcome)
    yield from _check_text("forward", row)
    yield from _check_said(row)
    trace = _read_trace(row, case)
    if isinstance(trace, str):
        yield "trace", trace
        return
    recorded = outcome.payload or {}
    if not recorded.get("ended"):
        yield "trace", f"the call cannot be recorded again: {recorded.get('truncated') or outcome.status}"
        return
    yield from _check_events(trace, recorded)
    yield from _check_claims(row, case, recorded)


def _read_trace(row: Row, case: Case) -> dict[str, Any] | str:
    """The trace as plain data, or why it is not the trace of this row."""
    try:
        trace: dict[str, Any] = dict(json.loads(row["trace"]))
    except (ValueError, TypeError) as error:
        return f"it cannot be read: {error}"
    rules = trace.get("rules", [])
    header = {name: value for name, value in trace.items() if name not in ("statements", "events", "rules")}
    expected = {
        "case": case.id, "v": events.VERSION, "py": row["python"], "source": digest(row["code"]),
        "entry": row["entry_point"], "input": case.call,
    }  # fmt: skip
    if header != expected or not set(rules) <= set(row["rules"]):
        return f"its header is {header}, not {expected}"
    return trace


def _check_events(trace: dict[str, Any], recorded: dict[str, Any]) -> Iterator[Finding]:
    """The published trace against one recorded now: the same events, and a replay to the live state."""
    for part in ("statements", "events"):
        there, here = trace.get(part, []), recorded[part]
        if there != here:
            yield "trace", f"{part}: {_compare(there, here)}"
            return
    problem = replay.check(trace["events"], recorded["final"])
    if problem:
        yield "trace", f"replay: {problem}"


def _compare(there: list[Any], here: list[Any]) -> str:
    pairs = enumerate(zip(there, here, strict=False))
    number = next((number for number, (one, other) in pairs if one != other), -1)
    if number < 0:
        return f"{len(there)} where {len(here)} are recorded now"
    return f"number {number} is {there[number]!r:.80}, recorded now {here[number]!r:.80}"


def _check_text(direction: str, row: Row) -> Iterator[Finding]:
    if row["id"] != claims.name_text(row["case_id"], direction, row["monologue"]):
        yield "monologue", "it is not the text that the row's id was made of"


def _check_said(row: Row) -> Iterator[Finding]:
    """The narrator's claims say where they stand; those of a model are what is read in its text."""
    if row["teacher"] != "narrator":
        if reader.read(row["monologue"], row["code"], entry=row["entry_point"]).claims != read_claims(row):
            yield "claims", "the text reads as other claims"
        return
    place = 0
    for claim in read_claims(row):
        found = row["monologue"].find(claim.said, place)
        if found < 0:
            yield "claims", f"{claim.kind}: {claim.said!r:.80} is not said, or not at that point"
            return
        place = found


def _check_backward(row: Row, terms: Terms) -> Iterator[Finding]:
    """The call that the text ends in is executed: it must give the output, types and all."""
    yield from _check_text("backward", row)
    if [claim.value for claim in read_claims(row) if claim.kind == "input"] != [row["call"]]:
        yield "claims", f"the input they name is not {row['call']:.60}"
    if row["call"] not in row["monologue"]:
        yield "monologue", f"it does not say {row['call']:.60}"
    job = Job(row["code"], row["call"], row["setup"], row["entry_point"], policy=terms.rules)
    outcome = open_box().run(job)
    if outcome.status != "ok" or row["exception"]:
        yield (
            "output",
            f"{row['call']:.60} ends in {outcome.status} ({outcome.exception or outcome.message:.80})",
        )
    elif (outcome.value, outcome.type) != (row["output"], row["output_type"]):
        yield "output", f"{row['call']:.60} gives {outcome.value:.80}, not {row['output']:.80}"


def _check_claims(row: Row, case: Case, recorded: dict[str, Any]) -> Iterator[Finding]:
    """The claims against what was recorded now; the shares that the recipe wanted were wanted then."""
    trace = Trace(
        case.id, events.VERSION, case.python, "", row["entry_point"], case.call,
        statements=tuple(tuple(item) for item in recorded["statements"]),
        events=tuple(tuple(item) for item in recorded["events"]),
    )  # fmt: skip
    unknown = {claim.kind for claim in read_claims(row)} - set(claims.KINDS)
    if unknown:
        yield "claims", f"this pyx knows no claims of the kinds {', '.join(sorted(unknown))}"
        return
    said = row["verdict"]
    judged = verdict.judge(
        read_claims(row), row["code"], trace, answer=case.answer, read=said["read"], statements=0.0
    )
    for reason in judged.reasons:
        yield "claims", reason
    here = (True, judged.checked, judged.statements, judged.branches)
    there = (said["accepted"], said["checked"], row["coverage"]["statements"], row["coverage"]["branches"])
    if here != there:
        yield "verdict", f"accepted, checked, statements and branches are {here}, not {there}"

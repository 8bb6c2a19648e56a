"""The published rows of a sample, and what a row says read back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from pyx.errors import ReleaseError
from pyx.records import Case, Claim, Monologue, Origin, Sample, Trace, Verdict, digest
from pyx.release.schema import CLAIM, CONFIGS, ORIGIN, VERSION, Row
from pyx.trace import events


def make_rows(sample: Sample) -> Iterator[tuple[str, Row]]:
    """The published rows of a finished sample, each with its config; `ReleaseError` if it is not finished."""
    _check_finished(sample)
    yield "programs", _seal(_program_row(sample))
    if sample.given.description:
        yield "nl2code", _seal(_example_row(sample, sample.cases[0]))
    cases = {case.id: case for case in sample.cases}
    traces = {trace.case: trace for trace in sample.traces}
    for monologue in sample.monologues:
        case = cases[monologue.case]
        if monologue.direction == "forward":
            yield "forward", _seal(_forward_row(sample, case, traces[case.id], monologue))
        else:
            yield monologue.direction, _seal(_backward_row(sample, case, monologue))


def _check_finished(sample: Sample) -> None:
    if not sample.program or not sample.cases:
        raise ReleaseError(f"sample {sample.id} has no cases", hint="the recipe needs inputs and execute")
    if not sample.split:
        raise ReleaseError(f"sample {sample.id} has no split", hint="end the recipe with the step split")
    if any(case.status not in ("ok", "error") for case in sample.cases):
        raise ReleaseError(f"sample {sample.id} has a case without outcome", hint="the recipe needs execute")
    if any(said.verdict is None or not said.verdict.accepted for said in sample.monologues):
        raise ReleaseError(f"sample {sample.id} has an unjudged monologue", hint="the recipe needs judge")
    for said in sample.monologues:
        if said.direction not in CONFIGS:
            raise ReleaseError(f"schema {VERSION} has no config {said.direction}", hint="leave that step out")


def _program_row(sample: Sample) -> Row:
    program = sample.given
    return {
        "id": sample.id,
        **_code(sample),
        "imports": list(program.imports),
        "constructs": list(program.constructs),
        "cases": [{"id": case.id, **_call(case), "documented": case.documented} for case in sample.cases],
        "invented": _invented(sample.notes),
        **_provenance(sample),
    }


def _example_row(sample: Sample, case: Case) -> Row:
    keys = {"id": sample.id, "program_id": sample.id, "case_id": case.id}
    return {**keys, **_code(sample), **_call(case), **_provenance(sample)}


def _forward_row(sample: Sample, case: Case, trace: Trace, monologue: Monologue) -> Row:
    verdict = monologue.verdict
    assert verdict is not None  # _check_finished has seen to it
    return {
        **_keys(sample, case, monologue),
        **_code(sample),
        **_call(case),
        "trace": encodable(events.dump(trace)),  # a JSON escape reads back as the same character
        **_text(monologue, verdict),
        "coverage": {"statements": verdict.statements, "branches": verdict.branches},
        **_teacher(monologue),
        "rules": sorted({*trace.rules, *monologue.rules}),
        **_provenance(sample),
    }


def _backward_row(sample: Sample, case: Case, monologue: Monologue) -> Row:
    verdict = monologue.verdict
    assert verdict is not None  # _check_finished has seen to it
    found = next(claim.value for claim in monologue.claims if claim.kind == "input")
    there = _call(case)
    back = ("setup", "output", "output_type", "exception", "grade", "python", "sandbox_level")
    return {
        **_keys(sample, case, monologue),
        **_code(sample),
        "call": found,
        "asked_call": case.call,
        **{name: there[name] for name in back},
        **_text(monologue, verdict),
        **_teacher(monologue),
        **_provenance(sample),
    }


def _keys(sample: Sample, case: Case, monologue: Monologue) -> Row:
    return {"id": monologue.id, "program_id": sample.id, "case_id": case.id}


def _text(monologue: Monologue, verdict: Verdict) -> Row:
    return {
        "monologue": encodable(monologue.text),
        "claims": [_claim(claim) for claim in monologue.claims],
        "verdict": {"accepted": verdict.accepted, "checked": verdict.checked, "read": verdict.read},
    }


def _teacher(monologue: Monologue) -> Row:
    return {"teacher": monologue.teacher, "prompt_hash": monologue.prompt, "tries": monologue.tries}


def _code(sample: Sample) -> Row:
    program = sample.given
    return {"code": program.code, "entry_point": program.entry, "description": program.description}


def _call(case: Case) -> Row:
    return {
        "setup": case.setup,
        "call": case.call,
        "args": case.args,
        "output": case.value,
        "output_type": case.type,
        "exception": case.exception,
        "message": encodable(case.message),
        "stdout": encodable(case.stdout),
        "changed": list(case.changed),
        "grade": case.grade,
        "python": case.python,
        "sandbox_level": case.level,
    }


def encodable(text: str) -> str:
    """A text that UTF-8 can hold: what a program prints or raises may have lone surrogates in it."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _claim(claim: Claim) -> Row:
    values = {column.name: getattr(claim, column.name) for column in CLAIM}
    return {name: encodable(value) if isinstance(value, str) else value for name, value in values.items()}


def _provenance(sample: Sample) -> Row:
    return {
        "origin": {column.name: getattr(sample.origin, column.name) for column in ORIGIN},
        "licence": sample.origin.licence,
        "family": sample.family or sample.id,
        "schema_version": VERSION,
        "code_teacher": f"{sample.notes.get('teacher', '')} {sample.notes.get('prompt', '')}".strip(),
        "description_teacher": sample.notes.get("described", ""),
    }


def _invented(notes: Mapping[str, str]) -> Row:
    """How a teacher came to the program, from what `synth` noted; all empty for code that was found."""
    return {
        "seed": notes.get("seed", ""),
        "parameters": notes.get("parameters", ""),
        "tries": int(notes.get("tries", 0)),
        "request": notes.get("journal", ""),
    }


def _seal(row: Row) -> Row:
    return {**row, "digest": row_digest(row)}


def row_digest(row: Row) -> str:
    """The digest of a row's columns but `digest`, whatever their order."""
    rest = {name: value for name, value in row.items() if name != "digest"}
    return digest(json.dumps(rest, sort_keys=True, ensure_ascii=True))


def read_case(row: Row) -> Case:
    """The case of a `cases` struct, or of a row that carries one."""
    return Case(
        id=row["case_id"] if "case_id" in row else row["id"],
        call=row["call"],
        grade=row["grade"],
        setup=row["setup"],
        args=row["args"],
        documented=row.get("documented", ""),
        status="error" if row["exception"] else "ok",
        value=row["output"],
        type=row["output_type"],
        exception=row["exception"],
        message=row["message"],
        stdout=row["stdout"],
        changed=tuple(row["changed"]),
        level=row["sandbox_level"],
        python=row["python"],
    )


def read_claims(row: Row) -> tuple[Claim, ...]:
    """The claims of a row that tells an execution."""
    return tuple(Claim(**claim) for claim in row["claims"])


def read_origin(row: Row) -> Origin:
    """Where the row's program was read."""
    return Origin(**row["origin"], licence=row["licence"])

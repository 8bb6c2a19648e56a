"""Find calls for programs: documented ones first, made ones when too few were found."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from pyx.inputs import make_case
from pyx.literals import is_literal
from pyx.records import Case, Reject, Sample
from pyx.registry import INPUTS, STAGES
from pyx.source.calls import bind_call, is_constant, read_call, write_call

SOURCES = ["doctests", "callsites", "typed"]


def check_sources(*, sources: list[str] = SOURCES, **_: Any) -> None:
    """Raise for a source that is unknown."""
    for name in sources:
        INPUTS.find(name)


def find_labels(*, sources: list[str] = SOURCES, **_: Any) -> dict[str, Any]:
    """The versions of the sources: which calls are found depends on them."""
    return {"inputs": [INPUTS.find(name).label for name in sources]}


@STAGES.add(
    "inputs", version=1, needs=("program",), gives=("cases",), check=check_sources, depends=find_labels
)
def find_inputs(
    samples: Iterable[Sample], *, sources: list[str] = SOURCES, most: int = 8, longest: int = 500
) -> Iterator[Sample | Reject]:
    """Give each program up to `most` different calls, from the `sources` in their order.

    An example that is more than a direct call is run, and the direct calls seen are taken. Calls of more
    than `longest` characters are left. A program without any call is a reject.
    """
    for sample in samples:
        cases = _gather(sample, sources, most, longest)
        if cases:
            yield replace(sample, cases=tuple(cases))
        else:
            reason = "no-input"
            yield Reject("program", sample.id, "inputs", reason, sample=sample.id, origin=sample.origin)


def _gather(sample: Sample, sources: list[str], most: int, longest: int) -> list[Case]:
    function = _find_entry(sample)
    found: dict[object, Case] = {}
    for name in sources:
        for case in INPUTS.find(name).function(sample):
            for direct in _resolve(sample, case):
                key = _find_key(direct, sample, function)
                if key is not None and len(direct.call) <= longest:
                    _keep(found, key, direct)
            if len(found) >= most:
                return list(found.values())
    return list(found.values())


def _keep(found: dict[object, Case], key: object, case: Case) -> None:
    """The first of equal calls stays, for the better grades come first; a stated result is never lost."""
    known = found.setdefault(key, case)
    if case.documented and not known.documented:
        found[key] = replace(known, documented=case.documented)


def _find_entry(sample: Sample) -> ast.FunctionDef:
    body = ast.parse(sample.given.code).body
    found = (item for item in body if isinstance(item, ast.FunctionDef) and item.name == sample.given.entry)
    return next(found)


def _find_key(case: Case, sample: Sample, function: ast.FunctionDef) -> object:
    call = read_call(case.call, sample.given.entry)
    return bind_call(call, function) if call and is_constant(call) else None


def _resolve(sample: Sample, case: Case) -> Iterator[Case]:
    """The direct calls with literal arguments that a case stands for."""
    call = read_call(case.call, sample.given.entry)
    if call and not case.setup and is_constant(call):
        yield case
        return
    from pyx.sandbox.pool import Job, open_box

    code, entry = sample.given.code, sample.given.entry
    outcome = open_box().run(Job(code, case.call, case.setup, entry, mode="calls"))
    seen = outcome.payload if isinstance(outcome.payload, list) else []
    for row in seen:
        args, kwargs = row["args"], row["kwargs"]
        if all(map(is_literal, [*args, *kwargs.values()])):
            text = write_call(entry, args, kwargs.items())
            documented = case.documented if call and len(seen) == 1 else ""
            yield make_case(sample, text, case.grade, documented=documented)


EXAMPLES = [
    ('def f(x):\n    """Double.\n\n    >>> f(2)\n    4\n    """\n    return x * 2\n', ["f"]),
    ("def f(g):\n    return g(1)\n", ["program: no-input"]),
]

"""Find calls for programs: documented ones first, made ones when too few were found."""

from __future__ import annotations

import ast
from collections.abc import Generator, Iterable, Iterator
from dataclasses import replace
from typing import Any

from pyx.inputs import make_case
from pyx.literals import is_literal
from pyx.records import Case, Reject, Sample
from pyx.registry import INPUTS, STAGES
from pyx.sandbox.pool import Job, Limits, Outcome, open_box
from pyx.source.calls import bind_call, is_closed, read_call, write_call
from pyx.source.module import find_function
from pyx.stages.execute import find_labels as find_places

SOURCES = ["doctests", "callsites", "mutated", "typed"]
MADE = ("mutated", "typed", "heuristic")
"""Grades of inputs that nobody wrote down: they may not suit the program."""

_MISFITS = {"TypeError", "AttributeError", "NameError"}
_LIMITS = Limits(cpu_s=2.0, wall_s=10.0)
_IN_VAIN = 12
"""Made calls in a row that do not fit before a source is given up."""


def check_sources(*, sources: list[str] = SOURCES, **_: Any) -> None:
    """Raise for a source that is unknown."""
    for name in sources:
        INPUTS.find(name)


def find_labels(
    *,
    sources: list[str] = SOURCES,
    policy: bool = True,
    lists: dict[str, dict[str, Any]] | None = None,
    **_: Any,
) -> dict[str, Any]:
    """What the calls that are found depend on: the sources, and where calls are tried out."""
    labels = [INPUTS.find(name).label for name in sources]
    return {"inputs": labels, **find_places(policy=policy, lists=lists)}


@STAGES.add(
    "inputs", version=1, needs=("program",), gives=("cases",), check=check_sources, depends=find_labels
)
def find_inputs(
    samples: Iterable[Sample],
    *,
    sources: list[str] = SOURCES,
    most: int = 8,
    longest: int = 400,
    policy: bool = True,
    lists: dict[str, dict[str, Any]] | None = None,
) -> Iterator[Sample | Reject]:
    """Give each program up to `most` different calls, from the `sources` in their order.

    An example that is more than a direct call is run, and the direct calls seen are taken. A made call is
    tried out, and left when the program cannot take such arguments. Calls of more than `longest` characters
    are left. A program without any call is a reject. `policy` and `lists` are as for `execute`.
    """
    for sample in samples:
        search = _Search(sample, most, longest, policy and (lists or True))
        cases = search.run(sources)
        if cases:
            yield replace(sample, cases=tuple(cases))
        else:
            yield Reject("program", sample.id, "inputs", "no-input", "", sample.id, sample.origin)


class _Search:
    """The search for the calls of one program."""

    def __init__(
        self, sample: Sample, most: int, longest: int, policy: bool | dict[str, dict[str, Any]]
    ) -> None:
        self.sample = sample
        self.policy = policy
        self.code, self.entry = sample.given.code, sample.given.entry
        self.function = find_function(ast.parse(self.code), self.entry)
        self.most, self.longest = most, longest
        self.found: dict[object, Case] = {}

    def run(self, sources: list[str]) -> list[Case]:
        for name in sources:
            if len(self.found) < self.most:
                self._ask(INPUTS.find(name).function(self.sample))
        return list(self.found.values())[: self.most]

    def _ask(self, source: Iterator[Case]) -> None:
        """Take what a source gives, and tell it whether a made call did fit."""
        answer: bool | None = None
        vain = 0
        while len(self.found) < self.most and vain < _IN_VAIN:
            try:
                case = source.send(answer) if isinstance(source, Generator) else next(source)
            except StopIteration:
                return
            answer = self._take(case)
            vain = vain + 1 if answer is False else 0

    def _take(self, case: Case) -> bool:
        """Keep the calls that a case stands for; False when it is a made one that does not fit."""
        fits = True
        for direct in self._resolve(case):
            call = read_call(direct.call, self.entry)
            key = bind_call(call, self.function) if call and is_closed(call) else None
            if key is None or len(direct.call) > self.longest:
                continue
            known = self.found.get(key)
            if known is None and case.grade in MADE and not self._fits(direct):
                fits = False
            elif known is None:
                self.found[key] = direct
            elif direct.documented and not known.documented:
                self.found[key] = replace(known, documented=direct.documented)
        return fits

    def _fits(self, case: Case) -> bool:
        outcome = self._execute(case)
        if outcome.status == "error":
            return outcome.exception not in _MISFITS or f"raise {outcome.exception}" in self.code
        return outcome.status == "ok" and is_literal(outcome.value)

    def _resolve(self, case: Case) -> Iterator[Case]:
        """The direct calls that a case stands for: as they are, or with the literals that they were given."""
        call = read_call(case.call, self.entry)
        if call and not case.setup and is_closed(call):
            yield case
            return
        outcome = self._execute(case, mode="calls")
        seen = outcome.payload if isinstance(outcome.payload, list) else []
        for row in seen:
            args, kwargs = row["args"], row["kwargs"]
            if all(map(is_literal, [*args, *kwargs.values()])):
                text = write_call(self.entry, args, kwargs.items())
                documented = case.documented if call and len(seen) == 1 else ""
                yield make_case(self.sample, text, case.grade, documented=documented)

    def _execute(self, case: Case, *, mode: str = "run") -> Outcome:
        job = Job(self.code, case.call, case.setup, self.entry, mode=mode, policy=self.policy, limits=_LIMITS)
        return open_box().run(job)


EXAMPLES = [
    ('def f(x):\n    """Double.\n\n    >>> f(2)\n    4\n    """\n    return x * 2\n', ["f"]),
    ("def f(g):\n    return g(1)\n", ["program: no-input"]),
]

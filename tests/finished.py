"""Finished samples for tests of releases, written out by hand: nothing here is executed."""

from __future__ import annotations

from typing import Any

from pyx.claims import name_text
from pyx.records import Case, Claim, Monologue, Origin, Program, Sample, Trace, Verdict, digest
from pyx.source import normal_form

RUN: dict[str, Any] = {
    "pyx": "0.1.0",
    "python": "3.11.7",
    "recipe": {"name": "tiny", "digest": "abc", "text": 'name = "tiny"\n'},
    "seeds": ["folder:tiny"],
    "steps": [{"use": "execute.1", "options": {"seeds": 2}}, {"use": "split.1", "options": {}}],
    "evidence": {"policy": "1.0.0 abc"},
    "funnel": [
        {"step": "seeds", "came": 1, "made": 1, "cases": 0, "monologues": 0, "rejected": {}},
        {
            "step": "execute",
            "came": 4,
            "made": 4,
            "cases": 4,
            "monologues": 0,
            "rejected": {"case: timeout": 1},
        },
        {"step": "split", "came": 4, "made": 4, "cases": 4, "monologues": 0, "rejected": {}},
    ],
}


def make_sample(number: int, *, split: str = "train", description: str = "Adds a number.") -> Sample:
    """A program that adds `number` to 1, with its case, trace and monologue."""
    code = f"def f(x):\n    return x + {number}\n"
    name = digest(normal_form(code), "f")
    origin = Origin("folder:tiny", "f.py", licence="MIT", name="f", line=1)
    case = Case(
        id=f"{name}-{digest('', 'f(1)', length=8)}",
        call="f(1)",
        grade="doctest",
        args="{'x': 1}",
        status="ok",
        value=str(number + 1),
        type="int",
        level="kernel",
        python="3.11",
    )
    return Sample(
        id=name,
        origin=origin,
        program=Program(code, "f", description, constructs=("arithmetic",)),
        cases=(case,),
        traces=(make_trace(case),),
        monologues=(make_monologue(case),),
        family=name,
        split=split,
    )


def make_backward(case: Case, call: str = "f(1)") -> Monologue:
    """A text that goes back from the output to an input."""
    text = f"It adds, so the input is one less.\n[ANSWER]assert {call} == {case.value}[/ANSWER]"
    claims = (Claim("constraint", value="x > 0", said="x > 0"), Claim("input", value=call, said=call))
    verdict = Verdict((), checked=1, statements=0.0, branches=0.0)
    name = name_text(case.id, "backward", text)
    return Monologue(name, case.id, "backward", text, claims, "toy-model", "abc", verdict=verdict, tries=2)


def make_trace(case: Case) -> Trace:
    statements = ((1, 2, 0, "def", -1, "body"), (2, 2, 4, "return", 0, "body"))
    events: tuple[tuple[Any, ...], ...] = (
        ("c", 0, -1, {"x": "1"}, [], ["f", -1, "function"]),
        ("r", 0, 1, {}, [], case.value),
    )
    return Trace(case.id, 1, "3.11", "abc", "f", case.call, statements, events, rules=("V001.1",))


def make_monologue(case: Case) -> Monologue:
    claim = Claim("return", value=case.value, said=f"It returns {case.value}.")
    verdict = Verdict((), checked=1, statements=1.0, branches=1.0)
    return Monologue(
        f"{case.id}-m", case.id, "forward", claim.said, (claim,), rules=("N001.1",), verdict=verdict
    )

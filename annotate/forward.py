"""Forward monologues: what happens when the call is executed, in the order in which it happens."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from pyx.annotate.freely import label_manner, make_manner, tell_freely
from pyx.annotate.narrate import narrate
from pyx.annotate.stream import PATIENCE
from pyx.claims import count_tokens
from pyx.literals import is_literal
from pyx.records import Case, Monologue, Reject, Sample, digest
from pyx.registry import STAGES, TEACHERS
from pyx.rules import find_narration
from pyx.trace.events import has_skip


def check_teacher(*, teacher: str = "narrator", **options: Any) -> None:
    """Raise for a teacher, a prompt style or a hint that there is not."""
    TEACHERS.find(teacher)
    if teacher != "narrator":
        make_manner(teacher=teacher, **options)


def find_labels(*, teacher: str = "narrator", **options: Any) -> dict[str, Any]:
    """What else the texts depend on: of a teacher that is asked, its model and prompt."""
    if teacher != "narrator":
        return label_manner(make_manner(teacher=teacher, **options))
    # Those of pyx itself are known to the engine with all other source.
    others = [rule for rule in find_narration() if not rule.module.startswith("pyx.")]
    return {rule.label: digest(inspect.getsource(sys.modules[rule.module])) for rule in others}


@STAGES.add(
    "forward",
    version=1,
    needs=("traces",),
    gives=("monologues",),
    check=check_teacher,
    depends=find_labels,
    patience=PATIENCE,
)
def forward(
    samples: Iterable[Sample],
    *,
    teacher: str = "narrator",
    most: int = 3,
    budget: int = 2000,
    seed: str = "",
    model: str = "",
    parameters: dict[str, Any] | None = None,
    options: dict[str, Any] | None = None,
    style: str = "plain",
    hint: str = "none",
    shots: int = 1,
    shots_from: str = "",
    tries: int = 3,
    best_of: int = 1,
    statements: float = 0.5,
    branches: float = 0.0,
    reading: float = 0.5,
) -> Iterator[Sample | Reject]:
    """Tell the first `most` cases of each program, each in at most `budget` tokens.

    Cases whose answer is no literal, or of which a loop was skipped, are left as they are. A text
    that is longer than its budget even when it is folded as far as the rules go is a reject, and so
    is what a teacher got wrong.

    The options from `model` on are for teachers other than the narrator, who are asked in the prompt
    `style`, with a `hint` ("none", "trace", or "narrator": a text to rewrite) and `shots` examples. A
    text with a false claim, or that says too little (`statements`, `branches`, `reading`: as in `judge`),
    goes back with the reason, `tries` times in all; of `best_of` texts a try, the fullest is taken.
    """
    if teacher != "narrator":
        manner = make_manner(
            teacher=teacher, model=model, parameters=parameters, options=options, style=style, hint=hint,
            shots=shots, shots_from=shots_from, tries=tries, best_of=best_of, statements=statements,
            branches=branches, reading=reading,
        )  # fmt: skip
        yield from tell_freely(samples, manner, lambda sample: find_cases(sample)[:most], budget=budget)
        return
    for sample in samples:
        told = []
        for case in find_cases(sample)[:most]:
            monologue = tell_case(sample, case, budget=budget, seed=seed)
            tokens = count_tokens(monologue.text)
            if tokens > budget:
                detail = f"{tokens} tokens, {budget} are allowed"
                yield Reject(
                    "monologue", monologue.id, "forward", "over-budget", detail, sample.id, sample.origin
                )
                continue
            told.append(monologue)
        yield replace(sample, monologues=(*sample.monologues, *told))


def find_cases(sample: Sample) -> list[Case]:
    """The cases of a sample that can be told: traced, with an answer that can be written down."""
    traced = {trace.case for trace in sample.traces if not has_skip(trace)}
    return [
        case for case in sample.cases if case.id in traced and (case.exception or is_literal(case.answer))
    ]


def tell_case(sample: Sample, case: Case, *, budget: int, seed: str) -> Monologue:
    """The narrator's monologue about one case; its wording is chosen by program and case."""
    trace = next(trace for trace in sample.traces if trace.case == case.id)
    wording = f"{seed}{sample.id}{case.id}"
    return narrate(sample.given, trace, seed=wording, budget=budget, answer=case.answer)


_SQUARE = 'def f(n: int) -> int:\n    """Square n.\n\n    >>> f(3)\n    9\n    """\n    return n * n\n'

EXAMPLES = [(_SQUARE, ["f"])]

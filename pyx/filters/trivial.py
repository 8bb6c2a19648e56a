"""Programs whose runs teach nothing."""

from __future__ import annotations

from pyx.records import Case, Sample
from pyx.registry import FILTERS


@FILTERS.add("trivial", version=1, needs=("outcomes",))
def drop_trivial(sample: Sample, *, cases: int = 3, answers: int = 2) -> str | None:
    """Drop a program with fewer than `cases` executed cases or `answers` different answers.

    One that raises in every case is dropped too. Answers differ by value, type, output and what was changed.
    """
    done = [case for case in sample.cases if case.status in ("ok", "error")]
    if len(done) < cases:
        return "too-few-cases"
    if not any(case.status == "ok" for case in done):
        return "always-raises"
    if len({_tell(case) for case in done}) < answers:
        return "same-answer"
    return None


def _tell(case: Case) -> str:
    return f"{case.answer} {case.type} {case.stdout} {' '.join(case.changed)}"


EXAMPLES = [
    ("def f(x):\n    return x\n", [("f(1)", "1"), ("f(2)", "2"), ("f(3)", "3")], None),
    ("def f(x):\n    return 0\n", [("f(1)", "0"), ("f(2)", "0"), ("f(3)", "0")], "same-answer"),
    ("def f(x):\n    return x\n", [("f(1)", "1")], "too-few-cases"),
    (
        "def f(x):\n    return 1 // 0\n",
        [("f(1)", "raises A"), ("f(2)", "raises B"), ("f(3)", "raises A")],
        "always-raises",
    ),
]

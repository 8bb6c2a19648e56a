"""States beside the lines that made them, as the SemCoder models were trained to read them."""

from __future__ import annotations

from typing import Literal

from pyx.records import Program, Trace
from pyx.registry import FORMATS
from pyx.trace.lengths import shorten_notes
from pyx.trace.margins import annotate
from pyx.trace.steps import Step, by_end, steps

SHOWN = 3
"""States of one line that the concise style shows: the first two and the last."""


@FORMATS.add("semcoder", version=1)
def write_semcoder(
    program: Program,
    trace: Trace,
    *,
    style: Literal["ordered", "unordered", "concise"] = "ordered",
    tokens: int = 0,
) -> str:
    """The program with `[INPUT]`, `[STATE-n]`, `[OUTPUT]` and `[EXCEPTION]` comments on its lines.

    A state holds the names that its line bound or changed; n counts such states over the whole
    execution. `unordered` leaves the numbers out; `concise` keeps, of a line with more than three
    states, the first two and the last. With a budget of `tokens` for the comments (0: none) those
    in the middle of the execution are left out, and `...` stands for them on each line that loses
    some; the program always stands whole. `[SKIP]` is the rest of a loop that was not watched.
    """
    told: list[tuple[int, str]] = []
    count = 0
    for step in by_end(steps(trace)):
        note = _write_note(step, f"STATE-{count}" if style != "unordered" else "STATE")
        if note and step.line:  # a module's run begins at no line
            told.append((step.line, note))
            count += note.startswith("[STATE")
    notes = shorten_notes(told, tokens)
    if style == "concise":
        notes = {line: _shorten(words) for line, words in notes.items()}
    return annotate(program.code, notes)


def _write_note(step: Step, label: str) -> str:
    if step.kind == "call":
        label, value = "INPUT", _write_names(step)
    elif step.kind == "return":
        label, value = "OUTPUT", step.value
    elif step.kind == "exception":
        label, value = "EXCEPTION", step.exception
    elif step.kind in ("line", "resume") and step.changed:
        value = _write_names(step)
    elif step.kind == "skip":
        label, value = "SKIP", _write_names(step)
    else:
        return ""
    return f"[{label}] {value} [/{label}]"


def _write_names(step: Step) -> str:
    shown = (f'"{name}": {step.after[name]}' for name in step.changed if name in step.after)
    return "{" + ", ".join(shown) + "}"


def _shorten(words: list[str]) -> list[str]:
    states = [word for word in words if word.startswith("[STATE")]
    if len(states) <= SHOWN:
        return words
    others = [word for word in words if not word.startswith("[STATE")]
    return [*states[:2], " ... ", states[-1], *others]


EXAMPLES = [
    (
        "def f(nums):\n"
        "    out = []\n"
        "    for n in nums:\n"
        "        if n % 2:\n"
        "            out.append((n, n * n))\n"
        "    return out\n",
        "f([1, 2, 1])",
        'def f(nums):  # [INPUT] {"nums": [1, 2, 1]} [/INPUT]\n'
        '    out = []  # [STATE-0] {"out": []} [/STATE-0]\n'
        '    for n in nums:  # [STATE-1] {"n": 1} [/STATE-1][STATE-3] {"n": 2} [/STATE-3]'
        '[STATE-4] {"n": 1} [/STATE-4]\n'
        "        if n % 2:\n"
        '            out.append((n, n * n))  # [STATE-2] {"out": [(1, 1)]} [/STATE-2]'
        '[STATE-5] {"out": [(1, 1), (1, 1)]} [/STATE-5]\n'
        "    return out  # [OUTPUT] [(1, 1), (1, 1)] [/OUTPUT]\n",
    )
]

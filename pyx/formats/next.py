"""States beside the lines that made them, numbered by the step, as NExT shows them."""

from __future__ import annotations

from pyx.records import Program, Trace
from pyx.registry import FORMATS
from pyx.trace.lengths import shorten_notes
from pyx.trace.margins import annotate
from pyx.trace.steps import Step, by_end, steps


@FORMATS.add("next", version=1)
def write_next(program: Program, trace: Trace, *, shown: int = 3, tokens: int = 0) -> str:
    """The program with `# (0) nums = [1, 2]; (2) n = 1; ...; (5) n = 1` on its lines.

    The number counts the states of the whole execution; what a line changed stands beside it. Of
    a line with more than `shown` states (0: all) the first ones and the last are kept, and `...`
    stands for the others. Values returned are `__return__=...`, exceptions `__exception__=...`,
    and `__skip__ ...` is what the rest of a loop did that was not watched. With a budget of
    `tokens` for the comments (0: none) those in the middle of the execution are left out first,
    and `...` stands for them; the program always stands whole.
    """
    told: list[tuple[int, str]] = []
    count = 0
    for step in by_end(steps(trace)):
        text = _write_note(step)
        if text and not text.startswith("__"):
            text = f"({count}) {text}"
            count += 1
        if text and step.line:
            told.append((step.line, text))
    notes = shorten_notes(told, tokens)
    return annotate(program.code, {line: _keep(words, shown) for line, words in notes.items()}, between="; ")


def _write_note(step: Step) -> str:
    if step.kind == "return":
        return f"__return__={step.value}"
    if step.kind == "yield":
        return f"__yield__={step.value}"
    if step.kind == "exception":
        return f"__exception__={step.exception}"
    mark = "__skip__ " if step.kind == "skip" else ""
    return mark + ", ".join(f"{name} = {step.after[name]}" for name in step.changed if name in step.after)


def _keep(words: list[str], shown: int) -> list[str]:
    states = [word for word in words if not word.startswith("__")]
    ends = [word for word in words if word.startswith("__")]
    if shown and len(states) > shown:
        states = [*states[: shown - 1], "...", states[-1]]
    return states + (ends if not shown or len(ends) <= shown else [*ends[: shown - 1], "...", ends[-1]])


_PROGRAM = """\
def f(nums):
    out = []
    for n in nums:
        if n % 2:
            out.append(n)
    return out
"""

EXAMPLES = [
    (
        _PROGRAM,
        "f([1, 2, 1, 3])",
        "def f(nums):  # (0) nums = [1, 2, 1, 3]\n"
        "    out = []  # (1) out = []\n"
        "    for n in nums:  # (2) n = 1; (4) n = 2; ...; (7) n = 3\n"
        "        if n % 2:\n"
        "            out.append(n)  # (3) out = [1]; (6) out = [1, 1]; (8) out = [1, 1, 3]\n"
        "    return out  # __return__=[1, 1, 3]\n",
    )
]

"""One plain sentence a step."""

from __future__ import annotations

from pyx.records import Program, Trace
from pyx.registry import FORMATS
from pyx.trace.lengths import shorten
from pyx.trace.steps import Step, by_end, steps


@FORMATS.add("steps", version=1)
def write_steps(program: Program, trace: Trace, *, tokens: int = 0) -> str:
    """A numbered sentence for every step: what ran, what it changed, where it led.

    With a budget of `tokens` (0: none) sentences are left out in the middle, and `...` says so.
    """
    lines = program.code.split("\n")
    told = enumerate(by_end(steps(trace)), 1)
    sentences = [f"{number}. {_say(step, lines)}" for number, step in told]
    return "\n".join(shorten(sentences, tokens))


def _say(step: Step, lines: list[str]) -> str:
    if step.function == "<module>" and step.kind == "call":
        return "The module is run."
    if step.kind == "call":
        return f"{step.function} is called{_say_names(step, ' with ')}."
    if step.kind in ("return", "yield"):
        return f"Line {step.line}: {step.function} {step.kind}s {step.value}."
    if step.kind == "exception":
        what = f"{step.exception}: {step.message}".rstrip(": ")
        return f"Line {step.line}: {what} appears in {step.function}."
    if step.kind == "skip":
        return f"Line {step.line}: the rest of this loop was not watched{_say_names(step, '; after it ')}."
    if step.kind == "resume":
        return f"Line {step.line}: {step.function} goes on{_say_names(step, '; then ')}."
    words = (
        f"Line {step.line}: `{lines[step.line - 1].strip()}`{_say_branch(step)}{_say_names(step, '; then ')}"
    )
    return f"{words}{f'; it prints {step.output!r}' if step.output else ''}."


def _say_branch(step: Step) -> str:
    if step.iteration:
        return f" begins iteration {step.iteration}"
    if step.taken is None:
        return " runs"
    return " holds" if step.taken else " does not hold or is over"


def _say_names(step: Step, before: str) -> str:
    shown = [f"{name} = {step.after[name]}" for name in step.changed if name in step.after]
    gone = [f"{name} is gone" for name in step.changed if name not in step.after]
    return before + ", ".join(shown + gone) if shown or gone else ""


EXAMPLES = [
    (
        "def f(nums):\n    t = 0\n    for n in nums:\n        t += n\n    return t\n",
        "f([4])",
        "1. f is called with nums = [4].\n"
        "2. Line 2: `t = 0` runs; then t = 0.\n"
        "3. Line 3: `for n in nums:` begins iteration 1; then n = 4.\n"
        "4. Line 4: `t += n` runs; then t = 4.\n"
        "5. Line 3: `for n in nums:` does not hold or is over.\n"
        "6. Line 5: `return t` runs.\n"
        "7. Line 5: f returns 4.",
    )
]

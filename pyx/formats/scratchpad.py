"""The full state after every executed line, as in scratchpad training."""

from __future__ import annotations

from collections.abc import Mapping

from pyx.records import Program, Trace
from pyx.registry import FORMATS
from pyx.trace.lengths import shorten
from pyx.trace.steps import Step, by_end, steps


@FORMATS.add("scratchpad", version=1)
def write_scratchpad(program: Program, trace: Trace, *, tokens: int = 0) -> str:
    """Every executed line with the whole state of its frame after it.

    A call shows the line of its `def` and the arguments; `return:`, `yield:` and `exception:`
    tell how a frame was left. What an inner frame does stands before the state of the line that
    called it. `skip:` is the rest of a loop that was not watched, with the state after it. With a
    budget of `tokens` (0: none) whole lines of it are left out in the middle, and `...` says so.
    """
    lines = program.code.split("\n")
    words: list[str] = []
    for step in by_end(steps(trace)):
        words += _write_step(step, lines)
    return "\n".join(shorten(words, tokens))


def _write_step(step: Step, lines: list[str]) -> list[str]:
    if step.kind in ("return", "yield"):
        return [f"{step.kind}: {step.value}"]
    if step.kind == "exception":
        return [f"exception: {step.exception}: {step.message}".rstrip(": ")]
    source = lines[step.line - 1] if step.line else ""
    mark = "skip" if step.kind == "skip" else "line"
    words = ["resume" if step.kind == "resume" else f"{mark}: {source}", f"state: {write_state(step.after)}"]
    if step.output:
        words.append(f"prints: {step.output!r}")
    return words


def write_state(state: Mapping[str, str]) -> str:
    """Names and values in the manner of a dict: `{"n": 1, "out": []}`."""
    return "{" + ", ".join(f'"{name}": {value}' for name, value in state.items()) + "}"


EXAMPLES = [
    (
        "def f(nums):\n    out = []\n    for n in nums:\n        out.append(n * n)\n    return out\n",
        "f([3])",
        "line: def f(nums):\n"
        'state: {"nums": [3]}\n'
        "line:     out = []\n"
        'state: {"nums": [3], "out": []}\n'
        "line:     for n in nums:\n"
        'state: {"nums": [3], "out": [], "n": 3}\n'
        "line:         out.append(n * n)\n"
        'state: {"nums": [3], "out": [9], "n": 3}\n'
        "line:     for n in nums:\n"
        'state: {"nums": [3], "out": [9], "n": 3}\n'
        "line:     return out\n"
        'state: {"nums": [3], "out": [9], "n": 3}\n'
        "return: [9]",
    )
]

"""What each executed line made true, in order, by line labels after the program."""

from __future__ import annotations

from pyx.records import Program, Trace
from pyx.registry import FORMATS
from pyx.trace.lengths import shorten
from pyx.trace.steps import Step, by_end, steps


@FORMATS.add("labelled", version=1)
def write_labelled(program: Program, trace: Trace, *, tokens: int = 0) -> str:
    """The program, then `[L2] out = [] [/L2]` for every executed line that bound or changed something.

    A call writes `[L1] [INPUT] ... [/INPUT] [/L1]`, a return `[OUTPUT]`, an exception
    `[EXCEPTION]`, the rest of a loop that was not watched `[SKIP]`. Lines that changed nothing are
    left out. With a budget of `tokens` (0: none) labels are left out in the middle, and `...` says
    so; the program always stands whole.
    """
    labels = [label for step in by_end(steps(trace)) if (label := _write_label(step))]
    return program.code.rstrip("\n") + "\n\n" + "\n".join(shorten(labels, tokens))


def _write_label(step: Step) -> str:
    if not step.line:  # a module's run begins at no line
        return ""
    if step.kind == "call":
        text = f"[INPUT] {_write_names(step)} [/INPUT]"
    elif step.kind == "return":
        text = f"[OUTPUT] {step.value} [/OUTPUT]"
    elif step.kind == "yield":
        text = f"[YIELD] {step.value} [/YIELD]"
    elif step.kind == "exception":
        text = f"[EXCEPTION] {step.exception} [/EXCEPTION]"
    elif step.kind == "skip":
        text = f"[SKIP] {_write_names(step)} [/SKIP]"
    elif step.changed:
        text = _write_names(step)
    else:
        return ""
    return f"[L{step.line}] {text} [/L{step.line}]"


def _write_names(step: Step) -> str:
    shown = [f"{name} = {step.after[name]}" for name in step.changed if name in step.after]
    gone = [f"del {name}" for name in step.changed if name not in step.after]
    return "; ".join(shown + gone)


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
        "f([1, 2])",
        f"{_PROGRAM}\n"
        "[L1] [INPUT] nums = [1, 2] [/INPUT] [/L1]\n"
        "[L2] out = [] [/L2]\n"
        "[L3] n = 1 [/L3]\n"
        "[L5] out = [1] [/L5]\n"
        "[L3] n = 2 [/L3]\n"
        "[L6] [OUTPUT] [1] [/OUTPUT] [/L6]",
    )
]

"""Frames of locals before each executed line, as the Code World Model reads them."""

from __future__ import annotations

import json
from collections.abc import Mapping

from pyx.records import Program, Trace
from pyx.registry import FORMATS
from pyx.trace.lengths import ELISION, shorten
from pyx.trace.steps import Step, steps

UNCHANGED = ".."


@FORMATS.add("cwm", version=1)
def write_cwm(program: Program, trace: Trace, *, tokens: int = 0) -> str:
    """The program with its start marked, then a frame for every call, line, return and exception.

    A frame holds the locals *before* its line, as JSON strings of their text; `".."` is a value
    that has not changed since the frame's last event. A line `...` stands for the rest of a loop
    that was not watched. With a budget of `tokens` (0: none) frames
    are left out in the middle, and a line `...` says so.
    """
    lines = program.code.rstrip("\n").split("\n")
    found = steps(trace)
    marked = list(lines)
    if found and found[0].line:
        marked[found[0].line - 1] += "  # << START_OF_TRACE"
    known: dict[int, Mapping[str, str]] = {}
    frames = [frame for step in found if (frame := _write_frame(step, lines, known))]
    body = "\n".join(shorten(frames, tokens))
    return f"<|trace_context_start|>{chr(10).join(marked)}\n{body}\n<|frame_sep|><|end_of_text|>"


def _write_frame(step: Step, lines: list[str], known: dict[int, Mapping[str, str]]) -> str:
    source = lines[step.line - 1] if step.line else ""
    if step.kind == "skip":
        return ELISION
    if step.kind in ("call", "line", "resume"):
        state = step.after if step.kind == "call" else step.before
        shown = _write_state(state, known.get(step.frame, {}))
        known[step.frame] = state
        mark = "line" if step.kind == "line" else "call"
        return f"<|frame_sep|><|{mark}_sep|>{shown}<|action_sep|>{source}"
    if step.kind == "exception":
        mark, value = "exception", f"{step.exception}: {step.message}".rstrip(": ")
    else:
        mark, value = "return", step.value
    return (
        f"<|frame_sep|><|{mark}_sep|><|action_sep|>{source}<|arg_sep|>{json.dumps(value, ensure_ascii=False)}"
    )


def _write_state(state: Mapping[str, str], before: Mapping[str, str]) -> str:
    shown = {name: UNCHANGED if before.get(name) == value else value for name, value in state.items()}
    return json.dumps(shown, ensure_ascii=False)


EXAMPLES = [
    (
        "def f(nums):\n    out = []\n    return out\n",
        "f([1])",
        "<|trace_context_start|>def f(nums):  # << START_OF_TRACE\n    out = []\n    return out\n"
        '<|frame_sep|><|call_sep|>{"nums": "[1]"}<|action_sep|>def f(nums):\n'
        '<|frame_sep|><|line_sep|>{"nums": ".."}<|action_sep|>    out = []\n'
        '<|frame_sep|><|line_sep|>{"nums": "..", "out": "[]"}<|action_sep|>    return out\n'
        '<|frame_sep|><|return_sep|><|action_sep|>    return out<|arg_sep|>"[]"\n'
        "<|frame_sep|><|end_of_text|>",
    )
]

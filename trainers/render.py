"""The templates of training and evaluation: what a model is asked, and the form of a right answer.

The one place where columns become text. A view is what is learned from a row; `STYLES` are two
wordings of it: `pyx`, and `semcoder`, which SemCoder's published checkpoints understand.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pyx.errors import PyxError, nearest
from pyx.records import Program
from pyx.registry import FORMATS
from pyx.trace import events

STYLES = ("pyx", "semcoder")

STOPS = ("[/ANSWER]", "\n```\n")
"""Where a model's answer ends: after an answer's tag, or after a fenced program."""

SHIFT = 4
"""SemCoder's labels count from 5: its checkpoints saw four lines of imports before each program."""

LABEL = re.compile(r"\[L(\d+)\]")
"""A line label of a monologue."""

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Lesson:
    """One thing to learn: only the response is learned, the prompt is given."""

    view: str
    prompt: str
    response: str


@dataclass(frozen=True, slots=True)
class View:
    """What is learned from the rows of one config."""

    config: str
    render: Callable[[Row, str], Lesson | None]


def render(view: str, row: Row, *, style: str = "pyx") -> Lesson | None:
    """The lesson of a row, none when the row has nothing to teach in this view."""
    return find_view(view).render(row, style)


def find_view(name: str) -> View:
    """The view of that name."""
    if name not in VIEWS:
        raise PyxError(f"no view {name!r}", hint=nearest(name, VIEWS))
    return VIEWS[name]


def check_style(style: str) -> str:
    """The style, if it is one."""
    if style not in STYLES:
        raise PyxError(f"no style {style!r}", hint=nearest(style, STYLES))
    return style


# What is asked.


def ask_output(code: str, call: str, *, view: str = "forward", style: str = "pyx") -> str:
    """The question what a call returns."""
    if style == "semcoder" and view in ("forward", "direct"):
        return _ask_semcoder(_SEMCODER_TASKS["forward"], code, f"assert {call} == ??", view == "forward")
    return _fill(_TASKS[view], _show(code, labels=view == "forward"), f"Call: {call}")


def ask_input(code: str, entry: str, output: str, *, view: str = "backward", style: str = "pyx") -> str:
    """The question which call gives a value."""
    if style == "semcoder":
        return _ask_semcoder(
            _SEMCODER_TASKS["backward"], code, f"assert {entry}(??) == {output}", view == "backward"
        )
    task = _TASKS["backward" if view == "backward" else "input" if view == "direct" else "input-cot"]
    return _fill(task, _show(code, labels=view == "backward"), f"Wanted: assert {entry}(??) == {output}")


def ask_code(text: str, *, style: str = "pyx") -> str:
    """The question for a program that does what the text says."""
    if style == "semcoder":
        return f"<NL_Description>\n{text.strip()}\n\n<Code>\n"
    return f"Write the Python program that is described here.\n\n{text.strip()}\n\n"


_TASKS = {
    "forward": "What does the call return? Go through the execution line by line, then give the answer.",
    "direct": "What does the call return? Give only the answer.",
    "cot": "What does the call return? Think step by step, then give the answer in the form "
    "[ANSWER]assert CALL == RESULT[/ANSWER], where RESULT is a Python literal.",
    "scratchpad": "What does the call return? Write every executed line and the state after it, "
    "then give the answer.",
    "next": "What does the call return? Write the program with the states of its variables beside each "
    "line, then give the answer.",
    "cwm": "What does the call return? Write the trace of the execution frame by frame, "
    "then give the answer.",
    "backward": "Which call returns this? Go back from the result line by line to what the arguments must "
    "be, then give one such call.",
    "input": "Which call returns this? Give only the answer.",
    "input-cot": "Which call returns this? Think step by step, then give the answer in the form "
    "[ANSWER]assert CALL == RESULT[/ANSWER].",
}

_SEMCODER_TASKS = {
    "forward": "Simulate the Execution: Below is a Python program and an assertion whose right side is "
    "missing. Follow the execution for this input and complete the assertion.",
    "backward": "Deduce the Semantic Constraints: Below is a Python program and an assertion whose input is "
    "missing. Work out what the input has to satisfy and complete the assertion with one such input.",
}


ASKS: dict[str, tuple[str, str]] = {
    "direct": ("direct", "pyx"),
    "cot": ("cot", "pyx"),
    "monologue": ("monologue", "pyx"),
    "semcoder": ("monologue", "semcoder"),
    "scratchpad": ("scratchpad", "pyx"),
    "next": ("next", "pyx"),
    "cwm": ("cwm", "pyx"),
}
"""How a benchmark can be asked: by name, the view it is asked in and its style."""


def ask(name: str, kind: str, *, code: str, entry: str, call: str, output: str, text: str) -> str:
    """The prompt for a benchmark's task of kind output, input or code."""
    if name not in ASKS:
        raise PyxError(f"no prompt style {name!r}", hint=nearest(name, ASKS))
    view, style = ASKS[name]
    if kind == "code":
        return ask_code(text, style=style)
    if kind == "input":
        view = "backward" if view == "monologue" else view
        return ask_input(code, entry, output, view=view, style=style)
    return ask_output(code, call, view="forward" if view == "monologue" else view, style=style)


def _fill(task: str, code: str, last: str) -> str:
    return f"{task}\n\n[PYTHON]\n{code}\n[/PYTHON]\n{last}\n\n"


def _ask_semcoder(task: str, code: str, assertion: str, monologue: bool) -> str:
    lines = code.strip("\n").split("\n")
    labelled = "\n".join(f"{line} # [L{number}]" for number, line in enumerate(lines, 1 + SHIFT))
    begin = "[MONOLOGUE]\n" if monologue else "[ANSWER]"
    return f"{task}\n\n[PYTHON]\n{labelled}\n{assertion}\n[/PYTHON]\n\n{begin}"


def _show(code: str, *, labels: bool) -> str:
    code = code.strip("\n")
    if not labels:
        return code
    return "\n".join(f"[L{number}] {line}".rstrip() for number, line in enumerate(code.split("\n"), 1))


# What answers it.


def answer_call(call: str, output: str) -> str:
    """The form of an answer about a call: the whole assertion."""
    return f"[ANSWER]assert {call} == {output}[/ANSWER]"


def answer_code(code: str) -> str:
    """The form of a program as an answer."""
    return f"```python\n{code.strip()}\n```\n"


def _answer_row(row: Row) -> str:
    if row["exception"]:
        return f"[ANSWER]raises {row['exception']}[/ANSWER]"
    return answer_call(row["call"], row["output"])


def _call(row: Row) -> str:
    return f"{row['setup'].rstrip()}\n{row['call']}" if row["setup"] else str(row["call"])


def _render_forward(row: Row, style: str) -> Lesson:
    prompt = ask_output(row["code"], _call(row), style=style)
    return Lesson("forward", prompt, _dress_monologue(row["monologue"], _answer_row(row), style))


def _render_backward(row: Row, style: str) -> Lesson | None:
    if row["exception"]:
        return None
    prompt = ask_input(row["code"], row["entry_point"], row["output"], style=style)
    return Lesson("backward", prompt, _dress_monologue(row["monologue"], _answer_row(row), style))


def _dress_monologue(text: str, answer: str, style: str) -> str:
    """The monologue, ending in the answer; with SemCoder's tags and labels in its style."""
    told = text.partition("[ANSWER]")[0].rstrip()
    if style != "semcoder":
        return f"{told}\n{answer}"
    told = LABEL.sub(lambda match: f"[L{int(match[1]) + SHIFT}]", told)
    return f"{told}\n[/MONOLOGUE]\n\n{answer}"


def _render_direct(row: Row, style: str) -> Lesson:
    answer = _answer_row(row)
    if style == "semcoder":
        answer = answer.removeprefix("[ANSWER]")
    return Lesson("direct", ask_output(row["code"], _call(row), view="direct", style=style), answer)


def _render_code(row: Row, style: str) -> Lesson | None:
    if not row["description"]:
        return None
    text = f"{row['description'].strip()}\n\nThe function is `{row['entry_point']}`."
    if not row["exception"] and not row["setup"]:
        text += f" For example, `{row['call']}` returns `{row['output']}`."
    answer = f"{row['code'].strip()}\n" if style == "semcoder" else answer_code(row["code"])
    return Lesson("nl2code", ask_code(text, style=style), answer)


def _render_trace(format_name: str) -> Callable[[Row, str], Lesson]:
    def render_trace(row: Row, style: str) -> Lesson:
        program = Program(row["code"], row["entry_point"])
        text = FORMATS.find(format_name).function(program, events.load(row["trace"])).strip("\n")
        if format_name == "cwm":  # what stands before the first frame is the program once more
            head, mark, frames = text.partition("<|frame_sep|>")
            text = mark + frames if mark else head
        prompt = ask_output(row["code"], _call(row), view=format_name, style=style)
        return Lesson(format_name, prompt, f"{text}\n{_answer_row(row)}")

    return render_trace


VIEWS: dict[str, View] = {
    "nl2code": View("nl2code", _render_code),
    "forward": View("forward", _render_forward),
    "backward": View("backward", _render_backward),
    "direct": View("forward", _render_direct),
    "scratchpad": View("forward", _render_trace("scratchpad")),
    "next": View("forward", _render_trace("next")),
    "cwm": View("forward", _render_trace("cwm")),
}
"""What can be learned, and the config that teaches it."""

"""The derived view of a trace: what happened, step by step, with values as text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass



@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened: a call, a statement, a return, a yield, a resume or an exception."""

    index: int  # 0.. in execution order
    kind: str  # "call", "line", "return", "yield", "resume", "exception"
    frame: int  # frame number in order of creation; the entry call is 0
    depth: int  # 0 for the entry call
    function: str  # qualified name of the frame's function
    statement: int  # index in trace.statements; -1 for a call
    line: int  # source line of that statement; for a call of the def
    before: Mapping[str, str]  # locals as text when the step began
    after: Mapping[str, str]  # locals as text when the statement had ended
    changed: tuple[str, ...]  # names of this frame that were bound, changed in place or deleted
    value: str = ""  # return, yield: value as text
    exception: str = ""  # type name, "ValueError"
    message: str = ""
    output: str = ""  # what this step printed
    callees: tuple[int, ...] = ()  # frames of the program that this step called
    taken: bool | None = None  # if, while, for, match case, handler: whether the body was entered
    iteration: int = 0  # for, while: 1, 2, ... when an iteration begins, 0 otherwise
    parent: int = -1  # call: the frame that called

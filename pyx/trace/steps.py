"""The derived view of a trace: what happened, step by step, with values as text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pyx import records
from pyx.trace.events import GLOBALS
from pyx.trace.replay import State, read_event
from pyx.trace.texts import Texts


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened: a call, a statement, a return, a yield, a resume or an exception.

    A "skip" is the rest of a loop that was not watched: of what happened there only the locals
    after it are known.
    """

    index: int  # 0.. in execution order
    kind: str  # "call", "line", "return", "yield", "resume", "exception", "skip"
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


def steps(trace: records.Trace) -> list[Step]:
    """The steps of a trace in execution order."""
    return _Reader(trace).read()


def by_end(found: list[Step]) -> list[Step]:
    """The steps in the order in which they ended: a line that calls comes after what it called."""
    ends: list[float] = []
    following: dict[int, int] = {}  # frame: index of its step after the one looked at
    for step in reversed(found):
        over = following.get(step.frame, len(found)) - 0.5
        ends.append(over if step.kind in ("line", "resume", "skip") else step.index)
        following[step.frame] = step.index
    ends.reverse()
    return sorted(found, key=lambda step: (ends[step.index], -step.depth))


_BRANCHES = frozenset(("If", "While", "For", "AsyncFor", "match_case", "ExceptHandler"))
_LOOPS = frozenset(("While", "For", "AsyncFor"))
_KINDS = {"c": "call", "l": "line", "r": "return", "y": "yield", "n": "resume", "e": "exception",
          "s": "skip"}  # fmt: skip


class _Reader:
    """Reads the events once, front to back, keeping for each frame the step that is not over."""

    def __init__(self, trace: records.Trace) -> None:
        self.rows = trace.statements
        self.events = trace.events
        self.state = State()
        self.texts = Texts(self.state)
        self.made: list[dict[str, Any]] = []
        self.open: dict[int, dict[str, Any]] = {}  # frame: its step that is not over
        self.bound: dict[int, dict[str, None]] = {}  # frame: names bound since that step began
        self.frames: dict[int, tuple[str, int, bool]] = {}  # frame: function, depth, module code?
        self.loops: dict[tuple[int, int], int] = {}  # frame and loop: its iterations so far
        self.last: dict[int, int] = {}  # frame: its statement before the present one

    def read(self) -> list[Step]:
        for event in self.events:
            k, f, s, d, _, x = read_event(event)
            self.texts.forget(self.state.apply(event))
            self.bound.setdefault(f, {}).update(dict.fromkeys(d))
            if k == "o":
                if f in self.open:
                    self.open[f]["output"] += x
            elif k in _KINDS or k == "u":
                self._take(k, f, s, x)
        for frame in list(self.open):
            self._close(frame, "", -1)
        return [Step(**made) for made in self.made]

    def _take(self, k: str, f: int, s: int, x: Any) -> None:
        if k == "c":
            self._call(f, s, x)
            return
        self._close(f, k, s)
        if k == "u":
            return
        made = self._begin(k, f, s)
        if k in "ry":
            made["value"] = self.texts.write(x)
        elif k == "e":
            made["exception"], made["message"] = x
        if k in "lns":
            self.open[f] = made

    def _call(self, f: int, s: int, x: Any) -> None:
        name, parent, *how = x
        self.frames[f] = (name, len(self.state.running) - 1, how == ["module"])
        if parent in self.open:
            self.open[parent]["callees"] += (f,)
        made = self._begin("c", f, s)
        made |= {"before": {}, "statement": -1, "parent": parent, "changed": tuple(made["after"])}
        self.bound[f] = {}

    def _begin(self, k: str, f: int, s: int) -> dict[str, Any]:
        name, depth, _ = self.frames[f]
        now = self._locals(f)
        made: dict[str, Any] = {
            "index": len(self.made), "kind": _KINDS[k], "frame": f, "depth": depth, "function": name,
            "statement": s, "line": self.rows[s][0] if s >= 0 else 0, "before": now, "after": now,
            "changed": (), "output": "", "callees": (),
        }  # fmt: skip
        self.made.append(made)
        return made

    def _locals(self, f: int) -> dict[str, str]:
        source = GLOBALS if self.frames[f][2] else f
        return {name: self.texts.write(value) for name, value in self.state.frames[source].items()}

    def _close(self, f: int, k: str, s: int) -> None:
        """End the frame's open step: event `k` at statement `s` is what came next in the frame."""
        made = self.open.pop(f, None)
        bound = self.bound.pop(f, {})
        if made is None:
            return
        before, after = made["before"], self._locals(f)
        names = dict.fromkeys([*before, *after])
        made["after"] = after
        made["changed"] = tuple(
            name for name in names if name in bound or before.get(name) != after.get(name)
        )
        if made["kind"] == "line":
            self._judge_branch(made, f, k, s)
        if made["kind"] in ("line", "skip"):
            self.last[f] = made["statement"]

    def _judge_branch(self, made: dict[str, Any], f: int, k: str, s: int) -> None:
        own = made["statement"]
        kind = self.rows[own][3]
        if kind == "Assert":
            made["taken"] = k != "e" if k else None
        if kind not in _BRANCHES or k not in ("l", "r", "u", "y"):
            return
        made["taken"] = k == "l" and self.rows[s][4] == own and self.rows[s][5] == "body"
        if kind in _LOOPS:
            self._count_iteration(made, f, own)

    def _count_iteration(self, made: dict[str, Any], f: int, own: int) -> None:
        if not self._goes_round(f, own):
            self.loops[f, own] = 0
        if made["taken"]:
            self.loops[f, own] += 1
            made["iteration"] = self.loops[f, own]

    def _goes_round(self, f: int, own: int) -> bool:
        """Whether the frame came to this loop's header from within its body."""
        before = self.last.get(f, -1)
        jumped = before >= 0 and self.rows[before][3] == "Break"
        while before >= 0:
            _, parent, role = self.rows[before][3:]
            if parent == own:
                return role == "body" and not jumped
            if jumped and parent >= 0 and self.rows[parent][3] in _LOOPS and role != "orelse":
                jumped = False  # the break left this inner loop only
            before = parent
        return False

"""The oracle: after every event, the replayed state is compared with the live one."""

from __future__ import annotations

import dis
from typing import Any

from pyx.trace import picture, recorder, replay
from pyx.trace.events import GLOBALS, Budgets

BUDGETS = Budgets(events=3_000)


class Witness:
    """Called after every event; keeps the first disagreement in `fault`."""

    def __init__(self) -> None:
        self.state = replay.State()
        self.read = 0
        self.compared = 0
        self.fault = ""

    def __call__(self, recording: recorder.Recorder, active: recorder.Active) -> None:
        for event in recording.events[self.read :]:
            self.state.apply(event)
        self.read = len(recording.events)
        self.compared += 1
        live = picture.draw_live(find_live(recording, active), recording.heap)
        drawn = self.state.picture(find_replayed(self.state, active.number))
        if live != drawn and not self.fault:
            pairs = zip(live.split("\n"), drawn.split("\n"), strict=False)
            first = next((pair for pair in pairs if pair[0] != pair[1]), ("more", "fewer"))
            self.fault = f"{recording.events[-1]}: live {first[0][:200]}, replayed {first[1][:200]}"


def find_live(recording: recorder.Recorder, active: recorder.Active) -> dict[str, Any]:
    """What the interpreter says now: the frame's locals and the module's globals."""
    local = active.frame.f_locals
    if active.shape.how == "class":  # what a metaclass put there is no variable of the class body
        stored = {
            item.argval for item in dis.get_instructions(active.frame.f_code) if item.opname == "STORE_NAME"
        }
        names = [name for name in local if not name.startswith("__") and name in stored]
    else:
        names = [name for name in active.shape.names if name in local and active.shape.how != "module"]
    found = {f"local {name}": local[name] for name in sorted(names)}
    shown = (name for name in sorted(recording.module.names) if recording.module.shows(name))
    return found | {f"global {name}": recording.module.namespace[name] for name in shown}


def find_replayed(state: replay.State, number: int) -> dict[str, Any]:
    local, shared = state.frames.get(number, {}), state.frames[GLOBALS]
    found = {f"local {name}": local[name] for name in sorted(local)}
    return found | {f"global {name}": shared[name] for name in sorted(shared)}


def find_fault(code: str, call: str = "f(2)") -> tuple[str, int]:
    """Where the recording of a call is wrong ("" if nowhere), and how many states were compared."""
    witness = Witness()
    trace, made = recorder.record_text(code, call, witness=witness, budgets=BUDGETS)
    if made.truncated:
        return ("" if made.truncated.startswith("events") else made.truncated), witness.compared
    fault = witness.fault or replay.check(trace.events, made.final)
    return fault or ("" if made.ended else "the end was not seen"), witness.compared


def find_difference(code: str, call: str = "f(2)") -> str:
    """Where plans change what is recorded, "" if nowhere.

    The heap operations of one statement may be written in two ways, as two items or one splice:
    they are compared by the states that they lead to.
    """
    planned, _ = recorder.record_text(code, call, budgets=BUDGETS)
    blind, _ = recorder.record_text(code, call, budgets=BUDGETS, blind=True)
    ours, theirs = replay.State(), replay.State()
    for one, other in zip(planned.events, blind.events, strict=False):
        k, f, s, d, h, x = replay.read_event(one)
        if (k, f, s, d, bool(h), x) != (*(again := replay.read_event(other))[:4], bool(again[4]), again[5]):
            return f"{one} with plans, {other} without"
        ours.apply(one)
        theirs.apply(other)
        if h and ours.picture(find_replayed(ours, f)) != theirs.picture(find_replayed(theirs, f)):
            return f"{one} with plans, {other} without"
    counts = len(planned.events), len(blind.events)
    return "" if counts[0] == counts[1] else f"{counts[0]} events with plans, {counts[1]} without"

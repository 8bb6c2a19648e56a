"""Listening by `sys.settrace`: any Python from 3.11 on."""

from __future__ import annotations

import sys
import types
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pyx.trace.headroom import DEEP, REACHED, lift
from pyx.trace.survey import RESUME, find_numbers

if TYPE_CHECKING:
    from pyx.trace.frames import Active
    from pyx.trace.reporter import Recorder
    from pyx.trace.survey import Shape

_RETURNS = find_numbers("RETURN_VALUE", "RETURN_CONST")
_YIELDS = find_numbers("YIELD_VALUE", "RESUME", "SEND")
_STOPS = find_numbers("FOR_ITER", "SEND")


def is_exhaustion(active: Active, kind: type, offset: int) -> bool:
    """Whether an exception is only the way in which a `for` learns that its iterator is exhausted."""
    return kind is StopIteration and active.shape.ops[offset // 2] in _STOPS


Act = Callable[[types.FrameType, Any], "Active | None"]
Handler = Callable[[types.FrameType, str, Any], Any]


class Listener:
    """Reports the frames of a program to a recorder."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        self.shapes = recorder.shapes

    def start(self) -> None:
        self._acts: dict[str, Act] = {
            "line": self._line, "return": self._return, "exception": self._exception,
        }  # fmt: skip
        self._on_event = self._make_handler()
        sys.settrace(self._on_call)

    def stop(self) -> None:
        sys.settrace(None)

    def _on_call(self, frame: types.FrameType, _event: str, _arg: Any) -> Any:
        shape = self.shapes.get(frame.f_code)
        if shape is None or shape.how == "inlined":
            return None
        if shape.ops[frame.f_lasti // 2] != RESUME and frame not in self.recorder.suspended:
            return None  # a generator that is closed before it began
        if len(self.recorder.stack) > DEEP:
            return self._on_deep if self._lift(self._enter, frame, shape) else None
        return self._guard(self._enter, frame, shape)

    def _on_deep(self, frame: types.FrameType, event: str, arg: Any) -> Any:
        """As `_on_event`, with room of its own where the program recurses deeply."""
        return self._on_deep if self._lift(self._acts[event], frame, arg) else None

    def _make_handler(self) -> Handler:
        """What is called at every event of a frame; most are lines, and these take the short way."""
        recorder, acts = self.recorder, self._acts
        events, stack, line = recorder.events, recorder.stack, recorder.line

        def on_event(frame: types.FrameType, event: str, arg: Any) -> Any:
            try:
                if event == "line":
                    line(stack[-1], frame.f_lineno - 1)
                else:
                    acts[event](frame, arg)
            except Exception as error:
                recorder.fail(error)
            return on_event if len(events) < recorder.limit else self._end()

        def on_watched(frame: types.FrameType, event: str, arg: Any) -> Any:
            return self._guard(acts[event], frame, arg)

        return on_watched if recorder.witness is not None or recorder.loops else on_event

    def _lift(self, act: Act, frame: types.FrameType, arg: Any) -> Any:
        try:
            return lift(self._guard, act, frame, arg)
        except RecursionError:  # the program's own; with it the interpreter stops tracing
            self.recorder.stop(REACHED)
            raise

    def _guard(self, act: Act, frame: types.FrameType, arg: Any) -> Any:
        recorder = self.recorder
        try:
            active = act(frame, arg)
            if recorder.witness is not None and active is not None:
                recorder.witness(recorder, active)
        except Exception as error:
            recorder.fail(error)
        return self._on_event if len(recorder.events) < recorder.limit else self._end()

    def _end(self) -> None:
        self.recorder.stop("events")
        sys.settrace(None)

    def _enter(self, frame: types.FrameType, shape: Shape) -> Active | None:
        recorder = self.recorder
        if frame not in recorder.suspended:
            recorder.enter(frame, shape)
        else:
            thrown = shape.ops[frame.f_lasti // 2] != RESUME
            recorder.resume(frame, thrown)
        return None if recorder.top is None or recorder.top.thrown else recorder.top

    def _line(self, frame: types.FrameType, _arg: Any) -> Active | None:
        active = self.recorder.top
        assert active is not None and active.frame is frame
        statement = frame.f_lineno - 1
        if self.recorder.loops and self.recorder.tires(active, statement):
            self.recorder.stop("repeats")
            return None
        return self.recorder.line(active, statement)

    def _return(self, frame: types.FrameType, value: Any) -> Active | None:
        recorder, active = self.recorder, self.recorder.top
        assert active is not None and active.frame is frame
        number = active.shape.ops[frame.f_lasti // 2]
        if active.thrown:
            recorder.unwind(active)
            return None
        if number in _RETURNS:
            recorder.leave(active, value)
        elif number in _YIELDS:
            recorder.suspend(active, value)
        else:
            recorder.unwind(active)
        return active

    def _exception(self, frame: types.FrameType, arg: Any) -> Active | None:
        active = self.recorder.top
        assert active is not None and active.frame is frame
        kind, error, _ = arg
        if is_exhaustion(active, kind, frame.f_lasti):
            return None
        if active.thrown:
            active.thrown = error if error is not None else True
            return None
        self.recorder.throw(active, error, kind)
        return active

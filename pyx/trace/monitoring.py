"""Listening by `sys.monitoring`: Python 3.12 and later. The events are those of `settrace`."""

from __future__ import annotations

import sys
import types
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pyx.trace.headroom import DEEP, lift
from pyx.trace.settrace import is_exhaustion

if TYPE_CHECKING:
    from pyx.trace.frames import Active
    from pyx.trace.reporter import Recorder

_LOCAL = ("LINE", "PY_START", "PY_RESUME", "PY_RETURN", "PY_YIELD")
_GLOBAL = ("RAISE", "PY_UNWIND", "PY_THROW")  # these cannot be asked of one code object alone


def find_frame(code: types.CodeType) -> types.FrameType:
    """The frame of the program in which an event happens, above those of the recorder."""
    frame: types.FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_code is not code:
        frame = frame.f_back
    assert frame is not None
    return frame


class Listener:
    """Reports the frames of a program to a recorder."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        self.shapes = recorder.shapes
        self.api: Any = sys.monitoring  # type: ignore[attr-defined,unused-ignore]
        self.tool = next(number for number in (4, 3, 2, 1) if self.api.get_tool(number) is None)

    def start(self) -> None:
        events, api, tool = self.api.events, self.api, self.tool
        api.use_tool_id(tool, "pyx")
        for name in (*_LOCAL, *_GLOBAL):
            act = getattr(self, f"_{name.lower()}")
            report = self._wrap_skipping(name, act) if self.recorder.loops else self._wrap(act)
            short = name == "LINE" and not self.recorder.loops and self.recorder.witness is None
            hear = self._make_line_handler(report) if short else self._wrap_deep(report)
            api.register_callback(tool, getattr(events, name), hear)
        wanted = sum(getattr(events, name) for name in _LOCAL)
        for code, shape in self.shapes.items():
            if shape.how != "inlined":
                api.set_local_events(tool, code, wanted)
        api.set_events(tool, sum(getattr(events, name) for name in _GLOBAL))

    def stop(self) -> None:
        if self.api.get_tool(self.tool) is None:
            return
        self._silence()
        if self.recorder.loops:
            self.api.restart_events()
        for name in (*_LOCAL, *_GLOBAL):
            self.api.register_callback(self.tool, getattr(self.api.events, name), None)
        self.api.free_tool_id(self.tool)

    def _silence(self) -> None:
        self.api.set_events(self.tool, 0)
        for code in self.shapes:
            self.api.set_local_events(self.tool, code, 0)

    def _make_line_handler(self, report: Callable[..., Any]) -> Callable[[types.CodeType, int], None]:
        """As `_wrap_deep` for lines, which are most of the events: these take the short way."""
        recorder = self.recorder
        events, stack, line = recorder.events, recorder.stack, recorder.line

        def hear(code: types.CodeType, number: int) -> None:
            if len(stack) > DEEP:
                lift(report, code, number)
                return
            if recorder.truncated:
                return
            try:
                line(stack[-1], number - 1)
            except Exception as error:
                recorder.fail(error)
            if len(events) >= recorder.limit:
                self._end()

        return hear

    def _end(self) -> None:
        self.recorder.stop("events")
        self._silence()

    def _wrap(self, act: Callable[..., Active | None]) -> Callable[..., None]:
        recorder = self.recorder

        def report(*args: Any) -> None:
            if recorder.truncated:
                return
            try:
                active = act(*args)
                if recorder.witness is not None and active is not None:
                    recorder.witness(recorder, active)
            except Exception as error:
                recorder.fail(error)
            if len(recorder.events) >= recorder.limit:
                self._end()

        return report

    def _wrap_deep(self, report: Callable[..., Any]) -> Callable[..., Any]:
        """As `report`, with room of its own where the program recurses deeply."""
        stack = self.recorder.stack

        def ask(*args: Any) -> Any:
            return lift(report, *args) if len(stack) > DEEP else report(*args)

        return ask

    def _wrap_skipping(self, name: str, act: Callable[..., Active | None]) -> Callable[..., Any]:
        """As `_wrap`; and while a loop is skipped, what need not be heard is disabled."""
        recorder, report, disable = self.recorder, self._wrap(act), self.api.DISABLE

        def hear(code: types.CodeType, *args: Any) -> Any:
            active = recorder.skipping
            if active is None or recorder.truncated:
                report(code, *args)
                return disable if recorder.skipping is not None and name == "LINE" else None
            here = find_frame(code) is active.frame
            outside = name != "LINE" or recorder.loops[args[0] - 1] != recorder.skipped
            if here and outside and name != "RAISE":
                recorder.wake()
                self.api.restart_events()
                if name == "PY_UNWIND":
                    self._raise(code, *args)
                report(code, *args)
                return None
            needed = name in _GLOBAL or (code is active.frame.f_code and outside)
            return None if needed else disable

        return hear

    def _line(self, _code: types.CodeType, line: int) -> Active | None:
        active = self.recorder.top
        assert active is not None
        if self.recorder.loops and self.recorder.tires(active, line - 1):
            self.recorder.skip(active, line - 1)
            return active
        return self.recorder.line(active, line - 1)

    def _py_start(self, code: types.CodeType, _offset: int) -> Active | None:
        self.recorder.enter(find_frame(code), self.shapes[code])
        return self.recorder.top

    def _py_resume(self, code: types.CodeType, _offset: int) -> Active | None:
        return self.recorder.resume(find_frame(code))

    def _py_throw(self, code: types.CodeType, _offset: int, error: BaseException) -> Active | None:
        if self._follows(code):
            self.recorder.resume(find_frame(code), error)
        return None

    def _py_return(self, _code: types.CodeType, _offset: int, value: Any) -> Active | None:
        active = self.recorder.top
        assert active is not None
        self.recorder.leave(active, value)
        return active

    def _py_yield(self, _code: types.CodeType, _offset: int, value: Any) -> Active | None:
        active = self.recorder.top
        assert active is not None
        self.recorder.suspend(active, value)
        return active

    def _py_unwind(self, code: types.CodeType, _offset: int, _error: BaseException) -> Active | None:
        active = self.recorder.top
        if active is None or not self._follows(code):
            return None
        silent = bool(active.thrown)
        self.recorder.unwind(active)
        return None if silent else active

    def _raise(self, code: types.CodeType, offset: int, error: BaseException) -> Active | None:
        active = self.recorder.top
        if active is None or not self._follows(code) or is_exhaustion(active, type(error), offset):
            return None
        if active.thrown:
            return None
        self.recorder.throw(active, error, type(error))
        return active

    def _follows(self, code: types.CodeType) -> bool:
        shape = self.shapes.get(code)
        return shape is not None and shape.how != "inlined"

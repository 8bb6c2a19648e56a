"""Listening by `sys.monitoring`: Python 3.12 and later. The events are those of `settrace`."""

from __future__ import annotations

import sys
import types
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pyx.trace.settrace import is_exhaustion

if TYPE_CHECKING:
    from pyx.trace.frames import Active
    from pyx.trace.reporter import Recorder

_LOCAL = ("LINE", "PY_START", "PY_RESUME", "PY_RETURN", "PY_YIELD")
_GLOBAL = ("RAISE", "PY_UNWIND", "PY_THROW")  # these cannot be asked of one code object alone


class Listener:
    """Reports the frames of a program to a recorder."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        self.shapes = recorder.shapes
        self.limit = recorder.budgets.events
        self.api: Any = sys.monitoring  # type: ignore[attr-defined,unused-ignore]
        self.tool = next(number for number in (4, 3, 2, 1) if self.api.get_tool(number) is None)

    def start(self) -> None:
        events, api, tool = self.api.events, self.api, self.tool
        api.use_tool_id(tool, "pyx")
        for name in (*_LOCAL, *_GLOBAL):
            api.register_callback(tool, getattr(events, name), self._wrap(getattr(self, f"_{name.lower()}")))
        wanted = sum(getattr(events, name) for name in _LOCAL)
        for code, shape in self.shapes.items():
            if shape.how != "inlined":
                api.set_local_events(tool, code, wanted)
        api.set_events(tool, sum(getattr(events, name) for name in _GLOBAL))

    def stop(self) -> None:
        if self.api.get_tool(self.tool) is None:
            return
        self._silence()
        for name in (*_LOCAL, *_GLOBAL):
            self.api.register_callback(self.tool, getattr(self.api.events, name), None)
        self.api.free_tool_id(self.tool)

    def _silence(self) -> None:
        self.api.set_events(self.tool, 0)
        for code in self.shapes:
            self.api.set_local_events(self.tool, code, 0)

    def _wrap(self, act: Callable[..., Active | None]) -> Callable[..., None]:
        """Stop, and say so, when the recorder itself fails: else the program would see it."""
        recorder, limit = self.recorder, self.limit

        def report(*args: Any) -> None:
            if recorder.truncated:
                return
            try:
                active = act(*args)
                if recorder.witness is not None and active is not None:
                    recorder.witness(recorder, active)
            except Exception as error:
                recorder.stop(f"the recorder failed: {type(error).__name__}: {error}")
            if len(recorder.events) >= limit:
                recorder.stop("events")
            if recorder.truncated:
                self._silence()

        return report

    def _line(self, _code: types.CodeType, line: int) -> Active | None:
        active = self.recorder.top
        assert active is not None
        return self.recorder.line(active, line - 1)

    def _py_start(self, code: types.CodeType, _offset: int) -> Active | None:
        self.recorder.enter(sys._getframe(2), self.shapes[code])
        return self.recorder.top

    def _py_resume(self, _code: types.CodeType, _offset: int) -> Active | None:
        return self.recorder.resume(sys._getframe(2))

    def _py_throw(self, code: types.CodeType, _offset: int, error: BaseException) -> Active | None:
        if self._follows(code):
            self.recorder.resume(sys._getframe(2), error)
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

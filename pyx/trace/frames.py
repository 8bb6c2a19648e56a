"""Frames: what is known of a frame while it runs."""

from __future__ import annotations

import types
from typing import Any

from pyx.trace.settling import Armed
from pyx.trace.survey import Shape
from pyx.trace.touches import Plan


class Active:
    """One frame that has begun and not ended."""

    __slots__ = (
        "armed", "careful", "changes", "entered", "everything", "frame", "home", "lost", "loud", "number",
        "plan", "runs", "shape", "statement", "thrown", "values",
    )  # fmt: skip

    def __init__(
        self,
        number: int,
        frame: types.FrameType,
        shape: Shape,
        statement: int,
        plan: Plan,
        home: int,
        careful: bool,
    ) -> None:
        self.number = number
        self.frame = frame
        self.shape = shape
        self.statement = statement
        self.plan = plan
        self.home = home  # the statement whose line is no event here: the def
        self.careful = careful  # other frames or its namespace can change under it
        self.loud = careful  # more must be looked at than the plan says
        self.lost = False  # it may have gone on unseen
        self.everything = False  # the statement may change any object
        self.entered = 0  # how many frames had been entered when it was last looked at
        self.changes = 0  # and how many changes noted
        self.values: dict[str, Any] = {}
        self.runs: dict[int, int] = {}  # statements in loops: how often they ran, where that is bounded
        self.armed: list[Armed] = []  # what the statement may change
        self.thrown: BaseException | bool | None = None  # resumed by throw() or close(), nothing has run yet

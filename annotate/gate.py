"""The gate before an endpoint: so many requests at once, and one back-off for all of them.

Open, it lets `width` requests in. When the endpoint turns somebody away (429, or one failure after
the other with no success between), it closes for everybody: for as long as the endpoint asks, else
for a time that doubles. Then one request goes ahead as a probe; when that succeeds the gate opens, and
widens with every success: fast up to half of its former width, then slowly. So an endpoint in trouble
sees a few requests, not a storm.
"""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

STUMBLES = 8
"""Failures in a row, over all requests, that close the gate."""


class Gate:
    """Who may send now; the methods belong to one event loop."""

    def __init__(self, width: int, *, first: float = 0.5, longest: float = 60.0) -> None:
        self.most = width
        self.first = first  # seconds of the first closing
        self.longest = longest
        self.width = float(width)
        self._easy = float(width)  # widths below it come back fast
        self.inside = 0
        self.closings = 0  # since the last success
        self.successes = 0
        self.trouble_since = 0.0  # loop time of the first failure since the last success, 0.0 when well
        self._stumbles = 0
        self._closed_at = 0.0
        self._opens_at = 0.0
        self._state = "open"  # "open", "closed", "probing"
        self._line: deque[asyncio.Future[None]] = deque()

    @asynccontextmanager
    async def place(self) -> AsyncIterator[float]:
        """Wait for one's turn, hold a place; gives the loop time of entering."""
        while not self._is_free():
            await self._stand_in_line()
        probe = self._state == "closed"
        if probe:
            self._state = "probing"
        self.inside += 1
        try:
            yield self._now()
        finally:
            self.inside -= 1
            if probe and self._state == "probing":  # it ended without a word about the endpoint
                self._state = "closed"
            self._wake()

    def _is_free(self) -> bool:
        if self._state == "open":
            return self.inside < int(self.width)
        return self._state == "closed" and self._now() >= self._opens_at

    async def _stand_in_line(self) -> None:
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._line.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._wake()
            raise

    def _wake(self) -> None:
        room = max(1, int(self.width) - self.inside) if self._is_free() else 0
        while room and self._line:
            turn = self._line.popleft()
            if not turn.done():
                turn.set_result(None)
                room -= 1

    def succeed(self, entered: float) -> None:
        """The endpoint answered a request that entered then."""
        self.successes += 1
        if entered < self._closed_at:
            return
        self._stumbles = self.closings = 0
        self.trouble_since = 0.0
        self._state = "open"
        self.width = min(float(self.most), self.width + (1 if self.width < self._easy else 1 / self.width))
        self._wake()

    def stumble(self, entered: float) -> None:
        """The endpoint failed one request: too many in a row, and it is the endpoint that fails."""
        self._note_trouble()
        self._stumbles += 1
        if self._state == "probing" or self._stumbles >= STUMBLES:
            self.close(entered, 0.0)

    def close(self, entered: float, wait: float) -> None:
        """The endpoint turned a request away; requests that were under way together count as one."""
        self._note_trouble()
        now = self._now()
        if entered >= self._closed_at:
            self.closings += 1
            self._closed_at = now
            if self.closings == 1:
                self._easy = max(1.0, self.width / 2)
            self.width = 1.0
            self._state = "closed"
            pause = min(self.longest, self.first * 2 ** (self.closings - 1))
            self._opens_at = now + max(wait, pause * random.uniform(0.5, 1.0))
        else:
            self._opens_at = max(self._opens_at, now + wait)
        asyncio.get_running_loop().call_later(self._opens_at - now + 0.001, self._wake)

    def open_wide(self) -> None:
        """Let everybody in at once: for the end, when nobody sends any more."""
        self._state, self.width = "open", 1e9
        self._wake()

    def _note_trouble(self) -> None:
        if not self.trouble_since:
            self.trouble_since = self._now()

    @property
    def closed_for(self) -> float:
        """Seconds until the gate lets a probe through, 0.0 when it is open."""
        return 0.0 if self._state == "open" else max(0.0, self._opens_at - self._now())

    def _now(self) -> float:
        return asyncio.get_running_loop().time()

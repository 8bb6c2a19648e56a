"""The purse: a budget that holds, however many requests are under way."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Purse:
    """What was spent, and what requests under way may still cost: that is set aside first."""

    def __init__(self, budget: float, spent: float) -> None:
        self.budget = budget  # 0.0: none
        self.spent = spent
        self._held = 0.0
        self._under_way = 0
        self._settled = asyncio.Event()

    async def affords(self, most: float) -> bool:
        """Whether a request fits the budget; waits while it depends on what others turn out to cost."""
        while self.budget and self.spent + self._held + most > self.budget:
            if not self._under_way:
                return False
            self._settled.clear()
            await self._settled.wait()
        return True

    @contextmanager
    def hold(self, most: float) -> Iterator[Callable[[float], None]]:
        """Set money aside for one request until it is paid; one that is not paid costs nothing."""
        self._held += most
        self._under_way += 1
        try:
            yield self._pay
        finally:
            self._held -= most
            self._under_way -= 1
            self._settled.set()

    def _pay(self, cost: float) -> None:
        self.spent += cost

"""A rehearsal: stages ask as they would, nobody is asked, and what it would cost is reckoned.

    with rehearse() as rehearsal:
        ...run stages in this process...
    rehearsal.requests, rehearsal.cost(price)

Every ask fails, so only first tries are seen; what more tries would cost at most is reckoned with.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from pyx.annotate.ask import Reply
from pyx.annotate.asker import Request
from pyx.annotate.limits import Limits, count_most_out, count_tokens

_LEAST_OUT = 0.25
"""The share of the longest reply that the shortest run is reckoned to need."""


@dataclass(slots=True)
class Rehearsal:
    """What was asked, and the bounds of what it would take; a `Contact`."""

    tries: int = 1  # of the step that asks
    requests: int = 0  # with one try each
    most_requests: int = 0
    tokens_in: int = 0
    most_in: int = 0
    tokens_out: int = 0
    most_out: int = 0

    async def ask(self, request: Request) -> list[Reply]:
        """Count a request; the answer is a failure."""
        came = count_tokens(request.ask.messages)
        made = count_most_out(request.parameters) * request.n
        self.requests += 1
        self.most_requests += self.tries
        self.tokens_in += came
        self.tokens_out += int(made * _LEAST_OUT)
        # A later try repeats all that was said before it.
        said = made // request.n
        self.most_in += sum(came + number * (said + 60) for number in range(self.tries))
        self.most_out += made * self.tries
        return [Reply(error="bad-request", detail="a rehearsal")]

    async def judge(self, _request: Request, _reason: str) -> None:
        """Nothing is judged in a rehearsal."""

    def cost(self, limits: Limits) -> tuple[float, float]:
        """Dollars, the least and the most."""
        return limits.cost(self.tokens_in, self.tokens_out), limits.cost(self.most_in, self.most_out)


REHEARSAL: ContextVar[Rehearsal | None] = ContextVar("REHEARSAL", default=None)


@contextmanager
def rehearse() -> Iterator[Rehearsal]:
    """While it is open, stages of this process ask nobody."""
    token = REHEARSAL.set(Rehearsal())
    try:
        found = REHEARSAL.get()
        assert found is not None
        yield found
    finally:
        REHEARSAL.reset(token)

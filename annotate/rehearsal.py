"""A rehearsal: stages ask as they would, nobody is asked, and what it would cost is reckoned.

    with rehearse() as rehearsal:
        ...run stages in this process...
    rehearsal.requests, rehearsal.cost(price)

Every ask fails, so only first tries are seen; what more tries would cost at most is reckoned with. What is
asked about programs that nobody has written yet can only be bounded (`pyx.annotate.bound`).
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

_REASON = 300
"""Tokens of a reason that goes back, with the words around it."""


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
    bound: str = ""  # why it is only an upper bound, "" when it was rehearsed

    async def ask(self, request: Request) -> list[Reply]:
        """Count a request; the answer is a failure."""
        came, made = count_tokens(request.ask.messages), count_most_out(request.parameters)
        self.requests += 1
        self.tokens_in += came
        self.tokens_out += int(made * request.n * _LEAST_OUT)
        self.add_most(came, made, request.n)
        return [Reply(error="bad-request", detail="a rehearsal")]

    def add_most(self, came: int, made: int, n: int, *, times: int = 1) -> None:
        """Reckon with all tries of questions of `came` tokens, each with `n` replies of `made`."""
        self.most_requests += times * self.tries
        # A later try repeats all that was said before it.
        self.most_in += times * sum(came + number * (made + _REASON) for number in range(self.tries))
        self.most_out += times * made * n * self.tries

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

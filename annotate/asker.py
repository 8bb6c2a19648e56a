"""The asker: everything that is sent to teachers goes through it, once.

It owns the journal, the limits, the back-off and the budget, and lives on one event loop that does
nothing else. A request that is in the journal is answered from there; two that are the same are sent
once; one that fails in passing is sent again; one that fails for good is a failed reply, and its record
a reject. What every request would meet (a key that is refused, an endpoint that is down, a budget that
is spent) stops the asker in good order: what is under way is finished and written down, everything
else gets `TeacherError`, and the same run can go on later.
"""

from __future__ import annotations

import asyncio
import json
import random
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self

from pyx.annotate.ask import FATAL, LASTING, Ask, Reply
from pyx.annotate.gate import Gate
from pyx.annotate.journal import Journal, find_key, gather_parameters, make_request
from pyx.annotate.limits import Limits, count_most_out, count_tokens, fill_usage
from pyx.annotate.meter import Meter
from pyx.annotate.purse import Purse
from pyx.errors import TeacherError
from pyx.records import digest
from pyx.registry import TEACHERS


@dataclass(frozen=True, slots=True)
class Request:
    """An ask with the teacher it is for and the teacher's options."""

    teacher: str
    ask: Ask
    options: dict[str, Any] = field(default_factory=dict)
    n: int = 1

    @property
    def model(self) -> str:
        return str(self.options.get("model") or self.teacher)

    @property
    def parameters(self) -> dict[str, Any]:
        """All that decides about the reply, but model and messages."""
        aside = {"model", "parameters", *self.facts.get("aside", ())}
        rest = {name: value for name, value in self.options.items() if name not in aside}
        given = {**rest, **(self.options.get("parameters") or {})}
        return gather_parameters(given, n=self.n, schema=self.ask.schema)

    @property
    def facts(self) -> dict[str, Any]:
        """What the teacher says of itself: `remote` costs money, `patient` takes hours."""
        return TEACHERS.find(self.teacher).facts

    @property
    def key(self) -> str:
        return find_key(self.model, self.parameters, self.ask.messages)


class Asker:
    """Asks teachers on behalf of everybody; use it as an asynchronous context manager."""

    def __init__(self, journal: Journal, limits: Limits | None = None, *, judged: Path | None = None) -> None:
        self.journal = journal
        self.limits = limits or Limits()
        limits = self.limits
        self.meter = Meter(spent=journal.spent, width=limits.concurrency, budget=limits.budget)
        self.stopped: TeacherError | None = None
        self._gate = Gate(self.limits.concurrency, first=self.limits.pause)
        self._purse = Purse(self.limits.budget, journal.spent)
        self._under_way: dict[str, asyncio.Task[list[Reply]]] = {}
        self._patient: set[str] = set()  # keys that may be under way for days
        self._stack = AsyncExitStack()
        self._judged = judged
        self._run = digest(str(self.meter.began), length=8)  # tells the judgements of two runs apart

    async def __aenter__(self) -> Self:
        for plugin in TEACHERS:
            if session := plugin.facts.get("session"):
                await self._stack.enter_async_context(session())
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._under_way.values():
            task.cancel()
        await asyncio.gather(*self._under_way.values(), return_exceptions=True)
        await self._stack.aclose()

    async def ask(self, request: Request) -> list[Reply]:
        """The replies to a request; `TeacherError` when the asker has stopped."""
        self.meter.asked += 1
        key = request.key
        known = self.journal.find(key)
        if known is not None:
            self.meter.cached += 1
            return known
        if key not in self._under_way:
            task = asyncio.create_task(self._fetch(key, request))
            task.add_done_callback(lambda done: self._forget(key, done))
            self._under_way[key] = task
            if request.facts.get("patient"):
                self._patient.add(key)
        # Whoever asked may go away: the reply is paid for, and is written down all the same.
        return await asyncio.shield(self._under_way[key])

    def _forget(self, key: str, task: asyncio.Task[list[Reply]]) -> None:
        self._under_way.pop(key, None)
        self._patient.discard(key)
        if not task.cancelled():
            task.exception()  # seen, even where nobody waits for it any more

    def retire(self) -> None:
        """Send nothing more, for nobody would hear of it; what a service works on by itself is left to it."""
        self._stop(TeacherError("nobody waits for replies any more", hint="run the same command again"))
        for key in self._patient & self._under_way.keys():
            self._under_way[key].cancel()

    async def drain(self) -> None:
        """Wait for all that is under way."""
        while self._under_way:
            await asyncio.gather(*self._under_way.values(), return_exceptions=True)

    async def _fetch(self, key: str, request: Request) -> list[Reply]:
        self.meter.waiting += 1
        try:
            replies = await self._persist(key, request)
        finally:
            self.meter.waiting -= 1
        self._write(key, request, replies)
        return replies

    def _write(self, key: str, request: Request, replies: list[Reply]) -> None:
        wanted = make_request(request.model, request.parameters, request.ask.messages)
        self.journal.write(key, wanted, replies)

    async def _persist(self, key: str, request: Request) -> list[Reply]:
        """Send a request until it is answered, or has failed for good."""
        counted = 0
        before = self._gate.successes
        for attempt in range(4 * self.limits.tries):
            replies = await self._send(request)
            error = replies[0].error
            if not error or error in LASTING:
                break
            # A try counts where others succeeded: while the endpoint fails everybody, nobody is to blame.
            counted += error != "rate-limited" and self._gate.successes > before
            before = self._gate.successes
            if counted >= self.limits.tries:
                break
            if any(reply.cost for reply in replies):
                self._write(key, request, replies)
            # The gate itself waits out a rate limit; a patient teacher doesn't pass it.
            if error != "rate-limited" or request.facts.get("patient"):
                await asyncio.sleep(self._find_pause(attempt))
        if replies[0].error:
            self.meter.given_up[replies[0].error] += 1
        return replies

    def _find_pause(self, attempt: int) -> float:
        return min(30.0, self.limits.pause * 2.0**attempt) * random.uniform(0.5, 1.0)

    async def _send(self, request: Request) -> list[Reply]:
        """One try: wait for a place and for money, ask, tell the gate how it went."""
        if request.facts.get("patient"):  # it has a queue of its own, and no deadline
            replies = await self._pay(request, None)
            self._stop_if_fatal(replies[0])
            return replies
        async with self._gate.place() as entered:
            replies = await self._pay(request, self.limits.deadline)
            self._judge(replies[0], entered)
        return replies

    async def _pay(self, request: Request, deadline: float | None) -> list[Reply]:
        """Ask when there is money for it, and count what it costs."""
        limits = self.limits if request.facts.get("remote") else replace(self.limits, price=None)
        came = count_tokens(request.ask.messages)
        most = limits.cost(came, request.n * count_most_out(request.parameters))
        await self._check_budget(most)
        self._check_stop()
        self.meter.sent += 1
        with self._purse.hold(most) as pay:
            replies = fill_usage(await self._call(request, deadline), request.ask.messages, limits)
            pay(sum(reply.cost for reply in replies))
        self._count(replies)
        return replies

    async def _call(self, request: Request, deadline: float | None) -> list[Reply]:
        teacher = TEACHERS.find(request.teacher).function
        try:
            async with asyncio.timeout(deadline):
                replies: list[Reply] = await teacher(request.ask, n=request.n, **request.options)
        except TimeoutError:
            return [Reply(error="timeout", detail=f"no answer in {deadline:g} s")]
        except TeacherError as error:
            raise self._stop(error) from None
        return replies or [Reply(error="empty", detail="no reply")]

    def _count(self, replies: list[Reply]) -> None:
        self.meter.spent = self._purse.spent
        for reply in replies:
            self.meter.tokens_in += reply.tokens_in
            self.meter.tokens_out += reply.tokens_out
        if replies[0].error:
            self.meter.failed[replies[0].error] += 1
        else:
            self.meter.answered += 1

    def _judge(self, reply: Reply, entered: float) -> None:
        """Tell the gate what a reply says about the endpoint, and stop when it says: no more."""
        self._stop_if_fatal(reply)
        if reply.error == "rate-limited" or (reply.error == "server-error" and reply.wait):
            self._gate.close(entered, reply.wait)
        elif reply.error in ("server-error", "timeout", "connection"):
            self._gate.stumble(entered)
        else:
            self._gate.succeed(entered)
        since = self._gate.trouble_since
        if since and asyncio.get_running_loop().time() - since > self.limits.patience:
            raise self._stop(
                TeacherError(
                    f"the teacher's endpoint has answered nobody for {self.limits.patience:g} s: "
                    f"{reply.error}: {reply.detail}",
                    hint="run the same command again when it is back: every reply that came is kept",
                )
            )

    def _stop_if_fatal(self, reply: Reply) -> None:
        if reply.error in FATAL:
            raise self._stop(
                TeacherError(
                    f"the teacher's endpoint refuses all requests: {reply.error}: {reply.detail}",
                    hint="put it right and run the same command again: every reply that came is kept",
                )
            )

    async def _check_budget(self, most: float) -> None:
        if not await self._purse.affords(most):
            self._stop(
                TeacherError(
                    f"the budget of ${self.limits.budget:.2f} is spent: ${self._purse.spent:.4f}, and "
                    f"the next request may cost ${most:.4f}",
                    hint="run the same command with a higher budget to go on: every reply that came is kept",
                )
            )

    def _check_stop(self) -> None:
        if self.stopped is not None:
            raise TeacherError(str(self.stopped), hint=self.stopped.hint)

    def _stop(self, error: TeacherError) -> TeacherError:
        self.stopped = self.stopped or error
        self._gate.open_wide()
        return error

    async def judge(self, request: Request, reason: str) -> None:
        """Note what became of a text: accepted when `reason` is empty."""
        self.note_judgement(request.key, request.ask.kind, reason)

    def note_judgement(self, key: str, kind: str, reason: str) -> None:
        self.meter.judge(kind, reason)
        if self._judged is not None:
            with self._judged.open("a") as lines:
                row = {"run": self._run, "key": key, "kind": kind, "reason": reason}
                lines.write(json.dumps(row) + "\n")

    def refresh(self) -> Meter:
        """The meter, with what only the gate knows."""
        self.meter.mark()
        self.meter.width = int(self._gate.width)
        self.meter.closed_for = round(self._gate.closed_for, 1)
        return self.meter

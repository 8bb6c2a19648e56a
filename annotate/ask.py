"""What a teacher is asked, and what it answers.

A teacher is one function in one file of `annotate/teachers/`:

    @TEACHERS.add("openai", version=1)
    async def ask_openai(ask: Ask, *, n: int = 1, ...) -> list[Reply]: ...

It never raises for what an endpoint does: a failure is a `Reply` with `error` set, to one of the
words below. A bug, or an option that is wrong, raises as everywhere.

    again later   rate-limited, server-error, timeout, connection, bad-reply, empty, too-few
    this ask      bad-request, content-filter, too-long, not-in-journal
    every ask     bad-key, no-model, no-credit
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pyx.records import Case, Claim, Sample

Message = dict[str, str]
"""`{"role": "system" | "user" | "assistant", "content": text}`."""

PASSING = ("rate-limited", "server-error", "timeout", "connection", "bad-reply", "empty", "too-few")
"""Errors that another try may not meet."""

LASTING = ("bad-request", "content-filter", "too-long", "not-in-journal")
"""Errors that this ask would meet again, and others not."""

FATAL = ("bad-key", "no-model", "no-credit")
"""Errors that every ask would meet: the run stops in good order."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing wanted of a teacher: of a case's execution, or in the words of `messages`."""

    kind: str  # "forward", "backward", "synth", "describe", ...
    sample: Sample | None = None
    case: Case | None = None
    messages: tuple[Message, ...] = ()
    schema: dict[str, Any] | None = None  # JSON schema of the reply, None for prose


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer, or one failure: `error` is "" for an answer."""

    text: str = ""
    finish: str = "stop"  # "stop", "length" (cut at the limit of tokens), "content_filter"
    tokens_in: int = 0
    tokens_out: int = 0
    cost: float = 0.0  # dollars, 0.0 when no price is known
    error: str = ""
    claims: tuple[Claim, ...] = ()  # of a teacher that says what its text claims
    detail: str = ""  # the endpoint's own words about an error
    wait: float = 0.0  # seconds that the endpoint asks to wait

"""How much a run may ask and spend, from the environment: none of it decides what a reply says.

PYX_TEACHER_CONCURRENCY   requests under way at once                      64
PYX_TEACHER_DEADLINE      seconds a request may take                      120
PYX_TEACHER_TRIES         tries of a request that fails where others do not   5
PYX_TEACHER_PATIENCE      seconds an endpoint may fail everybody          900
PYX_TEACHER_PRICE         dollars per million tokens in and out, "0.15,0.60"
PYX_TEACHER_BUDGET        dollars the work folder may cost in all, "5.00"
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pyx.annotate.ask import Message, Reply
from pyx.errors import TeacherError

MOST_OUT = 4096
"""Tokens a reply is reckoned to have at most when the request sets no limit."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one run of the asker is held to."""

    concurrency: int = 64
    deadline: float = 120.0
    tries: int = 5
    patience: float = 900.0
    price: tuple[float, float] | None = None
    budget: float = 0.0  # 0.0: none
    pause: float = 0.5  # seconds of the first back-off

    def cost(self, tokens_in: int, tokens_out: int) -> float:
        """Dollars for so many tokens, 0.0 without a price."""
        before, after = self.price or (0.0, 0.0)
        return (tokens_in * before + tokens_out * after) / 1_000_000


def read_limits(environment: Mapping[str, str] = os.environ) -> Limits:
    """The limits that the environment sets; `TeacherError` for a value that cannot be read."""
    limits = Limits(
        concurrency=int(_read_number(environment, "CONCURRENCY", 64)),
        deadline=_read_number(environment, "DEADLINE", 120.0),
        tries=int(_read_number(environment, "TRIES", 5)),
        patience=_read_number(environment, "PATIENCE", 900.0),
        price=_read_price(environment.get("PYX_TEACHER_PRICE", "")),
        budget=_read_number(environment, "BUDGET", 0.0),
    )
    if min(limits.concurrency, limits.tries) < 1:
        raise TeacherError("PYX_TEACHER_CONCURRENCY and PYX_TEACHER_TRIES are at least 1")
    if limits.budget and limits.price is None:
        raise TeacherError(
            "a budget needs a price", hint='set PYX_TEACHER_PRICE to dollars per million tokens, "IN,OUT"'
        )
    return limits


def _read_number(environment: Mapping[str, str], name: str, default: float) -> float:
    text = environment.get(f"PYX_TEACHER_{name}", "")
    try:
        value = float(text) if text else default
    except ValueError:
        value = -1.0
    if not 0 <= value < 1e9:
        raise TeacherError(f"PYX_TEACHER_{name}={text!r} is not a number", hint="give one from 0 up")
    return value


def _read_price(text: str) -> tuple[float, float] | None:
    if not text:
        return None
    try:
        before, after = map(float, text.split(","))
    except ValueError:
        raise TeacherError(
            f"PYX_TEACHER_PRICE={text!r} is not a price",
            hint='give two numbers, "IN,OUT": dollars per million tokens',
        ) from None
    return before, after


def count_tokens(messages: Sequence[Message]) -> int:
    """About the tokens of a request; more than most tokenizers count, so that a budget holds."""
    return sum(len(message["content"].encode()) // 3 + 8 for message in messages)


def count_most_out(parameters: Mapping[str, Any]) -> int:
    """The most tokens that one reply can have."""
    limit = parameters.get("max_completion_tokens") or parameters.get("max_tokens")
    return limit if isinstance(limit, int) else MOST_OUT


def fill_usage(replies: Sequence[Reply], messages: Sequence[Message], limits: Limits) -> list[Reply]:
    """Replies with tokens and cost, reckoned where the endpoint does not say."""
    done = []
    told = any(reply.cost for reply in replies)  # the endpoint's own figure is better than ours
    for number, reply in enumerate(replies):
        came = reply.tokens_in or (count_tokens(messages) if number == 0 and not reply.error else 0)
        made = reply.tokens_out or len(reply.text.encode()) // 3
        cost = reply.cost if told else limits.cost(came, made)
        done.append(replace(reply, tokens_in=came, tokens_out=made, cost=cost))
    return done

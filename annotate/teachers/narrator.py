"""The narrator as a teacher: the tracing rules tell the trace; no model, no network."""

from __future__ import annotations

from pyx.annotate.ask import Ask, Reply
from pyx.annotate.narrate import narrate
from pyx.claims import count_tokens
from pyx.registry import TEACHERS


@TEACHERS.add("narrator", version=1)
async def ask_narrator(ask: Ask, *, n: int = 1, budget: int = 2000, seed: str = "") -> list[Reply]:
    """Tell the trace of the asked case in `n` wordings, each with the claims that it makes.

    `budget` is in tokens: longer executions are folded by rule. An ask without a sample, or with a
    case that has no trace, is a bad request.
    """
    trace = (
        next((trace for trace in ask.sample.traces if ask.case and trace.case == ask.case.id), None)
        if ask.sample
        else None
    )
    if ask.sample is None or ask.case is None or trace is None:
        return [Reply(error="bad-request", detail="the narrator tells traces: it needs a sample and a case")]
    replies = []
    for number in range(n):
        wording = f"{seed}{ask.sample.id}{ask.case.id}{number or ''}"
        told = narrate(ask.sample.given, trace, seed=wording, budget=budget, answer=ask.case.answer)
        replies.append(Reply(told.text, tokens_out=count_tokens(told.text), claims=told.claims))
    return replies


EXAMPLES: list[object] = [([{"role": "user", "content": "Hello"}], {}, "bad-request")]

"""Asking until a text is good enough: the reason of a refusal goes back, a bounded number of times."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from pyx.annotate.ask import FATAL, Ask, Message, Reply
from pyx.annotate.asker import Request
from pyx.annotate.contact import Contact
from pyx.annotate.prompt import Prompt, load_prompt
from pyx.annotate.reply import Unread, drop_thoughts
from pyx.errors import TeacherError
from pyx.registry import TEACHERS

T = TypeVar("T")

_SHOWN = 600
"""Characters of a detail that go back to the teacher."""


@dataclass(frozen=True, slots=True)
class Tutor:
    """Which teacher a step asks, and how: what its recipe says."""

    teacher: str
    prompt: Prompt
    options: dict[str, Any] = field(default_factory=dict)
    n: int = 1  # texts a try
    tries: int = 3

    @property
    def model(self) -> str:
        return str(self.options.get("model") or self.teacher)


@dataclass(frozen=True, slots=True)
class Refusal:
    """One text that was not good enough, or one request that failed."""

    reason: str
    detail: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Lesson(Generic[T]):
    """What came of asking: the best of the texts that were accepted, if any, and all that were refused."""

    made: T | None
    refusals: tuple[Refusal, ...]
    tries: int
    key: str = ""  # of the accepted text's request, in the journal


def find_tutor(
    kind: str,
    *,
    teacher: str = "openai",
    model: str = "",
    parameters: dict[str, Any] | None = None,
    options: dict[str, Any] | None = None,
    style: str = "plain",
    tries: int = 3,
    best_of: int = 1,
    **_: Any,
) -> Tutor:
    """The tutor for a kind of ask, from the options of a step; the model may come from PYX_TEACHER_MODEL."""
    prompt = load_prompt(kind, style)
    plugin = TEACHERS.find(teacher)
    if "model" not in plugin.options:
        raise TeacherError(
            f"teacher {teacher} does not read prompts", hint="take openai, batch, local or replay"
        )
    known = {"model": find_model(teacher, model), **(options or {})}
    if parameters:
        known["parameters"] = parameters
    for name in known:
        if name not in plugin.options:
            raise TeacherError(
                f"teacher {teacher} has no option {name!r}", hint=", ".join(sorted(plugin.options))
            )
    if check := plugin.facts.get("check"):
        check(**known)
    return Tutor(teacher, prompt, known, best_of, tries)


def find_model(teacher: str, model: str) -> str:
    """The model by name: the recipe's, else that of the environment."""
    found = model or os.environ.get("PYX_TEACHER_MODEL", "")
    if not found:
        raise TeacherError(
            f"teacher {teacher}: no model", hint='set PYX_TEACHER_MODEL, or give the step model = "..."'
        )
    return found


def find_labels(tutor: Tutor) -> dict[str, Any]:
    """What else the step's output depends on: the teacher, its model, the prompt."""
    return {
        "teachers": [f"{TEACHERS.find(tutor.teacher).label} {tutor.model}"],
        "prompts": [tutor.prompt.label],
    }


async def teach(
    contact: Contact,
    tutor: Tutor,
    ask: Ask,
    judge: Callable[[str], Awaitable[tuple[T, float]]],
) -> Lesson[T]:
    """Ask until `judge` accepts a text: it gives what it made of it and a score, or raises `Unread`.

    Of the `n` texts of one try the best accepted one is taken. A refused try goes back with the reason
    of its first text. A request that fails for good ends the lesson.
    """
    refusals: list[Refusal] = []
    messages = ask.messages
    for number in range(1, tutor.tries + 1):
        asked = Ask(ask.kind, ask.sample, ask.case, messages, ask.schema)
        request = Request(tutor.teacher, asked, tutor.options, tutor.n)
        replies = await contact.ask(request)
        if replies[0].error:
            refusals.append(_explain(replies[0]))
            await contact.judge(request, refusals[-1].reason)
            break
        best, refused = await _judge_all(contact, request, replies, judge)
        refusals += refused
        if best is not None:
            return Lesson(best, tuple(refusals), number, request.key)
        # All tries stay in sight: a text that is refused twice must not make the same question twice.
        messages = (*messages, *give_back(tutor.prompt, refused[0]))
    return Lesson(None, tuple(refusals), number)


def give_back(prompt: Prompt, refusal: Refusal) -> tuple[Message, ...]:
    """The refused text and the reason, as messages."""
    reason = f"{refusal.reason.replace('-', ' ')}: {refusal.detail[:_SHOWN]}".rstrip(": ")
    return prompt.answer(refusal.text, reason)


def write_line(text: str) -> str:
    """A detail as the one line that a reject holds."""
    return " ".join(text.split())[:200]


def _explain(reply: Reply) -> Refusal:
    assert reply.error not in FATAL, reply
    return Refusal(f"teacher-{reply.error}", reply.detail)


async def _judge_all(
    contact: Contact,
    request: Request,
    replies: list[Reply],
    judge: Callable[[str], Awaitable[tuple[T, float]]],
) -> tuple[T | None, list[Refusal]]:
    """The best accepted one of several texts, and why the others were refused."""
    best: tuple[T, float] | None = None
    refused: list[Refusal] = []
    for reply in replies:
        if reply.error:
            refused.append(_explain(reply))
            continue
        text = drop_thoughts(reply.text)
        try:
            if reply.finish == "length":
                raise Unread("cut-short", "the text ended at the limit of tokens; be briefer")
            found = await judge(text)
        except Unread as unread:
            refused.append(Refusal(unread.reason, unread.detail, text))
            await contact.judge(request, unread.reason)
            continue
        await contact.judge(request, "")
        if best is None or found[1] > best[1]:
            best = found
    return (best[0] if best else None), refused

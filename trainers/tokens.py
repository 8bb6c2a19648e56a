"""Lessons as tokens, with a mask: loss falls on the response and on nothing else.

Prompt and response are tokenized apart. So the prompt's tokens are those that the model is given
when it is asked, and no token lies across the border.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pyx.errors import PyxError
from pyx.trainers.render import Lesson

IGNORED = -100
"""The label of a token that is not learned."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """The tokens of one lesson; those from `start` on are learned."""

    view: str
    ids: array[int]
    start: int

    @property
    def labels(self) -> list[int]:
        return [IGNORED] * self.start + list(self.ids[self.start :])


def encode(tokenizer: Any, lesson: Lesson, *, chat: bool) -> Encoded:
    """The tokens of a lesson; with `chat` in the tokenizer's own conversation form.

    A beginning token is set if the tokenizer sets one by itself, an end token if it has one.
    """
    if chat:
        prompt, response = _split_chat(tokenizer, lesson)
    else:
        prompt = first_tokens(tokenizer) + _ids(tokenizer, lesson.prompt)
        response = _ids(tokenizer, lesson.response)
        if tokenizer.eos_token_id is not None:
            response.append(tokenizer.eos_token_id)
    return Encoded(lesson.view, array("i", prompt + response), len(prompt))


def encode_prompt(tokenizer: Any, prompt: str, *, chat: bool) -> list[int]:
    """The tokens that a model is given to answer: exactly those before the response in training."""
    if chat:
        return _ids(tokenizer, _chat_text(tokenizer, [_say("user", prompt)], True))
    return first_tokens(tokenizer) + _ids(tokenizer, prompt)


def first_tokens(tokenizer: Any) -> list[int]:
    """What the tokenizer sets before a text by itself: its beginning token, or nothing."""
    ids = list(tokenizer("a")["input_ids"])
    known = tokenizer.bos_token_id
    return [known] if known is not None and ids[:1] == [known] else []


def _ids(tokenizer: Any, text: str) -> list[int]:
    return list(tokenizer(text, add_special_tokens=False)["input_ids"])


def _split_chat(tokenizer: Any, lesson: Lesson) -> tuple[list[int], list[int]]:
    asked = [_say("user", lesson.prompt)]
    prompt = _chat_text(tokenizer, asked, True)
    whole = _chat_text(tokenizer, [*asked, _say("assistant", lesson.response)], False)
    if not whole.startswith(prompt):
        raise PyxError(
            "the chat template of this tokenizer does not begin an answer as it begins a turn",
            hint="train with --no-chat",
        )
    # What the template sets after the end of the turn is never generated, so it is not learned.
    return _ids(tokenizer, prompt), _ids(tokenizer, whole[len(prompt) :].rstrip())


def _say(role: str, text: str) -> dict[str, str]:
    return {"role": role, "content": text}


def _chat_text(tokenizer: Any, turns: Sequence[dict[str, str]], begin: bool) -> str:
    return str(tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=begin))


def encode_all(
    tokenizer: Any, lessons: Iterable[Lesson], *, chat: bool, most: int
) -> tuple[list[Encoded], dict[str, int]]:
    """The lessons that fit into `most` tokens, and how many did not, by view: none is cut."""
    kept: list[Encoded] = []
    left: dict[str, int] = {}
    for lesson in lessons:
        encoded = encode(tokenizer, lesson, chat=chat)
        if len(encoded.ids) <= most:
            kept.append(encoded)
        else:
            left[lesson.view] = left.get(lesson.view, 0) + 1
    return kept, left

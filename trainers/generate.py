"""Answers from a model: one that is loaded here, or one behind an OpenAI-compatible endpoint."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pyx.errors import PyxError
from pyx.trainers.render import STOPS


@dataclass(frozen=True, slots=True)
class Ask:
    """One prompt, to be answered once; `key` is what its answer is kept under."""

    key: str
    task: str
    index: int
    prompt: str


@dataclass(frozen=True, slots=True)
class Sampling:
    """How answers are drawn."""

    temperature: float = 0.0  # 0 takes the likeliest token
    tokens: int = 1024  # of an answer, at most
    seed: int = 0
    batch: int = 8  # prompts at once: rows of a batch, or requests in flight


Answer = Callable[[Sequence[Ask]], Iterator[tuple[Ask, str]]]
"""Answers asks, in any order, as they come."""


def open_model(name: str, sampling: Sampling, *, chat: bool | None = None) -> Answer:
    """A model loaded with transformers: batches padded on the left, stopped at an answer's end."""
    import torch

    from pyx.trainers import models
    from pyx.trainers.tokens import encode_prompt

    tokenizer = models.load_tokenizer(name)
    network = models.load_model(name, tokenizer).eval()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    network = network.to(device, torch.bfloat16 if device == "cuda" else torch.float32)
    talk = bool(tokenizer.chat_template) if chat is None else chat
    pad = models.pad_token(tokenizer)

    def answer(asks: Sequence[Ask]) -> Iterator[tuple[Ask, str]]:
        prompts = {ask.key: encode_prompt(tokenizer, ask.prompt, chat=talk) for ask in asks}
        order = sorted(asks, key=lambda ask: len(prompts[ask.key]))
        for start in range(0, len(order), sampling.batch):
            rows = order[start : start + sampling.batch]
            torch.manual_seed(sampling.seed + start)
            ids = [prompts[ask.key] for ask in rows]
            yield from zip(rows, _continue(network, tokenizer, ids, pad, sampling), strict=True)

    return answer


def _continue(network: Any, tokenizer: Any, ids: list[list[int]], pad: int, sampling: Sampling) -> list[str]:
    import torch

    longest = max(map(len, ids))
    padded = torch.tensor([[pad] * (longest - len(row)) + row for row in ids], device=network.device)
    mask = torch.tensor([[0] * (longest - len(row)) + [1] * len(row) for row in ids], device=network.device)
    draw: dict[str, Any] = {"do_sample": sampling.temperature > 0}
    if draw["do_sample"]:
        draw |= {"temperature": sampling.temperature, "top_k": 0, "top_p": 1.0}
    with torch.inference_mode():
        out = network.generate(
            padded, attention_mask=mask, max_new_tokens=sampling.tokens, pad_token_id=pad,
            stop_strings=list(STOPS), tokenizer=tokenizer, **draw,
        )  # fmt: skip
    texts = tokenizer.batch_decode(out[:, longest:], skip_special_tokens=True)
    return [cut(text) for text in texts]


def cut(text: str) -> str:
    """The text up to and with the first stop; a row of a batch runs on until all have stopped."""
    ends = [text.find(stop) + len(stop) for stop in STOPS if stop in text]
    return text[: min(ends)] if ends else text


def open_endpoint(url: str, sampling: Sampling, *, model: str = "") -> Answer:
    """A model behind an OpenAI-compatible endpoint; the key is read from OPENAI_API_KEY."""

    def answer(asks: Sequence[Ask]) -> Iterator[tuple[Ask, str]]:
        # In slices, so that what has arrived is kept when a long run is interrupted.
        for start in range(0, len(asks), 4 * sampling.batch):
            part = asks[start : start + 4 * sampling.batch]
            replies = asyncio.run(_request_all(url, model, part, sampling))
            yield from ((ask, reply) for ask, reply in replies if isinstance(reply, str))
            for ask, reply in replies:
                if not isinstance(reply, str):
                    raise _explain(url, f"does not answer {ask.task}", reply)

    return answer


async def _request_all(
    url: str, model: str, asks: Sequence[Ask], sampling: Sampling
) -> list[tuple[Ask, str | BaseException]]:
    """The text for each ask, or the trouble with it."""
    from openai import AsyncOpenAI, OpenAIError

    key = os.environ.get("OPENAI_API_KEY", "none")
    gate = asyncio.Semaphore(sampling.batch)
    async with AsyncOpenAI(base_url=url, api_key=key, timeout=300, max_retries=5) as client:
        try:
            name = model or (await client.with_options(max_retries=1).models.list()).data[0].id
        except (OpenAIError, IndexError) as error:
            raise _explain(url, "does not say which models it has", error) from error

        async def request(ask: Ask) -> str:
            async with gate:
                reply = await client.chat.completions.create(
                    model=name,
                    messages=[{"role": "user", "content": ask.prompt}],
                    temperature=sampling.temperature,
                    max_tokens=sampling.tokens,
                    seed=sampling.seed + ask.index,
                    stop=[STOPS[0]],
                )
            return (reply.choices[0].message.content or "") if reply.choices else ""

        replies = await asyncio.gather(*map(request, asks), return_exceptions=True)
    return list(zip(asks, replies, strict=True))


def _explain(url: str, trouble: str, error: BaseException) -> PyxError:
    hint = "what was answered is kept; run the same command to go on"
    if "models" in trouble:
        hint = "is it an OpenAI-compatible endpoint, with its /v1? --served-model names the model"
    return PyxError(f"the endpoint {url} {trouble}: {error}", hint=hint)

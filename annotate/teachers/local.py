"""A model on this machine, with transformers: small, slow, and with nobody to pay."""

from __future__ import annotations

import asyncio
import functools
import importlib.util
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from pyx.annotate.ask import Ask, Message, Reply
from pyx.registry import TEACHERS

MOST_OUT = 512
"""Tokens of a reply when `max_tokens` does not say."""


@functools.cache
def find_thread() -> ThreadPoolExecutor:
    """The one thread that computes: a model answers one request at a time."""
    return ThreadPoolExecutor(1, thread_name_prefix="local-teacher")


@functools.lru_cache(maxsize=1)
def load_model(name: str) -> tuple[Any, Any]:
    """Tokenizer and model of a folder, a GGUF file or a name on the Hub; `OSError` when there is none."""
    from transformers import AutoModelForCausalLM, AutoTokenizer

    path = Path(name)
    where = {"gguf_file": path.name} if path.suffix == ".gguf" else {}
    folder = str(path.parent) if where else name
    model = AutoModelForCausalLM.from_pretrained(folder, **where)
    model.eval()
    return AutoTokenizer.from_pretrained(folder, **where), model


def generate(name: str, messages: list[Message], parameters: dict[str, Any], n: int) -> list[Reply]:
    """`n` replies of a model, each with its own seed."""
    from transformers import set_seed

    tokenizer, model = load_model(name)
    encoded = tokenizer.apply_chat_template(
        messages, add_generation_prompt=True, return_tensors="pt", return_dict=True
    )
    came = encoded["input_ids"].shape[1]
    limit = parameters.get("max_tokens", MOST_OUT)
    heat = parameters.get("temperature", 1.0)
    how = {"do_sample": True, "temperature": heat, "top_p": parameters.get("top_p", 1.0)} if heat else {}
    replies = []
    for number in range(n):
        set_seed(parameters.get("seed", 0) + number)
        ids = model.generate(
            **encoded.to(model.device), max_new_tokens=limit, pad_token_id=tokenizer.eos_token_id,
            **(how or {"do_sample": False}),
        )  # fmt: skip
        made = ids[0][came:]
        text = tokenizer.decode(made, skip_special_tokens=True).strip()
        finish = "length" if len(made) >= limit else "stop"
        error = "" if text else "empty"
        replies.append(Reply(text, finish, came if number == 0 else 0, len(made), error=error))
    return replies


@TEACHERS.add("local", version=1, patient=True)
async def ask_local(
    ask: Ask, *, n: int = 1, model: str = "", parameters: dict[str, Any] | None = None
) -> list[Reply]:
    """Ask a model that runs in this process, on the processor or the accelerator that torch finds.

    `model` is a folder, a GGUF file or a name on the Hub. Of `parameters`, `max_tokens`, `temperature`
    (0 takes the likeliest token), `top_p` and `seed` are known. A schema is not enforced: whoever reads
    the reply checks it. Needs `pip install 'pyx-toolkit[local]'`.
    """
    missing = [name for name in ("torch", "transformers") if importlib.util.find_spec(name) is None]
    if missing:
        return [
            Reply(
                error="no-model",
                detail=f"{', '.join(missing)} not installed: pip install 'pyx-toolkit[local]'",
            )
        ]
    loop = asyncio.get_running_loop()
    try:
        await loop.run_in_executor(find_thread(), load_model, model)
    except (OSError, ValueError) as error:
        return [Reply(error="no-model", detail=f"{model}: {str(error).partition(chr(10))[0][:200]}")]
    return await loop.run_in_executor(find_thread(), generate, model, list(ask.messages), parameters or {}, n)


EXAMPLES: list[object] = [
    ([{"role": "user", "content": "Say yes."}], {"model": "/no/such/model"}, "no-model"),
]

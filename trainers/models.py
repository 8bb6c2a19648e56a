"""Models and tokenizers: loaded by name, folder or GGUF file, or made from scratch.

`toy` is a Llama of about one million parameters with a byte-level tokenizer trained on the
lessons: small enough to learn something in a minute on a laptop.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pyx.errors import PyxError
from pyx.trainers.render import Lesson

TOY = "toy"
TOY_WORDS = 2048

SHAPES: dict[str, dict[str, int]] = {
    "toy": {"hidden_size": 128, "intermediate_size": 384, "num_hidden_layers": 3, "num_attention_heads": 4},
    "135m": {"hidden_size": 576, "intermediate_size": 1536, "num_hidden_layers": 30,
             "num_attention_heads": 9, "num_key_value_heads": 3},
    "1.3b": {"hidden_size": 2048, "intermediate_size": 5632, "num_hidden_layers": 24,
             "num_attention_heads": 16},
}  # fmt: skip
"""Llama shapes that are built with random weights."""


def load_tokenizer(name: str, lessons: Iterable[Lesson] = ()) -> Any:
    """The tokenizer of a model; that of `toy` is trained on the lessons."""
    from transformers import AutoTokenizer

    if name == TOY:
        return train_tokenizer(text for one in lessons for text in (one.prompt, one.response))
    place, more = _locate(name)
    with _explained(name):
        return AutoTokenizer.from_pretrained(place, **more)


def load_model(name: str, tokenizer: Any, *, attention: str = "sdpa", seed: int = 0) -> Any:
    """A causal language model in 32-bit floats; `toy` begins with random weights."""
    from transformers import AutoModelForCausalLM

    if name in SHAPES:
        return build_model(name, len(tokenizer), tokenizer, attention=attention, seed=seed)
    place, more = _locate(name)
    with _explained(name):
        network = AutoModelForCausalLM.from_pretrained(
            place, attn_implementation=attention, dtype="float32", **more
        )
    return _free(network, attention) if more else network


def _free(network: Any, attention: str) -> Any:
    """The same weights in a model that does not count as quantized: trainers refuse those.

    A GGUF file is read into 32-bit floats, yet the model remembers where it comes from.
    """
    from transformers import AutoModelForCausalLM

    config = network.config
    if hasattr(config, "quantization_config"):
        del config.quantization_config
    fresh = AutoModelForCausalLM.from_config(config, attn_implementation=attention, dtype="float32")
    fresh.load_state_dict(network.state_dict())
    return fresh


def build_model(
    shape: str, words: int, tokenizer: Any = None, *, attention: str = "sdpa", seed: int = 0
) -> Any:
    """A Llama of that shape with random weights."""
    from transformers import AutoModelForCausalLM, LlamaConfig, set_seed

    set_seed(seed)
    ends = {
        "bos_token_id": getattr(tokenizer, "bos_token_id", None),
        "eos_token_id": getattr(tokenizer, "eos_token_id", None),
        "pad_token_id": getattr(tokenizer, "pad_token_id", None),
    }
    config = LlamaConfig(
        vocab_size=words, max_position_embeddings=8192, tie_word_embeddings=True, **SHAPES[shape], **ends
    )
    return AutoModelForCausalLM.from_config(config, attn_implementation=attention)


def train_tokenizer(texts: Iterable[str], *, words: int = TOY_WORDS) -> Any:
    """A byte-level BPE tokenizer with an end token, trained on the texts."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=words,
        special_tokens=["<|end|>", "<|pad|>"],
        initial_alphabet=alphabet,
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<|end|>", pad_token="<|pad|>")


def pad_token(tokenizer: Any) -> int:
    """The token that fills up; any will do, for it is never looked at."""
    known = (tokenizer.pad_token_id, tokenizer.eos_token_id, 0)
    return int(next(one for one in known if one is not None))


def _locate(name: str) -> tuple[str, dict[str, Any]]:
    """The folder or Hub name, and the file within it where the model is one GGUF file."""
    path = Path(name)
    if path.suffix == ".gguf":
        return str(path.parent), {"gguf_file": path.name}
    return name, {}


@contextmanager
def _explained(name: str) -> Iterator[None]:
    """Turn what transformers raises for a model that cannot be had into one line."""
    try:
        yield
    except (OSError, ValueError) as error:
        raise PyxError(
            f"cannot load the model {name!r}: {(str(error).splitlines() or ['?'])[0]}",
            hint=f"a folder, a GGUF file, a name on the Hub, or {TOY!r}",
        ) from error

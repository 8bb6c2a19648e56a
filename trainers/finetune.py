"""Finetune a causal language model on a release: `pyx train`, or `python -m pyx.trainers.finetune`.

Under `torchrun -m pyx.trainers.finetune` or `accelerate launch -m pyx.trainers.finetune` it runs on
many devices, unchanged. A killed run goes on from its last complete checkpoint, to the same losses.
"""

from __future__ import annotations

import dataclasses
import functools
import math
import os
import runpy
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyx.cards.model import write_card
from pyx.errors import PyxError
from pyx.trainers import checkpoints, models
from pyx.trainers.lessons import Book, mix, open_book, parse_weights, read_lessons
from pyx.trainers.packing import Pack, Rows, collate, pack
from pyx.trainers.tokens import Encoded, encode_all


@dataclass(frozen=True, slots=True)
class Options:
    """How to train; the defaults suit a laptop."""

    views: tuple[str, ...] = ("forward",)
    style: str = "pyx"
    weights: str = ""  # "forward=2,direct=0.5"
    length: int = 2048  # tokens of a row
    pack: bool = True
    chat: bool | None = None  # None: if the tokenizer has a chat template
    lora: int = 0  # rank; 0 trains all weights
    rate: float = 2e-5
    batch: int = 1  # rows a device and step
    accumulate: int = 8
    epochs: float = 1.0
    tokens: int = 0  # stop after so many; 0 for all
    steps: int = 0  # stop after so many; 0 for all
    seed: int = 0
    save_every: int = 100
    attention: str = "sdpa"
    bf16: bool | None = None  # None: if the accelerator has it; a processor is faster in 32 bits
    checkpointing: bool = True  # recompute activations to save memory


@dataclass(frozen=True, slots=True)
class Material:
    """All that is learned, as rows of tokens, and what was counted on the way."""

    packs: list[Pack]
    views: dict[str, dict[str, int]]
    tokens: int
    chat: bool


def finetune(release: str, model: str, out: Path, options: Options = Options()) -> Path:
    """Train `model` on the release and leave weights, manifest, card and plot in `out`."""
    from transformers import set_seed

    book = open_book(release)
    lessons = read_lessons(book, list(options.views), style=options.style)
    if not lessons:
        raise PyxError(f"{book.name} {book.version} has no lesson for {', '.join(options.views)}")
    tokenizer = models.load_tokenizer(model, lessons)
    material = prepare(tokenizer, lessons, options)
    if not material.packs:
        raise PyxError(f"no lesson fits into {options.length} tokens", hint="give a larger --length")
    set_seed(options.seed)
    network = models.load_model(model, tokenizer, attention=options.attention, seed=options.seed)
    facts = describe_run(book, model, options)
    trainer = make_trainer(add_lora(network, options.lora), tokenizer, material, out, options, facts)
    # A trainer that resumes at its very last step takes one more: it goes on from the one before.
    updates = math.ceil(len(material.packs) / count_rows(options))
    start = checkpoints.find_checkpoint(out, facts, before=updates)
    trainer.train(resume_from_checkpoint=str(start) if start else None)
    if trainer.is_world_process_zero():
        known = {**facts, "views": material.views, "tokens": material.tokens}
        finish(trainer, tokenizer, out, known, book.manifest)
    return out


def describe_run(book: Book, model: str, options: Options) -> dict[str, Any]:
    """What makes a run this one: a checkpoint of another must not be resumed."""
    release = {"name": book.name, "version": book.version, "digest": book.digest}
    plain = {**dataclasses.asdict(options), "views": list(options.views)}
    # The name of a folder and not where it is, but the whole name of a model on the Hub.
    name = Path(model).name if Path(model).exists() else model
    return {"release": release, "model": name, "options": plain}


def prepare(tokenizer: Any, lessons: Sequence[Any], options: Options) -> Material:
    """The lessons as rows of tokens, in the order in which they are learned."""
    chat = bool(tokenizer.chat_template) if options.chat is None else options.chat
    encoded, left = encode_all(tokenizer, lessons, chat=chat, most=options.length)
    weights = parse_weights(options.weights, list(options.views))
    order = mix(encoded, weights, seed=options.seed, epochs=options.epochs)
    order = take_tokens(order, options.tokens) if options.tokens else order
    packs = pack(order, options.length) if options.pack else [[one] for one in order]
    packs = packs[: options.steps * count_rows(options)] if options.steps else packs
    learned = [one for row in packs for one in row]
    have, shown = Counter(one.view for one in lessons), Counter(one.view for one in learned)
    views = {
        view: {"lessons": have[view], "shown": shown[view], "left_out": left.get(view, 0)}
        for view in options.views
    }
    return Material(packs, views, sum(len(one.ids) for one in learned), chat)


def count_rows(options: Options) -> int:
    """Rows of an update, over all processes that train together."""
    return options.batch * options.accumulate * int(os.environ.get("WORLD_SIZE", "1"))


def take_tokens(order: Iterable[Encoded], most: int) -> list[Encoded]:
    """The first lessons, as many as `most` tokens hold."""
    taken: list[Encoded] = []
    for one in order:
        most -= len(one.ids)
        if most < 0:
            break
        taken.append(one)
    return taken


def add_lora(network: Any, rank: int) -> Any:
    """The network with low-rank adapters to train, or as it is for rank 0."""
    if not rank:
        return network
    from peft import LoraConfig, get_peft_model

    shape = LoraConfig(r=rank, lora_alpha=2 * rank, target_modules="all-linear", task_type="CAUSAL_LM")
    return get_peft_model(network, shape)


def make_trainer(
    network: Any, tokenizer: Any, material: Material, out: Path, options: Options, facts: dict[str, Any]
) -> Any:
    """The trainer of transformers over our rows, in our order."""
    import torch
    from transformers import Trainer, TrainerCallback, TrainingArguments

    def mark(_self: Any, _arguments: Any, state: Any, _control: Any, **_: Any) -> None:
        if state.is_world_process_zero:
            checkpoints.mark_complete(out / f"checkpoint-{state.global_step}", facts)

    network.config.use_cache = False
    if options.checkpointing:
        network.gradient_checkpointing_enable({"use_reentrant": False})
    arguments = TrainingArguments(
        output_dir=str(out),
        per_device_train_batch_size=options.batch,
        gradient_accumulation_steps=options.accumulate,
        learning_rate=options.rate,
        lr_scheduler_type="cosine",
        warmup_steps=0.03,
        num_train_epochs=1,
        train_sampling_strategy="sequential",
        logging_steps=1,
        save_steps=options.save_every,
        save_total_limit=2,
        seed=options.seed,
        data_seed=options.seed,
        # Said outright: torchrun's processes would each train alone where no accelerator is found.
        use_cpu=not torch.accelerator.is_available(),
        bf16=has_bf16() if options.bf16 is None else options.bf16,
        remove_unused_columns=False,
        dataloader_pin_memory=torch.cuda.is_available(),
        report_to=[],
    )
    together = functools.partial(collate, pad=models.pad_token(tokenizer))
    return Trainer(
        network,
        arguments,
        data_collator=together,
        train_dataset=Rows(material.packs),
        callbacks=[type("Marker", (TrainerCallback,), {"on_save": mark})()],
    )


def has_bf16() -> bool:
    """Whether there is an accelerator that computes in bfloat16."""
    import torch

    return bool(torch.cuda.is_available() and torch.cuda.is_bf16_supported())


def finish(trainer: Any, tokenizer: Any, out: Path, facts: dict[str, Any], release: dict[str, Any]) -> None:
    """Leave weights that load without us, and say what they are made of."""
    network = trainer.accelerator.unwrap_model(trainer.model)
    if facts["options"]["lora"]:
        network.save_pretrained(out / "adapter")
        network = network.merge_and_unload()
    network.config.use_cache = True
    network.save_pretrained(out)
    tokenizer.save_pretrained(out)
    curve = [(row["step"], row["loss"]) for row in trainer.state.log_history if "loss" in row]
    last = [loss for _, loss in curve[-10:]]
    manifest = {
        **facts,
        "steps": trainer.state.global_step,
        "loss": round(sum(last) / len(last), 4) if last else None,
        "curve": curve,
    }
    checkpoints.write_json(out / checkpoints.MANIFEST, manifest)
    (out / "README.md").write_text(write_card(manifest, release=release), "utf-8")
    checkpoints.write_plot(out / checkpoints.PLOT, curve)


if __name__ == "__main__":
    sys.argv[1:1] = ["train"]
    runpy.run_module("pyx", run_name="__main__")

"""Tokens a second in training: packed against padded against trl's SFTTrainer, in one run.

    python benchmarks/throughput.py [--shapes 135m,1.3b --length 4096 --batch 4 --tokens 1500000]

Models of those shapes with random weights, on a CUDA card or, in toy shape, on the processor. The
peak is measured on the same machine by a large matrix product; a share of it counts 6 operations a
parameter and token, and none for attention. Tokens are those of the lessons, never padding. The
lengths of the lessons spread as those of a release do: most short, some long. The first step, in
which memory is taken and kernels are chosen, is timed with the rest.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from array import array
from pathlib import Path
from typing import Any

from pyx.trainers import models
from pyx.trainers.finetune import Material, Options, make_trainer
from pyx.trainers.packing import Pack, pack
from pyx.trainers.tokens import Encoded

WORDS = 2048


def draw_lessons(total: int, length: int, seed: int = 0) -> list[Encoded]:
    """Lessons of random tokens whose lengths spread as those of a release do."""
    chance = random.Random(seed)
    lessons = []
    while total > 0:
        size = min(length, max(32, int(chance.lognormvariate(6.0, 0.8))))
        ids = array("i", (chance.randrange(WORDS) for _ in range(size)))
        lessons.append(Encoded("forward", ids, size // 2))
        total -= size
    return lessons


def measure_peak() -> float:
    """Floating-point operations a second of a large matrix product here."""
    import torch

    cuda = torch.cuda.is_available()
    side = 8192 if cuda else 1024
    kind = torch.bfloat16 if cuda else torch.float32
    left = torch.randn(side, side, device="cuda" if cuda else "cpu", dtype=kind)
    best = 0.0
    for _ in range(5):
        _wait()
        start = time.perf_counter()
        for _ in range(10):
            left @ left
        _wait()
        best = max(best, 10 * 2 * side**3 / (time.perf_counter() - start))
    return best


def name_device() -> str:
    """What the figures were measured on."""
    import torch

    if torch.cuda.is_available():
        return str(torch.cuda.get_device_name())
    return f"{torch.get_num_threads()} threads of a processor"


def _wait() -> None:
    import torch

    if torch.cuda.is_available():
        torch.cuda.synchronize()


def time_ours(shape: str, packs: list[Pack], options: Options) -> tuple[float, float]:
    """Tokens a second over the rows, and the most memory in GiB (0 without a card)."""
    network = models.build_model(shape, WORDS)
    material = Material(packs, {}, 0, False)
    with tempfile.TemporaryDirectory() as folder:
        trainer = make_trainer(network, _Words(), material, Path(folder), options, {})
        tokens = sum(len(one.ids) for row in packs for one in row)
        return _time(trainer, tokens)


def time_trl(shape: str, lessons: list[Encoded], options: Options) -> tuple[float, float]:
    """The same lessons through trl's SFTTrainer, padded, as it comes."""
    import torch
    from datasets import Dataset
    from trl import SFTConfig, SFTTrainer

    tokenizer = models.train_tokenizer(["a few words"], words=300)
    tokenizer.add_tokens([f"<{number}>" for number in range(WORDS - len(tokenizer))])
    with tempfile.TemporaryDirectory() as folder:
        arguments = SFTConfig(
            output_dir=folder,
            per_device_train_batch_size=options.batch,
            gradient_accumulation_steps=options.accumulate,
            num_train_epochs=1,
            bf16=torch.cuda.is_available(),
            gradient_checkpointing=options.checkpointing,
            dataset_kwargs={"skip_prepare_dataset": True},
            max_length=options.length,
            save_strategy="no",
            report_to=[],
        )
        rows = Dataset.from_list([{"input_ids": list(one.ids), "labels": one.labels} for one in lessons])
        network = models.build_model(shape, WORDS, tokenizer)
        trainer = SFTTrainer(network, arguments, train_dataset=rows, processing_class=tokenizer)
        return _time(trainer, sum(len(one.ids) for one in lessons))


class _Words:
    pad_token_id = 0
    eos_token_id = 0


def _time(trainer: Any, tokens: int) -> tuple[float, float]:
    import torch

    cuda = torch.cuda.is_available()
    if cuda:
        torch.cuda.reset_peak_memory_stats()
    start = time.perf_counter()
    trainer.train()
    _wait()
    memory = torch.cuda.max_memory_allocated() / 2**30 if cuda else 0.0
    return tokens / (time.perf_counter() - start), memory


def measure(shape: str, options: Options, tokens: int) -> list[str]:
    """The rows of the table for one shape."""
    lessons = draw_lessons(tokens, options.length)
    peak = measure_peak()
    weights = models.build_model(shape, WORDS).num_parameters()
    ways = {
        "packed": lambda: time_ours(shape, pack(lessons, options.length), options),
        "padded": lambda: time_ours(shape, [[one] for one in lessons], options),
        "trl, padded": lambda: time_trl(shape, lessons, options),
    }
    rows = []
    for name, way in ways.items():
        rate, memory = way()
        share = 100 * 6 * weights * rate / peak
        rows.append(f"| {shape} | {name} | {rate:,.0f} | {share:.1f} % | {memory:.1f} |")
    return rows


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--shapes", default="toy", help=", ".join(models.SHAPES))
    parser.add_argument("--length", default=512, type=int)
    parser.add_argument("--batch", default=2, type=int)
    parser.add_argument("--tokens", default=20_000, type=int)
    asked = parser.parse_args()
    how = Options(length=asked.length, batch=asked.batch, accumulate=1, checkpointing=False, save_every=10**9)
    print(f"On {name_device()}, by a product of two matrices {measure_peak() / 1e12:.2f} TFLOP/s:\n")
    print("| shape | rows | tokens/s | share of that peak | GiB |\n|---|---|---|---|---|")
    for one_shape in asked.shapes.split(","):
        print("\n".join(measure(one_shape, how, asked.tokens)), flush=True)

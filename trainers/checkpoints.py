"""What stands in a training folder beside the weights: marks of checkpoints, manifest, card, plot."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pyx.errors import PyxError

MARK = "pyx-complete.json"
MANIFEST = "pyx-training.json"
PLOT = "loss.png"


def mark_complete(checkpoint: Path, facts: Mapping[str, Any]) -> None:
    """Say that a checkpoint was written to its end, and of which run it is."""
    write_json(checkpoint / MARK, facts)


def find_checkpoint(folder: Path, facts: Mapping[str, Any], *, before: int = 0) -> Path | None:
    """The last complete checkpoint of this run; an error when the folder holds another run's.

    `before` leaves out the checkpoints from that step on, 0 none.
    """
    found = sorted(folder.glob(f"checkpoint-*/{MARK}"), key=lambda path: int(path.parent.name[11:]))
    for path in reversed(found):
        known = json.loads(path.read_text("utf-8"))
        other = [name for name in facts if known.get(name) != facts[name]]
        if other:
            name = other[0]
            raise PyxError(
                f"{folder} holds another run: its {name} is {known.get(name)!r}, not {facts[name]!r}",
                hint="give another --out, or remove it",
            )
        if not before or int(path.parent.name[11:]) < before:
            return path.parent
    return None


def write_json(path: Path, data: Any) -> None:
    """Write JSON beside, then rename: a file that exists is complete."""
    beside = path.with_name(path.name + ".new")
    beside.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", "utf-8")
    beside.replace(path)


def write_plot(path: Path, curve: list[tuple[int, float]]) -> None:
    """Draw the loss by step as a PNG."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.add_subplot()
    axes.plot([step for step, _ in curve], [loss for _, loss in curve], linewidth=1)
    axes.set_xlabel("step")
    axes.set_ylabel("loss on the responses")
    axes.grid(alpha=0.3)
    figure.savefig(path, dpi=120)


def write_card(path: Path, manifest: Mapping[str, Any]) -> None:
    """Write the model card from the manifest."""
    release, options = manifest["release"], manifest["options"]
    counts = [
        f"| {view} | {row['lessons']} | {row['shown']} | {row['left_out']} |"
        for view, row in manifest["views"].items()
    ]
    path.write_text(
        _CARD.format(
            model=manifest["model"],
            release=f"{release['name']} {release['version']}",
            digest=release["digest"],
            style=options["style"],
            method=f"LoRA, rank {options['lora']}" if options["lora"] else "full finetuning",
            steps=manifest["steps"],
            tokens=manifest["tokens"],
            loss=manifest["loss"],
            counts="\n".join(counts),
            length=options["length"],
            seed=options["seed"],
        ),
        "utf-8",
    )


_CARD = """---
tags:
- code
- execution
library_name: transformers
---
# {model}, trained on {release}

Trained by pyx on the release {release} (digest `{digest}`): {method}, {steps} steps,
{tokens} tokens in rows of at most {length}, seed {seed}, prompts in the style `{style}`, loss on the
responses only. Mean loss of the last steps: {loss}.

| view | lessons | shown | left out, too long |
|---|---|---|---|
{counts}

`pyx-training.json` says all of this as data; `loss.png` is the loss by step. Ask it with the prompts of
`pyx.trainers.render`, as `pyx eval` does. What it answers was learned, not executed: check it.
"""

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


def find_checkpoint(folder: Path, facts: Mapping[str, Any], *, before: int) -> Path | None:
    """The last complete checkpoint before a step; an error when the folder holds another run's."""
    found = sorted(folder.glob(f"checkpoint-*/{MARK}"), key=lambda path: int(path.parent.name[11:]))
    for path in reversed(found):
        known, wanted = _flatten(json.loads(path.read_text("utf-8"))), _flatten(facts)
        for name in wanted:
            if known.get(name) != wanted[name]:
                raise PyxError(
                    f"{folder} holds another run: its {name} is {known.get(name)!r}, not {wanted[name]!r}",
                    hint="give another --out, or remove it",
                )
        if int(path.parent.name[11:]) < before:
            return path.parent
    return None


def _flatten(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Each option by its own name."""
    return {**facts["options"], **{name: value for name, value in facts.items() if name != "options"}}


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

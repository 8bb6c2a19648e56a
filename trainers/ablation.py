"""One release, one model, one token budget, one view at a time: which view teaches execution best?

Trains a model on each view alone, scores all on held-out programs of the same release (and on
CRUXEval-O where its rows are given), and writes one table with 95 % confidence intervals.
"""

from __future__ import annotations

import json
import random
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from pyx.trainers.checkpoints import write_json
from pyx.trainers.evaluate import Plan, evaluate
from pyx.trainers.finetune import Options, finetune
from pyx.trainers.generate import Sampling, open_model
from pyx.trainers.heldout import list_rows
from pyx.trainers.lessons import open_book
from pyx.trainers.render import VIEWS

STYLES = {
    "direct": "direct",
    "scratchpad": "scratchpad",
    "next": "next",
    "cwm": "cwm",
    "forward": "monologue",
}
"""How a model trained on a view is asked."""


def run(
    release: str, model: str, out: Path, options: Options, data: dict[str, Path], views: list[str]
) -> Path:
    """Train and score one model a view; the table stands in `ablation.md` and `ablation.json`."""
    out.mkdir(parents=True, exist_ok=True)
    rows = out / "heldout.jsonl"
    rows.write_text("".join(json.dumps(row) + "\n" for row in list_rows(open_book(release))), "utf-8")
    table = [
        measure(release, model, out / view, replace(options, views=(view,)), {"heldout-o": rows, **data})
        for view in views
    ]
    write_json(out / "ablation.json", table)
    (out / "ablation.md").write_text(write_table(table), "utf-8")
    return out / "ablation.md"


def measure(release: str, model: str, out: Path, options: Options, data: dict[str, Path]) -> dict[str, Any]:
    """One row: a model trained on one view, and its scores."""
    view = options.views[0]
    finetune(release, model, out, options)
    trained = json.loads((out / "pyx-training.json").read_text("utf-8"))
    row: dict[str, Any] = {"view": view, "tokens": trained["tokens"], "steps": trained["steps"]}
    sampling = Sampling(tokens=options.length, batch=16)
    plan = Plan(tuple(data), style=STYLES[view], data=data, workers=2)
    answer = open_model(str(out), sampling, chat=options.chat)
    evaluate(view, plan, out / "scores.json", answer=answer, sampling=sampling)
    for bench in data:
        row[bench] = interval(read_marks(out / "scores.json.samples.jsonl", bench), options.seed)
    return row


def read_marks(path: Path, bench: str) -> list[bool]:
    """Whether each answer was right by the strict scorer."""
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [bool(line["marks"]["strict"]["passed"]) for line in lines if line["bench"] == bench]


def interval(marks: list[bool], seed: int, draws: int = 2000) -> dict[str, float]:
    """The share that is right in percent, with a bootstrap interval over the tasks."""
    chance = random.Random(seed)
    means = sorted(sum(chance.choices(marks, k=len(marks))) / len(marks) for _ in range(draws))
    low, high = means[round(0.025 * draws)], means[round(0.975 * draws) - 1]
    return {
        "tasks": len(marks),
        "score": 100 * sum(marks) / len(marks),
        "low": 100 * low,
        "high": 100 * high,
    }


def write_table(table: list[dict[str, Any]]) -> str:
    """The table as Markdown."""
    benches = [name for name in table[0] if isinstance(table[0][name], dict)]
    lines = [f"| view | tokens | steps | {' | '.join(benches)} |", "|---" * (3 + len(benches)) + "|"]
    for row in table:
        cells = [
            f"{row[b]['score']:.1f} [{row[b]['low']:.1f}, {row[b]['high']:.1f}] of {row[b]['tasks']}"
            for b in benches
        ]
        lines.append(f"| {row['view']} | {row['tokens']} | {row['steps']} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    release, model, out, tokens, length, rate, names, *files = sys.argv[1:]
    chosen = [name for name in names.split(",") if name in VIEWS]
    budget = Options(tokens=int(tokens), length=int(length), rate=float(rate), epochs=1000.0, save_every=1000)
    print(
        run(
            release,
            model,
            Path(out),
            budget,
            dict(zip(["cruxeval-o"], map(Path, files), strict=False)),
            chosen,
        )
    )

"""One release, one model, one token budget, one view at a time: which view teaches execution best?

Trains a model on each view alone, scores all on held-out programs of the same release (and on
CRUXEval-O where its rows are given), and writes one table with 95 % confidence intervals.
"""

from __future__ import annotations

import argparse
import json
import math
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

STYLES = {
    "direct": "direct",
    "scratchpad": "scratchpad",
    "next": "next",
    "cwm": "cwm",
    "forward": "monologue",
}
"""How a model trained on a view is asked."""


def run(
    release: str,
    model: str,
    out: Path,
    options: Options,
    data: dict[str, Path],
    views: list[str],
    limit: int = 0,
) -> Path:
    """Train and score one model a view; the table stands in `ablation.md` and `ablation.json`."""
    out.mkdir(parents=True, exist_ok=True)
    rows = out / "heldout.jsonl"
    rows.write_text("".join(json.dumps(row) + "\n" for row in list_rows(open_book(release))), "utf-8")
    table = [
        measure(
            release, model, out / view, replace(options, views=(view,)), {"heldout-o": rows, **data}, limit
        )
        for view in views
    ]
    write_json(out / "ablation.json", table)
    (out / "ablation.md").write_text(write_table(table), "utf-8")
    return out / "ablation.md"


def measure(
    release: str, model: str, out: Path, options: Options, data: dict[str, Path], limit: int
) -> dict[str, Any]:
    """One row: a model trained on one view, and its scores."""
    view = options.views[0]
    finetune(release, model, out, options)
    trained = json.loads((out / "pyx-training.json").read_text("utf-8"))
    row: dict[str, Any] = {"view": view, "tokens": trained["tokens"], "steps": trained["steps"]}
    sampling = Sampling(tokens=options.length, batch=16)
    plan = Plan(tuple(data), style=STYLES[view], data=data, limit=limit, workers=2)
    answer = open_model(str(out), sampling, chat=options.chat)
    evaluate(view, plan, out / "scores.json", answer=answer, sampling=sampling)
    for bench in data:
        row[bench] = interval(read_marks(out / "scores.json.samples.jsonl", bench))
    return row


def read_marks(path: Path, bench: str) -> list[bool]:
    """Whether each answer was right by the strict scorer."""
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [bool(line["marks"]["strict"]["passed"]) for line in lines if line["bench"] == bench]


def interval(marks: list[bool]) -> dict[str, float]:
    """The share that is right in percent, with Wilson's 95 % interval: also 0 of 17 leaves room for some."""
    total, right, z = len(marks), sum(marks), 1.96
    middle = (right + z * z / 2) / (total + z * z)
    reach = z / (total + z * z) * math.sqrt(right * (total - right) / total + z * z / 4)
    low, high = max(0.0, middle - reach), min(1.0, middle + reach)
    return {"tasks": total, "score": 100 * right / total, "low": 100 * low, "high": 100 * high}


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


def read_words(words: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("release")
    parser.add_argument("out", type=Path)
    parser.add_argument("--model", required=True)
    parser.add_argument("--views", default=",".join(STYLES), type=lambda text: text.split(","))
    parser.add_argument("--tokens", required=True, type=int, help="that each view is trained on")
    parser.add_argument("--length", required=True, type=int, help="tokens of a row, and of an answer")
    parser.add_argument("--rate", required=True, type=float)
    parser.add_argument("--accumulate", required=True, type=int)
    parser.add_argument("--limit", default=0, type=int, help="the first tasks of a benchmark only; 0 for all")
    parser.add_argument("--cruxeval", type=Path, help="CRUXEval's rows")
    return parser.parse_args(words)


if __name__ == "__main__":
    asked = read_words(sys.argv[1:])
    # Far more epochs than any budget lasts for: the tokens end it.
    budget = Options(
        tokens=asked.tokens, length=asked.length, rate=asked.rate, accumulate=asked.accumulate,
        epochs=1000.0, save_every=10**6,
    )  # fmt: skip
    found = {"cruxeval-o": asked.cruxeval} if asked.cruxeval else {}
    print(run(asked.release, asked.model, asked.out, budget, found, asked.views, asked.limit))

"""The card of a model: `model.md` filled from what a training run recorded, its release and its scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import resources
from string import Template
from typing import Any

from pyx.cards.frontmatter import write_yaml
from pyx.cards.tables import write_table

Table = Mapping[str, Any]


def write_card(training: Table, *, release: Table | None = None, scores: Sequence[Table] = ()) -> str:
    """README.md of a trained model.

    `training` is what the run recorded: model, release, options, views, steps, tokens, loss. `release` is
    the manifest of that release, where it is at hand. Each of `scores` has benchmark, metric, value
    and how many tasks; without any the card says that nothing was measured.
    """
    template = Template(resources.files("pyx.cards").joinpath("model.md").read_text("utf-8"))
    return (
        f"{write_yaml(_metadata(training, scores))}\n{template.substitute(_fill(training, release, scores))}"
    )


def _metadata(training: Table, scores: Sequence[Table]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "library_name": "transformers",
        "tags": ["code", "execution", "reasoning", "pyx"],
    }
    if "/" in training["model"]:  # a name on the Hub; another would be taken for one
        found["base_model"] = training["model"]
    if scores:
        results = [_result(score) for score in scores]
        found["model-index"] = [{"name": f"{training['model']} on {_name(training)}", "results": results}]
    return found


def _result(score: Table) -> dict[str, Any]:
    return {
        "task": {"type": "text-generation"},
        "dataset": {"name": score["benchmark"], "type": score["benchmark"].lower()},
        "metrics": [{"name": score["metric"], "type": score["metric"], "value": score["value"]}],
    }


def _name(training: Table) -> str:
    return f"{training['release']['name']} {training['release']['version']}"


def _fill(training: Table, release: Table | None, scores: Sequence[Table]) -> dict[str, str]:
    views = [
        f"| {name} | {row['lessons']:,} | {row['shown']:,} | {row['left_out']:,} |"
        for name, row in training["views"].items()
    ]
    return {
        "model": str(training["model"]),
        "release": _name(training),
        "lead": f"{training['model']}, finetuned on programs that were executed and checked explanations.",
        "made": _made(training),
        "views": "\n".join(views),
        "style": training["options"]["style"],
        "scores": _scores(scores),
        "decontamination": _decontamination(release),
        "data": _data(training, release),
    }


def _made(training: Table) -> str:
    options = training["options"]
    method = f"LoRA, rank {options['lora']}" if options["lora"] else "all weights"
    rows = (
        ("release", f"{_name(training)}, digest `{training['release']['digest']}`"),
        ("method", method),
        ("steps", training["steps"]),
        ("tokens", training["tokens"]),
        ("longest row, in tokens", options["length"]),
        ("learning rate", options["rate"]),
        ("seed", options["seed"]),
        ("mean loss of the last steps", "not recorded" if training["loss"] is None else training["loss"]),
    )
    return write_table(("", ""), rows)


def _scores(scores: Sequence[Table]) -> str:
    if not scores:
        return "Nothing was measured. `pyx eval` measures it."
    head = ("benchmark", "metric", "value", "tasks")
    return write_table(head, ([score[name] for name in head] for score in scores))


def _decontamination(release: Table | None) -> str:
    if release is None:
        return "The card of the release says whether it was compared with benchmarks."
    steps = {step["use"].rpartition(".")[0] for step in release["run"]["steps"]}
    compared = "items by benchmark" in release["run"]["evidence"].get("decontaminate", {})
    if "decontaminate" not in steps or not compared:
        return "The release was **not** compared with benchmarks: scores may count what was seen in training."
    return "The release was compared with the texts of benchmarks; paraphrases are hardly found that way."


def _data(training: Table, release: Table | None) -> str:
    if release is None:
        return f"{_name(training)}; its own card says what is in it."
    rows = sum(entry["rows"] for entry in release["files"].values() if entry["config"] == "programs")
    licences = ", ".join(sorted(release["figures"]["licence"]))
    return (
        f"{_name(training)}: {rows:,} programs ({licences}), {release['figures']['cases']:,} executed cases."
    )

"""The card of a release: `dataset.md` filled from the manifest, and nothing but the manifest.

A step that the recipe did not run is named as missing, never left out in silence.
"""

from __future__ import annotations

import re
from importlib import resources
from string import Template
from typing import Any

from pyx.cards.frontmatter import write_yaml
from pyx.cards.tables import share, write_counts, write_table

Table = dict[str, Any]

SPLITS = ("train", "validation", "test")

STEPS = {
    "filter": "no file was dropped for how it looks",
    "extract": "programs were not cut from files",
    "inputs": "no inputs were gathered",
    "admit": "no policy restricted what programs may do",
    "synth": "no problem was invented by a model",
    "describe": "no description was written by a model",
    "execute": "nothing was executed",
    "choose": "no case was left out for being like another",
    "trace": "no execution was recorded",
    "forward": "no execution is explained in its order",
    "backward": "no execution is explained from its output back",
    "debug": "no faulty programs were made",
    "judge": "no claim was checked",
    "dedupe": "duplicates were not looked for",
    "decontaminate": "copies of benchmark items were not looked for",
    "split": "rows were not split by program family",
}
"""The steps a recipe can have, and what it means when one did not run."""

LICENCES = {
    "MIT": "mit", "Apache-2.0": "apache-2.0", "BSD-2-Clause": "bsd-2-clause", "BSD-3-Clause": "bsd-3-clause",
    "ISC": "isc", "CC0-1.0": "cc0-1.0", "Unlicense": "unlicense", "Zlib": "zlib",
}  # fmt: skip
"""What the Hub calls a licence; any other is `other` there."""


def write_card(manifest: Table, features: dict[str, list[Table]], about: dict[str, str]) -> str:
    """README.md of a release; `features` are the columns and `about` the words for each config."""
    template = Template(resources.files("pyx.cards").joinpath("dataset.md").read_text("utf-8"))
    return f"{write_yaml(_metadata(manifest, features))}\n{template.substitute(_fill(manifest, about))}"


def count_rows(manifest: Table) -> dict[str, dict[str, int]]:
    """Rows by config and split."""
    counts: dict[str, dict[str, int]] = {}
    for entry in manifest["files"].values():
        counts.setdefault(entry["config"], {})[entry["split"]] = entry["rows"]
    return counts


# -- front matter --------------------------------------------------------------------------------


def _metadata(manifest: Table, features: dict[str, list[Table]]) -> Table:
    rows = count_rows(manifest)
    return {
        "pretty_name": _title(manifest),
        "license": sorted({LICENCES.get(name, "other") for name in manifest["figures"]["licence"]}),
        "language": ["en"],
        "task_categories": ["text-generation"],
        "size_categories": [_size(sum(rows["programs"].values()))],
        "tags": ["code", "python", "execution-trace", "reasoning", "pyx"],
        "configs": [_config(config, manifest) for config in rows],
        "dataset_info": [_info(config, manifest, features[config]) for config in rows],
    }


def _config(config: str, manifest: Table) -> Table:
    files = [
        {"split": entry["split"], "path": path}
        for path, entry in manifest["files"].items()
        if entry["config"] == config
    ]
    first = {"default": True} if config == "programs" else {}
    return {"config_name": config, "data_files": files, **first}


def _info(config: str, manifest: Table, features: list[Table]) -> Table:
    entries = [entry for entry in manifest["files"].values() if entry["config"] == config]
    return {
        "config_name": config,
        "features": features,
        "splits": [
            {"name": entry["split"], "num_bytes": entry["decoded_bytes"], "num_examples": entry["rows"]}
            for entry in entries
        ],
        "download_size": sum(entry["bytes"] for entry in entries),
        "dataset_size": sum(entry["decoded_bytes"] for entry in entries),
    }


def _size(rows: int) -> str:
    bounds = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
    return next((name for bound, name in bounds if rows < bound), "1M<n<10M")


# -- text ----------------------------------------------------------------------------------------


def _fill(manifest: Table, about: dict[str, str]) -> dict[str, str]:
    run, figures, rows = manifest["run"], manifest["figures"], count_rows(manifest)
    told = [config for config in rows if config in figures["told"]]
    first = told[0] if told else "programs"
    return {
        "title": _title(manifest),
        "version": manifest["version"],
        "lead": _lead(rows),
        "place": "DIR-OR-HUB-ID",
        "first": first,
        "split": next(iter(rows[first])),
        **_config_table(rows, about),
        "python": write_counts(figures["python"]).rsplit(" ", 1)[0],
        "levels": " and ".join(f"`{level}`" for level in figures["sandbox_level"]),
        "pyx": run["pyx"],
        "recipe": run["recipe"]["name"],
        "recipe_digest": run["recipe"]["digest"],
        "recipe_text": run["recipe"]["text"].strip(),
        "seeds": ", ".join(f"`{seed}`" for seed in run["seeds"]),
        "steps": _steps(run),
        "missing": _missing(run),
        "funnel": _funnel(run["funnel"]),
        "programs": f"{sum(rows['programs'].values()):,}",
        "families": f"{figures['families']:,}",
        "cases": f"{figures['cases']:,}",
        "told_total": f"{sum(figures['told'].values()):,}",
        "figures": _figures(figures),
        "told": _told(figures),
        "duplicates": f"{_searched(run, 'dedupe')}\n\n{_families(rows, figures)}",
        "decontamination": _searched(run, "decontaminate"),
        "execution": _execution(run, figures),
        "rules": _rules(figures),
        "teachers": _teachers(run, figures),
        "citation_key": re.sub(r"\W+", "_", f"pyx_{manifest['name']}_{manifest['version']}"),
    }


def _title(manifest: Table) -> str:
    return f"PyX {manifest['name']} {manifest['version']}"


def _lead(rows: dict[str, dict[str, int]]) -> str:
    explained = sorted(set(rows) & {"forward", "backward", "debug"})
    kinds = ", ".join(explained)
    prose = f", with explanations ({kinds}) in which every claim was checked" if explained else ""
    return (
        "Python programs from real code with calls that were executed and what they gave"
        f"{prose}. Every value in it was observed, and anyone can observe it again."
    )


def _config_table(rows: dict[str, dict[str, int]], about: dict[str, str]) -> dict[str, str]:
    lines = []
    for config, counts in rows.items():
        cells = [f"{counts[split]:,}" if split in counts else "-" for split in SPLITS]
        lines.append(f"| {config} | {' | '.join(cells)} | {about[config]} |")
    return {
        "split_names": " | ".join(SPLITS),
        "split_rule": "---|" * len(SPLITS),
        "configs": "\n".join(lines),
    }


def _steps(run: Table) -> str:
    rows = [(step["use"], _options(step["options"])) for step in run["steps"]]
    return write_table(("step and its version", "options set"), rows)


def _options(options: Table) -> str:
    return ", ".join(f"`{name} = {value!r}`" for name, value in options.items()) or "none"


def _names(run: Table) -> set[str]:
    return {step["use"].rsplit(".", 1)[0] for step in run["steps"]}


def _missing(run: Table) -> str:
    missing = [f"- `{name}` did not run: {what}." for name, what in STEPS.items() if name not in _names(run)]
    return "\n".join(missing) or "Every step that pyx knows ran."


def _funnel(rows: list[Table]) -> str:
    head = ("step", "came", "made", "cases", "thrown away")
    cells = (
        (row["step"], row["came"], row["made"], row["cases"], write_counts(row["rejected"])) for row in rows
    )
    return write_table(head, cells)


def _figures(figures: Table) -> str:
    kinds = (
        ("inputs by grade", "grade"), ("programs by licence", "licence"), ("programs by source", "corpus"),
        ("programs by construct", "construct"), ("cases by type of output", "output_type"),
        ("cases that raise", "exception"), ("cases by Python version", "python"),
    )  # fmt: skip
    return write_table(("", ""), ((label, write_counts(figures[name])) for label, name in kinds))


def _told(figures: Table) -> str:
    if not figures["told"]:
        return "None: no step of the recipe explains executions."
    events, ways = figures["trace_events"], figures["branch_ways"]
    lengths = {name: count for name, count in events.items() if name not in ("mean", "most")}
    return write_table(
        ("", ""),
        (
            ("executions", write_counts(figures["told"])),
            ("traces by number of events", write_counts(lengths)),
            ("events, mean and most", f"{events['mean']:,} and {events['most']:,}"),
            ("branch coverage", f"{share(ways['share'])} ({ways['taken']:,} of {ways['all']:,} ways taken)"),
            ("claims, all and a row", f"{figures['claims']['checked']:,} and {figures['claims']['mean']}"),
            ("claims by kind", write_counts(figures["claim"])),
            ("characters of a monologue, mean", f"{figures['monologue_characters']['mean']:,}"),
            ("executed statements spoken of", share(figures["spoken"]["statements"])),
            ("taken branches spoken of", share(figures["spoken"]["branches"])),
        ),
    )


def _families(rows: dict[str, dict[str, int]], figures: Table) -> str:
    programs = sum(rows["programs"].values())
    return f"The {programs:,} programs form {figures['families']:,} families; no family is in two splits."


def _searched(run: Table, step: str) -> str:
    """What dedupe or decontaminate found, or that it did not run."""
    options = next((s["options"] for s in run["steps"] if s["use"].rsplit(".", 1)[0] == step), None)
    if options is None:
        return f"The step `{step}` did not run: {STEPS[step]}."
    row = next(row for row in run["funnel"] if row["step"] == step)
    found = write_counts(row["rejected"]) if row["rejected"] else "nothing"
    facts = [
        f"- {name}: {write_counts(value) if isinstance(value, dict) else value}"
        for name, value in run["evidence"].get(step, {}).items()
    ]
    text = f"The step `{step}` saw {row['came']:,} programs and threw away: {found}."
    return "\n".join([f"{text} Options: {_options(options)}.", *(["", *facts] if facts else [])])


def _execution(run: Table, figures: Table) -> str:
    rows = [("Python", run["python"]), ("cases by sandbox level", write_counts(figures["sandbox_level"]))]
    for name, value in run["evidence"].items():
        if isinstance(value, list) and name not in ("teachers", "prompts"):
            rows.append((name, ", ".join(map(str, value))))
        elif isinstance(value, (str, int)) and value != "" and name != "level":
            rows.append((name, str(value)))
    return write_table(("", ""), rows)


def _rules(figures: Table) -> str:
    rules = ", ".join(f"`{name}`" for name in figures["rule"])
    return f"Tracing rules that took part (code.version): {rules or 'none'}."


def _teachers(run: Table, figures: Table) -> str:
    if not figures["teacher"]:
        return "No teacher: nothing is explained."
    if set(figures["teacher"]) == {"narrator"}:
        return "The only teacher is the narrator: rules, no model, at no cost."
    lines = [f"Explained executions by teacher: {write_counts(figures['teacher'])}."]
    for name in ("teachers", "prompts"):
        lines += [f"- {name}: {', '.join(f'`{one}`' for one in run['evidence'].get(name, []))}"]
    lines.append(f"- texts asked for until one was accepted, mean: {figures['tries']['mean']}")
    cost = [f"- {name}: {value}" for name, value in run.get("cost", {}).items()]
    return "\n".join([*lines, *(cost or ["- cost: not recorded"])])

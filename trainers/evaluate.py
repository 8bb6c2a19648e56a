"""Score a model, or a file of answers, on benchmarks: `pyx eval`, or `python -m pyx.trainers.evaluate`.

Answers are kept beside the result as they come, so that an interrupted run goes on. Both scorers
mark every answer: the benchmark's own rule, and ours.
"""

from __future__ import annotations

import dataclasses
import json
import platform
import runpy
import sys
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyx.errors import PyxError
from pyx.records import digest
from pyx.registry import BENCHMARKS, Plugin
from pyx.sandbox.pool import Job
from pyx.trainers import extract, render, scoring, steps
from pyx.trainers.answers import read_answers, read_rows
from pyx.trainers.checkpoints import write_json
from pyx.trainers.generate import Answer, Ask, Sampling
from pyx.trainers.tasks import DEFAULT, SCORERS, Execute, Task


@dataclass(frozen=True, slots=True)
class Plan:
    """What to score and how."""

    benches: tuple[str, ...]
    style: str = "direct"
    data: dict[str, Path] = dataclasses.field(default_factory=dict)  # by benchmark
    answers: dict[str, Path] = dataclasses.field(default_factory=dict)  # by benchmark
    limit: int = 0  # first tasks only; 0 for all
    n: int = 1  # answers a task
    ks: tuple[int, ...] = (1, 5)
    floats: str = "tolerance"  # of EvalPlus's benchmarks: tolerance or exact
    workers: int = 1
    steps: bool = False  # check what monologues say
    weak: bool = False  # also below sandbox level kernel


@dataclass(frozen=True, slots=True)
class Sample:
    """One answer: what a model wrote, and the answer in it."""

    task: str
    index: int
    response: str
    answer: str
    key: str = ""


GREEDY = Sampling()

Say = Callable[[str, int, int], None]
"""Told what is done: words, how many, of how many."""


def evaluate(
    name: str,
    plan: Plan,
    out: Path,
    *,
    answer: Answer | None = None,
    sampling: Sampling = GREEDY,
    say: Say = lambda _words, _done, _total: None,
) -> dict[str, Any]:
    """Score and write the result to `out`, the answers beside it; the result is also returned."""
    result: dict[str, Any] = {
        "model": name,
        "unit": "percent",
        "style": plan.style,
        "sampling": dataclasses.asdict(sampling) if answer else None,
        "floats": plan.floats,
        "scorers": {
            "published": "the benchmark's own rule",
            "strict": "by syntax and execution, types exact",
        },
        "benchmarks": {},
    }
    # Programs of models hold odd escapes; newer Pythons warn of each when they parse it.
    warnings.filterwarnings("ignore", "invalid escape sequence")
    kept = out.with_name(out.name + ".samples.jsonl")
    finished: list[dict[str, Any]] = []
    # All of them first: what is missing for the last shall not be found out after hours.
    plugins = [BENCHMARKS.find(bench) for bench in plan.benches]
    for plugin, tasks in [(plugin, load_tasks(plugin, plan)) for plugin in plugins]:
        samples = collect(plugin, tasks, plan, kept, name, answer, sampling, say)
        with scoring.open_boxes(plan.workers, weak=plan.weak, lean=not plan.steps) as execute:
            row, lines = score(plugin, tasks, samples, plan, execute, say)
        result["benchmarks"][plugin.name] = row
        finished += lines
    result["python"] = ".".join(platform.python_version_tuple()[:2])
    write_lines(kept, finished)
    write_json(out, result)
    return result


def load_tasks(plugin: Plugin, plan: Plan) -> list[Task]:
    """The tasks of a benchmark, from a local file or from the Hub."""
    if plugin.name in plan.data:
        rows: Iterable[dict[str, Any]] = read_rows(plan.data[plugin.name])
    else:
        rows = load_hub_rows(plugin)
    try:
        tasks = [plugin.function(row) for row in rows]
    except (KeyError, TypeError, AttributeError) as error:
        raise PyxError(
            f"these are no rows of {plugin.name}: {error!r}", hint="give its own file with --data"
        ) from error
    return tasks[: plan.limit] if plan.limit else tasks


def load_hub_rows(plugin: Plugin) -> Iterable[dict[str, Any]]:
    """The rows of a benchmark from the Hub, where it has them."""
    from pyx import hub

    if not plugin.facts["hub"]:
        hint = f"--data {plugin.name}=FILE, where FILE is {plugin.facts['source']}"
        raise PyxError(f"the rows of {plugin.name} are not on the Hub", hint=hint)
    return hub.read_rows(*plugin.facts["hub"])


def collect(
    plugin: Plugin,
    tasks: Sequence[Task],
    plan: Plan,
    kept: Path,
    name: str,
    answer: Answer | None,
    sampling: Sampling,
    say: Say,
) -> list[Sample]:
    """The samples of a benchmark: from its file of answers, or from the model."""
    if plugin.name in plan.answers:
        return read_samples(plan.answers[plugin.name], tasks)
    if answer is None:
        raise PyxError(f"no model, and no answers for {plugin.name}", hint="give MODEL or --answers FILE")
    asks = make_asks(plugin, tasks, plan, name, sampling)
    responses = generate(plugin, asks, kept, answer, say)
    by_id = {task.id: task for task in tasks}
    return [
        Sample(
            ask.task, ask.index, responses[ask.key], find_answer(by_id[ask.task], responses[ask.key]), ask.key
        )
        for ask in asks
    ]


def read_samples(path: Path, tasks: Sequence[Task]) -> list[Sample]:
    """The samples of a file of answers; answers to unknown tasks are an error."""
    by_id = {task.id: task for task in tasks}
    counts: dict[str, int] = {}
    samples = []
    unknown = 0
    for one in read_answers(path):
        if one.task not in by_id:
            unknown += 1
            continue
        text = by_id[one.task].code + one.text if one.continues else one.text
        index = counts[one.task] = counts.get(one.task, -1) + 1
        samples.append(Sample(one.task, index, one.text, text))
    if not samples:
        raise PyxError(
            f"{path} answers none of these tasks", hint=f"its ids should be like {next(iter(by_id), '?')!r}"
        )
    return samples


def make_asks(plugin: Plugin, tasks: Sequence[Task], plan: Plan, name: str, sampling: Sampling) -> list[Ask]:
    """What to ask the model, `n` times a task; greedy answers are all alike, so they are asked once."""
    asks = []
    for task in tasks:
        prompt = render.ask(
            plan.style, task.kind, code=task.code, entry=task.entry, call=task.call, output=task.output,
            text=task.text,
        )  # fmt: skip
        for index in range(plan.n if sampling.temperature else 1):
            how = f"{sampling.temperature} {sampling.tokens} {sampling.seed} {index}"
            asks.append(Ask(digest(plugin.name, name, prompt, how), task.id, index, prompt))
    return asks


def generate(plugin: Plugin, asks: Sequence[Ask], kept: Path, answer: Answer, say: Say) -> dict[str, str]:
    """The response to each ask by its key; those in the file are not asked again."""
    responses = {row["key"]: row["response"] for row in read_kept(kept) if row.get("key")}
    missing = [ask for ask in asks if ask.key not in responses]
    if not missing:
        return responses
    kept.parent.mkdir(parents=True, exist_ok=True)
    with kept.open("a", encoding="utf-8") as file:
        for done, (ask, response) in enumerate(answer(missing), 1):
            responses[ask.key] = response
            row = {"bench": plugin.name, "task": ask.task, "index": ask.index, "key": ask.key}
            file.write(json.dumps(row | {"response": response}) + "\n")
            file.flush()
            say(f"{plugin.name}: answers", done, len(missing))
    return responses


def read_kept(kept: Path) -> list[dict[str, Any]]:
    """The lines of the file of samples; a last line that was cut is forgotten."""
    if not kept.exists():
        return []
    text = kept.read_text("utf-8")
    whole = text[: text.rfind("\n") + 1]
    if whole != text:
        kept.write_text(whole, "utf-8")
    return [json.loads(line) for line in whole.splitlines() if line]


def find_answer(task: Task, response: str) -> str:
    """The answer in what a model wrote."""
    if task.kind == "output":
        return extract.extract_output(response, task.entry)
    if task.kind == "input":
        return extract.extract_input(response, task.entry)
    return extract.extract_code(response, task.entry, task.code)


def score(
    plugin: Plugin, tasks: Sequence[Task], samples: Sequence[Sample], plan: Plan, execute: Execute, say: Say
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The scores of a benchmark, and a line for each answer with its marks."""
    by_task: dict[str, list[Sample]] = {}
    for sample in samples:
        by_task.setdefault(sample.task, []).append(sample)
    answers = {task: [one.answer for one in many] for task, many in by_task.items()}
    done = iter(range(1, len(tasks) + 1))
    scored = scoring.score_tasks(
        plugin, tasks, answers, execute, workers=plan.workers, floats=plan.floats,
        progress=lambda: say(f"{plugin.name}: scored", next(done), len(tasks)),
    )  # fmt: skip
    row: dict[str, Any] = {
        "tasks": len(tasks),
        "answers": len(samples),
        "version": plugin.version,
        "sandbox_level": execute(Job("", policy=False)).level,
    }
    for scorer in SCORERS:
        row[scorer] = {
            "scores": scoring.summarise(scored, scorer, plan.ks),
            "wrong": scoring.count_reasons(scored, scorer),
        }
    lines = [
        {"bench": plugin.name, **dataclasses.asdict(sample), "marks": scoring.describe_marks(one, place)}
        for one in scored
        for place, sample in enumerate(by_task.get(one.task.id, []))
    ]
    if plan.steps:
        row["steps"] = score_steps(tasks, lines, plan, execute)
    return row, lines


def score_steps(
    tasks: Sequence[Task], lines: Sequence[dict[str, Any]], plan: Plan, execute: Execute
) -> dict[str, Any]:
    """Check the claims of every answer about an output; each line is told what came of it."""
    by_id = {task.id: task for task in tasks if task.kind == "output"}
    shift = render.SHIFT if render.ASKS[plan.style][1] == "semcoder" else 0
    found = []
    for line in lines:
        if line["task"] not in by_id:
            continue
        task = by_id[line["task"]]
        judged = steps.judge_steps(task, line["response"], execute=execute, limits=DEFAULT, shift=shift)
        if judged is not None:
            line["steps"] = dataclasses.asdict(judged)
            found.append((judged, bool(line["marks"]["strict"]["passed"])))
    return steps.summarise_steps(found)


def write_lines(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    """Write JSON lines beside, then rename; earlier lines of other settings stay."""
    fresh = list(rows)
    keys = {row["key"] for row in fresh if row["key"]}
    others = [row for row in read_kept(path) if row.get("key") and row["key"] not in keys]
    beside = path.with_name(path.name + ".new")
    beside.parent.mkdir(parents=True, exist_ok=True)
    beside.write_text("".join(json.dumps(row) + "\n" for row in [*others, *fresh]), "utf-8")
    beside.replace(path)


if __name__ == "__main__":
    sys.argv[1:1] = ["eval"]
    runpy.run_module("pyx", run_name="__main__")

"""`pyx eval`: an honest score for a model or a file of answers."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pyx.errors import PyxError

if TYPE_CHECKING:
    from pyx.trainers.generate import Answer, Sampling


@click.command()
@click.argument("model", default="")
@click.option("--bench", "benches", required=True, help="cruxeval-o, humaneval, ...; commas between.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The result, as JSON.")
@click.option("--answers", multiple=True, metavar="[BENCH=]FILE", help="Score these answers, ask no model.")
@click.option("--data", multiple=True, metavar="[BENCH=]FILE", help="The benchmark's rows, JSON lines.")
@click.option("--style", default="direct", show_default=True, help="direct, cot, monologue, semcoder, ...")
@click.option("--n", default=1, show_default=True, type=click.IntRange(1), help="Answers a task.")
@click.option("--k", "ks", default="1,5", show_default=True, help="The k of pass@k.")
@click.option("--temperature", default=0.0, show_default=True, type=click.FloatRange(0))
@click.option("--max-tokens", default=1024, show_default=True, type=click.IntRange(1), help="Of an answer.")
@click.option("--batch", default=8, show_default=True, type=click.IntRange(1), help="Prompts at once.")
@click.option("--seed", default=0, show_default=True)
@click.option("--chat/--no-chat", default=None, help="Conversation form. [default: if the model has one]")
@click.option("--served-model", default="", help="The model's name at the endpoint. [default: its first]")
@click.option("--floats", default="tolerance", show_default=True, type=click.Choice(["tolerance", "exact"]))
@click.option("--limit", default=0, type=click.IntRange(0), help="The first N tasks only.")
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1), help="Boxes side by side.")
@click.option("--steps", is_flag=True, help="Check what the answers say about the execution.")
@click.option("--weak-sandbox", is_flag=True, help="Execute even below sandbox level `kernel`.")
def command(model: str, benches: str, out: Path, **options: Any) -> None:
    """Score MODEL, a name, a folder, a GGUF file or an endpoint (http://HOST/v1), on benchmarks.

    Two scorers mark every answer: `published`, the benchmark's own rule, and `strict`. All scores
    are percentages. The answers stay in OUT.samples.jsonl; a run that was interrupted goes on.
    """
    from pyx.trainers.evaluate import Plan, evaluate
    from pyx.trainers.generate import Sampling

    names = tuple(name.strip() for name in benches.split(","))
    plan = Plan(
        names,
        style=options["style"],
        data=_by_bench(options["data"], names, "--data"),
        answers=_by_bench(options["answers"], names, "--answers"),
        limit=options["limit"],
        n=options["n"],
        ks=_parse_ks(options["ks"]),
        floats=options["floats"],
        workers=options["workers"],
        steps=options["steps"],
        weak=options["weak_sandbox"],
    )
    sampling = Sampling(options["temperature"], options["max_tokens"], options["seed"], options["batch"])
    answer = _open(model, sampling, options["chat"], options["served_model"])
    result = evaluate(model or "answers", plan, out, answer=answer, sampling=sampling, say=_say)
    click.echo(_write_table(result))


def _open(model: str, sampling: Sampling, chat: bool | None, served: str) -> Answer | None:
    from pyx.trainers.generate import open_endpoint, open_model

    if not model:
        return None
    if model.startswith(("http://", "https://")):
        return open_endpoint(model, sampling, model=served)

    @functools.cache
    def load() -> Answer:
        try:
            return open_model(model, sampling, chat=chat)
        except ModuleNotFoundError as error:
            hint = "pip install 'pyx-toolkit[train]'"
            raise PyxError(f"a model that is loaded here needs {error.name}", hint=hint) from error

    # Loaded when it is asked for the first time: a mistake elsewhere is told before that.
    return lambda asks: load()(asks)


def _by_bench(words: tuple[str, ...], names: tuple[str, ...], option: str) -> dict[str, Path]:
    """Files by benchmark; a file without a name belongs to the only one."""
    found: dict[str, Path] = {}
    for word in words:
        bench, mark, path = word.partition("=")
        if not mark:
            if len(names) != 1:
                raise PyxError(f"{option} {word}: for which benchmark?", hint=f"{option} {names[0]}={word}")
            bench, path = names[0], word
        if bench not in names:
            raise PyxError(f"{option} {word}: {bench!r} is not in --bench", hint=f"it has {', '.join(names)}")
        found[bench] = Path(path)
    return found


def _parse_ks(text: str) -> tuple[int, ...]:
    try:
        ks = tuple(int(part) for part in text.split(","))
    except ValueError:
        ks = (0,)
    if min(ks) < 1:
        raise PyxError(f"no k {text!r}", hint="--k 1,5,10")
    return ks


def _say(words: str, done: int, total: int) -> None:
    if done == total or done % max(1, total // 10) == 0:
        click.echo(f"{words} {done}/{total}", err=True)


def _write_table(result: dict[str, Any]) -> str:
    """The scores, a line each: benchmark, scorer, metric, percent."""
    lines = []
    for bench, row in result["benchmarks"].items():
        for scorer in result["scorers"]:
            for metric, value in row[scorer]["scores"].items():
                lines.append(f"{bench}\t{scorer}\t{metric}\t{value:.2f} %")
        if "steps" in row:
            lines.append(f"{bench}\tsteps\t{json.dumps(row['steps'])}")
    return "\n".join(lines)

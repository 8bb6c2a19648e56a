"""`pyx train`: from a release to a model."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from pyx.errors import PyxError


@click.command()
@click.argument("release")
@click.option("--model", required=True, help="A folder, a GGUF file, a name on the Hub, or `toy`.")
@click.option("--views", default="forward", show_default=True, help="What to learn, with commas between.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The folder of the model.")
@click.option("--style", default="pyx", show_default=True, help="Wording of the prompts: pyx or semcoder.")
@click.option(
    "--weights", default="", metavar="VIEW=NUMBER,...", help="How often a view's lessons are shown."
)
@click.option("--length", default=2048, show_default=True, type=click.IntRange(8), help="Tokens of a row.")
@click.option("--pack/--no-pack", default=True, help="Whether several lessons share a row.")
@click.option("--chat/--no-chat", default=None, help="Conversation form. [default: if the model has one]")
@click.option("--lora", default=0, show_default=True, type=click.IntRange(0), help="Rank; 0 trains it all.")
@click.option("--rate", default=2e-5, show_default=True, help="Learning rate.")
@click.option("--batch", default=1, show_default=True, type=click.IntRange(1), help="Rows a device and step.")
@click.option("--accumulate", default=8, show_default=True, type=click.IntRange(1), help="Batches an update.")
@click.option("--epochs", default=1.0, show_default=True, type=click.FloatRange(0, min_open=True))
@click.option("--tokens", default=0, type=click.IntRange(0), help="Learn from so many tokens at most.")
@click.option("--steps", default=0, type=click.IntRange(0), help="Make so many updates at most.")
@click.option("--seed", default=0, show_default=True)
@click.option("--save-every", default=100, show_default=True, type=click.IntRange(1), help="Updates.")
@click.option("--attention", default="sdpa", show_default=True, help="transformers' attention.")
@click.option("--bf16/--no-bf16", default=None, help="16-bit floats. [default: if the accelerator has them]")
@click.option("--checkpointing/--no-checkpointing", default=True, help="Save memory, compute twice.")
def command(release: str, model: str, views: str, out: Path, **options: Any) -> None:
    """Finetune MODEL on RELEASE, a folder or a name on the Hub.

    Views are nl2code, forward, backward, direct, scratchpad, next and cwm. Loss falls on the
    responses only; a lesson that is too long is left out and counted. A killed run goes on when the
    same command is given again.
    """
    try:
        from pyx.trainers.finetune import Options, finetune
    except ImportError as error:
        raise _missing(error) from error
    chosen = Options(views=tuple(view.strip() for view in views.split(",")), **options)
    try:
        made = finetune(release, model, out, chosen)
    except ModuleNotFoundError as error:
        raise _missing(error) from error
    click.echo(str(made))


def _missing(error: ImportError) -> PyxError:
    return PyxError(f"training needs {error.name}", hint="pip install 'pyx-toolkit[train]'")

"""`pyx narrate`: the forward monologue of one call of a program."""

from __future__ import annotations

from pathlib import Path

import click

from pyx.errors import PyxError


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--call", required=True, help='The call to tell, "f([1, 2])".')
@click.option("--setup", default="", help="Statements to run before the call.")
@click.option("--budget", default=2000, show_default=True, type=click.IntRange(1), help="Tokens of the text.")
@click.option("--seed", default="", help="Another seed gives another wording.")
@click.option("--policy/--no-policy", default=True, help="Whether the policy must admit the program.")
@click.option("--claims", "with_claims", is_flag=True, help="Write the claims as JSON lines instead.")
def command(
    file: Path, call: str, setup: str, budget: int, seed: str, policy: bool, with_claims: bool
) -> None:
    """Execute one call of the program in FILE and tell what happens, step by step."""
    import json

    from pyx.annotate.narrate import narrate
    from pyx.claims import count_tokens
    from pyx.commands.trace import record_file
    from pyx.records import to_row

    program, trace, payload = record_file(file, call, setup=setup, policy=policy, budgets={})
    if trace.truncated:
        raise PyxError(f"{file}: the trace stops early: {trace.truncated}", hint="give a smaller call")
    if not payload["ended"] or not any(event[0] == "c" for event in trace.events):
        raise PyxError(f"{file}: {call!r} is no call of a function of the file", hint="give --call 'f(1)'")
    told = narrate(program, trace, seed=seed or trace.source, budget=budget)
    if (tokens := count_tokens(told.text)) > budget:
        raise PyxError(
            f"{file}: {call} cannot be told in {budget} tokens: the shortest text has {tokens}",
            hint=f"give --budget {tokens} or more",
        )
    if not with_claims:
        click.echo(told.text)
        return
    for claim in told.claims:
        click.echo(json.dumps(to_row(claim), ensure_ascii=False))

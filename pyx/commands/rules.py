"""`pyx rules`: the tracing rules, their pages, and whether they keep what they promise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from pyx.records import Program, Trace
    from pyx.registry import Plugin

KINDS = {"V": "value", "E": "effect", "N": "narration"}

LONGEST = 1200
"""Characters of what a narration rule may say of one step."""


@click.group()
def command() -> None:
    """List, explain and test tracing rules."""


@command.command("list")
def list_rules() -> None:
    """Write one line a rule: code, version, kind, name, and what it is for."""
    for rule in find_rules(()):
        kind = KINDS.get(rule.code[:1], "?")
        click.echo(
            f"PYX-{rule.code}.{rule.version}  {kind:9}  {rule.name:18}  {rule.doc.partition(chr(10))[0]}"
        )


@command.command("explain")
@click.argument("code")
def explain_rule(code: str) -> None:
    """Write the page of one rule: what it is for, and its examples."""
    from pyx.registry import RULES

    rule = RULES.find(code)
    click.echo(f"PYX-{rule.code}  {rule.name}, version {rule.version}  ({rule.module})\n")
    click.echo(rule.doc)
    for key, value in rule.facts.items():
        click.echo(f"\n{key}: {', '.join(value) if isinstance(value, tuple) else value}")
    for example in rule.examples:
        click.echo("\nExample:")
        for part in example:
            click.echo("\n".join(f"    {line}" for line in str(part).rstrip("\n").split("\n")))


@command.command("test")
@click.argument("names", nargs=-1)
def test_rules(names: tuple[str, ...]) -> None:
    """Test rules, all of them or those that are named by code, name or module.

    Every example is recorded in the sandbox under two hash seeds, which must agree; the replay of
    the trace must arrive at the live state; a narration must say the example's words in at most
    1200 characters, be accepted by the verdict, and be another one without the rule.
    """
    problems = 0
    rules = find_rules(names)
    for rule in rules:
        found = list(test_rule(rule))
        problems += len(found)
        click.echo(f"PYX-{rule.code}  {rule.name:18}  {'failed' if found else 'ok'}")
        for line in found:
            click.echo(f"    {line}")
    click.echo(f"{len(rules)} rules, {problems} problems", err=True)
    if problems:
        raise SystemExit(1)


def find_rules(names: tuple[str, ...]) -> list[Plugin]:
    """The rules that are named by code, name or module; all of them when none is."""
    from pyx.registry import RULES

    if not names:
        return list(RULES)
    found: list[Plugin] = []
    for name in names:
        own = [rule for rule in RULES if rule.module == name or rule.module.startswith(f"{name}.")]
        found += own or [RULES.find(name)]
    return list({rule.code: rule for rule in found}.values())


def test_rule(rule: Plugin) -> Iterator[str]:
    """What is wrong with a rule, a line each."""
    from pyx.rules import check

    yield from check(rule)
    for example in rule.examples:
        yield from _test_example(rule, example)


def _test_example(rule: Plugin, example: tuple[str, ...]) -> Iterator[str]:
    from pyx.errors import PyxError
    from pyx.rules.examples import write_value_program

    code, call = example[0], example[1]
    if rule.code.startswith("V"):
        code, call = write_value_program(code, rule.facts["types"]), "f()"
    try:
        program, trace = record_twice(code, call)
    except PyxError as error:
        yield f"{call}: {error}"
        return
    if rule.code.startswith("N"):
        yield from _test_narration(rule, program, trace)


def record_twice(code: str, call: str) -> tuple[Program, Trace]:
    """A call recorded in the sandbox under two hash seeds; `PyxError` when they or the oracle differ."""
    from pyx.errors import PyxError
    from pyx.records import Case, Program
    from pyx.sandbox.pool import Job, open_box
    from pyx.stages.trace import make_trace
    from pyx.trace import replay
    from pyx.trace.steps import steps

    program = Program(code, call.partition("(")[0])
    jobs = [Job(code, call, mode="record", policy=False, foresee=foresee) for foresee in (True, False)]
    outcomes = [open_box(seed).run(job) for seed, job in enumerate(jobs)]
    for outcome in outcomes:
        if not outcome.payload or "events" not in outcome.payload:
            raise PyxError(f"{outcome.status}: {outcome.exception} {outcome.message}")
        if problem := replay.check(outcome.payload["events"], outcome.payload["final"]):
            raise PyxError(problem)
    case = Case("example", call, "heuristic")
    traces = [make_trace(program, case, outcome.payload) for outcome in outcomes]
    if steps(traces[0]) != steps(traces[1]):
        raise PyxError("two recordings differ: by chance or hash seed, or since a rule hides a change")
    return program, traces[1]


def _test_narration(rule: Plugin, program: Program, trace: Trace) -> Iterator[str]:
    from pyx.annotate.narrate import narrate
    from pyx.claims.reader import read
    from pyx.rules import tell_story
    from pyx.rules.examples import SEEDS, say_all
    from pyx.trace.steps import steps
    from pyx.verdict import judge

    story = tell_story(program, trace, steps(trace))
    for seed in SEEDS:
        for label, text in say_all(story, seed):
            if label == rule.label and len(text) > LONGEST:
                yield f"{trace.input}: says {len(text)} characters, {LONGEST} are allowed"
        told = narrate(program, trace, seed=seed)
        for claims, what in ((told.claims, "claims"), (read(told.text, program.code).claims, "text")):
            for reason in judge(claims, program.code, trace, statements=0.0).reasons:
                yield f"{trace.input}: the {what} of the monologue are refused: {reason}"

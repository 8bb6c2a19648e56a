"""`pyx rules`: the tracing rules, their pages, and whether they keep what they promise."""

from __future__ import annotations

from collections.abc import Callable, Iterator
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
    rule = find_rule(code)
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
    the trace must arrive at the live state; what is shown or said of one step is at most 1200
    characters long; without the rule the example must come out otherwise. A narration must say the
    example's words, claim every fact that can be read in them, and be accepted by the verdict.
    """
    problems = 0
    rules = find_rules(names)
    for rule in rules:
        found = list(dict.fromkeys(test_rule(rule)))
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
        found += own or [find_rule(name)]
    return list({rule.code: rule for rule in found}.values())


def find_rule(name: str) -> Plugin:
    """The rule of that code or name; `PluginError` with the nearest one when there is none."""
    import difflib

    from pyx.errors import PluginError
    from pyx.registry import RULES

    try:
        return RULES.find(name)
    except PluginError as error:
        known = [word for rule in RULES for word in (rule.code, rule.name, f"PYX-{rule.code}")]
        close = difflib.get_close_matches(name, known, n=1, cutoff=0.4)
        guess = f"did you mean {close[0]!r}? " if close else ""
        raise PluginError(str(error), hint=f"{guess}pyx rules list names them all") from None


def test_rule(rule: Plugin) -> Iterator[str]:
    """What is wrong with a rule, a line each."""
    from pyx.errors import PyxError
    from pyx.rules.mistakes import find_mistakes

    found = list(find_mistakes(rule))
    yield from found
    for example in [] if found else rule.examples:
        try:
            yield from TESTS[rule.code[0]](rule, *example)
        except PyxError as error:
            yield f"{example[0 if rule.code.startswith('V') else 1]}: {error}"


def test_value(rule: Plugin, expression: str, text: str) -> Iterator[str]:
    """What is wrong with an example of a value rule."""
    from pyx.rules.examples import check_value, write_value_program
    from pyx.trace.steps import steps

    _, trace = record_twice(write_value_program(expression, rule.list_names("types")), "f()")
    taken = steps(trace)
    fault = next((f"{step.exception} {step.message}" for step in taken if step.kind == "exception"), "")
    if fault:
        yield f"{expression} raises {fault}"
        return
    shown = next(step.after["x"] for step in taken if "x" in step.after)
    if shown != text:
        yield f"{expression} is shown as {shown:.200}, not as {text}"
    if len(shown) > LONGEST:
        yield f"{expression} is shown in {len(shown)} characters, {LONGEST} are allowed"
    yield from check_value(rule, expression, text)


def test_effect(rule: Plugin, code: str, call: str) -> Iterator[str]:
    """What is wrong with an example of an effect rule."""
    from pyx.rules.examples import check_effect

    record_twice(code, call, foresee=True)
    yield from check_effect(rule, code, call)


def test_narration(rule: Plugin, code: str, call: str, words: str) -> Iterator[str]:
    """What is wrong with an example of a narration rule."""
    from pyx.rules.examples import check_narration

    program, trace = record_twice(code, call)
    yield from check_narration(rule, code, call, words)
    yield from _check_sentences(rule, program, trace)
    yield from _check_monologues(rule, program, trace)


TESTS: dict[str, Callable[..., Iterator[str]]] = {
    "V": test_value,
    "E": test_effect,
    "N": test_narration,
}


def record_twice(code: str, call: str, *, foresee: bool = False) -> tuple[Program, Trace]:
    """A call recorded in the sandbox under two hash seeds; `PyxError` when they or the oracle differ.

    With `foresee` the second recording asks effect rules what each call may change.
    """
    from pyx.errors import PyxError
    from pyx.records import Case, Program
    from pyx.sandbox.pool import Job, open_box
    from pyx.stages.trace import make_trace
    from pyx.trace import replay
    from pyx.trace.steps import steps

    program = Program(code, call.partition("(")[0])
    jobs = [Job(code, call, mode="record", policy=False, foresee=ask) for ask in (False, foresee)]
    outcomes = [open_box(seed).run(job) for seed, job in enumerate(jobs)]
    for outcome in outcomes:
        if not outcome.payload or "events" not in outcome.payload:
            raise PyxError(f"{outcome.status}: {outcome.exception} {outcome.message}")
        if outcome.payload["truncated"]:
            raise PyxError(outcome.payload["truncated"])
        if problem := replay.check(outcome.payload["events"], outcome.payload["final"]):
            raise PyxError(problem)
    traces = [make_trace(program, Case("example", call, "heuristic"), out.payload) for out in outcomes]
    if steps(traces[0]) != steps(traces[1]):
        raise PyxError("two recordings differ: by chance or hash seed, or since a rule hides a change")
    return program, traces[0]


def _check_sentences(rule: Plugin, program: Program, trace: Trace) -> Iterator[str]:
    """The rule's own sentences: not too long, and nothing in them that is not claimed."""
    from pyx.annotate.unclaimed import find_unclaimed
    from pyx.rules import tell_story
    from pyx.rules.examples import SEEDS, say_all
    from pyx.trace.steps import steps

    story = tell_story(program, trace, steps(trace))
    for seed in SEEDS:
        for label, scene, said in say_all(story, seed):
            if label != rule.label:
                continue
            if len(said.text) > LONGEST:
                yield f"{trace.input}: says {len(said.text)} characters, {LONGEST} are allowed"
            for fact in find_unclaimed(said.text, said.claims, program.code, line=scene.line):
                yield f"{trace.input}: {said.text!r:.200} {fact}, and no claim does"


def _check_monologues(rule: Plugin, program: Program, trace: Trace) -> Iterator[str]:
    """Monologues in which the rule speaks: all claims true, and all that is read in the text."""
    from pyx.annotate.narrate import narrate
    from pyx.claims.reader import read
    from pyx.rules.examples import SEEDS
    from pyx.verdict import judge

    for seed in SEEDS:
        told = narrate(program, trace, seed=seed)
        if rule.label not in told.rules:
            continue
        for claims, what in ((told.claims, "a claim"), (read(told.text, program.code).claims, "the text")):
            for reason in judge(claims, program.code, trace, statements=0.0).reasons:
                said = find_sentence(told.text, reason)
                yield f"{trace.input}: {what} is not true: {reason}{said}"


def find_sentence(text: str, reason: str) -> str:
    """The sentence of a monologue that a verdict's reason is about, where the reason names its line."""
    import re

    line = re.search(r"line (\d+)", reason)
    label = f"[L{line[1]}] " if line else "none"
    found = [part for part in re.split(r"(?=\[L\d+\] )", text) if part.startswith(label)]
    return f"; it says {found[0].strip()!r:.200}" if found else ""

"""Descriptions for programs that have none, each with examples that were executed."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from pyx import literals
from pyx.annotate.ask import Ask
from pyx.annotate.reply import Unread, find_code, find_sections, parse_quietly
from pyx.annotate.stream import PATIENCE, Bench, work_ahead
from pyx.annotate.tutor import Refusal, Tutor, find_labels, find_tutor, teach, write_line
from pyx.records import Reject, Sample, digest
from pyx.registry import STAGES
from pyx.sandbox.pool import Job, Limits
from pyx.source.calls import is_constant

_LIMITS = Limits(cpu_s=2.0, wall_s=10.0)
_QUOTE = 18
"""Characters, spaces left out, of a line of code that are a quotation when they stand in a description."""


make_tutor = functools.partial(find_tutor, "describe")


@STAGES.add(
    "describe",
    version=1,
    needs=("program",),
    check=make_tutor,
    patience=PATIENCE,
    depends=lambda **options: find_labels(make_tutor(**options)),
)
def describe(
    samples: Iterable[Sample],
    *,
    teacher: str = "openai",
    model: str = "",
    parameters: dict[str, Any] | None = None,
    options: dict[str, Any] | None = None,
    style: str = "plain",
    tries: int = 3,
    examples: int = 2,
) -> Iterator[Sample | Reject]:
    """Ask for a description of each program that has none.

    It must not quote the code or name its local variables, and at least `examples` calls that come with it
    must return what it says, all of them: what it describes is then no invention. What is wrong goes back,
    `tries` times in all. A program that gets no description stays as it is; every refused text is a reject.
    """

    async def work(bench: Bench, sample: Sample) -> list[Sample | Reject]:
        if sample.given.description:
            return [sample]
        # Made when it is needed: a step with nothing to ask needs no teacher.
        tutor = make_tutor(
            teacher=teacher, model=model, parameters=parameters, options=options, style=style, tries=tries
        )
        return await _describe(bench, tutor, sample, examples)

    yield from work_ahead(samples, work, teacher=teacher)


async def _describe(bench: Bench, tutor: Tutor, sample: Sample, least: int) -> list[Sample | Reject]:
    program = sample.given
    messages = tutor.prompt.write(code=program.code.rstrip(), entry=program.entry)

    async def judge(text: str) -> tuple[str, float]:
        description, stated = read_description(text, program.entry)
        check_leak(description, program.code, program.entry)
        if len(stated) < least:
            raise Unread("no-example", f"{len(stated)} assertions with literals, {least} are wanted")
        for call, value in stated[:8]:
            outcome = await bench.execute(Job(program.code, call, entry=program.entry, limits=_LIMITS))
            got = outcome.value if outcome.status == "ok" else outcome.exception or outcome.status
            if outcome.status != "ok" or not literals.same(got, value):
                raise Unread("wrong-example", f"{call} gives {got[:200]}, not {value[:200]}")
        return description, 0.0

    lesson = await teach(bench.contact, tutor, Ask("describe", sample, None, messages), judge)
    rejects = [_reject(sample, number, refusal) for number, refusal in enumerate(lesson.refusals)]
    if lesson.made is None:
        return [*rejects, sample]
    notes = {**sample.notes, "described": f"{tutor.model} {tutor.prompt.label}, tries {lesson.tries}"}
    return [*rejects, replace(sample, program=replace(program, description=lesson.made), notes=notes)]


def _reject(sample: Sample, number: int, refusal: Refusal) -> Reject:
    name = digest(sample.id, "description", str(number), refusal.text)
    detail = write_line(refusal.detail)
    return Reject("monologue", name, "describe", refusal.reason, detail, sample.id, sample.origin)


def read_description(text: str, entry: str) -> tuple[str, list[tuple[str, str]]]:
    """The description in a reply, and the (call, result) pairs of its examples."""
    sections = find_sections(text)
    description = " ".join(sections.get("description", "").split())
    if len(description.split()) < 5:
        raise Unread("no-description", "there is no prose in a section Description")
    examples = sections.get("examples", "")
    lines = "\n".join(find_code(examples) or [examples]).splitlines()
    return description, [pair for line in lines if (pair := read_example(line, entry))]


def read_example(line: str, entry: str) -> tuple[str, str] | None:
    """The call and the literal result of `assert f(1) == 2`, None for another line."""
    tree = parse_quietly(line.strip().lstrip(">-* ").strip("`"))
    match tree.body if tree else []:
        case [
            ast.Assert(
                test=ast.Compare(left=ast.Call() as call, ops=[ast.Eq() | ast.Is()], comparators=[right])
            )
        ]:
            value = ast.unparse(right)
            named = isinstance(call.func, ast.Name) and call.func.id == entry
            if named and is_constant(call) and literals.is_literal(value):
                return ast.unparse(call), value
    return None


def check_leak(description: str, code: str, entry: str) -> None:
    """Raise `Unread` for a description that quotes the code or names what only its inside knows."""
    squeezed = "".join(description.split()).replace("`", "")
    for line in code.splitlines():
        part = "".join(line.split())
        if len(part) >= _QUOTE and part in squeezed:
            raise Unread("quotes-the-code", f"it repeats the line {line.strip()[:80]}")
    if "```" in description:
        raise Unread("quotes-the-code", "it has a code block")
    named = set(re.findall(r"`([A-Za-z_]\w*)`", description))
    leaked = sorted(named & find_locals(code, entry))
    if leaked:
        raise Unread("names-a-local", f"it names {', '.join(leaked)}")


def find_locals(code: str, entry: str) -> set[str]:
    """The variables that the entry function assigns and that are not its parameters."""
    function = next(
        node for node in ast.parse(code).body if isinstance(node, ast.FunctionDef) and node.name == entry
    )
    parameters = {node.arg for node in ast.walk(function.args) if isinstance(node, ast.arg)}
    stored = {
        node.id
        for node in ast.walk(function)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    return stored - parameters


EXAMPLES = [('def f(n):\n    """Return the square of the number n."""\n    return n * n\n', ["f"])]

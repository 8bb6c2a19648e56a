"""New problems from snippets of real code: invented by a teacher, believed once they have been executed."""

from __future__ import annotations

import ast
import difflib
import functools
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from pyx.annotate.ask import Ask, Message
from pyx.annotate.reply import Unread, find_code, find_sections, parse_quietly, read_json
from pyx.annotate.shots import read_rows
from pyx.annotate.snippet import Snippet, cut_snippets
from pyx.annotate.stream import PATIENCE, Bench, work_ahead
from pyx.annotate.tutor import Lesson, Tutor, find_labels, find_tutor, teach, write_line
from pyx.literals import is_literal
from pyx.records import Case, Level, Program, Reject, Sample, digest
from pyx.registry import STAGES
from pyx.sandbox.pool import Job, Limits, open_box, require_level
from pyx.source.calls import is_constant, read_call
from pyx.source.cut import cut
from pyx.source.form import find_constructs, find_imports, normal_form
from pyx.source.module import Unfit, read_module

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "problem": {"type": "string"},
        "solution": {"type": "string"},
        "calls": {"type": "array", "items": {"type": "string"}},
    },
    "required": ["problem", "solution", "calls"],
    "additionalProperties": False,
}

_LIMITS = Limits(cpu_s=2.0, wall_s=10.0)
CALLS = 8
"""Calls of a problem that are tried."""

_COPY = 80
"""Characters, spaces left out, of a seed that may stand in a solution before it is a copy."""

_SAME = 0.8
"""Likeness of two descriptions, by their words in order, from which on they are the same."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What a teacher invented, read and executed."""

    description: str
    code: str
    entry: str
    calls: tuple[str, ...]


make_tutor = functools.partial(find_tutor, "synth", style="sections")


@STAGES.add(
    "synth",
    version=1,
    needs=("text",),
    gives=("program", "cases"),
    check=make_tutor,
    patience=PATIENCE,
    depends=lambda **options: find_labels(make_tutor(**options)),
)
def synth(
    samples: Iterable[Sample],
    *,
    teacher: str = "openai",
    model: str = "",
    parameters: dict[str, Any] | None = None,
    options: dict[str, Any] | None = None,
    style: str = "sections",
    tries: int = 3,
    shots: int = 1,
    snippets: int = 1,
    statements: int = 15,
    least: int = 2,
    seed: int = 0,
    allow_level: str = "kernel",
) -> Iterator[Sample | Reject]:
    """Let a teacher invent problems: one for each of up to `snippets` snippets of a file.

    A snippet is up to `statements` consecutive statements, chosen by `seed` and the text. The solution is
    executed on the calls that come with it: at least `least` must return a value that can be written down.
    What is wrong goes back to the teacher, `tries` times in all. A solution that repeats its seed is refused.
    The first `shots` verified examples that ship with pyx go before the question, as answers given. What
    comes back is executed at `allow_level` or above, or not at all.
    """

    async def work(bench: Bench, sample: Sample) -> list[Sample | Reject]:
        found = cut_snippets(sample.text, count=snippets, most=statements, seed=seed)
        if not found:
            return [
                _reject(sample, "file", sample.id, "no-snippet", "no run of statements worth asking about")
            ]
        # Made when it is needed: a step with nothing to ask needs no teacher.
        tutor = make_tutor(
            teacher=teacher, model=model, parameters=parameters, options=options, style=style, tries=tries
        )
        require_level(open_box().level, allow_level)
        items: list[Sample | Reject] = []
        for snippet in found:
            items += await _invent(bench, tutor, sample, snippet, least=least, shots=shots)
        if not any(isinstance(item, Sample) for item in items):
            items.append(
                _reject(sample, "file", sample.id, "no-program", f"{len(found)} snippets, no program")
            )
        return items

    yield from work_ahead(samples, work, teacher=teacher)


async def _invent(
    bench: Bench, tutor: Tutor, sample: Sample, snippet: Snippet, *, least: int, shots: int
) -> list[Sample | Reject]:
    """The program that came of a snippet, if any, and a reject for every text that was refused."""
    schema = SCHEMA if tutor.prompt.name == "synth-json" else None
    messages = write_messages(tutor, snippet.text, shots)
    ask = Ask("synth", sample, None, messages, schema)

    async def judge(text: str) -> tuple[Problem, float]:
        problem = read_problem(text, schema)
        if repeats(snippet.text, problem.code):
            raise Unread("copies-the-seed", "the solution repeats the snippet; invent something else")
        if any(resembles(problem.description, row["problem"]) for row in read_rows("synth")[:shots]):
            raise Unread("copies-the-example", "the problem is that of the example; invent another one")
        return await try_problem(bench, problem, least=least), 0.0

    lesson = await teach(bench.contact, tutor, ask, judge)
    rejects: list[Sample | Reject] = [
        _reject(
            sample,
            "program",
            digest(sample.id, snippet.text, str(number), item.text),
            item.reason,
            item.detail,
        )
        for number, item in enumerate(lesson.refusals)
    ]
    made = [make_sample(sample, snippet, tutor, lesson, lesson.made)] if lesson.made else []
    return [*rejects, *made]


def write_messages(tutor: Tutor, seed: str, shots: int) -> tuple[Message, ...]:
    """The question about a seed, after examples of such questions and their answers."""
    system, question = tutor.prompt.write(seed=seed)
    rows = read_rows("synth")[:shots]
    turns: list[Message] = []
    for row in rows:
        answer = write_json(row) if tutor.prompt.name == "synth-json" else write_sections(row)
        turns += [tutor.prompt.write(seed=row["seed"])[1], {"role": "assistant", "content": answer}]
    return (system, *turns, question)


def write_sections(row: dict[str, Any]) -> str:
    """A verified problem as a reply in sections."""
    calls = "\n".join(row["calls"])
    return (
        f"## Problem\n{row['problem']}\n\n## Solution\n```python\n{row['solution']}```\n\n"
        f"## Calls\n```python\n{calls}\n```"
    )


def write_json(row: dict[str, Any]) -> str:
    """A verified problem as a reply in JSON."""
    return json.dumps({name: row[name] for name in SCHEMA["properties"]})


def _reject(sample: Sample, level: Level, parent: str, reason: str, detail: str) -> Reject:
    return Reject(level, parent, "synth", reason, write_line(detail), sample.id, sample.origin)


def read_problem(text: str, schema: dict[str, Any] | None = None) -> Problem:
    """The problem in a reply; `Unread` says what is missing or not as it must be."""
    if schema is not None:
        row = read_json(text, schema)
        return check_problem(row["problem"], row["solution"], "\n".join(row["calls"]))
    sections = find_sections(text)
    code = find_code(sections.get("solution", ""))
    if not code:
        raise Unread("no-code", "there is no code block in a section Solution")
    calls = sections.get("calls", "")
    return check_problem(sections.get("problem", ""), code[0], "\n".join(find_code(calls)) or calls)


def check_problem(description: str, code: str, calls: str) -> Problem:
    """A problem of sound form: prose, a program that parses and stands for itself, calls with literals."""
    if len(description.split()) < 5 or "```" in description:
        raise Unread("no-description", "the problem must be described in prose, without code")
    tree = parse_quietly(code)
    if tree is None:
        raise Unread("syntax-error", "the solution does not parse")
    names = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
    found = find_calls(calls, names)
    if not found:
        raise Unread("no-call", "there is no call of a function of the solution with literals as arguments")
    entry = found[0][0]
    try:
        whole = cut(read_module(code), entry)
    except Unfit as unfit:
        raise Unread(unfit.reason, unfit.detail) from None
    own = tuple(dict.fromkeys(call for name, call in found if name == entry))
    return Problem(" ".join(description.split()), whole, entry, own)


def find_calls(text: str, names: Iterable[str]) -> list[tuple[str, str]]:
    """(function, call) for each line that is a call of one of the functions with literals."""
    found = []
    known = list(names)
    for line in text.splitlines():
        words = re.sub(r"^\s*(?:[-*]|\d+[.)]|>>>|assert\b)?\s*`?", "", line).split("  #")[0]
        words = re.sub(r"\)`?\s*(?:==.*|#.*|->.*|,|;)?$", ")", words).strip()
        words = words.removeprefix("print(").removesuffix(")") if words.startswith("print(") else words
        for name in known:
            call = read_call(words, name)
            if call is not None and is_constant(call):
                found.append((name, ast.unparse(call)))
    return found


def repeats(seed: str, code: str) -> bool:
    """Whether a solution has a long piece of its seed in it, letter by letter."""
    left, right = ("".join(text.split()) for text in (seed, code))
    return any(left[at : at + _COPY] in right for at in range(0, len(left) - _COPY + 1, 8))


def resembles(one: str, other: str) -> bool:
    """Whether two descriptions say the same in nearly the same words."""
    left, right = (re.findall(r"\w+", text.casefold()) for text in (one, other))
    return difflib.SequenceMatcher(None, left, right, autojunk=False).ratio() > _SAME


async def try_problem(bench: Bench, problem: Problem, *, least: int) -> Problem:
    """The problem with the calls that return a value; `Unread` with the first fault when too few do."""
    good, faults = [], []
    for call in problem.calls[:CALLS]:
        outcome = await bench.execute(Job(problem.code, call, entry=problem.entry, limits=_LIMITS))
        if outcome.status == "refused":
            code, line, _, sentence = outcome.refusals[0]
            raise Unread(f"refused-{code}", f"line {line}: {sentence}")
        if outcome.status == "ok" and is_literal(outcome.value) and outcome.value != "None":
            good.append(call)
        elif outcome.status == "ok":
            faults.append(("no-value", f"{call} returns {outcome.value[:80]}"))
        elif outcome.status == "error":
            faults.append(("raises", f"{call} raises {outcome.exception}: {outcome.message[:200]}"))
        else:
            faults.append((outcome.status, f"{call}: {outcome.message[:200]}"))
    if len(good) < least:
        raise Unread(*(faults or [("too-few-calls", f"{len(good)} different calls, {least} are wanted")])[0])
    return replace(problem, calls=tuple(good))


def make_sample(
    seed: Sample, snippet: Snippet, tutor: Tutor, lesson: Lesson[Problem], problem: Problem
) -> Sample:
    """The sample of an accepted problem; its notes say where it comes from."""
    name = digest(normal_form(problem.code), problem.entry)
    program = Program(
        problem.code,
        problem.entry,
        problem.description,
        imports=find_imports(problem.code),
        constructs=find_constructs(problem.code),
    )
    cases = tuple(Case(f"{name}-{digest('', call, length=8)}", call, "teacher") for call in problem.calls)
    notes = {
        "seed": snippet.text,
        "teacher": tutor.model,
        "prompt": tutor.prompt.label,
        "parameters": json.dumps(tutor.options.get("parameters") or {}, sort_keys=True),
        "tries": str(lesson.tries),
        "journal": lesson.key,
    }
    origin = replace(seed.origin, name="", line=snippet.line)
    return Sample(name, origin, parent=seed.id, program=program, cases=cases, notes=notes)


EXAMPLES = [
    ("import os\n", ["file: no-snippet"]),
    ("", ["file: no-snippet"]),
]

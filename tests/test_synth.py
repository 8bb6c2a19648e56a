"""Problems that a teacher invents are believed once they have been executed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from loopback_teacher import Act, Server, serve

from pyx.annotate.reply import Unread
from pyx.annotate.shots import read_rows
from pyx.annotate.snippet import cut_snippets
from pyx.annotate.synth import (
    SCHEMA,
    find_calls,
    read_problem,
    repeats,
    synth,
    write_json,
    write_sections,
)
from pyx.engine import check_law
from pyx.errors import PyxError
from pyx.recipe import parse
from pyx.records import Origin, Reject, Sample, digest
from pyx.registry import STAGES
from pyx.sandbox.pool import Job, open_box

SEED = """import os

def load(path):
    with open(path) as lines:
        rows = [line.split(",") for line in lines]
    totals = {}
    for name, amount in rows:
        totals[name] = totals.get(name, 0) + int(amount)
    return totals
"""

GOOD = """## Problem
Given a list of words, return a dictionary that maps each first letter to the number of words.

## Solution
```python
def count_initials(words: list[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for word in words:
        counts[word[0]] = counts.get(word[0], 0) + 1
    return counts
```

## Calls
```python
count_initials(["ant", "bee", "ape"])
count_initials([])
count_initials([""])
```
"""
NO_CALL = GOOD.partition("## Calls")[0]
BROKEN = GOOD.replace("in words:", "in words")
RAISING = GOOD.replace("counts.get(word[0], 0)", "counts[word[0]]")
EVIL = GOOD.replace("def count", "import os\n\ndef count").replace("return counts", "return os.listdir('/')")
PARROT = GOOD.replace("Given a list of words", read_rows("synth")[0]["problem"]).replace(
    ", return a dictionary that maps each first letter to the number of words.", ""
)
LOOPING = GOOD.replace("    counts: dict", "    while True: pass\n    counts: dict")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with serve() as found:
        monkeypatch.setenv("OPENAI_BASE_URL", found.url)
        monkeypatch.setenv("PYX_TEACHER_MODEL", "tiny")
        yield found


def make_seed(text: str = SEED) -> Sample:
    return Sample(digest(text), Origin("folder:x", "x.py", licence="MIT"), text=text)


def answer(server: Server, *texts: str) -> None:
    """Say these texts, one a try, and the last one ever after."""

    def act(body: dict[str, Any], _number: int) -> Act:
        return Act(text=texts[min(len(body["messages"]) // 2 - 2, len(texts) - 1)])

    server.act = act


def squeeze(text: str) -> str:
    return "".join(text.split())


def name_item(item: Sample | Reject) -> str:
    return f"{item.level}: {item.reason}" if isinstance(item, Reject) else item.given.entry


def test_a_problem_becomes_a_program_with_cases_and_its_provenance(server: Server) -> None:
    answer(server, GOOD)
    (made,) = synth([make_seed()], parameters={"temperature": 0.5})
    assert isinstance(made, Sample)
    assert made.given.entry == "count_initials" and made.given.description.startswith("Given a list of words")
    assert [case.call for case in made.cases] == [
        "count_initials(['ant', 'bee', 'ape'])",
        "count_initials([])",
    ]
    assert {case.grade for case in made.cases} == {"teacher"}
    assert made.parent == make_seed().id and made.origin.licence == "MIT"
    assert squeeze(made.notes["seed"]) in squeeze(SEED)
    assert made.notes["teacher"] == "tiny" and made.notes["tries"] == "1"
    assert made.notes["parameters"] == '{"temperature": 0.5}'
    assert made.notes["prompt"].startswith("synth-sections.1 ")
    assert (
        server.seen[0]["temperature"] == 0.5
        and made.notes["seed"] in server.seen[0]["messages"][-1]["content"]
    )


def test_what_was_invented_is_deduplicated_and_decontaminated_like_everything_else(
    server: Server, tmp_path: Path
) -> None:
    answer(server, GOOD)
    made = [item for item in synth([make_seed(), make_seed(SEED + "\n")]) if isinstance(item, Sample)]
    items = list(STAGES.find("dedupe").function(iter(made)))
    (kept,) = [item for item in items if isinstance(item, Sample)]
    assert len(made) == 2 and name_item(items[0]) == "program: duplicate"
    item = {"task_id": "Toy/1", "prompt": kept.given.code, "canonical_solution": ""}
    (tmp_path / "toy.jsonl").write_text(json.dumps(item) + "\n")
    copied = list(STAGES.find("decontaminate").function(iter([kept]), files=[str(tmp_path / "toy.jsonl")]))
    assert all(isinstance(item, Reject) and "Toy/1" in item.detail for item in copied) and copied


@pytest.mark.parametrize(
    ("first", "reason", "told"),
    [
        (BROKEN, "syntax-error", "does not parse"),
        (NO_CALL, "no-call", "no call of a function"),
        (RAISING, "raises", "raises KeyError: 'a'"),
        (EVIL, "import-not-allowed", "os"),
        (LOOPING, "timeout", "CPU time is spent"),
        ("I cannot do that.", "no-code", "no code block"),
        (PARROT, "copies-the-example", "invent another one"),
    ],
    ids=["syntax-error", "no-call", "raises", "refused", "timeout", "no-code", "copies-the-example"],
)
def test_what_is_wrong_goes_back_and_is_mended(server: Server, first: str, reason: str, told: str) -> None:
    answer(server, first, GOOD)
    refused, made = synth([make_seed()])
    assert isinstance(refused, Reject) and (refused.level, refused.reason) == ("program", reason)
    assert isinstance(made, Sample) and made.notes["tries"] == "2"
    again = server.seen[1]["messages"]
    assert again[-2] == {"role": "assistant", "content": first.strip()}
    assert told in again[-1]["content"]


def test_a_seed_is_given_up_after_so_many_tries(server: Server) -> None:
    answer(server, BROKEN)
    seed = make_seed()
    items = list(synth([seed], tries=2))
    assert [name_item(item) for item in items] == ["program: syntax-error"] * 2 + ["file: no-program"]
    assert len(server.seen) == 2


def test_a_teacher_that_fails_for_good_makes_a_reject(server: Server) -> None:
    server.act = lambda *_: Act(status=400)
    items = list(synth([make_seed()]))
    assert [name_item(item) for item in items] == ["program: teacher-bad-request", "file: no-program"]


def test_the_reply_may_be_json_with_a_schema(server: Server) -> None:
    row = {
        "problem": "Given two numbers, return the sum of both of them.",
        "solution": "def add(a, b):\n    return a + b\n",
        "calls": ["add(1, 2)", "add(3, b=4)"],
    }
    answer(server, json.dumps({**row, "calls": "add(1, 2)"}), f"Here you are: {json.dumps(row)}")
    refused, made = synth([make_seed()], style="json")
    assert isinstance(refused, Reject) and refused.reason == "not-the-schema"
    assert isinstance(made, Sample) and [case.call for case in made.cases] == ["add(1, 2)", "add(3, b=4)"]
    assert server.seen[0]["response_format"]["json_schema"]["schema"] == SCHEMA


def test_an_endpoint_without_schemas_is_asked_without_from_then_on(server: Server) -> None:
    row = {"problem": "Return the double of a given number.", "solution": "def f(n):\n    return 2 * n\n"}
    text = json.dumps({**row, "calls": ["f(1)", "f(2)"]})
    fault = b'{"error": {"message": "response_format json_schema is not supported"}}'

    def act(body: dict[str, Any], _number: int) -> Act:
        return Act(status=400, body=fault) if "response_format" in body else Act(text=text)

    server.act = act
    items = list(synth([make_seed(), make_seed(SEED + "\nK = 1\n")], style="json"))
    assert sum(isinstance(item, Sample) for item in items) == 2


@pytest.mark.parametrize("row", read_rows("synth"), ids=lambda row: str(row["calls"][0]))
def test_the_examples_that_ship_are_true_in_every_form(row: dict[str, Any]) -> None:
    for text, schema in ((write_sections(row), None), (write_json(row), SCHEMA)):
        problem = read_problem(text, schema)
        assert list(problem.calls) == row["calls"] and not repeats(row["seed"], problem.code)
    outcomes = [open_box().run(Job(row["solution"], call)) for call in row["calls"]]
    assert {outcome.status for outcome in outcomes} == {"ok"} and len(
        {outcome.value for outcome in outcomes}
    ) >= 4


def test_examples_go_before_the_question_as_turns(server: Server) -> None:
    answer(server, GOOD)
    list(synth([make_seed()], shots=2))
    roles = [message["role"] for message in server.seen[0]["messages"]]
    assert roles == ["system", "user", "assistant", "user", "assistant", "user"]


def test_a_solution_that_repeats_its_seed_is_refused() -> None:
    assert repeats(SEED, "def other():\n    pass\n\n" + SEED)
    assert not repeats(SEED, GOOD)


def test_nothing_is_lost_among_many_seeds(server: Server) -> None:
    def act(body: dict[str, Any], _number: int) -> Act:
        number = int(digest(body["messages"][-1]["content"]), 16)
        return Act(text=[GOOD, BROKEN, RAISING][number % 3])

    server.act = act
    seeds = [make_seed(SEED.replace("totals", f"totals{number}")) for number in range(40)]
    items = list(synth(seeds, tries=1))
    came = {("file", seed.id): 1 for seed in seeds}
    thrown = {item.parent: 1 for item in items if isinstance(item, Reject)}
    parents = [item.parent for item in items if isinstance(item, Sample)]
    from collections import Counter

    check_law("synth", Counter(came), Counter(), Counter(thrown), parents)
    assert 0 < len(parents) < 40


def test_a_recipe_names_its_teacher_before_anything_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYX_TEACHER_MODEL", raising=False)
    for words, message in [
        ("", "no model"),
        ('model = "m"\nteacher = "openia"', "no teacher 'openia'"),
        ('model = "m"\nstyle = "sectoins"', "no prompt style 'sectoins'"),
        ('model = "m"\noptions = { url = "x" }', "no option 'url'"),
        ('model = "m"\nparameters = { messages = 1 }', "cannot set 'messages'"),
        ('model = "m"\nteacher = "narrator"', "does not read prompts"),
    ]:
        with pytest.raises(PyxError, match=message):
            parse(f'[[step]]\nuse = "synth"\n{words}\n')


PIECES = st.sampled_from(
    [
        "x = 1\n",
        "def f(a):\n    b = a\n    return b\n",
        "for i in x:\n    print(i)\n    y = i\n",
        "import os\n",
    ]
)


@given(st.lists(PIECES, min_size=1, max_size=12).map("".join), st.integers(1, 15), st.integers(0, 3))
def test_a_snippet_is_of_the_file_parses_and_keeps_its_bound(text: str, most: int, seed: int) -> None:
    import ast

    found = cut_snippets(text, count=3, most=most, seed=seed)
    assert found == cut_snippets(text, count=3, most=most, seed=seed)
    for snippet in found:
        tree = ast.parse("def f():\n" + "".join(f"  {line}\n" for line in snippet.text.splitlines()))
        assert sum(isinstance(node, ast.stmt) for node in ast.walk(tree)) - 1 <= most
        assert snippet.text.split("\n")[0] in text.splitlines()[snippet.line - 1]


@pytest.mark.parametrize(
    ("line", "calls"),
    [
        ("f(1)", ["f(1)"]),
        ("- `f(1)`", ["f(1)"]),
        ("1. f([1, 2], k='x')  # two", ["f([1, 2], k='x')"]),
        ("assert f(1) == 2", ["f(1)"]),
        ("print(f(1))", ["f(1)"]),
        (">>> f(1)", ["f(1)"]),
        ("f(x)", []),
        ("f(g(1))", []),
        ("g(1)", []),
        ("f(1", []),
    ],
)
def test_calls_are_read_line_by_line(line: str, calls: list[str]) -> None:
    assert [call for _, call in find_calls(line, ["f"])] == calls


def test_a_heading_inside_the_solution_is_code() -> None:
    text = GOOD.replace("def count", "# Calls\ndef count")
    assert read_problem(text).entry == "count_initials"
    with pytest.raises(Unread, match="no-description"):
        read_problem(GOOD.replace("Given", "```python\nGiven").replace("words.\n", "words.\n```\n", 1))


def test_two_recipes_with_other_prompts_have_other_digests(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PYX_TEACHER_MODEL", "m")
    del tmp_path
    steps = [
        parse(f'[[step]]\nuse = "synth"\nstyle = "{style}"\n').steps[0] for style in ("sections", "json")
    ]
    labels = [step.plugin.facts["depends"](**step.options)["prompts"] for step in steps]
    assert labels[0] != labels[1]

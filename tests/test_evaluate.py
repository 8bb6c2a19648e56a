"""Answers are found by syntax, marked twice, counted without bias, and never asked for twice."""

from __future__ import annotations

import ast
import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from pyx.commands.eval import command
from pyx.errors import PyxError, SandboxError
from pyx.registry import BENCHMARKS
from pyx.sandbox.pool import Job, Outcome, open_box
from pyx.trainers import oracle, render, scoring
from pyx.trainers.ablation import interval
from pyx.trainers.answers import Answer, read_answers, read_rows
from pyx.trainers.evaluate import Plan, evaluate, find_answer
from pyx.trainers.extract import extract_code, extract_input, extract_output
from pyx.trainers.generate import Ask, Sampling, cut
from pyx.trainers.pass_at_k import pass_at_k
from pyx.trainers.tasks import SCORERS, Task, Terms

CRUX = [
    {"id": "one", "code": "def f(x):\n    return x + '=='\n", "input": "'a'", "output": "'a=='"},
    {"id": "two", "code": "def f(n):\n    return [n] * n\n", "input": "2", "output": "[2, 2]"},
    {"id": "three", "code": "def f(n):\n    return n > 1\n", "input": "2", "output": "True"},
]


@given(st.integers(1, 7), st.data())
def test_pass_at_k_is_the_share_of_draws_that_hold_a_right_answer(n: int, data: st.DataObject) -> None:
    right, k = data.draw(st.integers(0, n)), data.draw(st.integers(1, n))
    draws = list(combinations(range(n), k))
    assert pass_at_k(n, right, k) == pytest.approx(sum(min(draw) < right for draw in draws) / len(draws))


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("[ANSWER]assert f(2) == [2, 2][/ANSWER]", "[2, 2]"),
        ("[ANSWER]assert f('==') == 'a == b'[/ANSWER]", "'a == b'"),
        ("[ANSWER]assert '[/ANSWER]' == f(1)[/ANSWER]", "'[/ANSWER]'"),
        ("[ANSWER]assert f(1) == 1[/ANSWER] no: [ANSWER]assert f(1) == 2[/ANSWER]", "2"),
        ("so `x == 3`.\n[ANSWER]7[/ANSWER]", "7"),
        ("[2,\n 2]\n[/ANSWER]\nand more", "[2,\n 2]"),
        ("== {'a': 1}\n\ndef g(): pass", "{'a': 1}"),
        ("```python\nassert f(2) == (1,)\n```", "(1,)"),
        ("[ANSWER]assert f(2) == g(2) == 3[/ANSWER]", "f(2) == g(2) == 3"),
        ("I do not know.", ""),
        ("[ANSWER]raises ValueError[/ANSWER]", ""),
        ("", ""),
    ],
)
def test_an_output_is_found_by_syntax(text: str, answer: str) -> None:
    assert extract_output(text, "f") == answer


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("[ANSWER]assert f(2, k='==') == [2, 2][/ANSWER]", "f(2, k='==')"),
        ("[ANSWER]f(x == 1)[/ANSWER]", "f(x == 1)"),
        ("assert [1] == f(1)", "f(1)"),
        ("[ANSWER]g(1)[/ANSWER]", ""),
        ("[ANSWER]17[/ANSWER]", ""),
    ],
)
def test_a_call_is_found_by_syntax(text: str, answer: str) -> None:
    assert extract_input(text, "f") == answer


@given(st.recursive(st.integers() | st.text() | st.booleans() | st.none(), lambda inner: st.lists(inner)))
def test_whatever_the_value_its_answer_is_extracted_whole(value: object) -> None:
    found = extract_output("It returns.\n" + render.answer_call("f(1)", repr(value)), "f")
    assert ast.literal_eval(found) == value
    assert extract_output(found, "f") == found


STEM = 'import math\n\ndef area(r):\n    """The area of a circle."""\n'


@pytest.mark.parametrize(
    "text",
    [
        "    return math.pi * r ** 2\n",
        "    return math.pi * r ** 2\n\nprint(area(1)\n",
        "Sure:\n```python\ndef area(r):\n    return math.pi * r ** 2\n```\nThis is `area`.",
        "First\n```\nx = 1\n```\nthen\n```python\nimport math\ndef area(r):\n    return math.pi * r * r\n```",
        STEM + "    return math.pi * r * r\n",
    ],
)
def test_a_program_is_found_whatever_stands_around_it(text: str) -> None:
    code = extract_code(text, "area", STEM)
    outcome = open_box().run(Job(code, call="area(2) > 12.5", policy=False))
    assert (outcome.status, outcome.value) == ("ok", "True")


@pytest.mark.parametrize("text", ["", "I cannot.", "```python\ndef other():\n    pass\n```", "    return ("])
def test_no_program_is_found_where_there_is_none(text: str) -> None:
    assert extract_code(text, "area", STEM) == ""


@pytest.mark.parametrize(
    ("bench", "answer", "published", "strict"),
    [
        ("cruxeval-o", "'a=='", True, True),
        ("cruxeval-o", "'a' + '=='", True, False),  # not a literal
        ("cruxeval-o", "'a==', 'message'", True, False),  # `assert x == y, message`
        ("cruxeval-o", "'b'", False, False),
        ("cruxeval-o", "(", False, False),
        ("cruxeval-i", "f('a')", True, True),
        ("cruxeval-i", "f('a') if True else 0", True, False),  # the assertion holds
        ("cruxeval-i", "'a==' or f(1)", True, False),  # so does this one
        ("cruxeval-i", "f(1)", False, False),
    ],
)
def test_each_scorer_keeps_its_rule(bench: str, answer: str, published: bool, strict: bool) -> None:
    plugin = BENCHMARKS.find(bench)
    task = plugin.function(CRUX[0])
    for scorer, passed in zip(SCORERS, (published, strict), strict=True):
        marks = plugin.facts["score"](task, [answer], scorer=scorer, terms=Terms(open_box().run))
        assert marks[""][0].passed is passed, (scorer, marks)


def test_true_is_one_as_published_and_not_strictly() -> None:
    plugin = BENCHMARKS.find("cruxeval-o")
    task = plugin.function(CRUX[2])
    got = {
        scorer: plugin.facts["score"](task, ["1"], scorer=scorer, terms=Terms(open_box().run))
        for scorer in SCORERS
    }
    assert (got["published"][""][0].passed, got["strict"][""][0].passed) == (True, False)


def test_answers_that_repeat_the_call_leave_the_published_count_unless_none_is_right() -> None:
    plugin = BENCHMARKS.find("cruxeval-o")
    task = plugin.function(CRUX[1])
    score = plugin.facts["score"]
    terms = Terms(open_box().run)
    mixed = score(task, ["f(2)", "[2, 2]", "3"], scorer="published", terms=terms)[""]
    assert [mark.passed for mark in mixed] == [None, True, False]
    wrong = score(task, ["f(2)", "3"], scorer="published", terms=terms)[""]
    assert [mark.passed for mark in wrong] == [False, False]


CHEATS = [
    "class Yes:\n    def __eq__(self, other):\n        return True\n\n\ndef double(n):\n    return Yes()\n",
    "import sys\n\n\ndef double(n):\n    sys.exit(0)\n",
    "import os\nos._exit(0)\n",
]


@pytest.mark.parametrize("code", CHEATS)
def test_a_program_that_cheats_is_wrong_strictly(code: str) -> None:
    plugin = BENCHMARKS.find("mbpp")
    task = plugin.function(plugin.examples[0][0])
    marks = plugin.facts["score"](task, [code], scorer="strict", terms=Terms(open_box().run))
    assert marks[""][0].passed is False


@pytest.mark.parametrize(
    ("expected", "value", "tolerance", "exact"),
    [
        ([0.1 + 0.2], [0.3], True, False),
        (0.3, 0.3, True, True),
        (1.0, 1, True, True),
        ([1.0, 2.0], (1.0, 2.0000001), False, False),
        (math_inf := float("inf"), math_inf, True, True),
        ("a", "b", False, False),
        ([1, 2], [1, 2], True, True),
    ],
)
def test_floats_agree_within_the_tolerance_or_exactly(
    expected: object, value: object, tolerance: bool, exact: bool
) -> None:
    for exact_floats, agrees in ((False, tolerance), (True, exact)):
        rule = oracle.Oracle("f", "humaneval", 0, exact_floats)
        assert rule.agree([], value, expected) is agrees


PLUS = BENCHMARKS.find("mbpp+")


def ask_plus(name: str, code: str, base: list[list[object]]) -> Task:
    """A task of MBPP+."""
    row = {"task_id": "Mbpp/1", "prompt": "", "entry_point": name, "canonical_solution": code, "atol": 0}
    return PLUS.function({**row, "base_input": base, "plus_input": []})  # type: ignore[no-any-return]


def mark_plus(task: Task, answer: str, **terms: object) -> dict[str, str]:
    """Why each scorer turns the answer away, "" where it does not."""
    bound = Terms(open_box().run, **terms)  # type: ignore[arg-type]
    score = PLUS.facts["score"]
    return {one: score(task, [answer], scorer=one, terms=bound)["base"][0].reason for one in SCORERS}


def test_an_input_may_take_four_times_the_reference_or_a_second_as_published() -> None:
    task = ask_plus("f", "def f(n):\n    return n\n", [[1], [2]])
    slow = "def f(n):\n    for _ in range(10**6 * (n - 1)):\n        pass\n    return n\n"
    assert mark_plus(task, slow, second=0.001) == {"published": "timeout", "strict": ""}
    assert mark_plus(task, slow, second=10.0) == {"published": "", "strict": ""}
    as_slow = replace(task, gold=slow)
    assert mark_plus(as_slow, slow, second=0.001) == {"published": "", "strict": ""}


def test_a_value_counts_as_it_was_when_it_was_returned() -> None:
    task = ask_plus("f", "def f(n):\n    return list(range(n))\n", [[0], [1], [2]])
    same = "kept = []\ndef f(n):\n    kept[:] = range(n)\n    return kept\n"
    assert mark_plus(task, same) == {"published": "", "strict": ""}


@pytest.mark.parametrize(
    ("entry", "reference", "answer", "accepted"),
    [
        ("sum_div", "7", "0", True),
        ("are_equivalent", "True", "False", True),
        ("similar_elements", "[1, 2]", "(2, 1, 1)", True),
        ("digit_distance_nums", "9", "3", True),  # 012 and 123
        ("digit_distance_nums", "9", "2", False),
        ("check_str", "__import__('re').match('a', 'a')", "True", True),
        ("check_str", "None", "7", False),
        ("some_function", "[1, 2]", "(1, 2)", False),
    ],
)
def test_evalplus_knows_other_right_answers_to_some_tasks(
    entry: str, reference: str, answer: str, accepted: bool
) -> None:
    def write(value: str) -> str:
        return f"def {entry}(a, b):\n    return {value}\n"

    task = ask_plus(entry, write(reference), [[12, 123]])
    reason = "" if accepted else "wrong-value"
    assert mark_plus(task, write(answer)) == {"published": reason, "strict": reason}


@pytest.mark.parametrize(("right", "total", "low", "high"), [(0, 17, 0, 18.4), (8, 10, 49.0, 94.3)])
def test_an_interval_leaves_room_for_chance(right: int, total: int, low: float, high: float) -> None:
    found = interval([True] * right + [False] * (total - right))
    assert [found["low"], found["high"]] == pytest.approx([low, high], abs=0.1)


def test_a_machine_half_as_fast_gives_twice_the_time() -> None:
    plugin = BENCHMARKS.find("cruxeval-i")
    task = plugin.function(CRUX[1])

    def slow(factor: float) -> float:
        def execute(job: Job) -> Outcome:
            outcome = open_box().run(job)
            return replace(outcome, cpu_ms=100 * factor)

        return scoring.find_limits(plugin, task, execute, 0.2 * factor).cpu_s

    assert slow(2) == pytest.approx(2 * slow(1))


def test_a_weak_sandbox_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scoring, "SAFE", ("a level that no machine gives",))
    with pytest.raises(SandboxError, match="need 'kernel'"), scoring.open_boxes(1):
        pass
    with scoring.open_boxes(1, weak=True) as execute:
        assert execute(Job("x = 1", policy=False)).status == "ok"


def test_published_forms_of_answers_are_read(tmp_path: Path) -> None:
    table = tmp_path / "table.json"
    table.write_text('{"one": ["a", "b"], "two": ["c"]}')
    assert read_answers(table) == [Answer("one", "a"), Answer("one", "b"), Answer("two", "c")]
    lines = tmp_path / "lines.jsonl"
    lines.write_text('{"task_id": "x", "completion": "  pass"}\n{"task_id": "y", "solution": "z"}\n')
    assert read_answers(lines) == [Answer("x", "  pass", continues=True), Answer("y", "z")]
    one = tmp_path / "one.jsonl"
    one.write_text('{"task_id": "x", "solution": "z"}\n')
    assert read_answers(one) == [Answer("x", "z")]


@pytest.mark.parametrize("text", ['{"a": 1}', "[1]\n[2]\n", '{"task_id": "x"}\n', "no json\n"])
def test_a_file_of_no_answers_is_named(text: str, tmp_path: Path) -> None:
    path = tmp_path / "answers.json"
    path.write_text(text)
    with pytest.raises(PyxError, match=r"answers\.json"):
        read_answers(path)


def test_rows_may_be_gzipped(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl.gz"
    path.write_bytes(gzip.compress(b'{"a": 1}\n\n{"a": 2}\n'))
    assert list(read_rows(path)) == [{"a": 1}, {"a": 2}]


def write_rows(tmp_path: Path) -> Path:
    path = tmp_path / "crux.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in CRUX))
    return path


def test_the_command_scores_a_file_of_answers(tmp_path: Path) -> None:
    answers, out = tmp_path / "answers.json", tmp_path / "result.json"
    answers.write_text(json.dumps({"one": ["'a=='", "'b'"], "two": ["[2, 2]"] * 2, "three": ["1", "False"]}))
    words = ["--bench", "cruxeval-o", "--data", str(write_rows(tmp_path)), "--answers", str(answers)]
    done = CliRunner().invoke(command, [*words, "--out", str(out), "--k", "1,2"], catch_exceptions=False)
    assert "cruxeval-o\tpublished\tpass@1\t66.67 %" in done.stdout
    row = json.loads(out.read_text())["benchmarks"]["cruxeval-o"]
    assert json.loads(out.read_text())["unit"] == "percent"
    assert row["published"]["scores"] == pytest.approx({"pass@1": 200 / 3, "pass@2": 100})
    assert row["strict"]["scores"] == pytest.approx({"pass@1": 50, "pass@2": 200 / 3})
    lines = [json.loads(line) for line in (tmp_path / "result.json.samples.jsonl").read_text().splitlines()]
    assert [line["answer"] for line in lines][:2] == ["'a=='", "'b'"]
    assert lines[4]["marks"]["strict"] == {"passed": False, "reason": "wrong-value"}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--answers", "x.json"], "for which benchmark"),
        (["--data", "humaneval=x"], "not in --bench"),
        (["--k", "0"], "no k"),
    ],
)
def test_a_wrong_option_is_named(words: list[str], message: str, tmp_path: Path) -> None:
    line = ["--bench", "cruxeval-o,cruxeval-i", "--out", str(tmp_path / "out.json"), *words]
    with pytest.raises(PyxError, match=message):
        CliRunner().invoke(command, line, catch_exceptions=False)


class Oracle:
    """A perfect model that counts what it is asked, and may fall silent."""

    def __init__(self, tasks: list[Task], *, most: int = 1000) -> None:
        self.by_id = {task.id: task for task in tasks}
        self.most = most
        self.asked = 0

    def __call__(self, asks: Sequence[Ask]) -> Iterator[tuple[Ask, str]]:
        for ask in asks:
            if self.asked == self.most:
                raise KeyboardInterrupt
            self.asked += 1
            task = self.by_id[ask.task]
            yield ask, "Let us see.\n" + render.answer_call(task.call, task.output)


@pytest.mark.parametrize("bench", ["cruxeval-o", "cruxeval-i"])
@pytest.mark.parametrize("style", sorted(render.ASKS))
def test_a_perfect_model_scores_100_in_every_style(bench: str, style: str, tmp_path: Path) -> None:
    plan = Plan((bench,), style=style, data={bench: write_rows(tmp_path)})
    model = Oracle([BENCHMARKS.find(bench).function(row) for row in CRUX])
    result = evaluate("perfect", plan, tmp_path / "out.json", answer=model)
    for scorer in SCORERS:
        assert result["benchmarks"][bench][scorer]["scores"] == {"pass@1": 100.0}


def test_an_interrupted_run_asks_only_what_is_missing(tmp_path: Path) -> None:
    tasks = [BENCHMARKS.find("cruxeval-o").function(row) for row in CRUX]
    plan = Plan(("cruxeval-o",), data={"cruxeval-o": write_rows(tmp_path)}, n=2)
    out, sampling = tmp_path / "out.json", Sampling(temperature=0.5)
    with pytest.raises(KeyboardInterrupt):
        evaluate("m", plan, out, answer=Oracle(tasks, most=4), sampling=sampling)
    with (tmp_path / "out.json.samples.jsonl").open("a") as file:
        file.write('{"bench": "cruxeval-o", "tas')  # killed while it wrote
    again = Oracle(tasks)
    result = evaluate("m", plan, out, answer=again, sampling=sampling)
    assert again.asked == 2
    assert result["benchmarks"]["cruxeval-o"]["strict"]["scores"]["pass@1"] == 100.0
    third = Oracle(tasks)
    assert evaluate("m", plan, out, answer=third, sampling=sampling) == result
    assert third.asked == 0


def test_true_claims_and_lucky_answers_are_counted(tmp_path: Path) -> None:
    texts = {
        "two": "[L1] `f` is called: `n` is `2`. [L2] We return `[2, 2]`.",
        "three": "[L1] `f` is called: `n` is `7`. [L2] We return `True`.",
    }

    def model(asks: Sequence[Ask]) -> Iterator[tuple[Ask, str]]:
        for ask in asks:
            task = BENCHMARKS.find("cruxeval-o").function(next(r for r in CRUX if r["id"] == ask.task))
            yield ask, texts.get(ask.task, "") + "\n" + render.answer_call(task.call, task.output)

    plan = Plan(("cruxeval-o",), style="monologue", data={"cruxeval-o": write_rows(tmp_path)}, steps=True)
    result = evaluate("m", plan, tmp_path / "out.json", answer=model)["benchmarks"]["cruxeval-o"]
    assert result["strict"]["scores"] == {"pass@1": 100.0}
    assert result["steps"]["right answers for wrong reasons"] == pytest.approx(100 / 3)
    assert 0 < result["steps"]["true claims"] < 100
    lines = [json.loads(line) for line in (tmp_path / "out.json.samples.jsonl").read_text().splitlines()]
    assert [bool(line["steps"]["first_false"]) for line in lines] == [False, False, True]


def test_the_text_after_the_first_stop_is_cut() -> None:
    assert cut("a[/ANSWER]b[/ANSWER]") == "a[/ANSWER]"
    assert cut("```python\nx\n```\nmore") == "```python\nx\n```\n"
    assert cut("no stop") == "no stop"


def test_answers_keep_to_the_entry_point_of_the_task() -> None:
    task = Task("x", "output", "g", "3", code="def g(n):\n    return n\n", call="g(3)", output="3")
    assert find_answer(task, "[ANSWER]assert g(3) == 3[/ANSWER]") == "3"
    assert find_answer(replace(task, kind="input"), "[ANSWER]assert g(3) == 3[/ANSWER]") == "g(3)"

"""Where tasks and answers come from: endpoints that misbehave, files, the Hub; and what is said when not."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import loopback_teacher
import pytest
from click.testing import CliRunner
from loopback_teacher import Act
from test_evaluate import CRUX, write_rows

from pyx.commands.eval import command
from pyx.errors import PyxError
from pyx.registry import BENCHMARKS
from pyx.trainers.evaluate import Plan, load_tasks
from pyx.trainers.render import answer_call


def answer_well(body: dict[str, Any]) -> Act:
    """What a perfect model says to one of the tasks."""
    asked = body["messages"][0]["content"]
    row = next(row for row in CRUX if row["code"].strip() in asked)
    # A server leaves out the stop string that ended the answer.
    return Act(text=answer_call(f"f({row['input']})", row["output"]).removesuffix("[/ANSWER]"))


def run_eval(url: str, tmp_path: Path, *words: str) -> Any:
    """The result of `pyx eval` on the tasks, by an endpoint."""
    out = tmp_path / "out.json"
    line = [url, "--served-model", "m", "--bench", "cruxeval-o", "--data", str(write_rows(tmp_path))]
    CliRunner().invoke(command, [*line, "--out", str(out), *words], catch_exceptions=False)
    return json.loads(out.read_text())


def test_an_endpoint_is_asked_once_a_task_and_scored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "a-key")
    with loopback_teacher.serve(lambda body, _: answer_well(body)) as server:
        result = run_eval(server.url, tmp_path, "--max-tokens", "77")
    assert result["benchmarks"]["cruxeval-o"]["strict"]["scores"] == {"pass@1": 100.0}
    assert len(server.seen) == len(CRUX)
    assert {(body["model"], body["max_tokens"], body["temperature"]) for body in server.seen} == {
        ("m", 77, 0.0)
    }
    assert set(server.keys) == {"bearer a-key"}


def test_too_many_requests_and_a_dropped_connection_cost_no_answer(tmp_path: Path) -> None:
    trouble = [Act(status=429, headers={"retry-after-ms": "1"}), Act(drop=True), Act(status=503)]

    def act(body: dict[str, Any], number: int) -> Act:
        return trouble[number] if number < len(trouble) else answer_well(body)

    with loopback_teacher.serve(act) as server:
        result = run_eval(server.url, tmp_path)
    assert result["benchmarks"]["cruxeval-o"]["strict"]["scores"] == {"pass@1": 100.0}
    assert len(server.seen) == len(CRUX) + len(trouble)


def test_an_endpoint_that_fails_midway_is_asked_only_what_is_missing(tmp_path: Path) -> None:
    def refuse_lists(body: dict[str, Any], _: int) -> Act:
        return Act(status=400) if "[n] * n" in body["messages"][0]["content"] else answer_well(body)

    words = ["--n", "2", "--temperature", "0.5"]
    with loopback_teacher.serve(refuse_lists) as server:
        with pytest.raises(PyxError, match=r"does not answer two: .*status 400"):
            run_eval(server.url, tmp_path, *words)
        kept = [json.loads(line) for line in (tmp_path / "out.json.samples.jsonl").read_text().splitlines()]
        assert sorted(row["task"] for row in kept) == ["one", "one", "three", "three"]
        server.act = lambda body, _: answer_well(body)
        server.seen.clear()
        result = run_eval(server.url, tmp_path, *words)
    assert [body["seed"] for body in server.seen] == [0, 1]  # both answers to the one task
    assert result["benchmarks"]["cruxeval-o"]["strict"]["scores"] == {"pass@1": 100.0}


def test_an_endpoint_that_is_down_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(
        PyxError, match=r"http://127\.0\.0\.1:9/v1 does not say .* Connection error"
    ) as caught:
        run_eval("http://127.0.0.1:9/v1", tmp_path, "--served-model", "")
    assert "\n" not in str(caught.value)


def test_an_endpoint_without_a_list_of_models_wants_to_be_told(tmp_path: Path) -> None:
    with loopback_teacher.serve() as server, pytest.raises(PyxError, match="which models") as caught:
        run_eval(server.url, tmp_path, "--served-model", "")
    assert "--served-model" in caught.value.hint


def test_rows_come_from_lines_and_from_gzipped_lines(tmp_path: Path) -> None:
    plain = write_rows(tmp_path)
    packed = tmp_path / "crux.jsonl.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    answers = tmp_path / "answers.json"
    answers.write_text(json.dumps({row["id"]: [row["output"]] for row in CRUX}))
    for data in (plain, packed):
        out = tmp_path / (data.name + ".json")
        line = ["--bench", "cruxeval-o", "--answers", str(answers), "--data", str(data), "--out", str(out)]
        CliRunner().invoke(command, line, catch_exceptions=False)
        scores = json.loads(out.read_text())["benchmarks"]["cruxeval-o"]
        assert scores["published"]["scores"] == scores["strict"]["scores"] == {"pass@1": 100.0}


@pytest.mark.parametrize("bench", ["humaneval+", "mbpp+", "heldout-o"])
def test_where_rows_are_that_the_hub_has_not_is_said(bench: str) -> None:
    with pytest.raises(PyxError, match="not on the Hub") as caught:
        load_tasks(BENCHMARKS.find(bench), Plan((bench,)))
    assert f"--data {bench}=FILE" in caught.value.hint


def test_all_rows_are_read_before_anything_is_asked(tmp_path: Path) -> None:
    words = ["--bench", "cruxeval-o,cruxeval-i", "--data", f"cruxeval-o={write_rows(tmp_path)}"]
    words += ["--data", "cruxeval-i=no.jsonl", "--out", str(tmp_path / "out.json"), "no/model"]
    with pytest.raises(PyxError, match=r"cannot read no\.jsonl"):
        CliRunner().invoke(command, words, catch_exceptions=False)


MISTAKES = [
    (["--bench", "cruxeval"], "no benchmark 'cruxeval'", "cruxeval-o"),
    (["--bench", "cruxeval-o", "--data", "no.jsonl"], "cannot read no.jsonl", ""),
    (["--bench", "humaneval", "--data", "crux.jsonl"], "these are no rows of humaneval", "--data"),
    (["--bench", "cruxeval-o", "--data", "crux.jsonl"], "no model, and no answers", "--answers FILE"),
    (["--bench", "cruxeval-o", "--data", "crux.jsonl", "--answers", "no.json"], "cannot read no.json", ""),
    (["--bench", "cruxeval-o", "--data", "crux.jsonl", "--answers", "bad.json"], "bad.json", ""),
    (["--bench", "cruxeval-o", "--data", "crux.jsonl", "--answers", "other.json"], "answers none", "'one'"),
    (
        ["--bench", "cruxeval-o", "--data", "crux.jsonl", "empty"],
        "cannot load the model 'empty'",
        "toy",
    ),
    (["--bench", "cruxeval-o", "--data", "crux.jsonl", "--style", "cott", "m"], "no prompt style", "cot"),
]


@pytest.mark.parametrize(("words", "message", "hint"), MISTAKES)
def test_a_mistake_is_one_line_with_a_way_out(
    words: list[str], message: str, hint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if words[-1] == "empty":
        pytest.importorskip("transformers")
    monkeypatch.chdir(tmp_path)
    Path("empty").mkdir()
    write_rows(tmp_path)
    Path("bad.json").write_text("{")
    Path("other.json").write_text('{"seven": ["1"]}')
    with pytest.raises(PyxError) as caught:
        CliRunner().invoke(command, [*words, "--out", "out.json"], catch_exceptions=False)
    assert message in str(caught.value) and "\n" not in str(caught.value)
    assert hint in caught.value.hint

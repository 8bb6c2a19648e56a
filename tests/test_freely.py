"""A teacher's own words are kept when every claim in them is true, and go back when one is not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from loopback_teacher import Act, Server
from taught import RUNS, bring, name_items, say, teacher

from pyx.annotate.ask import Ask
from pyx.annotate.forward import forward
from pyx.annotate.freely import list_steps
from pyx.annotate.listing import label_lines, number_lines
from pyx.annotate.prompt import list_styles, load_prompt, parse_prompt
from pyx.annotate.shots import load_shots, write_shots
from pyx.claims.reader import read
from pyx.errors import RecipeError
from pyx.records import Case, Reject, Sample
from pyx.sandbox.pool import Job, open_box
from pyx.stages.judge import judge
from pyx.trace.steps import steps

TRUE = load_shots("forward", 1)[0].text.strip()
FALSE = TRUE.replace("becomes `[('a', 2)]`", "becomes `[('a', 3)]`")
SHORT = "The result follows.\n[ANSWER]assert run_lengths('aab') == [('a', 2), ('b', 1)][/ANSWER]"
WRONG = TRUE.replace("('b', 1)][/ANSWER]", "('b', 2)][/ANSWER]")


@pytest.fixture(scope="module")
def runs() -> Sample:
    return bring(RUNS, "forward")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with teacher(monkeypatch) as found:
        yield found


def tell(sample: Sample, **options: object) -> tuple[Sample, list[Sample | Reject]]:
    *rejects, told = forward([sample], teacher="openai", **options)  # type: ignore[arg-type]
    assert isinstance(told, Sample)
    return told, rejects


def test_a_true_text_is_a_monologue_with_its_claims_and_verdict(server: Server, runs: Sample) -> None:
    server.act = say(TRUE)
    told, rejects = tell(runs)
    (monologue,) = told.monologues
    assert not rejects
    assert monologue.text == TRUE and monologue.teacher == "tiny" and monologue.tries == 1
    assert monologue.prompt == load_prompt("forward", "plain").hash
    assert monologue.verdict and monologue.verdict.accepted and monologue.verdict.statements == 1.0
    assert list(judge([told])) == [told]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (FALSE, "wrong-value"),
        (WRONG, "wrong-answer"),
        (SHORT, "too-little-covered"),
        (TRUE.partition("[ANSWER]")[0].replace("that is `[('a', 2), ('b', 1)]`", "done"), "no-answer"),
        (Act(text=TRUE, finish="length"), "cut-short"),
    ],
    ids=["wrong-value", "wrong-answer", "too-little-covered", "no-answer", "cut-short"],
)
def test_a_false_text_goes_back_with_the_reason(
    server: Server, runs: Sample, text: str | Act, reason: str
) -> None:
    server.act = say(text, TRUE)
    told, rejects = tell(runs)
    assert name_items(rejects) == [f"monologue: {reason}"]
    assert [monologue.tries for monologue in told.monologues] == [2]
    assert reason.replace("-", " ") in server.seen[1]["messages"][-1]["content"]


def test_a_teacher_that_never_gets_it_right_leaves_the_sample_without_a_text(
    server: Server, runs: Sample
) -> None:
    server.act = say(FALSE)
    told, rejects = tell(runs, tries=4)
    assert told == runs and name_items(rejects) == ["monologue: wrong-value"] * 4
    assert len({reject.parent for reject in rejects}) == 4
    assert [len(body["messages"]) for body in server.seen] == [2, 4, 6, 8]


def test_a_teacher_that_fails_for_good_leaves_a_reject_that_says_so(server: Server, runs: Sample) -> None:
    server.act = say(Act(text="no", finish="content_filter"))
    told, rejects = tell(runs)
    assert told == runs and name_items(rejects) == ["monologue: teacher-content-filter"]


def test_of_several_true_texts_the_fullest_is_taken(server: Server, runs: Sample) -> None:
    parts = TRUE.split("\n")
    some = "\n".join([*parts[:2], *parts[-2:]])
    server.act = say(Act(text=[some, TRUE, FALSE]))
    told, rejects = tell(runs, best_of=3, statements=0.1)
    assert told.monologues[0].text == TRUE
    assert name_items(rejects) == ["monologue: wrong-value"]
    assert server.seen[0]["n"] == 3


@pytest.mark.parametrize(
    ("hint", "words"),
    [("none", ""), ("trace", "line 12: runs = [('a', 1)]"), ("narrator", "[ANSWER]assert run_l")],
)
def test_a_hint_tells_as_much_as_the_recipe_says(server: Server, runs: Sample, hint: str, words: str) -> None:
    server.act = say(TRUE)
    tell(runs, hint=hint, shots=0)
    asked = server.seen[0]["messages"][1]["content"]
    assert words in asked and ("recorded when it ran" in asked) is (hint == "trace")


def test_an_example_in_a_prompt_is_a_verified_row(server: Server, runs: Sample) -> None:
    server.act = say(TRUE)
    tell(runs, shots=2)
    system = server.seen[0]["messages"][0]["content"]
    assert all(shot.call in system and shot.text in system for shot in load_shots("forward", 2))


@pytest.mark.parametrize("shot", load_shots("forward", 2), ids=lambda shot: shot.call)
def test_the_examples_that_ship_are_true(shot: object) -> None:
    from pyx.annotate.shots import Shot
    from pyx.verdict import judge as judge_claims

    assert isinstance(shot, Shot)
    sample = bring(shot.code, "forward")
    case = next(case for case in sample.cases if same_call(case, shot.call))
    trace = next(trace for trace in sample.traces if trace.case == case.id)
    reading = read(shot.text, sample.given.code, entry=sample.given.entry)
    verdict = judge_claims(reading.claims, sample.given.code, trace, answer=case.answer, read=reading.share)
    assert verdict.accepted and verdict.statements == verdict.read == 1.0
    outcome = open_box().run(Job(shot.code, shot.call))
    assert f"== {outcome.value}[/ANSWER]" in shot.text


def same_call(case: Case, call: str) -> bool:
    return case.call.replace('"', "'") == call.replace('"', "'")


def test_shots_may_come_from_a_file_of_rows(tmp_path: object, server: Server, runs: Sample) -> None:
    from pathlib import Path

    file = Path(str(tmp_path)) / "rows.jsonl"
    file.write_text('{"code": "def g(x): return x", "call": "g(1)", "monologue": "It is one.", "more": 1}\n')
    server.act = say(TRUE)
    tell(runs, shots=1, shots_from=str(file))
    assert "It is one." in server.seen[0]["messages"][0]["content"]
    with pytest.raises(RecipeError, match="2 shots for forward, there are 1"):
        load_shots("forward", 2, str(file))
    file.write_text('{"code": 1}\n')
    with pytest.raises(RecipeError, match=r"rows.jsonl, line 1: no code, call and monologue"):
        load_shots("forward", 1, str(file))


def test_the_steps_of_a_trace_read_line_by_line(runs: Sample) -> None:
    listed = list_steps(steps(runs.traces[0])).splitlines()
    assert listed[0].startswith("line 1: call of run_lengths; text = 'aab'")
    assert listed[-1].endswith("returns [('a', 2), ('b', 1)]")
    assert "line 12: runs = [('a', 1)]" in listed


def test_a_program_is_shown_with_the_numbers_that_labels_mean() -> None:
    assert number_lines("a\n\nb\n") == "1  a\n2\n3  b"
    assert label_lines("a\n\nb\n") == "a  # [L1]\n\nb  # [L3]"


@pytest.mark.parametrize("kind", ["forward", "backward", "synth", "describe"])
def test_every_prompt_is_whole_and_fills_its_holes(kind: str) -> None:
    holes = ("numbered", "labelled", "call", "hint", "examples", "code", "entry", "output", "seed")
    values = dict.fromkeys(holes, "VALUE")
    for style in list_styles(kind):
        prompt = load_prompt(kind, style)
        said = "".join(message["content"] for message in prompt.write(**values))
        assert "{{" not in said and "VALUE" in said
        assert "because" in prompt.answer("text", "because")[1]["content"]
        assert prompt.about.endswith(".") and prompt.label == f"{kind}-{style}.{prompt.version} {prompt.hash}"


def test_a_prompt_is_known_by_its_hash() -> None:
    text = "---\nversion: 1\nabout: X.\n---\n## system\ns\n## user\nu\n## retry\nr\n"
    assert parse_prompt("a", text).hash == parse_prompt("b", text).hash
    assert parse_prompt("a", text).hash != parse_prompt("a", text.replace("u\n", "U\n")).hash


def test_the_first_messages_of_an_ask_are_kept_in_it() -> None:
    ask = Ask("forward", messages=load_prompt("forward", "plain").write(
        numbered="1  x", labelled="", call="f(1)", hint="", examples=write_shots(load_shots("forward", 1))
    ))  # fmt: skip
    assert [message["role"] for message in ask.messages] == ["system", "user"]

"""Columns become lessons: the prompt is given, the response is learned, and an answer is found in it."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
from finished import RUN, make_backward, make_sample
from hypothesis import given
from hypothesis import strategies as st

from pyx.errors import PyxError, ReleaseError
from pyx.release import freeze
from pyx.trainers.extract import extract_code, extract_output
from pyx.trainers.lessons import mix, open_book, parse_weights, read_lessons
from pyx.trainers.packing import measure_filling, pack
from pyx.trainers.render import STYLES, VIEWS, Lesson, ask_output, render
from pyx.trainers.tokens import Encoded

ROW: dict[str, Any] = {
    "code": "def f(n):\n    return [n] * 2\n",
    "entry_point": "f",
    "description": "A list of n, twice.",
    "setup": "",
    "call": "f('==')",
    "output": "['==', '==']",
    "exception": "",
    "monologue": "[L1] `f` is called. [L2] We return.\n[ANSWER]assert f('==') == ['==', '=='][/ANSWER]",
}


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    samples = [make_sample(number) for number in range(1, 13)]
    return freeze(samples, RUN, tmp_path_factory.mktemp("release") / "tiny", version="0.1.0").folder


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("view", ["forward", "direct", "backward"])
def test_the_answer_of_a_lesson_is_found_in_its_response(view: str, style: str) -> None:
    lesson = render(view, ROW, style=style)
    assert lesson is not None
    assert lesson.response.count("[/ANSWER]") == 1
    assert extract_output(lesson.response, "f") == ROW["output"]


@pytest.mark.parametrize("style", STYLES)
def test_a_prompt_never_holds_its_answer(style: str) -> None:
    for view in ("forward", "direct"):
        lesson = render(view, ROW, style=style)
        assert lesson and ROW["output"] not in lesson.prompt
    lesson = render("backward", ROW, style=style)
    assert lesson and ROW["call"] not in lesson.prompt


def test_training_and_evaluation_ask_alike() -> None:
    lesson = render("forward", ROW)
    assert lesson and lesson.prompt == ask_output(ROW["code"], ROW["call"])


def test_the_code_of_a_lesson_is_found_in_its_response() -> None:
    for style in STYLES:
        lesson = render("nl2code", ROW, style=style)
        assert lesson and extract_code(lesson.response, "f") == ROW["code"]


def test_a_program_without_description_teaches_no_code() -> None:
    assert render("nl2code", {**ROW, "description": ""}) is None


def test_an_exception_is_an_answer_forward_and_none_backward() -> None:
    row = {**ROW, "exception": "ValueError", "output": ""}
    lesson = render("direct", row)
    assert lesson and lesson.response == "[ANSWER]raises ValueError[/ANSWER]"
    assert render("backward", row) is None


def test_labels_count_from_five_in_the_style_of_semcoder() -> None:
    lesson = render("forward", ROW, style="semcoder")
    assert lesson
    assert "def f(n): # [L5]\n    return [n] * 2 # [L6]\nassert f('==') == ??" in lesson.prompt
    assert lesson.response.startswith("[L5] `f` is called. [L6] We return.\n[/MONOLOGUE]")


def test_every_trace_view_tells_the_trace_then_the_answer(release: Path) -> None:
    lessons = read_lessons(open_book(str(release)), ["scratchpad", "next", "cwm"])
    assert {lesson.view for lesson in lessons} == {"scratchpad", "next", "cwm"}
    assert all(lesson.response.count("\n") >= 2 for lesson in lessons)
    assert all(lesson.response.endswith("[/ANSWER]") for lesson in lessons)


def test_a_view_whose_config_is_missing_is_one_line_with_the_configs_there_are(release: Path) -> None:
    with pytest.raises(PyxError, match="view 'backward' needs the config 'backward'") as error:
        read_lessons(open_book(str(release)), ["forward", "backward"])
    assert error.value.hint == "it has forward, nl2code, programs"


def test_a_config_of_backward_rows_gives_lessons(tmp_path: Path) -> None:
    from dataclasses import replace

    samples = [make_sample(number) for number in range(1, 5)]
    samples = [replace(one, monologues=(*one.monologues, make_backward(one.cases[0]))) for one in samples]
    book = open_book(str(freeze(samples, RUN, tmp_path / "tiny", version="0.1.0").folder))
    assert [lesson.view for lesson in read_lessons(book, ["backward"])] == ["backward"] * 4


@pytest.mark.parametrize(("view", "hint"), [("froward", "forward"), ("x", "it has")])
def test_an_unknown_view_is_named_with_the_nearest(view: str, hint: str, release: Path) -> None:
    with pytest.raises(PyxError, match=f"no view '{view}'") as error:
        read_lessons(open_book(str(release)), [view])
    assert hint in error.value.hint


def test_a_folder_without_a_release_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="no release in"):
        open_book(str(tmp_path))


def make_lessons(**counts: int) -> list[Lesson]:
    return [Lesson(view, str(number), "") for view, count in counts.items() for number in range(count)]


@given(st.integers(0, 100), st.sampled_from([0.5, 1.0, 1.5, 2.0, 3.0]))
def test_an_order_is_a_function_of_its_seed(seed: int, epochs: float) -> None:
    lessons = make_lessons(forward=9, direct=4)
    order = mix(lessons, {}, seed=seed, epochs=epochs)
    assert order == mix(lessons, {}, seed=seed, epochs=epochs)
    assert len(order) == sum(round(13 * min(1, epochs - one)) for one in range(math.ceil(epochs)))
    assert sorted(map(str, order[:13])) == sorted(map(str, lessons)) or epochs < 1


def test_a_weight_says_how_often_a_lesson_is_shown() -> None:
    order = mix(make_lessons(forward=10, direct=100, cwm=5), {"forward": 2, "direct": 0.5, "cwm": 0}, seed=1)
    views = [lesson.view for lesson in order]
    assert views.count("forward") == 20
    assert 35 <= views.count("direct") <= 65
    assert views.count("cwm") == 0


@pytest.mark.parametrize("text", ["forwards=1", "forward=x", "forward=-1", "forward"])
def test_a_wrong_weight_is_named(text: str) -> None:
    with pytest.raises(PyxError, match="no weight"):
        parse_weights(text, ["forward"])


@given(st.lists(st.integers(1, 50), max_size=200), st.integers(50, 80))
def test_packing_loses_cuts_and_overfills_nothing(sizes: list[int], length: int) -> None:
    from array import array

    lessons = [Encoded("v", array("i", [number] * size), 0) for number, size in enumerate(sizes)]
    packs = pack(lessons, length)
    assert sorted(map(str, (one for row in packs for one in row))) == sorted(map(str, lessons))
    assert all(sum(len(one.ids) for one in row) <= length for row in packs)


def test_packs_of_many_sizes_are_nearly_full() -> None:
    from array import array

    lessons = [Encoded("v", array("i", [0] * (17 * number % 90 + 10)), 0) for number in range(2000)]
    assert measure_filling(pack(lessons, 256), 256) > 0.97


def test_every_view_names_a_config_of_the_schema() -> None:
    from pyx.release.schema import CONFIGS

    assert {view.config for view in VIEWS.values()} <= set(CONFIGS)

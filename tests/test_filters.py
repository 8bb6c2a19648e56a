"""What filters that look at more than one thing do; each one's own examples are in its file."""

from __future__ import annotations

import pytest

from pyx.errors import PluginError, RecipeError
from pyx.filters import make_sample
from pyx.filters.licence import drop_licence
from pyx.filters.trivial import drop_trivial
from pyx.records import Case, Origin, Reject, Sample
from pyx.registry import FILTERS, STAGES

TRIVIAL = FILTERS.find("trivial")
FILTER = STAGES.find("filter")


@pytest.mark.parametrize(
    ("corpus", "licence", "own", "reason"),
    [
        ("folder:mine", "", True, None),
        ("folder:mine", "", False, "licence-unknown"),
        ("folder:mine", "GPL-3.0-only", True, "licence-not-permissive"),
        ("jsonl:rows.jsonl", "", True, None),
        ("package:x", "", True, "licence-unknown"),
        ("package:x", "MIT", True, None),
    ],
)
def test_your_own_files_need_no_licence_but_a_stated_one_counts(
    corpus: str, licence: str, own: bool, reason: str | None
) -> None:
    got = drop_licence(Sample("1", Origin(corpus, licence=licence)), own=own)
    assert (got and got.partition(":")[0]) == reason


def test_the_licences_allowed_are_the_recipes_choice() -> None:
    sample = Sample("1", Origin("package:x", licence="GPL-3.0-only"))
    assert drop_licence(sample, allow=["GPL-3.0-only"]) is None
    assert drop_licence(sample, allow=["MIT"]) == "licence-not-permissive: GPL-3.0-only"


def test_true_and_one_are_different_answers() -> None:
    sample = make_sample(TRIVIAL, "def f(x): return x\n", [("f(1)", "1"), ("f(2)", "True"), ("f(3)", "1")])
    assert drop_trivial(sample) is None


def test_a_filtered_sample_goes_with_all_its_cases() -> None:
    sample = Sample(
        "p", Origin("package:x"), cases=(Case("p-1", "f(1)", "typed"), Case("p-2", "f(2)", "typed"))
    )
    gone = list(FILTER.function([sample], filters=["licence"]))
    assert [(item.level, item.parent) for item in gone if isinstance(item, Reject)] == [
        ("file", "p"), ("case", "p-1"), ("case", "p-2"),
    ]  # fmt: skip


def test_filters_and_their_options_are_checked_before_anything_runs() -> None:
    check = FILTER.facts["check"]
    check(filters=["too-long"], options={"too-long": {"lines": 3}})
    with pytest.raises(PluginError, match="no filter 'to-long'"):
        check(filters=["to-long"])
    with pytest.raises(PluginError, match="no filter 'to-long'"):
        check(filters=["to-long"], options={"too-long": {"lines": 3}})
    with pytest.raises(RecipeError, match="lines = -3 is below zero"):
        check(filters=["too-long"], options={"too-long": {"lines": -3}})
    with pytest.raises(RecipeError, match="no option 'line'"):
        check(filters=["too-long"], options={"too-long": {"line": 3}})
    with pytest.raises(RecipeError, match="not in filters"):
        check(filters=["too-long"], options={"licence": {}})
    with pytest.raises(RecipeError, match="lines = 'many' is not"):
        check(filters=["too-long"], options={"too-long": {"lines": "many"}})


def test_programs_are_kept_for_the_grades_that_a_recipe_wants() -> None:
    sample = Sample(
        "p", Origin("x"), cases=(Case("p-1", "f(1)", "heuristic"), Case("p-2", "f(2)", "mutated"))
    )
    drop = FILTERS.find("guessed-inputs").function
    assert drop(sample) == "guessed-inputs"
    assert drop(sample, grades=["mutated"]) is None

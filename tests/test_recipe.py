"""A recipe is checked whole before anything runs; each mistake is one line with the way out."""

from __future__ import annotations

from typing import Any, Literal

import pytest
import toy_stages  # noqa: F401  (registers the toy stages)

from pyx import options, recipe
from pyx.errors import RecipeError

GOOD = """
name = "toys"
seeds = ["toy:words.txt"]

[[step]]
use = "toy-cut"
least = 2

[[step]]
use = "toy-call"
version = 3
"""


def test_a_good_recipe_has_its_steps_in_order() -> None:
    checked = recipe.parse(GOOD)
    assert [(step.use, step.options) for step in checked.steps] == [
        ("toy-cut", {"least": 2}),
        ("toy-call", {}),
    ]
    assert checked.seeds == ("toy:words.txt",)


@pytest.mark.parametrize(
    ("change", "message", "hint"),
    [
        (
            ("least", "leest"),
            "bad.toml, step 1 (toy-cut): no option 'leest'; did you mean 'least'? it has least",
            "",
        ),
        (("least = 2", "least = true"), "bad.toml, step 1 (toy-cut): least = True is not a whole number", ""),
        (("least = 2", 'least = "2"'), "bad.toml, step 1 (toy-cut): least = '2' is not a whole number", ""),
        (("least = 2", "least = -2"), "bad.toml, step 1 (toy-cut): least = -2 is below zero", ""),
        (
            ('use = "toy-cut"', 'use = "toy-cat"'),
            "bad.toml, step 1: no stage 'toy-cat'",
            "did you mean 'toy-cut'",
        ),
        (('use = "toy-cut"', ""), "bad.toml, step 1: no use", "say which stage"),
        (
            ("version = 3", "version = 2"),
            "step 2 (toy-call): version 2 is wanted, this pyx has 3",
            "install the pyx",
        ),
        (('use = "toy-call"\nversion = 3', 'use = "toy-sort"'), "(toy-sort): needs cases", "'toy-call'"),
        (("seeds", "sees"), "bad.toml: no key 'sees'", "did you mean 'seeds'"),
        (
            ('["toy:words.txt"]', '"toy:words.txt"'),
            "bad.toml: seeds = 'toy:words.txt' is not a list of texts",
            "",
        ),
        (("[[step]]", "[[stop]]"), "bad.toml: no key 'stop'", "did you mean 'step'"),
        (("[[step]]", "[[step"), "bad.toml: ", ""),
    ],
)
def test_a_mistake_names_file_step_value_and_the_way_out(
    change: tuple[str, str], message: str, hint: str
) -> None:
    with pytest.raises(RecipeError) as error:
        recipe.parse(GOOD.replace(*change), file="bad.toml")
    assert message in str(error.value)
    assert hint in error.value.hint
    assert "\n" not in str(error.value)


def test_a_recipe_without_steps_says_so() -> None:
    with pytest.raises(RecipeError, match="no steps"):
        recipe.parse("name = 'x'")


def test_an_unknown_recipe_is_answered_with_the_shipped_ones() -> None:
    with pytest.raises(RecipeError, match="no recipe 'smok'") as error:
        recipe.load("smok")
    assert "did you mean 'smoke'" in error.value.hint


def test_an_unknown_kind_of_seeds_is_answered_with_the_nearest() -> None:
    with pytest.raises(RecipeError, match="seeds 'fodler:x': no seeds 'fodler'") as error:
        recipe.load("smoke", seeds=["fodler:x"])
    assert "did you mean 'folder'" in error.value.hint


@pytest.mark.parametrize("name", recipe.list_recipes())
def test_every_shipped_recipe_is_right(name: str) -> None:
    checked = recipe.load(name)
    assert checked.name == name and checked.about


@pytest.mark.parametrize(
    ("hint", "right", "wrong"),
    [
        (int, 1, True),
        (float, 1, "1"),
        (bool, False, 0),
        (str | None, "a", 1),
        (list[str], ["a"], ["a", 1]),
        (tuple[str, ...], [], "a"),
        (Literal["a", "b"], "a", "c"),
        (dict[str, int], {"a": 1}, {"a": "b"}),
    ],
)
def test_a_value_fits_its_type_or_is_refused(hint: Any, right: object, wrong: object) -> None:
    assert options.accepts(hint, right)
    assert not options.accepts(hint, wrong)
    assert options.name_type(hint)


def test_a_recipe_that_gives_no_release_says_what_is_missing() -> None:
    with pytest.raises(RecipeError, match="recipe toys: no step gives outcomes") as error:
        recipe.check_release(recipe.parse(GOOD))
    assert error.value.hint == 'add use = "execute"'


def test_a_name_that_would_leave_its_folder_is_refused() -> None:
    with pytest.raises(RecipeError, match=r"bad.toml: name = '\.\./x' is no name"):
        recipe.parse(GOOD.replace("toys", "../x"), file="bad.toml")

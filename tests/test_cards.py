"""Cards: filled from data, valid for the Hub, and silent about nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from finished import RUN, make_sample
from hypothesis import given
from hypothesis import strategies as st

from pyx.cards import dataset, model
from pyx.cards.frontmatter import write_yaml
from pyx.cards.tables import write_counts, write_table
from pyx.registry import STAGES
from pyx.release import freeze

TRAINING: dict[str, Any] = {
    "model": "tiny-model",
    "release": {"name": "tiny", "version": "0.1.0", "digest": "abc"},
    "options": {"style": "pyx", "lora": 8, "length": 2048, "rate": 2e-5, "seed": 0},
    "views": {"forward": {"lessons": 1200, "shown": 1200, "left_out": 3}},
    "steps": 150,
    "tokens": 345678,
    "loss": 1.25,
}
SCORE = {"benchmark": "CRUXEval", "metric": "pass@1", "value": 0.345, "tasks": 800}

SCALARS = st.one_of(st.text(), st.integers(), st.booleans(), st.floats(allow_nan=False, allow_infinity=False))
TREES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3),
        st.dictionaries(st.text("abcdefg_", min_size=2, max_size=6), inner, min_size=1, max_size=3),
    ),
    max_leaves=8,
)


def is_plain(tree: Any) -> bool:
    """Whether a tree has no list in a list: the front matter has none."""
    if isinstance(tree, dict):
        return all(map(is_plain, tree.values()))
    if isinstance(tree, list):
        return all(is_plain(item) and not isinstance(item, list) for item in tree)
    return True


@given(st.dictionaries(st.text("abcdefg_", min_size=2, max_size=6), TREES.filter(is_plain), max_size=4))
def test_what_is_written_as_front_matter_is_read_back(table: dict[str, Any]) -> None:
    yaml = pytest.importorskip("yaml")
    text = write_yaml(table)
    assert yaml.safe_load(text.strip().strip("-")) == (table or None)


def make_manifest(tmp_path: Path, **run: Any) -> dict[str, Any]:
    release = freeze([make_sample(1)], {**RUN, **run}, tmp_path / "tiny", version="0.1.0")
    return release.manifest


def read_card(tmp_path: Path, **run: Any) -> str:
    make_manifest(tmp_path, **run)
    return (tmp_path / "tiny" / "README.md").read_text()


def test_the_card_knows_every_stage_that_there_is() -> None:
    assert set(dataset.STEPS) >= {stage.name for stage in STAGES if stage.module.startswith("pyx.")}


def test_every_step_that_did_not_run_is_named(tmp_path: Path) -> None:
    card = read_card(tmp_path)
    ran = {"execute", "split"}
    assert all((f"`{step}` did not run" in card) == (step not in ran) for step in dataset.STEPS)


def test_decontamination_that_found_no_benchmarks_is_not_claimed(tmp_path: Path) -> None:
    card = read_card(
        tmp_path,
        steps=[*RUN["steps"], {"use": "decontaminate.1", "options": {"optional": True}}],
        funnel=[*RUN["funnel"], {**RUN["funnel"][-1], "step": "decontaminate"}],
        evidence={"decontaminate": {"items": "none were at hand: nothing was compared"}},
    )
    assert "nothing was compared" in card


def test_decontamination_is_told_with_its_benchmarks_and_what_it_dropped(tmp_path: Path) -> None:
    card = read_card(
        tmp_path,
        steps=[*RUN["steps"], {"use": "decontaminate.1", "options": {}}],
        funnel=[
            *RUN["funnel"],
            {**RUN["funnel"][-1], "step": "decontaminate", "rejected": {"program: repeats-mbpp": 2}},
        ],
        evidence={"decontaminate": {"items by benchmark": {"mbpp": 974, "HumanEval": 164}}},
    )
    assert "repeats-mbpp 2" in card and "mbpp 974, HumanEval 164" in card


def test_the_metadata_of_a_dataset_is_valid_for_the_hub(tmp_path: Path) -> None:
    hub = pytest.importorskip("huggingface_hub")
    found = hub.DatasetCard(read_card(tmp_path)).data.to_dict()
    assert found["license"] == ["mit"]
    assert found["size_categories"] == ["n<1K"]
    assert [config["config_name"] for config in found["configs"]] == ["programs", "nl2code", "forward"]
    assert [info["splits"][0]["num_examples"] for info in found["dataset_info"]] == [1, 1, 1]


def test_nothing_in_a_card_is_left_unfilled(tmp_path: Path) -> None:
    assert "$" not in read_card(tmp_path)
    assert "$" not in model.write_card(TRAINING)


def test_a_bar_in_a_cell_does_not_break_a_table() -> None:
    assert write_table(("a",), [("x | y",)]).splitlines()[-1] == "| x \\| y |"


def test_counts_are_told_the_largest_first_and_the_rest_summed() -> None:
    assert write_counts({"a": 1, "b": 3000, "c": 2}, most=2) == "b 3,000, c 2 and 1 more kinds (1)"


def test_a_model_card_says_what_was_learned_and_what_was_not_measured() -> None:
    card = model.write_card(TRAINING)
    assert "| forward | 1,200 | 1,200 | 3 |" in card
    assert "LoRA, rank 8" in card and "345,678" in card
    assert "Nothing was measured" in card


def test_a_model_card_names_its_base_only_if_the_hub_knows_it() -> None:
    assert "base_model" not in model.write_card(TRAINING)
    assert "base_model: org/tiny-model\n" in model.write_card({**TRAINING, "model": "org/tiny-model"})


def test_a_model_card_with_scores_is_valid_for_the_hub() -> None:
    hub = pytest.importorskip("huggingface_hub")
    card = model.write_card(TRAINING, scores=[SCORE])
    assert "| CRUXEval | pass@1 | 0.345 | 800 |" in card
    (result,) = hub.ModelCard(card).data.eval_results
    assert (result.dataset_name, result.metric_value) == ("CRUXEval", 0.345)


@pytest.mark.parametrize(
    ("evidence", "words"),
    [({}, "**not** compared"), ({"items by benchmark": {"mbpp": 974}}, "was compared with the texts")],
)
def test_a_model_card_says_whether_its_data_was_decontaminated(
    tmp_path: Path, evidence: dict[str, Any], words: str
) -> None:
    manifest = make_manifest(
        tmp_path,
        steps=[*RUN["steps"], {"use": "decontaminate.1", "options": {}}],
        funnel=[*RUN["funnel"], {**RUN["funnel"][-1], "step": "decontaminate"}],
        evidence={"decontaminate": evidence},
    )
    card = model.write_card(TRAINING, release=json.loads(json.dumps(manifest)))
    assert words in card and "1 programs (MIT)" in card


def test_the_card_of_a_release_with_a_model_as_teacher_names_it_and_its_cost(tmp_path: Path) -> None:
    sample = make_sample(1)
    told = replace(sample.monologues[0], teacher="toy-model", tries=3)
    run = {**RUN, "evidence": {"teachers": ["openai.1 toy-model"], "prompts": ["forward.plain abc"]}}
    freeze([replace(sample, monologues=(told,))], run, tmp_path / "tiny", version="0.1.0")
    card = (tmp_path / "tiny" / "README.md").read_text()
    assert "toy-model 1" in card and "`forward.plain abc`" in card and "mean: 3.0" in card
    assert "cost: not recorded" in card

"""A run loses nothing, does only what changed, and gives the same for any sharding."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

import pytest
import toy_stages  # noqa: F401  (registers the toy stages)
from hypothesis import given, settings
from hypothesis import strategies as st

from pyx import engine, recipe
from pyx.errors import RecipeError
from pyx.records import Reject
from pyx.shards import list_shards, read_rejects, to_line

WORDS = "one two three\n\nfour zed five\nsix\nzz z\nseven eight nine ten\n"
STEPS = """
[[step]]
use = "toy-cut"
least = 3

[[step]]
use = "toy-call"

[[step]]
use = "toy-sort"
"""


@pytest.fixture
def words(tmp_path: Path) -> Path:
    file = tmp_path / "words.txt"
    file.write_text(WORDS)
    return file


def load(words: Path, steps: str = STEPS) -> recipe.Recipe:
    return recipe.parse(f'seeds = ["toy:{words}"]\n{steps}')


def find_folders(work: Path) -> set[str]:
    return {path.name for path in work.iterdir() if path.is_dir()}


def test_the_funnel_counts_what_came_and_why_it_went(words: Path, tmp_path: Path) -> None:
    run = engine.run(load(words), tmp_path / "work", workers=0)
    assert [sample.given.code for sample in run.samples()] == sorted(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
    )
    rows = [(row.step, row.came, row.made, row.cases, row.rejected) for row in run.rows]
    assert rows == [
        ("seeds", 6, 6, 0, {}),
        ("toy-cut", 6, 11, 0, {"file: no-words": 2}),
        ("toy-call", 11, 10, 20, {"program: dropped": 1}),
        ("toy-sort", 10, 10, 20, {}),
    ]


@settings(max_examples=15, deadline=None)
@given(
    lines=st.lists(st.text(alphabet="abz ", max_size=9), min_size=1, max_size=9),
    shard=st.integers(1, 5),
)
def test_any_shard_size_gives_the_same_and_loses_nothing(lines: list[str], shard: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        words = Path(name, "words.txt")
        words.write_text("\n".join(lines) + "\n")
        whole = engine.run(load(words), Path(name, "one"), workers=0)
        parts = engine.run(load(words), Path(name, "two"), workers=0, shard=shard)
        assert list(map(to_line, whole.samples())) == list(map(to_line, parts.samples()))
        assert [row.rejected for row in whole.rows] == [row.rejected for row in parts.rows]
        came = sum(len(line.split()) for line in lines)
        kept = sum(1 for _ in whole.samples())
        short = sum(len(word) < 3 for line in lines for word in line.split())
        dropped = sum("z" in word and len(word) >= 3 for line in lines for word in line.split())
        assert came == kept + short + dropped


def test_any_number_of_workers_gives_the_same(words: Path, tmp_path: Path) -> None:
    alone = engine.run(load(words), tmp_path / "alone", workers=0, shard=2)
    crew = engine.run(load(words), tmp_path / "crew", workers=2, shard=2)
    assert alone.facts == crew.facts
    assert [to_line(sample) for sample in alone.samples()] == [to_line(sample) for sample in crew.samples()]


def test_a_second_run_does_nothing_again(words: Path, tmp_path: Path) -> None:
    first = engine.run(load(words), tmp_path / "work", workers=0)
    times = {path: path.stat().st_mtime_ns for path in (tmp_path / "work").rglob("*.jsonl")}
    second = engine.run(load(words), tmp_path / "work", workers=0)
    assert first.folder == second.folder and first.facts == second.facts
    assert times == {
        path: path.stat().st_mtime_ns
        for path in (tmp_path / "work").rglob("*.jsonl")
        if "00-seeds" not in str(path) or path in times
    }


def test_a_changed_option_or_seed_is_never_served_stale(words: Path, tmp_path: Path) -> None:
    work = tmp_path / "work"
    engine.run(load(words), work, workers=0)
    before = find_folders(work)
    engine.run(load(words, STEPS.replace('"toy-call"', '"toy-call"\ntimes = 3')), work, workers=0)
    added = find_folders(work) - before
    assert {name[:2] for name in added} == {"02", "03"}, "the common start is shared"
    before = find_folders(work)
    words.write_text(WORDS + "more\n")
    run = engine.run(load(words), work, workers=0)
    assert {name[:2] for name in find_folders(work) - before} == {"00", "01", "02", "03"}
    assert "more" in [sample.given.code for sample in run.samples()]


def test_a_half_done_run_goes_on_to_the_same_bytes(words: Path, tmp_path: Path) -> None:
    whole = engine.run(load(words), tmp_path / "whole", workers=0, shard=1)
    half = tmp_path / "half"
    engine.run(load(words), half, workers=0, shard=1)
    kept: dict[Path, int] = {}
    for folder in sorted(half.iterdir()):
        if folder.name.startswith("03"):
            list_shards(folder)[0].rename(tmp_path / "lost")
            folder.rename(folder.with_suffix(".partial"))
        elif folder.name.startswith(("01", "02")):
            shards = list_shards(folder)
            shards[-1].unlink()
            shards[-2].rename(shards[-2].with_suffix(".partial"))
            kept |= {file: file.stat().st_mtime_ns for file in list_shards(folder)}
    again = engine.run(load(words), half, workers=0, shard=1)
    assert [to_line(sample) for sample in again.samples()] == [to_line(sample) for sample in whole.samples()]
    assert all(file.stat().st_mtime_ns == time for file, time in kept.items()), "finished shards stay"


def test_a_sample_that_kills_its_workers_is_a_reject(words: Path, tmp_path: Path) -> None:
    steps = STEPS.replace('"toy-call"', '"toy-call"\nfatal = "six"')
    run = engine.run(load(words, steps), tmp_path / "work", workers=2, shard=2)
    assert "six" not in [sample.given.code for sample in run.samples()]
    assert run.rows[2].rejected == {"program: dropped": 1, "program: worker-died": 1}
    assert run.rows[3].made == 9


def test_a_stage_that_loses_a_sample_is_a_bug(words: Path, tmp_path: Path) -> None:
    steps = STEPS.replace('"toy-call"', '"toy-call"\nlose = true')
    with pytest.raises(AssertionError, match=r"stage toy-call: of 1 program .* it kept 0 and rejected 0"):
        engine.run(load(words, steps), tmp_path / "work", workers=0)


@pytest.mark.parametrize(
    ("came", "kept", "thrown", "right"),
    [
        ("c", "c", "", True),
        ("c", "", "c", True),
        ("c", "c", "c", False),
        ("c", "", "cc", False),
        ("c", "cc", "", False),
        ("cc", "c", "c", True),
        ("cc", "c", "", False),
    ],
)
def test_an_id_is_kept_or_rejected_exactly_once_for_each_time_it_came(
    came: str, kept: str, thrown: str, right: bool
) -> None:
    counts = Counter(("case", name) for name in came), Counter(kept), Counter(thrown)
    if right:
        engine.check_law("x", *counts)
    else:
        with pytest.raises(AssertionError, match="stage x: of"):
            engine.check_law("x", *counts)


def test_rejects_are_kept_with_parent_stage_and_reason(words: Path, tmp_path: Path) -> None:
    run = engine.run(load(words), tmp_path / "work", workers=0)
    folder = next(run.folder.parent.glob("02-*"))
    (reject,) = read_rejects(list_shards(folder))
    assert isinstance(reject, Reject)
    assert (reject.level, reject.stage, reject.reason) == ("program", "toy-call", "dropped")


def test_a_limit_stops_the_reading(words: Path, tmp_path: Path) -> None:
    run = engine.run(load(words), tmp_path / "work", workers=0, limit=1)
    assert [sample.given.code for sample in run.samples()] == ["one", "three", "two"]


def test_empty_seeds_are_an_error_that_names_them(tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("")
    with pytest.raises(RecipeError, match="empty: nothing to read"):
        engine.run(load(tmp_path / "empty"), tmp_path / "work", workers=0)


def test_two_runs_cannot_share_a_work_folder_at_once(words: Path, tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    with engine._lock(work), pytest.raises(RecipeError, match="in use by another run"):
        engine.run(load(words), work, workers=0)


def test_no_path_of_the_machine_stands_in_the_facts(words: Path, tmp_path: Path) -> None:
    run = engine.run(load(words), tmp_path / "work", workers=0)
    assert str(tmp_path) not in str({**run.facts, "recipe": None})
    assert run.facts["seeds"] == ["toy:words.txt"]

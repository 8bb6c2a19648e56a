"""Comparing releases: every row that differs is named, with what can have done it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from finished import RUN, make_sample

from pyx.commands.diff import command
from pyx.records import Sample
from pyx.release import freeze
from pyx.release.diff import Change, Diff, diff

Run = dict[str, Any]


def make(folder: Path, name: str, samples: Iterable[Sample], run: Run = RUN) -> Path:
    return freeze(samples, run, folder / name, version="0.1.0").folder


def compare(folder: Path, old: list[Sample], new: list[Sample], run: Run = RUN) -> Diff:
    return diff(make(folder, "old", old), make(folder, "new", new, run))


def count(found: Diff) -> dict[tuple[str, str], int]:
    counts: dict[tuple[str, str], int] = {}
    for change in found.changes:
        counts[change.config, change.kind] = counts.get((change.config, change.kind), 0) + 1
    return counts


def test_a_release_does_not_differ_from_itself(tmp_path: Path) -> None:
    found = compare(tmp_path, [make_sample(1)], [make_sample(1)])
    assert (found.causes, found.changes) == ([], [])
    assert found.same == {"programs": 1, "nl2code": 1, "forward": 1}


def test_added_and_removed_rows_are_named(tmp_path: Path) -> None:
    found = compare(tmp_path, [make_sample(1), make_sample(2)], [make_sample(2), make_sample(3)])
    assert count(found) == {
        (config, kind): 1 for config in ("programs", "nl2code", "forward") for kind in ("added", "removed")
    }
    removed = next(c for c in found.changes if (c.config, c.kind) == ("programs", "removed"))
    assert removed.row == make_sample(1).id


def test_a_changed_row_names_its_columns(tmp_path: Path) -> None:
    (change,) = compare(
        tmp_path, [make_sample(1, description="")], [replace(make_sample(1, description=""), family="f")]
    ).changes[:1]
    assert change == Change("programs", make_sample(1).id, "changed", ("family",), ("unknown",))


def test_a_row_that_moved_to_another_split_is_changed(tmp_path: Path) -> None:
    found = compare(
        tmp_path, [make_sample(1), make_sample(2)], [make_sample(1), make_sample(2, split="test")]
    )
    assert {(change.row, change.columns) for change in found.changes if change.config == "programs"} == {
        (make_sample(2).id, ("split",))
    }


def change_origin(sample: Sample, corpus: str, version: str) -> Sample:
    return replace(sample, origin=replace(sample.origin, corpus=corpus, version=version))


def test_rows_of_a_corpus_that_only_one_release_read_are_there_for_the_seed(tmp_path: Path) -> None:
    other = change_origin(make_sample(2), "package:other", "1.0")
    run = {**RUN, "seeds": ["folder:tiny", "package:other"], "recipe": {**RUN["recipe"], "text": "x = 1"}}
    found = compare(tmp_path, [make_sample(1)], [make_sample(1), other], run)
    assert {change.why for change in found.changes} == {("seed",)}


def test_rows_of_another_version_of_a_corpus_changed_for_the_seed(tmp_path: Path) -> None:
    old, new = (change_origin(make_sample(1), "package:boltons", version) for version in ("1.0", "2.0"))
    found = compare(tmp_path, [old], [new])
    assert {(change.kind, change.columns, change.why) for change in found.changes} == {
        ("changed", ("origin",), ("seed",))
    }
    assert ("seed", "versions") in {(cause.kind, cause.what) for cause in found.causes}


def test_rows_told_by_another_version_of_a_rule_changed_for_the_plug_in(tmp_path: Path) -> None:
    old = make_sample(1)
    new = replace(old, monologues=(replace(old.monologues[0], rules=("N001.2",)),))
    run = {**RUN, "recipe": {**RUN["recipe"], "text": "x = 1", "digest": "def"}}
    found = compare(tmp_path, [old], [new], run)
    assert [(change.config, change.why) for change in found.changes] == [("forward", ("plug-in",))]
    assert ("plug-in", "rules", "N001.1", "N001.2") in {(c.kind, c.what, c.old, c.new) for c in found.causes}


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (lambda run: {**run, "recipe": {**run["recipe"], "text": "other"}}, "recipe"),
        (lambda run: {**run, "python": "3.12.1"}, "python"),
        (lambda run: {**run, "pyx": "9.9.9"}, "pyx"),
        (lambda run: {**run, "evidence": {"policy": "2.0.0"}}, "policy"),
        (lambda run: {**run, "steps": [{"use": "execute.2", "options": {}}]}, "plug-in"),
        (lambda run: {**run, "steps": [{"use": "execute.1", "options": {"seeds": 3}}]}, "recipe"),
    ],
)
def test_a_difference_in_the_making_explains_rows_that_nothing_else_does(
    tmp_path: Path, change: Callable[[Run], Run], kind: str
) -> None:
    found = compare(tmp_path, [make_sample(1)], [make_sample(2)], change(RUN))
    assert {kind} <= {cause.kind for cause in found.causes}
    assert all(kind in change.why for change in found.changes)


def test_the_command_shows_a_table_and_gives_json(tmp_path: Path) -> None:
    old, new = make(tmp_path, "old", [make_sample(1)]), make(tmp_path, "new", [make_sample(2)])
    shown = CliRunner().invoke(command, [str(old), str(new)])
    assert shown.exit_code == 0 and make_sample(2).id in shown.stdout
    given = CliRunner().invoke(command, [str(old), str(new), "--json"])
    assert json.loads(given.stdout)["same"] == {"programs": 0, "nl2code": 0, "forward": 0}

"""Verifying: our own release is found true, and every corruption of a copy is found."""

from __future__ import annotations

import json
import multiprocessing
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from altered import (
    Row,
    alter,
    copy_release,
    make_older,
    make_release,
    read_table,
    seal_release,
    write_table,
)
from click.testing import CliRunner
from finished import RUN, make_backward, make_sample
from hypothesis import given, settings
from hypothesis import strategies as st

from pyx.commands.verify import command
from pyx.errors import ReleaseError
from pyx.release import Release, freeze, verify
from pyx.release.checks import Terms, check_rows
from pyx.release.diff import diff
from pyx.release.rows import row_digest


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Release:
    return make_release(tmp_path_factory.mktemp("made"))


@pytest.fixture
def copy(made: Release, tmp_path: Path) -> Release:
    return copy_release(made, tmp_path / "copy")


def find(release: Release) -> set[tuple[str, str, str]]:
    """Config, row and what of every failure."""
    return {(failure.config, failure.row, failure.what) for failure in verify(release.folder).failures}


def test_a_release_of_our_own_is_verified_whole(made: Release) -> None:
    report = verify(made.folder)
    assert report.failures == []
    assert report.executed == report.rows == sum(sum(splits.values()) for splits in made.rows.values())


def test_the_self_test_of_the_sandbox_stands_on_the_card(made: Release) -> None:
    held = made.manifest["run"]["evidence"]["self-test"]
    assert re.fullmatch(r"all \d+ probes of level \w+ held", held)
    assert f"| self-test | {held} |" in (made.folder / "README.md").read_text()


def test_two_workers_find_the_same(made: Release, copy: Release) -> None:
    alter(copy, "forward", set_first("output", "7"), seal=False)
    assert verify(made.folder, workers=2).failures == []
    assert set(verify(copy.folder, workers=2).failures) == set(verify(copy.folder).failures)


@pytest.mark.parametrize("name", ["notes.txt", "data/programs/more.parquet", "data/more/x"])
def test_a_file_that_the_manifest_does_not_know_is_reported(copy: Release, name: str) -> None:
    file = copy.folder / name
    file.parent.mkdir(exist_ok=True)
    file.write_text("more")
    assert find(copy) == {("", "", "file")}


def test_what_git_and_the_hub_leave_in_a_release_is_no_file_of_it(copy: Release) -> None:
    (copy.folder / ".cache").mkdir()
    for name in (".gitattributes", ".cache/lock"):
        (copy.folder / name).write_text("x")
    assert find(copy) == set()


def set_first(column: str, value: Any) -> Callable[[list[Row]], None]:
    def change(rows: list[Row]) -> None:
        rows[0][column] = value

    return change


def flip(text: str, place: int) -> str:
    """The text with one character another."""
    place %= len(text)
    return text[:place] + ("x" if text[place] != "x" else "y") + text[place + 1 :]


# -- one character -------------------------------------------------------------------------------

FLIPPED = ("code", "call", "args", "output", "output_type", "trace", "monologue")


@pytest.mark.parametrize("column", FLIPPED)
@settings(max_examples=8, deadline=None)
@given(place=st.integers(0, 10_000))
def test_one_flipped_character_is_found_even_when_all_digests_were_made_to_fit(
    made: Release, column: str, place: int
) -> None:
    for row in read_table(made, "forward")[:2]:
        changed = {**row, column: flip(row[column], place)}
        assert find_problems("forward", {**changed, "digest": row_digest(changed)}), changed[column]


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_one_changed_claim_is_found_even_when_all_digests_were_made_to_fit(
    made: Release, data: st.DataObject
) -> None:
    row = data.draw(st.sampled_from(read_table(made, "forward")))
    number = data.draw(st.integers(0, len(row["claims"]) - 1))
    claim = row["claims"][number]
    wanted = {"kind": True, "said": True, "value": claim["value"], "line": claim["kind"] == "ran"}
    column = data.draw(st.sampled_from([name for name, there in wanted.items() if there]))
    old = claim[column]
    new = old + 1_000 if isinstance(old, int) else flip(old, data.draw(st.integers(0, 100)))
    changed = {**claim, column: new}
    altered = {**row, "claims": [*row["claims"][:number], changed, *row["claims"][number + 1 :]]}
    assert find_problems("forward", {**altered, "digest": row_digest(altered)}), changed


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_one_flipped_character_anywhere_is_found(made: Release, data: st.DataObject) -> None:
    config = data.draw(st.sampled_from(["programs", "nl2code", "forward"]))
    row = data.draw(st.sampled_from(read_table(made, config)))
    column = data.draw(
        st.sampled_from([name for name, value in row.items() if isinstance(value, str) and value])
    )
    assert find_problems(config, {**row, column: flip(row[column], data.draw(st.integers(0, 9999)))})


def find_problems(config: str, row: Row) -> list[tuple[str, str]]:
    return [(failure.what, failure.why) for failure in check_rows(config, "train", [row], Terms())]


@pytest.mark.parametrize("column", ["trace", "claims", "cases", "verdict", "origin", "changed", "code"])
def test_a_row_that_breaks_its_readers_is_a_failure_and_no_crash(made: Release, column: str) -> None:
    for config in ("programs", "forward"):
        row = read_table(made, config)[0]
        if column in row:
            assert find_problems(config, {**row, column: [7]})


# -- whole releases ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("config", "column", "value"),
    [("programs", "description", "Else."), ("nl2code", "output", "7"), ("forward", "monologue", "It is 7.")],
)
def test_a_changed_cell_is_found_and_its_row_named(
    copy: Release, config: str, column: str, value: str
) -> None:
    name = read_table(copy, config)[0]["id"]
    alter(copy, config, set_first(column, value), seal=False)
    found = find(copy)
    assert {(config, "", "file"), (config, name, "digest")} <= found


def swap(column: str) -> Callable[[list[Row]], None]:
    def change(rows: list[Row]) -> None:
        rows[0][column], rows[-1][column] = rows[-1][column], rows[0][column]

    return change


def drop_first(rows: list[Row]) -> None:
    del rows[0]


def double_first(rows: list[Row]) -> None:
    rows.append(rows[0])


def raise_claim(rows: list[Row]) -> None:
    claim = next(claim for claim in rows[0]["claims"] if claim["line"])
    claim["line"] += 1


def change_case(rows: list[Row]) -> None:
    rows[0]["cases"][0]["output"] = "7"


def change_rule(rows: list[Row]) -> None:
    rows[0]["rules"] = [rule.replace(".1", ".9") for rule in rows[0]["rules"]]


def set_null(rows: list[Row]) -> None:
    rows[0]["output"] = None


@pytest.mark.parametrize(
    ("config", "change", "what"),
    [
        ("programs", change_case, "output"),
        ("programs", drop_first, "rows"),
        ("programs", double_first, "id"),
        ("programs", set_first("description", "Something else."), "code"),
        ("programs", set_first("licence", "MIT"), "code"),
        ("programs", set_first("family", "other"), "code"),
        ("programs", set_first("code", "def f(x:"), "code"),
        ("programs", swap("id"), "code"),
        ("nl2code", swap("code"), "code"),
        ("nl2code", swap("id"), "id"),
        ("forward", swap("output"), "output"),
        ("forward", swap("trace"), "trace"),
        ("forward", swap("monologue"), "monologue"),
        ("forward", swap("claims"), "claims"),
        ("forward", swap("case_id"), "case_id"),
        ("forward", set_first("args", "{}"), "args"),
        ("forward", set_first("stdout", "hello"), "stdout"),
        ("forward", set_first("changed", ["limit"]), "changed"),
        ("forward", set_first("exception", "ValueError"), "output"),
        ("forward", set_first("coverage", {"statements": 0.9, "branches": 0.9}), "verdict"),
        ("forward", set_first("schema_version", 1), "schema_version"),
        ("forward", set_first("schema_version", 3), "schema_version"),
        ("forward", raise_claim, "claims"),
        ("forward", change_rule, "plug-in"),
        ("forward", set_null, "null"),
    ],
)
def test_a_forgery_whose_digests_all_fit_is_found(
    copy: Release, config: str, change: Callable[[list[Row]], None], what: str
) -> None:
    alter(copy, config, change, seal=True)
    assert what in {failure.what for failure in verify(copy.folder).failures}


def test_a_release_of_the_first_schema_is_verified_and_compared_as_before(
    copy: Release, made: Release
) -> None:
    make_older(copy)
    assert "invented" not in read_table(copy, "programs")[0]
    assert verify(copy.folder).failures == []
    found = diff(copy.folder, made.folder)
    assert [(cause.kind, cause.old, cause.new) for cause in found.causes] == [("schema", "1", "2")]
    assert {change.why for change in found.changes} == {("schema",)}
    assert {change.columns for change in found.changes if change.config == "programs"} == {
        ("invented", "schema_version")
    }


def test_deleted_and_added_rows_are_found(copy: Release) -> None:
    rows = read_table(copy, "forward")
    write_table(copy, "forward", rows[1:])
    assert ("forward", "", "rows") in find(copy)
    write_table(copy, "forward", [*rows, rows[0]])
    assert ("forward", rows[0]["id"], "id") in find(copy)


def test_a_missing_table_a_strange_one_and_one_that_is_none_are_found(copy: Release) -> None:
    data = copy.folder / "data"
    (data / "nl2code/test-00000-of-00001.parquet").unlink()
    shutil.copy(data / "forward/test-00000-of-00001.parquet", data / "forward/more.parquet")
    (data / "forward/train-00000-of-00001.parquet").write_bytes(b"PAR1 and no more")
    assert {("nl2code", "", "file"), ("", "", "file"), ("forward", "", "file")} <= find(copy)


def test_a_table_of_another_config_is_found(copy: Release) -> None:
    data = copy.folder / "data"
    shutil.copy(data / "forward/train-00000-of-00001.parquet", data / "nl2code/train-00000-of-00001.parquet")
    seal_release(copy)
    assert ("nl2code", "", "file") in find(copy)


def change_manifest(release: Release, change: Callable[[dict[str, Any]], None]) -> None:
    path = release.folder / "manifest.json"
    manifest = json.loads(path.read_text())
    change(manifest)
    path.write_text(json.dumps(manifest))


@pytest.mark.parametrize(
    "change",
    [
        lambda manifest: manifest["run"].update(python="3.99.0"),
        lambda manifest: manifest["run"]["seeds"].append("package:other"),
        lambda manifest: manifest["figures"]["grade"].update(doctest=1_000),
        lambda manifest: manifest["run"]["funnel"][0].update(came=7),
        lambda manifest: manifest.update(version="0.2.0"),
    ],
)
def test_a_changed_manifest_is_found(copy: Release, change: Callable[[dict[str, Any]], None]) -> None:
    change_manifest(copy, change)
    assert ("", "", "manifest") in find(copy)


def test_a_changed_plug_in_version_is_found_even_when_all_digests_were_made_to_fit(copy: Release) -> None:
    change_manifest(copy, lambda manifest: manifest["run"]["steps"][2].update(use="execute.99"))
    seal_release(copy)
    failures = verify(copy.folder).failures
    assert [failure.what for failure in failures] == ["plug-in"]
    assert "execute.99 took part" in failures[0].why


def test_a_changed_card_is_found(copy: Release) -> None:
    with (copy.folder / "README.md").open("a") as card:
        card.write("It scores 100 % everywhere.\n")
    assert find(copy) == {("", "", "card")}


# -- backward ------------------------------------------------------------------------------------


def make_back(tmp_path: Path, **changes: Any) -> Row:
    sample = make_sample(4)
    case = sample.cases[0]
    told = make_backward(case, **changes)
    release = freeze([replace(sample, monologues=(told,))], RUN, tmp_path / "back", version="0.1.0")
    return read_table(release, "backward")[0]


def test_a_backward_row_carries_the_call_that_was_found(tmp_path: Path) -> None:
    row = make_back(tmp_path, call="f(x=1)")
    assert (row["call"], row["asked_call"], row["output"], row["tries"]) == ("f(x=1)", "f(1)", "5", 2)
    assert find_problems("backward", row) == []


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"call": "f(2)"}, "claims"),
        ({"output": "6"}, "output"),
        ({"output_type": "float"}, "output"),
        ({"code": "def f(x):\n    return x + 3\n"}, "output"),
        ({"monologue": "It is f(x=1)."}, "monologue"),
    ],
)
def test_a_corrupted_backward_row_is_found(tmp_path: Path, change: Row, what: str) -> None:
    row = {**make_back(tmp_path), **change}
    assert what in {what for what, _ in find_problems("backward", {**row, "digest": row_digest(row)})}


def test_a_release_with_backward_rows_fits_together(tmp_path: Path) -> None:
    sample = make_sample(4)
    told = (make_backward(sample.cases[0]),)
    run = {**RUN, "funnel": [{**row, "made": 1} for row in RUN["funnel"]]}
    release = freeze([replace(sample, monologues=told)], run, tmp_path / "back", version="0.1.0")
    assert verify(release.folder).failures == []


# -- ways to run it ------------------------------------------------------------------------------


def test_a_sample_executes_only_so_many_rows_and_the_same_ones_every_time(copy: Release) -> None:
    first = verify(copy.folder, sample=5)
    assert (first.executed, first.failures) == (5, [])
    alter(copy, "forward", set_first("output", "7"), seal=False)
    assert "file" in {failure.what for failure in verify(copy.folder, sample=1).failures}


def test_a_run_that_was_interrupted_goes_on_with_its_journal(copy: Release, tmp_path: Path) -> None:
    alter(copy, "forward", set_first("output", "7"), seal=False)
    journal = tmp_path / "journal.jsonl"

    def stop(done: int, total: int) -> None:
        if done > total // 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        verify(copy.folder, journal=journal, progress=stop)
    kept = journal.read_text()
    journal.write_text(kept + '{"done": "cut o')
    again = verify(copy.folder, journal=journal)
    assert journal.read_text().startswith(kept)
    assert sorted(map(str, again.failures)) == sorted(map(str, verify(copy.folder).failures))


def test_a_journal_of_another_release_is_refused(made: Release, copy: Release, tmp_path: Path) -> None:
    journal = tmp_path / "journal.jsonl"
    verify(made.folder, sample=1, journal=journal)
    change_manifest(copy, lambda manifest: manifest.update(version="0.2.0"))
    with pytest.raises(ReleaseError, match="of another verification"):
        verify(copy.folder, sample=1, journal=journal)


def test_the_command_says_where_evidence_was_made_and_exits_0(made: Release) -> None:
    result = CliRunner().invoke(command, [str(made.folder), "--workers", "1"])
    assert result.exit_code == 0
    assert "sandbox level" in result.stdout and result.stdout.endswith("verified\n")


def test_the_command_names_the_rows_that_fail_and_exits_1(copy: Release) -> None:
    name = read_table(copy, "forward")[0]["id"]
    alter(copy, "forward", set_first("output", "7"), seal=True)
    result = CliRunner().invoke(command, [str(copy.folder), "--workers", "1", "--json"])
    assert result.exit_code == 1
    report = json.loads(result.stdout)
    assert report["ok"] is False
    assert ("forward", name, "output") in {(f["config"], f["row"], f["what"]) for f in report["failures"]}


def test_evidence_of_another_python_and_policy_is_stated(copy: Release) -> None:
    def change(manifest: dict[str, Any]) -> None:
        manifest["run"]["evidence"]["policy"] = "another"
        manifest["code"] = "abc"

    change_manifest(copy, change)
    seal_release(copy)
    report = verify(copy.folder, sample=1)
    assert report.ok
    assert [note.partition(",")[0] for note in report.notes] == [
        "made under policy another",
        "made by other code of pyx (abc",
    ]


def test_a_place_that_is_none_is_a_clear_error() -> None:
    with pytest.raises(ReleaseError, match="no release 'nowhere'"):
        CliRunner().invoke(command, ["nowhere"], catch_exceptions=False)


def test_a_killed_worker_hangs_nobody_and_its_journal_goes_on(made: Release, tmp_path: Path) -> None:
    journal = tmp_path / "journal.jsonl"

    def kill(done: int, _total: int) -> None:
        if done < 4:
            for worker in multiprocessing.active_children():
                worker.kill()

    with pytest.raises(ReleaseError, match="a worker died"):
        verify(made.folder, workers=2, journal=journal, progress=kill)
    assert verify(made.folder, workers=2, journal=journal).failures == []

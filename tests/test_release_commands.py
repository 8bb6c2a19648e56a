"""The commands around releases, from a work folder to a card."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from altered import make_release
from click.testing import CliRunner, Result
from test_decontaminate import ITEM, TASK, UNRELATED

from pyx.commands import decontam, release
from pyx.errors import PyxError, RecipeError
from pyx.release import schema


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_release(tmp_path_factory.mktemp("made")).folder.parent


def run(*words: str, given: str = "") -> Result:
    return CliRunner().invoke(release.command, words, input=given, catch_exceptions=False)


def test_a_finished_run_is_frozen_from_its_work_folder(folder: Path) -> None:
    result = run("freeze", str(folder / "work"), "--version", "1.2.3")
    out = Path(result.stdout.strip())
    assert out == folder / "work-1.2.3"
    made, here = (json.loads((path / "manifest.json").read_text()) for path in (folder / "release", out))
    assert here["version"] == "1.2.3"
    assert here["run"] == made["run"] and here["files"] == made["files"]


def test_a_folder_without_a_finished_run_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="no finished run"):
        run("freeze", str(tmp_path), "--version", "1.2.3")


def test_the_card_is_made_of_the_manifest(folder: Path) -> None:
    assert run("card", str(folder / "release")).stdout == (folder / "release" / "README.md").read_text()


def test_the_schema_page_is_printed() -> None:
    assert run("schema").stdout == schema.page()


# -- decontam ------------------------------------------------------------------------------------


@pytest.fixture
def benchmarks(tmp_path: Path) -> Path:
    (tmp_path / "Toy.jsonl").write_text(json.dumps(ITEM) + "\n")
    return tmp_path


def compare(benchmarks: Path, *lines: object) -> Result:
    text = "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines)
    words = ["--jsonl", "-", "--benchmarks", str(benchmarks)]
    return CliRunner().invoke(decontam.command, words, input=text, catch_exceptions=False)


def test_every_line_gets_its_hits(benchmarks: Path) -> None:
    result = compare(benchmarks, {"id": 1, "text": TASK}, {"id": "b", "text": UNRELATED})
    hit = {"benchmark": "Toy", "item": "Toy/7", "method": "copy", "share": 1.0}
    assert [json.loads(line) for line in result.stdout.splitlines()] == [
        {"id": 1, "hits": [hit]},
        {"id": "b", "hits": []},
    ]
    assert result.stderr == "2 texts, 1 repeat an item of 1 in 1 files\n"


@pytest.mark.parametrize("line", ["{", '{"id": 1}', "[]", '{"id": 1, "text": 2}'])
def test_a_line_that_is_none_is_named(benchmarks: Path, line: str) -> None:
    with pytest.raises(PyxError, match="line 2: "):
        compare(benchmarks, {"id": 1, "text": "x"}, line)


def test_without_benchmarks_the_way_out_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYX_BENCHMARKS", raising=False)
    with pytest.raises(PyxError) as caught:
        compare(tmp_path, {"id": 1, "text": "x"})
    assert "--fetch" in caught.value.hint


def test_another_number_of_workers_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    other = make_release(tmp_path, workers=2).folder
    ours = folder / "release"
    names = sorted(str(path.relative_to(ours)) for path in ours.rglob("*") if path.is_file())
    assert names == sorted(str(path.relative_to(other)) for path in other.rglob("*") if path.is_file())
    assert all((ours / name).read_bytes() == (other / name).read_bytes() for name in names)

"""Releases on a Hub of our own, by the real clients: published whole, pulled as they were."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import loopback
import pytest
from click.testing import CliRunner
from finished import RUN, make_sample
from loopback import READER, WRITER, Hub, drop_connection, refuse, serve
from test_decontaminate import TASK

from pyx import hub as client
from pyx.cards.frontmatter import write_yaml
from pyx.commands import decontam
from pyx.errors import ReleaseError
from pyx.registry import BENCHMARKS
from pyx.release import Release, freeze, open_release
from pyx.release.publish import pull, push
from pyx.trainers.evaluate import Plan, load_tasks

SPLITS = ("train", "train", "validation", "test")
NAME = "org/PyX"


@pytest.fixture(scope="module")
def server() -> Iterator[Hub]:
    with serve() as running:
        yield running


@pytest.fixture
def hub(server: Hub, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Hub:
    """An empty Hub that the real clients of this process talk to."""
    import datasets
    import huggingface_hub

    constants = huggingface_hub.constants
    monkeypatch.setattr(constants, "ENDPOINT", server.url)
    monkeypatch.setattr(
        constants, "HUGGINGFACE_CO_URL_TEMPLATE", server.url + "/{repo_id}/resolve/{revision}/{filename}"
    )
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", True)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr(datasets.config, "HF_ENDPOINT", server.url)
    monkeypatch.setattr(
        datasets.config, "HUB_DATASETS_URL", server.url + "/datasets/{repo_id}/resolve/{revision}/{path}"
    )
    monkeypatch.setenv("HF_TOKEN", WRITER)
    server.repos.clear()
    server.objects.clear()
    server.asked.clear()
    server.troubles.clear()
    return server


def make(folder: Path, version: str, first: int = 0) -> Release:
    samples = (make_sample(first + number, split=split) for number, split in enumerate(SPLITS))
    return freeze(samples, RUN, folder / version, version=version)


def make_small(folder: Path, version: str, number: int = 1) -> Release:
    """A release of one row: what it holds does not matter."""
    sample = replace(make_sample(number, description=""), monologues=())
    return freeze([sample], RUN, folder / version, version=version)


def load(config: str, tmp_path: Path, **options: Any) -> Any:
    import datasets

    return datasets.load_dataset(NAME, config, cache_dir=str(tmp_path / "cache"), **options)


def test_a_tag_gives_the_old_rows_while_main_has_new_ones(hub: Hub, tmp_path: Path) -> None:
    push(make(tmp_path, "0.1.0").folder, NAME)
    push(make(tmp_path, "0.2.0", first=10).folder, NAME)
    old = load("forward", tmp_path, revision="v0.1.0")
    new = load("forward", tmp_path)
    assert [row["output"] for row in old["train"]] == ["1", "2"]
    assert [row["output"] for row in new["train"]] == ["11", "12"]
    assert list(hub.repos[NAME].tags) == ["v0.1.0", "v0.2.0"]


def test_a_release_is_one_commit_on_its_parent(hub: Hub, tmp_path: Path) -> None:
    push(make(tmp_path, "0.1.0").folder, NAME)
    commits = [asked for asked in hub.asked if "/commit/" in asked]
    assert commits == [f"POST /api/datasets/{NAME}/commit/main"]
    repo = hub.repos[NAME]
    assert repo.tags["v0.1.0"] == repo.branches["main"]
    assert len(repo.commits) == 2  # that of the new dataset, and the release


def test_what_the_new_version_has_not_goes(hub: Hub, tmp_path: Path) -> None:
    push(make(tmp_path, "0.1.0").folder, NAME)
    lone = freeze([make_sample(1, description="")], RUN, tmp_path / "0.2.0", version="0.2.0")
    push(lone.folder, NAME)
    files = hub.repos[NAME].commits[hub.repos[NAME].branches["main"]]
    assert {name for name in files if name != ".gitattributes"} == {"README.md", "manifest.json", *lone.files}


@pytest.mark.usefixtures("hub")
def test_rows_can_be_streamed(tmp_path: Path) -> None:
    push(make(tmp_path, "0.1.0").folder, NAME)
    stream = load("programs", tmp_path, split="train", streaming=True, revision="v0.1.0")
    assert next(iter(stream))["entry_point"] == "f"


@pytest.mark.usefixtures("hub")
def test_what_is_pulled_is_what_was_pushed(tmp_path: Path) -> None:
    made = make(tmp_path, "0.1.0")
    push(made.folder, NAME)
    push(make(tmp_path, "0.2.0", first=10).folder, NAME)
    pulled = pull(NAME, tmp_path / "pulled", revision="v0.1.0")
    assert pulled.manifest == made.manifest
    assert sorted(read_bytes(pulled.folder).items()) == sorted(read_bytes(made.folder).items())


def read_bytes(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.usefixtures("hub")
def test_a_place_on_the_hub_is_found_like_a_folder(tmp_path: Path) -> None:
    made = make(tmp_path, "0.1.0")
    push(made.folder, NAME)
    assert open_release(client.find_folder(NAME, revision="v0.1.0")).manifest == made.manifest
    assert client.find_folder(str(made.folder)) == made.folder


# -- what goes wrong -----------------------------------------------------------------------------


def test_a_published_version_is_never_altered(hub: Hub, tmp_path: Path) -> None:
    push(make_small(tmp_path, "0.1.0").folder, NAME)
    before = hub.state()
    other = make_small(tmp_path / "other", "0.1.0", 2)
    with pytest.raises(ReleaseError, match=r"org/PyX has v0\.1\.0 already, and .* never altered"):
        push(other.folder, NAME)
    assert hub.state() == before


@pytest.mark.parametrize(
    ("pattern", "trouble", "message"),
    [
        ("POST .*/commit/", refuse(412), "changed by somebody else meanwhile"),
        ("POST .*/commit/", refuse(403), "no right to do that to org/PyX"),
        ("POST .*/commit/", drop_connection, "the Hub cannot be reached"),
        ("PUT /lfs/", refuse(403), "no right to do that to org/PyX"),
        ("POST .*/commit/", refuse(400), "the Hub answered 400"),
    ],
)
@pytest.mark.parametrize("exists", [True, False], ids=["to a dataset", "to a new dataset"])
def test_trouble_is_one_line_and_leaves_the_hub_as_it_was(
    hub: Hub, tmp_path: Path, exists: bool, pattern: str, trouble: Callable[[], None], message: str
) -> None:
    if exists:
        push(make_small(tmp_path, "0.1.0").folder, NAME)
    before = hub.state()
    hub.break_when(pattern, trouble)
    with pytest.raises(ReleaseError, match=message) as caught:
        push(make_small(tmp_path, "0.2.0", 2).folder, NAME)
    assert hub.state() == before
    assert "\n" not in str(caught.value) and caught.value.hint
    assert WRITER not in f"{caught.value} {caught.value.hint}"


def test_a_conflict_is_found_by_the_parent_of_the_commit(hub: Hub, tmp_path: Path) -> None:
    push(make_small(tmp_path, "0.1.0").folder, NAME)
    repo = hub.repos[NAME]

    def intrude() -> None:
        hub.troubles.clear()
        repo.commit({**repo.commits[repo.branches["main"]], "note.md": b"mine"})

    hub.break_when("POST .*/commit/", intrude)
    with pytest.raises(ReleaseError, match="changed by somebody else meanwhile"):
        push(make_small(tmp_path, "0.2.0", 2).folder, NAME)
    assert "note.md" in repo.commits[repo.branches["main"]]
    assert list(repo.tags) == ["v0.1.0"]


def test_a_token_that_may_only_read_is_refused(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", READER)
    with pytest.raises(ReleaseError, match="no right to do that"):
        push(make_small(tmp_path, "0.1.0").folder, NAME)
    assert hub.state() == {}


def test_without_a_token_the_way_out_is_named(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HF_TOKEN")
    monkeypatch.setattr("huggingface_hub.constants.HF_TOKEN_PATH", str(tmp_path / "none"))
    with pytest.raises(ReleaseError) as caught:
        push(make_small(tmp_path, "0.1.0").folder, NAME)
    assert "HF_TOKEN" in caught.value.hint
    assert hub.state() == {}


def test_a_tag_that_could_not_be_set_is_set_by_pushing_again(hub: Hub, tmp_path: Path) -> None:
    made = make_small(tmp_path, "0.1.0")
    hub.break_when("POST .*/tag/", refuse(500))
    with pytest.raises(ReleaseError, match=r"has the rows, but v0\.1\.0 could not be set"):
        push(made.folder, NAME)
    hub.troubles.clear()
    push(made.folder, NAME)
    assert hub.repos[NAME].tags == {"v0.1.0": hub.repos[NAME].branches["main"]}
    assert len(hub.repos[NAME].commits) == 2


def test_a_draft_is_not_published(hub: Hub, tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="is a draft"):
        push(make_small(tmp_path, "0.0.0").folder, NAME)
    assert hub.asked == []


def test_a_damaged_release_is_not_published(hub: Hub, tmp_path: Path) -> None:
    made = make_small(tmp_path, "0.1.0")
    (made.folder / "README.md").write_text("changed")
    with pytest.raises(ReleaseError, match="the release is damaged"):
        push(made.folder, NAME)
    assert hub.asked == []


@pytest.mark.usefixtures("hub")
@pytest.mark.parametrize(
    ("name", "revision", "message"),
    [
        ("org/none", None, "no dataset org/none on the Hub"),
        (NAME, "v9.9.9", "org/PyX has no revision v9.9.9"),
        ("neither-folder-nor-name", None, "no release 'neither-folder-nor-name'"),
    ],
)
def test_a_release_that_is_not_there_is_a_clear_error(
    tmp_path: Path, name: str, revision: str | None, message: str
) -> None:
    push(make_small(tmp_path, "0.1.0").folder, NAME)
    with pytest.raises(ReleaseError, match=message):
        client.find_folder(name, revision=revision)


@pytest.mark.usefixtures("hub")
def test_pulling_never_overwrites(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    with pytest.raises(ReleaseError, match="exists"):
        pull(NAME, tmp_path / "here")


def test_a_release_that_arrives_damaged_does_not_appear(hub: Hub, tmp_path: Path) -> None:
    push(make_small(tmp_path, "0.1.0").folder, NAME)
    repo = hub.repos[NAME]
    repo.commit({**repo.commits[repo.branches["main"]], "README.md": b"changed"})
    with pytest.raises(ReleaseError, match="damaged"):
        pull(NAME, tmp_path / "pulled")
    assert not (tmp_path / "pulled").exists()


# -- benchmarks ----------------------------------------------------------------------------------


def put_benchmark(hub: Hub, name: str, config: str, splits: str, row: dict[str, Any]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = io.BytesIO()
    pq.write_table(pa.Table.from_pylist([row]), table)
    files = {f"{split}.parquet": table.getvalue() for split in splits.split("+")}
    listed = [{"split": split, "path": f"{split}.parquet"} for split in splits.split("+")]
    card = write_yaml({"configs": [{"config_name": config, "data_files": listed}]})
    hub.repos[name] = loopback.Repo()
    hub.repos[name].commit({**files, "README.md": card.encode()})


def test_benchmarks_are_fetched_and_compared_with(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import datasets

    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "datasets")
    for dataset, config, splits in decontam.SOURCES.values():
        put_benchmark(hub, dataset, config, splits, {"task_id": "7", "code": TASK})
    words = ["--fetch", str(tmp_path / "benchmarks"), "--jsonl", "-"]
    given = json.dumps({"id": 1, "text": TASK})
    result = CliRunner().invoke(decontam.command, words, input=given, catch_exceptions=False)
    hits = json.loads(result.stdout)["hits"]
    assert {hit["benchmark"] for hit in hits} == set(decontam.SOURCES)
    lines = (tmp_path / "benchmarks" / "mbpp.jsonl").read_text().splitlines()
    assert len(lines) == 4  # one row a split


@pytest.mark.parametrize("name", ["cruxeval-o", "cruxeval-i", "humaneval", "mbpp"])
def test_tasks_of_a_benchmark_are_loaded_by_its_name(
    name: str, hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import datasets

    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "datasets")
    plugin = BENCHMARKS.find(name)
    row = plugin.examples[0][0]
    dataset, config, split = plugin.facts["hub"]
    put_benchmark(hub, dataset, config, split, row)
    assert load_tasks(plugin, Plan((name,))) == [plugin.function(row)]


# -- other programs ------------------------------------------------------------------------------


def run_program(hub: Hub, home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ, "HF_ENDPOINT": hub.url, "HF_TOKEN": WRITER, "HF_HUB_DISABLE_XET": "1",
        "HF_HOME": str(home), "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    }  # fmt: skip
    return subprocess.run(words, env=environment, capture_output=True, text=True, timeout=120)


def test_the_environment_is_honoured_and_the_token_never_printed(hub: Hub, tmp_path: Path) -> None:
    made = make(tmp_path, "0.1.0")
    words = (sys.executable, "-m", "pyx", "release", "push", NAME, str(made.folder))
    first = run_program(hub, tmp_path / "home", *words)
    assert first.returncode == 0, first.stderr
    assert list(hub.repos[NAME].tags) == ["v0.1.0"]
    second = run_program(hub, tmp_path / "home", *words)
    assert second.returncode == 1
    assert "v0.1.0 already" in second.stderr
    assert WRITER not in first.stdout + first.stderr + second.stdout + second.stderr


def test_a_release_is_pulled_verified_and_compared_by_name(hub: Hub, tmp_path: Path) -> None:
    push(make(tmp_path, "0.1.0").folder, NAME)
    push(make(tmp_path, "0.2.0", first=1).folder, NAME)
    home, words = tmp_path / "home", (sys.executable, "-m", "pyx")
    done = run_program(hub, home, *words, "diff", f"{NAME}@v0.1.0", NAME, "--json")
    assert done.returncode == 0, done.stderr
    kinds = [change["kind"] for change in json.loads(done.stdout)["changes"]]
    assert {"added", "removed"} <= set(kinds)
    done = run_program(
        hub, home, *words, "release", "pull", NAME, str(tmp_path / "p"), "--revision", "v0.1.0"
    )
    assert done.stdout.strip() == str(tmp_path / "p"), done.stderr
    done = run_program(
        hub, home, *words, "verify", NAME, "--revision", "v0.1.0", "--sample", "1", "--workers", "1"
    )
    assert done.stdout.startswith("tiny 0.1.0: 1 of"), done.stderr


def test_the_program_of_the_hub_itself_downloads_a_release(hub: Hub, tmp_path: Path) -> None:
    program = shutil.which("hf", path=str(Path(sys.executable).parent))
    if program is None:
        pytest.skip("the program hf is not installed")
    made = make(tmp_path, "0.1.0")
    push(made.folder, NAME)
    words = ("download", NAME, "--repo-type", "dataset", "--local-dir", str(tmp_path / "down"))
    done = run_program(hub, tmp_path / "home", program, *words)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "down" / "manifest.json").read_bytes() == (made.folder / "manifest.json").read_bytes()

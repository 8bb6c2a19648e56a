"""Freezing: finished samples in, a folder out that `load_dataset` opens."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from finished import RUN, make_sample

from pyx.errors import ReleaseError
from pyx.records import Sample
from pyx.release import freeze, open_release, schema
from pyx.release.tables import data_path, read_rows

ROOT = Path(__file__).parent.parent
SPLITS = ("train", "train", "validation", "test")


def make_samples() -> Iterator[Sample]:
    for number, split in enumerate(SPLITS):
        yield make_sample(number, split=split)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return freeze(make_samples(), RUN, tmp_path / "tiny", version="0.1.0").folder


def load(folder: Path, config: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    datasets = pytest.importorskip("datasets")
    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)
    return datasets.load_dataset(str(folder), config, cache_dir=str(tmp_path / "cache"))


@pytest.mark.parametrize("config", ["programs", "nl2code", "forward"])
def test_load_dataset_opens_every_config(
    folder: Path, config: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    loaded = load(folder, config, monkeypatch, tmp_path)
    assert {name: len(rows) for name, rows in loaded.items()} == {"train": 2, "validation": 1, "test": 1}
    assert loaded["train"].column_names == [column.name for column in schema.CONFIGS[config]]
    assert list(loaded["train"]) == list(read_rows(folder / data_path(config, "train")))


def test_the_default_config_is_programs(
    folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    datasets = pytest.importorskip("datasets")
    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)
    loaded = datasets.load_dataset(str(folder), cache_dir=str(tmp_path / "cache"))
    assert loaded["train"][0]["cases"][0]["output"] == "1"


def read_front_matter(folder: Path) -> dict[str, Any]:
    hub = pytest.importorskip("huggingface_hub")
    found: dict[str, Any] = hub.DatasetCard((folder / "README.md").read_text()).data.to_dict()
    return found


def test_the_features_on_the_card_are_those_of_the_tables(folder: Path) -> None:
    datasets = pytest.importorskip("datasets")
    from pyx.release.tables import arrow_schema

    card = read_front_matter(folder)
    for info in card["dataset_info"]:
        said = datasets.Features._from_yaml_list(info["features"])
        assert said == datasets.Features.from_arrow_schema(arrow_schema(info["config_name"]))


def test_the_card_counts_what_the_tables_hold(folder: Path) -> None:
    card = read_front_matter(folder)
    for info in card["dataset_info"]:
        for split in info["splits"]:
            rows = list(read_rows(folder / data_path(info["config_name"], split["name"])))
            assert len(rows) == split["num_examples"]


def test_load_dataset_counts_the_rows_that_the_card_states(
    folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from datasets.exceptions import DatasetsError

    card = folder / "README.md"
    card.write_text(card.read_text().replace("num_examples: 2", "num_examples: 3"))
    with pytest.raises(DatasetsError, match=r"expected.*3.*recorded"):
        load(folder, "forward", monkeypatch, tmp_path)


def test_the_same_samples_give_the_same_bytes_in_another_process(folder: Path, tmp_path: Path) -> None:
    program = (  # -c puts the folder it runs in on the path
        "import sys; from pathlib import Path; from pyx.release import freeze\n"
        "from finished import RUN; from test_release import make_samples\n"
        "freeze(make_samples(), RUN, Path(sys.argv[1]), version='0.1.0')"
    )
    again = tmp_path / "again"
    subprocess.run([sys.executable, "-c", program, str(again)], check=True, cwd=ROOT / "tests")
    assert read_bytes(again) == read_bytes(folder)


def read_bytes(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_a_row_knows_its_own_digest(folder: Path) -> None:
    from pyx.release.rows import row_digest

    for config in ("programs", "nl2code", "forward"):
        for row in read_rows(folder / data_path(config, "train")):
            assert row["digest"] == row_digest(row)


def test_a_config_without_rows_is_absent(tmp_path: Path) -> None:
    release = freeze([make_sample(1, description="")], RUN, tmp_path / "one", version="0.1.0")
    assert release.rows == {"programs": {"train": 1}, "forward": {"train": 1}}


def test_freezing_the_same_again_changes_nothing(folder: Path) -> None:
    before = read_bytes(folder)
    freeze(make_samples(), RUN, folder, version="0.1.0")
    assert read_bytes(folder) == before


def test_a_release_is_never_altered(folder: Path) -> None:
    before = read_bytes(folder)
    with pytest.raises(ReleaseError, match=r"holds tiny 0.1.0, and a release is never altered"):
        freeze([make_sample(9)], RUN, folder, version="0.1.0")
    assert read_bytes(folder) == before


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(ReleaseError, match="holds no release"):
        freeze(make_samples(), RUN, tmp_path, version="0.1.0")
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_broken_stream_leaves_nothing_behind(tmp_path: Path) -> None:
    def stream() -> Iterator[Sample]:
        yield make_sample(1)
        raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        freeze(stream(), RUN, tmp_path / "tiny", version="0.1.0")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("version", ["1", "v0.1.0", "0.1", "0.01.0", "1.0.0-rc1"])
def test_a_version_is_three_numbers(tmp_path: Path, version: str) -> None:
    with pytest.raises(ReleaseError, match=r"MAJOR\.MINOR\.PATCH"):
        freeze(make_samples(), RUN, tmp_path / "tiny", version=version)


def test_no_rows_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="nothing to release"):
        freeze([], RUN, tmp_path / "tiny", version="0.1.0")


def test_a_sample_that_came_twice_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="came twice"):
        freeze([make_sample(1), make_sample(1)], RUN, tmp_path / "tiny", version="0.1.0")


@pytest.mark.parametrize(
    ("change", "message"),
    [({"cases": ()}, "no cases"), ({"split": ""}, "no split"), ({"program": None}, "no cases")],
)
def test_an_unfinished_sample_is_an_error(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    with pytest.raises(ReleaseError, match=message):
        freeze([replace(make_sample(1), **change)], RUN, tmp_path / "tiny", version="0.1.0")


def test_an_unjudged_monologue_is_an_error(tmp_path: Path) -> None:
    sample = make_sample(1)
    unjudged = replace(sample, monologues=(replace(sample.monologues[0], verdict=None),))
    with pytest.raises(ReleaseError, match="unjudged monologue"):
        freeze([unjudged], RUN, tmp_path / "tiny", version="0.1.0")


def test_lone_surrogates_that_a_program_prints_can_be_released(tmp_path: Path) -> None:
    sample = make_sample(1)
    odd = replace(sample, cases=(replace(sample.cases[0], stdout="a\udc80b"),))
    release = freeze([odd], RUN, tmp_path / "tiny", version="0.1.0")
    (row,) = read_rows(release.folder / data_path("programs", "train"))
    assert row["cases"][0]["stdout"] == "a\\udc80b"


def test_a_long_table_comes_back_in_order(tmp_path: Path) -> None:
    release = freeze((make_sample(n) for n in range(700)), RUN, tmp_path / "long", version="0.1.0")
    rows = read_rows(release.folder / data_path("nl2code", "train"))
    assert [row["output"] for row in rows] == [str(n + 1) for n in range(700)]


def test_the_schema_page_is_current() -> None:
    assert (ROOT / "docs/schema.md").read_text() == schema.page()


def test_every_published_value_has_its_column(folder: Path) -> None:
    for config, columns in schema.CONFIGS.items():
        if not (folder / data_path(config, "train")).exists():
            continue
        (row, *_) = read_rows(folder / data_path(config, "train"))
        assert list(row) == [column.name for column in columns]


def test_a_damaged_manifest_is_an_error(folder: Path) -> None:
    (folder / "manifest.json").write_text("{}")
    with pytest.raises(ReleaseError, match="is damaged"):
        open_release(folder)


def test_the_manifest_names_no_place_of_the_machine(folder: Path) -> None:
    text = (folder / "manifest.json").read_text() + (folder / "README.md").read_text()
    assert str(Path.home()) not in text and str(ROOT) not in text
    assert json.loads((folder / "manifest.json").read_text())["run"] == RUN

"""Seed readers: what is read, what is rejected, and that nothing else is touched."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyx.errors import RecipeError
from pyx.records import Reject, Sample, to_row
from pyx.registry import SEEDS
from pyx.seeds.licences import find_header, read_metadata, read_text
from pyx.seeds.tree import LARGEST, Unreadable, decode


def read(spec: str) -> list[Sample | Reject]:
    kind, _, argument = spec.partition(":")
    return list(SEEDS.find(kind).function(argument))


def read_samples(spec: str) -> dict[str, Sample]:
    return {item.origin.path: item for item in read(spec) if isinstance(item, Sample)}


def read_reasons(spec: str) -> dict[str, str]:
    found = [item for item in read(spec) if isinstance(item, Reject)]
    return {item.origin.path if item.origin else "": item.reason for item in found}


def write(folder: Path, files: dict[str, str | bytes]) -> Path:
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


# -- folders -------------------------------------------------------------------------------------


def test_a_folder_is_read_in_order_and_without_what_is_not_its_own(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"b.py": "b", "a/z.py": "z", "a/a.py": "a", "venv/x.py": "x", ".git/y.py": "y", "n.txt": "n"},
    )
    assert list(read_samples(f"folder:{tmp_path}")) == ["a/a.py", "a/z.py", "b.py"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"x = '\0'\n", "not-text"),
        (b"# coding: klingon\n", "wrong-encoding"),
        (b"x = '\xff'\n", "wrong-encoding"),
        (b"\xef\xbb\xbf# coding: latin-1\n", "wrong-encoding"),
        (b"#" * (LARGEST + 1), "too-large"),
    ],
)
def test_a_file_that_is_no_text_is_a_reject(tmp_path: Path, data: bytes, reason: str) -> None:
    write(tmp_path, {"good.py": "x = 1\n", "odd.py": data})
    assert read_reasons(f"folder:{tmp_path}") == {"odd.py": reason}
    assert list(read_samples(f"folder:{tmp_path}")) == ["good.py"]


def test_links_that_loop_or_lead_nowhere_are_harmless(tmp_path: Path) -> None:
    write(tmp_path, {"a/one.py": "x = 1\n"})
    (tmp_path / "a" / "loop").symlink_to(tmp_path)
    (tmp_path / "gone.py").symlink_to(tmp_path / "nothing.py")
    (tmp_path / "self.py").symlink_to(tmp_path / "self.py")
    assert list(read_samples(f"folder:{tmp_path}")) == ["a/one.py"]
    assert read_reasons(f"folder:{tmp_path}") == {"gone.py": "unreadable", "self.py": "unreadable"}


def test_a_pipe_called_py_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    assert read_reasons(f"folder:{tmp_path}") == {"pipe.py": "unreadable"}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_a_reject(tmp_path: Path) -> None:
    write(tmp_path, {"shut.py": "x = 1\n"})
    (tmp_path / "shut.py").chmod(0)
    assert read_reasons(f"folder:{tmp_path}") == {"shut.py": "unreadable"}


def test_a_text_is_read_by_its_coding_line_with_plain_line_ends(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": b"# coding: latin-1\r\nx = '\xe9'\r\n", "b.py": b"\xef\xbb\xbfx = 1\n"})
    found = read_samples(f"folder:{tmp_path}")
    assert found["a.py"].text == "# coding: latin-1\nx = 'é'\n"
    assert found["b.py"].text == "x = 1\n"


@given(st.binary(max_size=200))
def test_any_bytes_decode_or_are_unreadable(data: bytes) -> None:
    try:
        assert "\r" not in decode(data)
    except Unreadable as error:
        assert len(error.args) == 2


def test_no_path_of_the_machine_enters_a_record(tmp_path: Path) -> None:
    write(tmp_path, {"a/good.py": "def f(x): return x\n", "bad.py": b"\0"})
    (tmp_path / "gone.py").symlink_to(tmp_path / "nothing.py")
    rows = [json.dumps(to_row(item)) for item in read(f"folder:{tmp_path}")]
    assert len(rows) == 3
    assert not any(str(tmp_path.parent) in row for row in rows)


def test_the_same_tree_elsewhere_gives_the_same_records(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write(tmp_path / name / "corpus", {"a.py": "def f(x): return x\n", "b.py": "from a import f\nf(1)\n"})
    assert read(f"folder:{tmp_path}/one/corpus") == read(f"folder:{tmp_path}/two/corpus")


def test_a_file_finds_the_calls_that_others_make_of_it(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "lib/text.py": "def pad(s, n=2): return s\ndef cut(s): return s\n",
            "lib/__init__.py": "from .text import pad\n",
            "tests/test_text.py": "import lib\nfrom lib.text import cut as c\nlib.pad('a', n=3)\n"
            "c('b')\nc(x)\n",
            "other.py": "from elsewhere import cut\ncut('no')\n",
        },
    )
    notes = read_samples(f"folder:{tmp_path}")["lib/text.py"].notes
    assert json.loads(notes["calls"]) == {"pad": ["pad('a', n=3)"], "cut": ["cut('b')"]}


# -- packages ------------------------------------------------------------------------------------


def test_a_package_is_read_without_being_imported() -> None:
    code = (
        "import sys\nfrom pyx.registry import SEEDS\n"
        "read = SEEDS.find('package').function\nfound = [*read('xml.dom'), *read('wave')]\n"
        "print(len(found), 'xml' in sys.modules, 'wave' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    count, *imported = done.stdout.split()
    assert int(count) > 3
    assert imported == ["False", "False"]


def test_a_package_brings_its_version_and_licence() -> None:
    click = read_samples("package:click")["click/core.py"].origin
    assert (click.corpus, click.licence) == ("package:click", "BSD-3-Clause")
    assert click.version[0].isdigit()
    statistics = read_samples("package:statistics")["statistics.py"].origin
    assert statistics.licence == "PSF-2.0"


def test_a_header_stands_above_the_licence_of_the_package() -> None:
    assert {sample.origin.licence for sample in read_samples("package:pyx.samples").values()} == {"CC0-1.0"}


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("package:statistcs", "did you mean 'statistics'"),
        ("package:math", "give a package written in Python"),
        ("package:", "install it"),
        ("package:click..core", "did you mean 'click'"),
        ("stdlib:jso", "did you mean 'json'"),
        ("installed:clik", "did you mean 'click'"),
        ("folder:/no/such", "give one that exists"),
        ("folder:", "give one that exists"),
        ("jsonl:/no/such", "one JSON object a line"),
    ],
)
def test_an_argument_that_names_nothing_is_an_error_with_a_way_out(spec: str, words: str) -> None:
    with pytest.raises(RecipeError) as caught:
        read(spec)
    assert words in caught.value.hint


def test_the_standard_library_is_read_without_its_tests() -> None:
    paths = list(read_samples("stdlib:ctypes"))
    assert paths == sorted(paths)
    assert "ctypes/util.py" in paths
    assert not any("test" in path for path in paths)


def test_installed_distributions_leave_pyx_out() -> None:
    with pytest.raises(RecipeError):
        read("installed:no-such-distribution")
    assert read("installed:pyx-toolkit") == []


# -- JSON lines ----------------------------------------------------------------------------------


def test_rows_carry_entry_point_description_licence_and_path(tmp_path: Path) -> None:
    row = {
        "code": "def f(x): return x\n",
        "entry_point": "f",
        "description": "Give x.",
        "licence": "MIT",
        "path": "p",
    }
    (tmp_path / "rows.jsonl").write_text(json.dumps(row) + "\n\n" + json.dumps({"code": "x = 1"}) + "\n")
    first, second = read(f"jsonl:{tmp_path}/rows.jsonl")
    assert isinstance(first, Sample) and isinstance(second, Sample)
    assert (first.origin.path, first.origin.licence) == ("p", "MIT")
    assert first.notes == {"entry_point": "f", "description": "Give x."}
    assert second.origin.path == "line 3"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "not-json"),
        ("[1]", "no-code"),
        ('{"code": 1}', "no-code"),
        ('{"code": "x", "path": 3}', "wrong-type"),
        ("\\xff", "not-json"),
        ("[" * 100_000, "not-json"),
    ],
)
def test_a_row_that_is_no_program_is_a_reject(tmp_path: Path, line: str, reason: str) -> None:
    (tmp_path / "rows.jsonl").write_text(line + "\n")
    assert read_reasons(f"jsonl:{tmp_path}/rows.jsonl") == {"line 1": reason}


def test_a_line_without_end_is_a_reject_and_the_next_is_read(tmp_path: Path) -> None:
    lines = ['{"code": "' + "x" * (2 * LARGEST) + '"}', '{"code": "x = 1"}']
    (tmp_path / "rows.jsonl").write_text("\n".join(lines))
    assert read_reasons(f"jsonl:{tmp_path}/rows.jsonl") == {"line 1": "too-large"}
    assert list(read_samples(f"jsonl:{tmp_path}/rows.jsonl")) == ["line 2"]


def test_a_parquet_file_is_read_like_json_lines(tmp_path: Path) -> None:
    table = pyarrow.table({"content": ["x = 1\r\n", None], "path": ["a.py", None], "stars": [1, 2]})
    pyarrow.parquet.write_table(table, tmp_path / "rows.parquet")
    for spec in (f"parquet:{tmp_path}/rows.parquet", f"parquet:{tmp_path}"):
        (sample,) = read_samples(spec).values()
        assert (sample.origin.path, sample.text) == ("a.py", "x = 1\n")
        assert read_reasons(spec) == {"rows.parquet row 2": "no-code"}
    write(tmp_path / "odd", {"odd.parquet": "no table"})
    with pytest.raises(RecipeError, match="parquet"):
        read(f"parquet:{tmp_path}/odd")


# -- licences ------------------------------------------------------------------------------------


class Facts:
    """The metadata of a distribution, as `importlib.metadata` gives it."""

    def __init__(self, **facts: list[str]) -> None:
        self.facts = facts

    def get_all(self, name: str) -> list[str] | None:
        return self.facts.get(name.replace("-", "_"))


@pytest.mark.parametrize(
    ("facts", "licence"),
    [
        ({"License_Expression": ["MIT OR Apache-2.0"]}, "MIT OR Apache-2.0"),
        ({"Classifier": ["License :: OSI Approved :: MIT License"]}, "MIT"),
        (
            {"Classifier": ["License :: OSI Approved", "Topic :: X"], "License": ["BSD 3-Clause"]},
            "BSD-3-Clause",
        ),
        ({"License": ["GNU LGPL"]}, "LicenseRef-copyleft"),
        ({"License": ["Apache License, Version 2.0"]}, "Apache-2.0"),
        ({"License": ["Whatever you like"]}, ""),
        ({"Classifier": ["License :: Other/Proprietary License"]}, ""),
        ({}, ""),
    ],
)
def test_the_licence_of_a_distribution_is_an_spdx_expression(
    facts: dict[str, list[str]], licence: str
) -> None:
    assert read_metadata(Facts(**facts)) == licence


def test_licences_are_read_from_headers_and_texts() -> None:
    assert find_header("#!/bin/sh\n# SPDX-License-Identifier: MIT OR CC0-1.0\n") == "MIT OR CC0-1.0"
    assert find_header("x = 1\n") == ""
    assert (
        read_text("Permission is hereby granted, free of charge, to any person\nobtaining a copy of") == "MIT"
    )
    assert read_text("GNU LESSER GENERAL PUBLIC LICENSE\n Version 3") == "LGPL-3.0-only"
    assert read_text("All rights reserved.") == ""

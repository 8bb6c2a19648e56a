"""The seccomp filters that are shipped are those of the lists."""

from __future__ import annotations

import importlib.util
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "pyx" / "sandbox"
LISTS = tomllib.loads((FOLDER / "seccomp.toml").read_text())


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
@pytest.mark.parametrize("stage", ["zygote", "child"])
def test_a_filter_is_whole_instructions_below_the_kernels_bound(stage: str, machine: str) -> None:
    code = (FOLDER / f"{stage}-{machine}.bpf").read_bytes()
    assert code and len(code) % 8 == 0 and len(code) // 8 <= 4096


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_a_child_filter_has_places_for_its_own_number(machine: str) -> None:
    from pyx.sandbox.layers import _OWN

    code = (FOLDER / f"child-{machine}.bpf").read_bytes()
    assert [place for place in range(0, len(code), 4) if code[place : place + 4] == _OWN]


def test_no_call_stands_in_two_lists() -> None:
    whens = [row["call"] for row in LISTS["when"]]
    every = [*LISTS["allow"], *LISTS["absent"], *whens]
    assert len(every) == len(set(every))


def test_what_children_lose_is_what_the_zygote_has() -> None:
    known = {*LISTS["allow"], *(row["call"] for row in LISTS["when"])}
    assert {name for row in LISTS["deny"] for name in row["calls"]} <= known


def test_compiling_the_lists_again_gives_the_shipped_filters() -> None:
    pytest.importorskip("pyseccomp", reason="pyseccomp is needed only to change the filters")
    export = _load_tool()
    for machine, arch in export.MACHINES.items():
        for stage, make in (("zygote", export.make_first), ("child", export.make_second)):
            assert (
                export.compile_filter(make(LISTS, arch)) == (FOLDER / f"{stage}-{machine}.bpf").read_bytes()
            )


def _load_tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("export", ROOT / "tools" / "export_seccomp.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module

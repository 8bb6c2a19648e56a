"""Duplicates and families: what is the same after renaming goes, what is near stays together."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyx.records import Origin, Program, Reject, Sample, digest
from pyx.source.form import normal_form
from pyx.source.shingles import find_runs, list_shape
from pyx.stages.dedupe import dedupe

LONG = """
def total(values, limit):
    result = 0
    for value in values:
        if value > limit:
            result += value * 2
        elif value < 0:
            result -= 1
    return result
"""
RENAMED = LONG.replace("total", "sum_up").replace("values", "xs").replace("result", "r").replace("limit", "m")
NEAR = LONG.replace("return result", "print(result)\n    return result")
OTHER = """
def reverse(text):
    words = text.split()
    return " ".join(word[::-1] for word in words if word)
"""


def make(codes: Iterable[str]) -> list[Sample]:
    samples = []
    for number, code in enumerate(codes):
        entry = re.findall(r"def (\w+)", code)[0]
        name = digest(normal_form(code), entry)
        samples.append(Sample(name, Origin("t"), parent=f"file{number}", program=Program(code, entry)))
    return samples


def run(codes: Iterable[str], **options: float) -> tuple[list[Sample], list[Reject]]:
    items = list(dedupe(make(codes), **options))
    return [i for i in items if isinstance(i, Sample)], [i for i in items if isinstance(i, Reject)]


def test_a_program_that_differs_only_in_names_is_a_duplicate() -> None:
    kept, rejects = run([LONG, RENAMED, OTHER])
    assert [sample.given.entry for sample in kept] == ["total", "reverse"]
    assert [(r.reason, r.parent) for r in rejects] == [("duplicate-after-renaming", make([RENAMED])[0].id)]


def test_a_program_that_two_files_hold_is_kept_once_and_its_copy_is_counted() -> None:
    kept, rejects = run([LONG, "# the same\n" + LONG])
    assert len(kept) == 1
    assert [(reject.reason, reject.parent) for reject in rejects] == [("duplicate", kept[0].id)]


def test_near_copies_share_a_family_named_by_the_first() -> None:
    kept, rejects = run([OTHER, LONG, NEAR])
    assert rejects == []
    assert [sample.family for sample in kept] == [kept[0].id, kept[1].id, kept[1].id]


def test_the_bound_of_a_family_can_be_set() -> None:
    assert len({sample.family for sample in run([LONG, NEAR], near=0.99)[0]}) == 2


def test_a_chain_of_near_copies_is_one_family() -> None:
    steps = [LONG]
    for number in range(6):
        steps.append(steps[-1].replace("    return", f"    print(result, {number})\n    return"))
    kept, _ = run([steps[0], steps[6], *steps[1:6]])
    assert len({sample.family for sample in kept}) == 1


CODES = st.lists(st.sampled_from([LONG, RENAMED, NEAR, OTHER, "def f(x):\n    return x\n"]), max_size=12)


@given(CODES)
def test_every_program_is_kept_or_rejected_once(codes: list[str]) -> None:
    kept, rejects = run(codes)
    assert len(kept) + len(rejects) == len(codes)
    assert len({sample.id for sample in kept}) == len(kept)
    assert len({reject.parent for reject in rejects} | {sample.id for sample in kept}) >= len(kept)


@given(CODES)
def test_the_partition_into_families_does_not_depend_on_the_order(codes: list[str]) -> None:
    def partition(ordered: list[str]) -> set[frozenset[str]]:
        groups: dict[str, set[str]] = {}
        for sample in run(ordered)[0]:
            groups.setdefault(sample.family, set()).add(normal_form(sample.given.code, rename=True))
        return {frozenset(group) for group in groups.values()}

    assert partition(codes) == partition(codes[::-1])


def test_the_index_finds_what_a_comparison_of_all_pairs_finds() -> None:
    codes = [mutate(LONG, seed) for seed in range(60)] + [mutate(OTHER, seed) for seed in range(60)]
    unique = list({normal_form(code, rename=True): code for code in codes}.values())
    kept, _ = run(unique)
    assert {sample.id: sample.family for sample in kept} == compare_all(kept, 0.7)


def compare_all(samples: list[Sample], near: float) -> dict[str, str]:
    """The oracle: every pair compared, families by repeated merging."""
    runs = [find_runs(list_shape(sample.given.code), 6) for sample in samples]
    family = list(range(len(samples)))
    for one in range(len(samples)):
        for other in range(one):
            if len(runs[one] & runs[other]) / len(runs[one] | runs[other]) >= near:
                low, high = sorted((family[one], family[other]))
                family = [low if number == high else number for number in family]
    return {sample.id: samples[family[number]].id for number, sample in enumerate(samples)}


def mutate(code: str, seed: int) -> str:
    """The code with a few constants, calls and statements of its own."""
    rng = random.Random(seed)
    lines = code.rstrip().splitlines()
    for _ in range(rng.randrange(1, 6)):
        lines.insert(
            len(lines) - 1, f"    {rng.choice('abc')} = {rng.choice(['len', 'min', 'abs'])}({rng.random()})"
        )
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("def f(a):\n    return a\n", "def g(bcd):\n    '''Doc.'''\n    return bcd  # x\n"),
        ("def f(a):\n    for i in a:\n        print(i)\n", "def f(a):\n  for j in a: print(j)\n"),
    ],
)
def test_names_and_layout_do_not_change_the_shape(left: str, right: str) -> None:
    assert list_shape(left) == list_shape(right)


@pytest.mark.parametrize(
    "change", [("> limit", ">= limit"), ("* 2", "* 3"), ("-= 1", "+= 1"), ("return result", "yield result")]
)
def test_anything_else_changes_the_shape(change: tuple[str, str]) -> None:
    assert list_shape(LONG) != list_shape(LONG.replace(*change))

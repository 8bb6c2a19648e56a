"""The split stage: by family, by hash, and never an empty split."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from pyx.records import Origin, Program, Sample
from pyx.stages.split import split

FAMILIES = st.lists(st.text("abcdef0123456789", min_size=3, max_size=3), max_size=60)


def make(families: list[str]) -> list[Sample]:
    program = Program("def f(x):\n    return x\n", "f")
    return [Sample(f"{i}", Origin("t"), program=program, family=name) for i, name in enumerate(families)]


def find_splits(families: list[str], **options: float) -> dict[str, set[str]]:
    placed: dict[str, set[str]] = {}
    for sample in split(make(families), **options):  # type: ignore[arg-type]
        assert isinstance(sample, Sample)
        placed.setdefault(sample.family, set()).add(sample.split)
    return placed


@given(FAMILIES)
def test_a_family_never_straddles_two_splits(families: list[str]) -> None:
    assert all(len(splits) == 1 for splits in find_splits(families).values())


@given(FAMILIES)
def test_three_families_are_enough_for_three_splits(families: list[str]) -> None:
    used = {name for splits in find_splits(families).values() for name in splits}
    assert used == {"train", "validation", "test"} or len(set(families)) < 3


@given(FAMILIES, st.randoms(use_true_random=False))
def test_the_order_of_the_samples_does_not_matter(families: list[str], random: object) -> None:
    shuffled = list(families)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert find_splits(shuffled) == find_splits(families)


@given(FAMILIES)
def test_every_sample_comes_out_once_and_in_order(families: list[str]) -> None:
    samples = make(families)
    assert [item.id for item in split(samples) if isinstance(item, Sample)] == [item.id for item in samples]


def test_a_large_corpus_is_split_by_the_shares() -> None:
    sizes = Counter(
        name for names in find_splits([f"{i:06}" for i in range(20_000)]).values() for name in names
    )
    assert 900 < sizes["test"] < 1100
    assert 900 < sizes["validation"] < 1100


def test_a_split_without_a_share_stays_empty() -> None:
    sizes = find_splits([f"{i:03}" for i in range(30)], validation=0.0)
    assert {"train", "test"} == {name for names in sizes.values() for name in names}


def test_a_sample_without_a_family_is_its_own() -> None:
    samples = make([""] * 9)
    assert len({item.split for item in split(samples) if isinstance(item, Sample)}) == 3


def test_a_large_corpus_is_not_held_in_memory() -> None:
    read = 0

    def stream() -> Iterator[Sample]:
        nonlocal read
        for sample in make([f"{i:06}" for i in range(5_000)]):
            read += 1
            yield sample

    next(iter(split(stream())))
    assert read < 1_000

"""Put every program into train, validation or test, whole families together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from pyx.records import Reject, Sample, digest
from pyx.registry import STAGES


@STAGES.add("split", version=1, needs=("program",), gives=("split",), whole=True)
def split(
    samples: Iterable[Sample], *, validation: float = 0.05, test: float = 0.05, least: int = 3
) -> Iterator[Sample | Reject]:
    """Split by a hash of the family, so that no family straddles two splits and order does not matter.

    A family stays where it is as a corpus grows. Where the shares would leave validation or test
    with fewer than `least` families, those with the nearest hashes fill them up, but never with
    more than a third of all families each. Holds back samples only until that is known.
    """
    shares = {"test": test, "validation": validation}
    waiting: list[Sample] = []
    families: dict[str, str] = {}
    stream = iter(samples)
    for sample in stream:
        waiting.append(sample)
        family = find_family(sample)
        if family not in families:
            families[family] = place(family, shares)
            if _has_enough(families, shares, least):
                break
    else:
        families = fill_up(families, shares, least=least)
    for sample in waiting:
        yield replace(sample, split=families[find_family(sample)])
    for sample in stream:
        yield replace(sample, split=place(find_family(sample), shares))


def find_family(sample: Sample) -> str:
    """The family of a sample; one that has none is its own."""
    return sample.family or sample.id


def place(family: str, shares: dict[str, float]) -> str:
    """The split that a family's hash falls into."""
    bound = 0.0
    for name, share in shares.items():
        bound += share
        if _position(family) < bound:
            return name
    return "train"


def _position(family: str) -> float:
    """A number from 0 to 1, the same everywhere."""
    return int(digest("split", family), 16) / 16**16


def _has_enough(families: dict[str, str], shares: dict[str, float], least: int) -> bool:
    sizes = Counter(families.values())
    return sizes["train"] > 0 and all(sizes[name] >= least for name, share in shares.items() if share)


def fill_up(families: dict[str, str], shares: dict[str, float], *, least: int) -> dict[str, str]:
    """Give every split with a share at least `least` families, or a third of them if that is less."""
    order = sorted(families, key=_position)
    third = len(order) // 3
    sizes = Counter(families.values())
    filled = dict.fromkeys(order, "train")
    first = 0
    for name, share in shares.items():
        size = max(min(least, third), min(sizes[name], third)) if share else 0
        filled.update(dict.fromkeys(order[first : first + size], name))
        first += size
    return filled


EXAMPLES = [("def f(x):\n    return x\n", ["f"])]

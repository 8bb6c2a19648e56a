"""Drop samples by looking at them; a recipe may filter as often as it likes."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from pyx.errors import RecipeError, nearest
from pyx.records import Reject, Sample, reject_all
from pyx.registry import FILTERS, STAGES

Look = Callable[[Sample], str | None]


def check_options(*, filters: list[str], options: dict[str, dict[str, Any]] | None = None) -> None:
    """Raise for a filter that is unknown, or is set an option that it does not have."""
    for name, table in (options or {}).items():
        if name not in filters:
            raise RecipeError(f"options for {name!r}, which is not in filters", hint=nearest(name, filters))
        known = FILTERS.find(name).options
        for option in table:
            if option not in known:
                raise RecipeError(f"filter {name!r}: no option {option!r}", hint=nearest(option, known))
    for name in filters:
        FILTERS.find(name)


def find_labels(*, filters: list[str], **_: Any) -> dict[str, Any]:
    """The versions of the filters: what comes through depends on them."""
    return {"filters": [FILTERS.find(name).label for name in filters]}


def find_needs(*, filters: list[str], **_: Any) -> list[str]:
    """What the filters need a sample to have."""
    return sorted({need for name in filters for need in FILTERS.find(name).facts.get("needs", ())})


@STAGES.add("filter", version=1, needs=find_needs, check=check_options, depends=find_labels)
def filter_samples(
    samples: Iterable[Sample], *, filters: list[str], options: dict[str, dict[str, Any]] | None = None
) -> Iterator[Sample | Reject]:
    """Drop a sample for the first reason that one of the `filters` gives, in their order.

    `options` has a table of options for each filter that needs any: `options.too-long = {lines = 80}`.
    """
    looks = [_bind(name, (options or {}).get(name, {})) for name in filters]
    for sample in samples:
        reason = next(filter(None, (look(sample) for look in looks)), "")
        if reason:
            reason, _, detail = reason.partition(":")
            yield from reject_all(sample, "filter", reason, detail.strip())
        else:
            yield sample


def _bind(name: str, options: dict[str, Any]) -> Look:
    return functools.partial(FILTERS.find(name).function, **options)


EXAMPLES: list[object] = []

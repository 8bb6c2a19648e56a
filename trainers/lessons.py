"""Lessons out of a release: its rows in the wanted views, mixed by weight, in a seeded order."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

from pyx import hub
from pyx.errors import PyxError, ReleaseError
from pyx.trainers.render import Lesson, check_style, find_view, render


@dataclass(frozen=True, slots=True)
class Book:
    """A release as training sees it: where it is, what it has, and who it is."""

    folder: Path
    name: str
    version: str
    digest: str
    tables: dict[tuple[str, str], list[Path]]  # config and split to files
    manifest: dict[str, Any]

    @property
    def configs(self) -> list[str]:
        return sorted({config for config, _ in self.tables})


def open_book(place: str, *, revision: str | None = None) -> Book:
    """The release in a folder or on the Hub."""
    folder = hub.find_folder(place, revision=revision)
    path = folder / "manifest.json"
    try:
        manifest = json.loads(path.read_text("utf-8"))
        tables: dict[tuple[str, str], list[Path]] = {}
        for name, entry in manifest["files"].items():
            if "config" in entry:
                tables.setdefault((entry["config"], entry["split"]), []).append(folder / name)
        return Book(folder, manifest["name"], manifest["version"], manifest["digest"], tables, manifest)
    except FileNotFoundError:
        hint = "`pyx curate --out DIR` makes one"
        raise ReleaseError(f"no release in {folder}: it has no manifest.json", hint=hint) from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ReleaseError(f"the manifest of {folder} is damaged: {error!r}", hint="get it again") from error


def read_rows(book: Book, config: str, split: str) -> Iterator[dict[str, Any]]:
    """The rows of one table, a batch of them in memory at a time."""
    import pyarrow.parquet as pq

    if config not in book.configs:
        raise PyxError(
            f"release {book.name} {book.version} has no config {config!r}",
            hint=f"it has {', '.join(book.configs)}",
        )
    for path in sorted(book.tables.get((config, split), [])):
        for batch in pq.ParquetFile(path).iter_batches(batch_size=64):
            yield from batch.to_pylist()


def read_lessons(
    book: Book, views: Sequence[str], *, style: str = "pyx", split: str = "train"
) -> list[Lesson]:
    """The lessons of all views of a split, view by view; a view whose config is missing is an error."""
    check_style(style)
    for view in views:
        config = find_view(view).config
        if config not in book.configs:
            raise PyxError(
                f"view {view!r} needs the config {config!r}, which {book.name} {book.version} lacks",
                hint=f"it has {', '.join(book.configs)}",
            )
    rows = ((view, row) for view in views for row in read_rows(book, find_view(view).config, split))
    lessons = (render(view, row, style=style) for view, row in rows)
    return [lesson for lesson in lessons if lesson is not None]


class Viewed(Protocol):
    """Anything that belongs to a view."""

    @property
    def view(self) -> str: ...


V = TypeVar("V", bound=Viewed)


def mix(lessons: Sequence[V], weights: dict[str, float], *, seed: int, epochs: float = 1.0) -> list[V]:
    """The lessons in the order in which they are learned.

    A view of weight 2 is shown twice an epoch, one of weight 0.5 half of it, drawn anew each epoch.
    """
    order: list[V] = []
    for epoch in range(math.ceil(epochs)):
        chance = random.Random(f"{seed}:{epoch}")
        share = min(1.0, epochs - epoch)
        drawn = [one for one in lessons for _ in range(_times(weights.get(one.view, 1.0), chance))]
        chance.shuffle(drawn)
        order += drawn[: round(share * len(drawn))]
    return order


def _times(weight: float, chance: random.Random) -> int:
    whole = int(weight)
    return whole + (chance.random() < weight - whole)


def parse_weights(text: str, views: list[str]) -> dict[str, float]:
    """Weights by view from `forward=2,direct=0.5`."""
    weights = dict.fromkeys(views, 1.0)
    for part in filter(None, text.split(",")):
        view, _, number = part.partition("=")
        try:
            value = float(number)
        except ValueError:
            value = -1.0
        if view not in weights or value < 0:
            raise PyxError(f"no weight {part!r}", hint=f"VIEW=NUMBER, where VIEW is {' or '.join(views)}")
        weights[view] = value
    return weights

"""Several lessons in one row of tokens, each with its own positions and no sight of the others.

Positions that restart at 0 are the boundary: transformers builds the attention mask from them
(for eager, sdpa and flex attention), or hands them to flash attention as lengths.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pyx.trainers.tokens import IGNORED, Encoded

if TYPE_CHECKING:
    import torch

OPEN = 64
"""How many unfinished rows wait for a lesson that fills them."""

Pack = list[Encoded]


def pack(lessons: Sequence[Encoded], length: int) -> list[Pack]:
    """Rows of at most `length` tokens: each lesson goes where it leaves the least room."""
    done: list[Pack] = []
    waiting: list[tuple[int, Pack]] = []  # room left, lessons
    for lesson in lessons:
        size = len(lesson.ids)
        fitting = [place for place, (room, _) in enumerate(waiting) if room >= size]
        if fitting:
            place = min(fitting, key=lambda one: waiting[one][0])
            room, row = waiting.pop(place)
            row.append(lesson)
            waiting.append((room - size, row))
        else:
            waiting.append((length - size, [lesson]))
        if len(waiting) > OPEN:
            fullest = min(range(len(waiting)), key=lambda one: waiting[one][0])
            done.append(waiting.pop(fullest)[1])
    return done + [row for _, row in waiting]


def measure_filling(packs: Sequence[Pack], length: int) -> float:
    """The share of the rows' room that holds tokens."""
    held = sum(len(lesson.ids) for row in packs for lesson in row)
    return held / (length * len(packs)) if packs else 0.0


def collate(rows: Sequence[Pack], *, pad: int) -> dict[str, torch.Tensor]:
    """A batch: token ids, labels and positions, each of shape (rows, tokens of the fullest row).

    The padding at the end of a row has positions of its own, so that it is one more sequence.
    """
    import torch

    length = max(sum(len(lesson.ids) for lesson in row) for row in rows)
    columns: dict[str, list[list[int]]] = {"input_ids": [], "labels": [], "position_ids": []}
    for row in rows:
        for name, values in _lay(row, length, pad).items():
            columns[name].append(values)
    return {name: torch.tensor(values) for name, values in columns.items()}


def _lay(row: Pack, length: int, pad: int) -> dict[str, list[int]]:
    ids: list[int] = []
    labels: list[int] = []
    positions: list[int] = []
    for lesson in row:
        ids += lesson.ids
        # The first token of a lesson follows nothing: it must not be predicted from its neighbour.
        labels += [IGNORED, *lesson.labels[1:]]
        positions += range(len(lesson.ids))
    room = length - len(ids)
    return {
        "input_ids": ids + [pad] * room,
        "labels": labels + [IGNORED] * room,
        "position_ids": positions + list(range(room)),
    }


class Rows:
    """Packed rows as the dataset that a trainer reads in order."""

    def __init__(self, packs: Sequence[Pack]) -> None:
        self.packs = packs

    def __len__(self) -> int:
        return len(self.packs)

    def __getitem__(self, place: int) -> Any:
        return self.packs[place]

"""A journal of earlier replies: the same answers again, without a model, a network or a price."""

from __future__ import annotations

import functools
from dataclasses import replace
from pathlib import Path
from typing import Any

from pyx.annotate.ask import Ask, Reply
from pyx.annotate.journal import find_key, gather_parameters, read_journal
from pyx.errors import TeacherError
from pyx.records import from_row
from pyx.registry import TEACHERS


@functools.lru_cache(maxsize=4)
def load_replies(file: Path, _changed: float) -> dict[str, tuple[Reply, ...]]:
    """The answered requests of a journal, by key; the last answer counts."""
    found = {}
    for row in read_journal(file):
        replies = tuple(from_row(Reply, reply) for reply in row["replies"])
        if not replies[0].error:
            found[row["key"]] = replies
    return found


def check_journal(*, journal: str = "", **_: Any) -> None:
    """Raise `TeacherError` for a journal that is not there."""
    if not journal or not Path(journal).exists():
        raise TeacherError(
            f"teacher replay: no journal {journal!r}", hint='give it as options = { journal = "FILE" }'
        )


@TEACHERS.add("replay", version=1, check=check_journal, aside=("journal",))
async def ask_replay(
    ask: Ask,
    *,
    n: int = 1,
    model: str = "",
    parameters: dict[str, Any] | None = None,
    journal: str = "",
) -> list[Reply]:
    """Answer from the file `journal` what `model` answered to the same messages with the same `parameters`.

    A request that is not in it fails, `not-in-journal`. What it cost is not paid again.
    """
    check_journal(journal=journal)
    file = Path(journal)
    key = find_key(model, gather_parameters(parameters, n=n, schema=ask.schema), ask.messages)
    replies = load_replies(file, file.stat().st_mtime).get(key)
    if replies is None:
        return [Reply(error="not-in-journal", detail=f"{file.name} has no {key}")]
    return [_make_free(reply) for reply in replies]


def _make_free(reply: Reply) -> Reply:
    return replace(reply, cost=0.0)


EXAMPLES: list[object] = [
    ([{"role": "user", "content": "Say yes."}], {"model": "any", "journal": "/dev/null"}, "not-in-journal"),
]

"""Files of answers and of benchmark rows, in their published forms; JSON lines may be gzipped."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyx.errors import PyxError


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer as a file gives it; `continues` when the prompt's code belongs before it."""

    task: str
    text: str
    continues: bool = False


def read_answers(path: Path) -> list[Answer]:
    """The answers of a file: `{id: [answers]}`, or lines of `{"task_id", "completion" or "solution"}`."""
    text = _read_text(path)
    table = _read_table(text)
    if table is not None:
        return [Answer(task, one) for task, many in table.items() for one in _as_list(path, task, many)]
    return [_read_line(path, number, row) for number, row in _number_rows(path, text)]


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of a benchmark from JSON lines."""
    for _, row in _number_rows(path, _read_text(path)):
        yield row


def _read_text(path: Path) -> str:
    try:
        data = path.read_bytes()
        return (gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data).decode("utf-8")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise PyxError(f"cannot read {path}: {error}") from error


def _read_table(text: str) -> dict[str, Any] | None:
    """The object that is the whole file; none for JSON lines, also for a single one."""
    try:
        table = json.loads(text)
    except ValueError:
        return None
    return table if isinstance(table, dict) and "task_id" not in table else None


def _as_list(path: Path, task: str, many: Any) -> list[str]:
    if isinstance(many, str):
        return [many]
    if isinstance(many, list) and all(isinstance(one, str) for one in many):
        return many
    raise PyxError(f"{path}: {task!r} has no list of texts", hint='it should be {"id": ["answer", ...]}')


def _number_rows(path: Path, text: str) -> Iterable[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise PyxError(f"{path}, line {number}: not JSON: {error}") from error
        if not isinstance(row, dict):
            raise PyxError(f"{path}, line {number}: not an object")
        yield number, row


def _read_line(path: Path, number: int, row: dict[str, Any]) -> Answer:
    if "task_id" in row:
        for key in ("solution", "completion", "answer"):
            if isinstance(row.get(key), str):
                return Answer(str(row["task_id"]), row[key], continues=key == "completion")
    raise PyxError(
        f"{path}, line {number}: no answer",
        hint='a line should be {"task_id": "...", "completion": "..."} or have a "solution"',
    )

"""Rows as Parquet files: the same rows give the same bytes, and neither side holds a whole table."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

from pyx.errors import ReleaseError
from pyx.release.schema import VERSION, Column, Row, find_columns

ROWS = 256
CHARACTERS = 8_000_000
"""A row group ends at so many rows, or at so much text: what a reader holds at once."""


class Tables:
    """Writes rows into `FOLDER/data/CONFIG/SPLIT-00000-of-00001.parquet`; a context manager."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._waiting: dict[tuple[str, str], list[Row]] = {}
        self._sizes: dict[tuple[str, str], int] = {}
        self._writers: dict[tuple[str, str], Any] = {}

    def add(self, config: str, split: str, row: Row) -> None:
        """Put one row at the end of its table."""
        key = config, split
        self._waiting.setdefault(key, []).append(row)
        self._sizes[key] = self._sizes.get(key, 0) + len(json.dumps(row))
        if len(self._waiting[key]) >= ROWS or self._sizes[key] >= CHARACTERS:
            self._flush(key)

    def _flush(self, key: tuple[str, str]) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        schema = arrow_schema(key[0])
        if key not in self._writers:
            path = self.folder / data_path(*key)
            path.parent.mkdir(parents=True, exist_ok=True)
            self._writers[key] = pq.ParquetWriter(path, schema, compression="zstd", version="2.6")
        rows, self._waiting[key], self._sizes[key] = self._waiting[key], [], 0
        self._writers[key].write_table(pa.Table.from_pylist(rows, schema=schema))

    def __enter__(self) -> Tables:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _error: object, _trace: TracebackType | None
    ) -> None:
        if kind is None:
            for key in [key for key, rows in self._waiting.items() if rows]:
                self._flush(key)
        for writer in self._writers.values():
            writer.close()


def data_path(config: str, split: str) -> str:
    """Where the rows of a config's split stand within a release."""
    return f"data/{config}/{split}-00000-of-00001.parquet"


def arrow_schema(config: str, version: int = VERSION) -> Any:
    """The Arrow schema of a config in a version of ours."""
    import pyarrow as pa

    return pa.schema([(column.name, _arrow_type(column)) for column in find_columns(config, version)])


def _arrow_type(column: Column) -> Any:
    import pyarrow as pa

    if isinstance(column.type, str):
        kind = pa.bool_() if column.type == "bool" else getattr(pa, column.type)()
    else:
        kind = pa.struct([(inner.name, _arrow_type(inner)) for inner in column.type])
    return pa.list_(kind) if column.many else kind


def read_rows(path: Path, config: str = "", version: int = VERSION) -> Iterator[Row]:
    """The rows of one table, in order; `ReleaseError` when it is no table (of that config)."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as table:
            if config and not table.schema_arrow.equals(arrow_schema(config, version)):
                raise ReleaseError(f"{path.name} has other columns than {config} has")
            for batch in table.iter_batches(batch_size=ROWS):
                yield from batch.to_pylist()
    except (OSError, pa.ArrowException) as error:
        raise ReleaseError(f"{path.name} cannot be read: {error}", hint="get the release again") from error


def read_column(path: Path, name: str) -> Iterator[Any]:
    """One column of a table, in order."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as table:
            for batch in table.iter_batches(columns=[name]):
                yield from batch.column(0).to_pylist()
    except (OSError, pa.ArrowException) as error:
        raise ReleaseError(f"{path.name} cannot be read: {error}", hint="get the release again") from error


def count_bytes(path: Path) -> int:
    """The size of a table's rows when they are decoded."""
    import pyarrow.parquet as pq

    found = pq.read_metadata(path)
    return sum(found.row_group(number).total_byte_size for number in range(found.num_row_groups))

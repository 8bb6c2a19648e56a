"""Programs of your own in a Parquet file, such as a shard of a dataset of source code."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pyx.errors import RecipeError
from pyx.records import Origin, Reject, Sample
from pyx.registry import SEEDS
from pyx.seeds.rows import CODE, TEXTS, read_row

_ROWS = 256
"""Rows that are in memory at once."""


@SEEDS.add("parquet", version=1)
def read_parquet(argument: str) -> Iterator[Sample | Reject]:
    """A Parquet file, or a folder of them in order, with the columns that `jsonl` has.

    The program may also stand in a column `content` or `text`. Only the columns known are read.
    """
    place = Path(argument).expanduser()
    files = sorted(place.rglob("*.parquet")) if place.is_dir() else [place]
    if not argument or not files or not files[0].is_file():
        raise RecipeError(f"seeds parquet:{argument}: no such file", hint="give a .parquet file, or a folder")
    top = place if place.is_dir() else place.parent
    for file in files:
        name = file.relative_to(top).as_posix()
        rows = _list_rows(file, argument)
        for number, row in enumerate(rows, 1):
            yield read_row(row, Origin(f"parquet:{place.resolve().name}", f"{name} row {number}"))


def _list_rows(file: Path, argument: str) -> Iterator[dict[str, object]]:
    import pyarrow
    import pyarrow.parquet

    try:
        with pyarrow.parquet.ParquetFile(file) as table:
            columns = [name for name in (*CODE, *TEXTS) if name in table.schema_arrow.names]
            for batch in table.iter_batches(_ROWS, columns=columns):
                yield from batch.to_pylist()
    except pyarrow.ArrowInvalid as error:
        message = str(error).partition("\n")[0]
        raise RecipeError(f"seeds parquet:{argument}: {message}", hint="give a .parquet file") from None


_ROWS_OF_ONE = [{"content": "x = 1\n", "path": "a.py"}, {"content": None, "path": "b.py"}]
EXAMPLES = [({"rows.parquet": _ROWS_OF_ONE}, ["a.py", "no-code"])]

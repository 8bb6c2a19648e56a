"""Rows that hold programs, from whatever table they come. Not a reader itself: what readers share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pyx.records import Origin, Reject, Sample, digest
from pyx.seeds.tree import LARGEST, STAGE, make_sample

CODE = ("code", "content", "text")
"""Columns that may hold the program; the first that a row has counts."""

TEXTS = ("entry_point", "description", "licence", "license", "path")
"""Columns with a text about it."""


def read_row(row: object, origin: Origin) -> Sample | Reject:
    """The sample of a row with `code`, and if it has them `entry_point`, `description`, `licence`, `path`."""
    if not isinstance(row, Mapping):
        return reject_row(origin, "no-code", "a row is an object with keys")
    code = next((row[name] for name in CODE if row.get(name) is not None), None)
    if not isinstance(code, str):
        return reject_row(origin, "no-code", 'a row needs "code", a text')
    texts = {name: row[name] for name in TEXTS if row.get(name) is not None}
    for name, value in texts.items():
        if not isinstance(value, str):
            return reject_row(origin, "wrong-type", f"{name} is no text")
    if len(code) > LARGEST:
        return reject_row(origin, "too-large", f"more than {LARGEST} characters")
    return _make_sample(code, texts, origin)


def _make_sample(code: str, texts: dict[str, str], origin: Origin) -> Sample:
    licence = texts.get("licence") or texts.get("license", "")
    origin = replace(origin, path=texts.get("path") or origin.path, licence=licence)
    sample = make_sample(code.replace("\r\n", "\n").replace("\r", "\n"), origin)
    notes = {name: texts[name] for name in ("entry_point", "description") if texts.get(name)}
    return replace(sample, id=digest(sample.id, *notes.values()), notes=notes) if notes else sample


def reject_row(origin: Origin, reason: str, detail: str) -> Reject:
    """The reject of a row, named by its place in the corpus."""
    return Reject("file", digest(origin.corpus, origin.path), STAGE, reason, detail, origin=origin)

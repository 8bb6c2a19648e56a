"""What two releases do not have in common, row by row, and why."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pyx.records import digest
from pyx.release.manifest import Release, open_release
from pyx.release.schema import CONFIGS, Row
from pyx.release.tables import read_column, read_rows


@dataclass(frozen=True, slots=True)
class Cause:
    """One difference between how two releases were made."""

    kind: str  # "recipe", "plug-in", "seed", "python", "pyx", "schema", "policy", "sandbox"
    what: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Change:
    """One row that only one release has, or that both have in two ways."""

    config: str
    row: str
    kind: str  # "added", "removed", "changed"
    columns: tuple[str, ...]  # that differ; empty when only one release has the row
    why: tuple[str, ...]  # kinds of causes that can have done it, or "unknown"


@dataclass(frozen=True, slots=True)
class Diff:
    """Two releases compared."""

    old: str  # name and version
    new: str
    causes: list[Cause]
    same: dict[str, int]  # rows that are the same, by config
    changes: list[Change]

    @property
    def row(self) -> dict[str, Any]:
        """The comparison as plain JSON."""
        return asdict(self)


def diff(old: Path, new: Path) -> Diff:
    """Compare the releases in two folders by the ids and digests of their rows."""
    before, after = open_release(old), open_release(new)
    causes = list(find_causes(before, after))
    same: dict[str, int] = {}
    changes: list[Change] = []
    for config in CONFIGS:
        if config in before.rows or config in after.rows:
            same[config], found = _compare(config, before, after, causes)
            changes += found
    return Diff(f"{before.name} {before.version}", f"{after.name} {after.version}", causes, same, changes)


# -- causes --------------------------------------------------------------------------------------


def find_causes(before: Release, after: Release) -> Iterator[Cause]:
    """What differs in how two releases were made."""
    old, new = before.manifest["run"], after.manifest["run"]
    for kind, name in (("pyx", "pyx"), ("python", "python")):
        if old[name] != new[name]:
            yield Cause(kind, name, str(old[name]), str(new[name]))
    schemas = [str(release.manifest["schema_version"]) for release in (before, after)]
    if schemas[0] != schemas[1]:
        yield Cause("schema", "version", *schemas)
    if before.manifest["code"] != after.manifest["code"]:
        yield Cause("pyx", "code", before.manifest["code"], after.manifest["code"])
    if old["recipe"]["text"] != new["recipe"]["text"]:
        yield Cause("recipe", "text", old["recipe"]["digest"], new["recipe"]["digest"])
    yield from _compare_steps(old["steps"], new["steps"])
    yield from _compare_lists("seed", "seeds", old["seeds"], new["seeds"])
    figures = before.manifest["figures"], after.manifest["figures"]
    yield from _compare_lists("seed", "versions", figures[0]["corpus"], figures[1]["corpus"])
    yield from _compare_lists("plug-in", "rules", figures[0]["rule"], figures[1]["rule"])
    yield from _compare_lists("sandbox", "level", figures[0]["sandbox_level"], figures[1]["sandbox_level"])
    if old["evidence"].get("policy") != new["evidence"].get("policy"):
        yield Cause(
            "policy", "policy", str(old["evidence"].get("policy")), str(new["evidence"].get("policy"))
        )


def _compare_steps(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> Iterator[Cause]:
    yield from _compare_lists("plug-in", "steps", [s["use"] for s in old], [s["use"] for s in new])
    for one, other in zip(old, new, strict=False):
        if one["use"] == other["use"] and one["options"] != other["options"]:
            yield Cause("recipe", one["use"], json.dumps(one["options"]), json.dumps(other["options"]))


def _compare_lists(kind: str, what: str, old: Any, new: Any) -> Iterator[Cause]:
    """One cause when two lists of names differ: what only each of them has."""
    gone, come = [name for name in old if name not in new], [name for name in new if name not in old]
    if gone or come:
        yield Cause(kind, what, ", ".join(gone), ", ".join(come))


# -- rows ----------------------------------------------------------------------------------------


def _compare(config: str, before: Release, after: Release, causes: list[Cause]) -> tuple[int, list[Change]]:
    old, new = _read_digests(before, config), _read_digests(after, config)
    differ = {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}
    olds, news = _read_marks(before, config, differ), _read_marks(after, config, differ)
    changes = [_explain(config, name, olds.get(name), news.get(name), causes) for name in sorted(differ)]
    return len(old.keys() & new.keys()) - sum(change.kind == "changed" for change in changes), changes


def _list_tables(release: Release, config: str) -> list[Path]:
    return [release.folder / path for path, entry in release.files.items() if entry["config"] == config]


def _read_digests(release: Release, config: str) -> dict[str, str]:
    """The digest of every row, its split included, by the row's id."""
    return {
        name: f"{path.name} {seal}"
        for path in _list_tables(release, config)
        for name, seal in zip(read_column(path, "id"), read_column(path, "digest"), strict=True)
    }


@dataclass(frozen=True, slots=True)
class _Mark:
    """What of a row is kept to be compared: digests of its columns, and where it came from."""

    columns: dict[str, str]
    corpus: str
    rules: frozenset[str]


def _read_marks(release: Release, config: str, wanted: set[str]) -> dict[str, _Mark]:
    marks = {}
    for path in _list_tables(release, config):
        split = path.name.partition("-")[0]
        for row in read_rows(path):
            if row["id"] in wanted:
                marks[row["id"]] = _mark({**row, "split": split})
    return marks


def _mark(row: Row) -> _Mark:
    columns = {name: digest(json.dumps(value), length=8) for name, value in row.items() if name != "digest"}
    corpus = f"{row['origin']['corpus']} {row['origin']['version']}".strip()
    return _Mark(columns, corpus, frozenset(row.get("rules", ())))


def _explain(config: str, name: str, old: _Mark | None, new: _Mark | None, causes: list[Cause]) -> Change:
    if old is None or new is None:
        one = old or new
        assert one is not None
        why = _why_alone(one, causes)
        return Change(config, name, "added" if old is None else "removed", (), why)
    columns = tuple(name for name in new.columns if new.columns[name] != old.columns.get(name))
    return Change(config, name, "changed", columns, _why_changed(old, new, columns, causes))


def _why_alone(row: _Mark, causes: list[Cause]) -> tuple[str, ...]:
    """A corpus that only one release read explains its rows; else everything that was changed may."""
    for cause in causes:
        if cause.what == "versions" and row.corpus in (*cause.old.split(", "), *cause.new.split(", ")):
            return ("seed",)
    return _all_kinds(causes)


_SHOWN_BY = {
    "python": "python",
    "sandbox_level": "sandbox",
    "origin": "seed",
    "licence": "seed",
    "rules": "plug-in",
    "schema_version": "schema",
}
"""A column that changed, and the kind of cause that it shows."""


def _why_changed(old: _Mark, new: _Mark, columns: tuple[str, ...], causes: list[Cause]) -> tuple[str, ...]:
    kinds = {cause.kind for cause in causes}
    shown = {_SHOWN_BY[name] for name in columns if name in _SHOWN_BY}
    if old.rules != new.rules:
        shown.add("plug-in")
    return tuple(sorted(shown & kinds)) or _all_kinds(causes)


def _all_kinds(causes: list[Cause]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(cause.kind for cause in causes)) or ("unknown",)

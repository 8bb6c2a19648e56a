"""What shows only when rows are compared with each other, with the manifest and with this machine."""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyx
from pyx.records import digest
from pyx.registry import RULES, STAGES, Plugin
from pyx.release.checks import Failure, Terms, has_null
from pyx.release.freeze import write_readme
from pyx.release.maker import digest_code
from pyx.release.manifest import CARD, FILE, Release, file_digest, manifest_digest
from pyx.release.schema import Row
from pyx.release.tally import Tally
from pyx.sandbox import policy
from pyx.sandbox.pool import open_box

_CODE = (
    "code",
    "entry_point",
    "description",
    "origin",
    "licence",
    "family",
    "code_teacher",
    "description_teacher",
)
_BACK = ("setup", "output", "output_type", "exception", "grade", "python", "sandbox_level")
_CALL = (
    "setup",
    "call",
    "args",
    "output",
    "output_type",
    "exception",
    "message",
    "stdout",
    "changed",
    "grade",
)


def check_files(release: Release) -> Iterator[Failure]:
    """The manifest against itself, and the files against the manifest."""
    manifest = release.manifest
    if manifest["digest"] != manifest_digest(manifest):
        yield _about("manifest", f"{FILE} is not what it was when the release was made")
    for path, entry in release.files.items():
        file = release.folder / path
        if not file.is_file():
            yield Failure(entry["config"], entry["split"], "", "file", f"{path} is missing")
        elif file_digest(file) != entry["sha256"]:
            yield Failure(entry["config"], entry["split"], "", "file", f"{path} has another SHA-256")
    for name in _list_files(release.folder):
        if name not in (FILE, CARD, *release.files):
            yield _about("file", f"{name} is not in the manifest")
    yield from _check_card(release)
    yield from _check_recipe(manifest["run"])


def _list_files(folder: Path) -> list[str]:
    """Every file but those that git and the Hub leave, which begin with a dot."""
    names = [file.relative_to(folder) for file in folder.rglob("*") if not file.is_dir()]
    return sorted(name.as_posix() for name in names if not any(part[0] == "." for part in name.parts))


def _check_card(release: Release) -> Iterator[Failure]:
    card = release.folder / CARD
    if not card.is_file():
        yield _about("card", f"{CARD} is missing")
    elif file_digest(card) != release.manifest["card"]:
        yield _about("card", f"{CARD} has another SHA-256")
    elif _is_mine(release) and write_readme(release.manifest) != card.read_text("utf-8"):
        yield _about("card", f"{CARD} does not say what the manifest says")


def _is_mine(release: Release) -> bool:
    """Whether this very pyx made the release, to the letter of its code."""
    return bool(release.manifest["code"] == digest_code())


def _check_recipe(run: dict[str, Any]) -> Iterator[Failure]:
    steps = [step["use"].rpartition(".")[0] for step in run["steps"]]
    if [row["step"] for row in run["funnel"]][-len(steps) :] != steps:
        yield _about("manifest", "the steps of the funnel are not those of the recipe")


def _about(what: str, why: str) -> Failure:
    return Failure("", "", "", what, why)


class Whole:
    """Takes every row once, `programs` first, and finds what does not fit together."""

    def __init__(self, release: Release) -> None:
        self._release = release
        self.schema = int(release.manifest["schema_version"])
        self._tally = Tally()
        self._counts: Counter[tuple[str, str]] = Counter()
        self._ids: set[tuple[str, str]] = set()
        self._programs: dict[str, tuple[str, str, dict[str, tuple[str, str]]]] = {}
        self._families: dict[str, str] = {}

    def add(self, config: str, split: str, row: Row) -> Iterator[Failure]:
        """What is wrong with a row beside those before it."""
        self._counts[config, split] += 1
        if has_null(row):
            return  # check_row says so
        try:
            self._tally.add(config, row)
        except Exception as error:  # a corrupted trace can mislead its reader in any way
            yield Failure(config, split, row["id"], "trace", f"it cannot be counted: {error!r:.80}")
        for what, why in (*self._check_new(config, split, row), *self._check_program(config, split, row)):
            yield Failure(config, split, row["id"], what, why)

    def _check_new(self, config: str, split: str, row: Row) -> Iterator[tuple[str, str]]:
        if row["schema_version"] != self.schema:
            yield "schema_version", f"{row['schema_version']} where the manifest says {self.schema}"
        if (config, row["id"]) in self._ids:
            yield "id", "another row has the same"
        self._ids.add((config, row["id"]))
        if self._families.setdefault(row["family"], split) != split:
            yield "family", f"its family {row['family']} is also in {self._families[row['family']]}"

    def _check_program(self, config: str, split: str, row: Row) -> Iterator[tuple[str, str]]:
        code = digest(*(repr(row[name]) for name in _CODE))
        if config == "programs":
            self._programs[row["id"]] = (
                split,
                code,
                {case["id"]: (_sum(case), _sum_back(case["call"], case)) for case in row["cases"]},
            )
            return
        known = self._programs.get(row["program_id"])
        if known is None:
            yield "program_id", f"programs has no {row['program_id']}"
            return
        if config == "nl2code" and row["id"] != row["program_id"]:
            yield "id", f"it is not its program's, {row['program_id']}"
        if known[0] != split:
            yield "program_id", f"its program is in {known[0]}"
        if known[1] != code:
            yield "code", "its program says otherwise of " + ", ".join(_CODE)
        case = known[2].get(row["case_id"])
        here = _sum_back(row["asked_call"], row) if config == "backward" else _sum(row)
        if case is None or here not in case:
            yield "case_id", f"its program has no such case {row['case_id']}"

    def finish(self) -> Iterator[Failure]:
        """What is wrong with all rows together."""
        for entry in self._release.files.values():
            count = self._counts[entry["config"], entry["split"]]
            if count != entry["rows"]:
                why = f"{count} rows where the manifest says {entry['rows']}"
                yield Failure(entry["config"], entry["split"], "", "rows", why)
        figures, said = self._tally.figures, self._release.manifest["figures"]
        for name in sorted({*figures, *said}):
            if figures.get(name) != said.get(name):
                yield _about("figures", f"{name}: {figures.get(name)!r:.80}, not {said.get(name)!r:.80}")
        yield from self._check_funnel()
        yield from check_rules(self._release)

    def _check_funnel(self) -> Iterator[Failure]:
        funnel = self._release.manifest["run"]["funnel"]
        programs = sum(count for (config, _), count in self._counts.items() if config == "programs")
        if funnel and funnel[-1]["made"] != programs:
            yield _about("rows", f"programs has {programs} rows, the funnel ends in {funnel[-1]['made']}")


def _sum(row: Row) -> str:
    return digest(*(repr(row[name]) for name in _CALL))


def _sum_back(call: str, row: Row) -> str:
    """Of a case only what a backward row says of the case that it was asked about."""
    return digest(call, *(repr(row[name]) for name in _BACK))


def check_rules(release: Release) -> Iterator[Failure]:
    """Rules and stages of the pyx that made the release, where this is that pyx."""
    if not _is_mine(release):
        return
    here = {plugin.label for registry in (RULES, STAGES) for plugin in registry}
    said = [*release.manifest["figures"]["rule"], *(step["use"] for step in release.manifest["run"]["steps"])]
    for label in said:
        if label not in here:
            yield _about("plug-in", f"{label} took part, and pyx {pyx.__version__} has {_find_other(label)}")


def _find_other(label: str) -> str:
    name = label.rpartition(".")[0]
    plugins: list[Plugin] = [plugin for registry in (RULES, STAGES) for plugin in registry]
    return next((p.label for p in plugins if p.label.rpartition(".")[0] == name), "none of that name")


def find_terms(release: Release) -> Terms:
    """How the release's rows were executed, as its recipe says."""
    run = release.manifest["run"]
    options = {name: value for step in run["steps"] for name, value in step["options"].items()
               if step["use"].startswith("execute.")}  # fmt: skip
    return Terms(**{name: options[name] for name in ("policy", "lists", "value_chars") if name in options})


def find_notes(release: Release) -> tuple[dict[str, str], dict[str, str], list[str]]:
    """Where the evidence was made, where it was checked, and what that leaves unchecked."""
    run, figures = release.manifest["run"], release.manifest["figures"]
    made = {
        "pyx": run["pyx"],
        "code": release.manifest["code"],
        "python": ", ".join(figures["python"]),
        "level": ", ".join(figures["sandbox_level"]),
        "policy": str(run["evidence"].get("policy", "")),
    }
    here = {
        "pyx": pyx.__version__,
        "code": digest_code(),
        "python": ".".join(platform.python_version_tuple()[:2]),
        "level": open_box().level,
        "policy": policy.digest() if made["policy"] else "",
    }
    differ = [name for name in _NOTES if made[name] != here[name]]
    if _contains(here["level"], made["level"]):
        differ = [name for name in differ if name != "level"]
    return made, here, [_NOTES[name].format(made[name], here[name]) for name in differ]


def _contains(here: str, made: str) -> bool:
    """Whether a sandbox level isolates at least as well as each of those that `made` names."""
    order = ("none", "process", "kernel", "sealed")
    return here in order and set(made.split(", ")) <= set(order[: order.index(here) + 1])


_NOTES = {
    "python": "made with Python {}, checked with {}: what differs between the two is reported as a failure",
    "level": "executed at level {}, checked at {}: what only the other level stops cannot be seen here",
    "policy": "made under policy {}, checked under {}: what was refused then cannot be checked here",
    "code": "made by other code of pyx ({}, here {}): versions of plug-ins and the card are not compared",
}

"""Run a recipe: shards, workers, resume and the funnel.

Every step has a work folder `NN-step-DIGEST` of shards. The digest covers all that they depend
on, so a rerun does only what changed and never serves what is stale; two recipes share their
common start.

Nothing is lost: for each shard, every id that came in is still there, is the parent of something
made, or has exactly one reject. The engine holds every stage to this law.
"""

from __future__ import annotations

import contextlib
import dataclasses
import fcntl
import functools
import hashlib
import importlib
import inspect
import json
import platform
import shutil
import sys
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import pyx
from pyx.errors import RecipeError
from pyx.recipe import Recipe, Step, find_seeds
from pyx.records import Reject, Sample, digest, find_ids, reject_all
from pyx.registry import STAGES
from pyx.shards import list_shards, read_rejects, read_rows, read_samples, write_shard
from pyx.workers import PATIENCE, Workers

SHARD = 8
"""Samples a shard: the unit of work, and of what a killed run does again."""

RUN = "run.json"
"""The file of a work folder that says what was finished last."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the funnel: what came into a step, what it made, what it threw away and why."""

    step: str
    came: int  # samples
    made: int  # samples
    cases: int  # of the samples made
    monologues: int  # of the samples made
    rejected: dict[str, int] = field(default_factory=dict)  # "level: reason" -> how many
    seconds: float = 0.0  # of this run


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run: where its last step lies, its funnel, and what it was made with."""

    folder: Path
    rows: list[Row]
    facts: dict[str, Any]

    def samples(self) -> Iterator[Sample]:
        """The samples that came through, in order."""
        return read_samples(list_shards(self.folder))


Report = Callable[[str, int, int], None]
"""Called with a step's number and name ("03-trace"), the shards done, and all of them (0: not known yet)."""


def run(
    recipe: Recipe,
    work: Path,
    *,
    workers: int = 1,
    limit: int = 0,
    shard: int = SHARD,
    report: Report | None = None,
) -> Run:
    """Run every step of a recipe that is not done yet.

    `limit` stops reading after that many seed samples (0: all). With `workers` 0 all is done in
    this process. What comes out depends on neither `workers` nor `shard`.
    """
    report = report or (lambda *_: None)
    work.mkdir(parents=True, exist_ok=True)
    with _lock(work), Workers(run_shard, workers) as crew:
        began = time.monotonic()
        folder = _read_seeds(recipe, work, limit=limit, shard=shard, report=report)
        rows = [_count("seeds", None, folder, began)]
        for number, step in enumerate(recipe.steps, 1):
            began = time.monotonic()
            before, folder = folder, work / name_folder(number, step, folder)
            _run_step(step, before, folder, crew, shard=shard, report=report)
            rows.append(_count(step.use, before, folder, began))
        finished = Run(folder, rows, _gather_facts(recipe, rows))
        _keep_run(finished, work)
    return finished


def open_run(work: Path) -> Run:
    """The last run that was finished in a work folder; `RecipeError` when there is none."""
    try:
        kept = json.loads((work / RUN).read_text("utf-8"))
        rows = [Row(**line) for line in kept["facts"]["funnel"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        hint = "run `pyx curate --work DIR` to its end first"
        raise RecipeError(f"no finished run in {work}", hint=hint) from error
    return Run(work / kept["folder"], rows, kept["facts"])


def _keep_run(run: Run, work: Path) -> None:
    """Say which folder holds the last step of the run that was finished last."""
    aside = work / f"{RUN}.partial"
    aside.write_text(json.dumps({"folder": run.folder.name, "facts": run.facts}, indent=1) + "\n", "utf-8")
    aside.replace(work / RUN)


@contextlib.contextmanager
def _lock(work: Path) -> Iterator[None]:
    with (work / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise RecipeError(
                f"work folder {work} is in use by another run", hint="wait for it, or give another --work"
            ) from None
        yield


# -- seeds ---------------------------------------------------------------------------------------


def _read_seeds(recipe: Recipe, work: Path, *, limit: int, shard: int, report: Report) -> Path:
    """Read all seeds into a folder named by their content: reading is how a change is noticed."""
    partial = work / "00-seeds.partial"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    seen = hashlib.sha256(f"{pyx.__version__} {shard}".encode())
    count = 0
    for count, batch in enumerate(_batch(_stream_seeds(recipe.seeds, limit), shard), 1):
        for line in write_shard(partial / f"{count - 1:05d}.jsonl", batch):
            seen.update(line)
        report("00-seeds", count, 0)
    if count == 0:
        raise RecipeError(f"seeds {', '.join(recipe.seeds)}: nothing to read", hint="give other --seeds")
    report("00-seeds", count, count)
    folder = work / f"00-seeds-{seen.hexdigest()[:12]}"
    _rename_folder(partial, folder)
    return folder


def _rename_folder(partial: Path, folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(partial)
    else:
        partial.rename(folder)


def _stream_seeds(specs: Iterable[str], limit: int) -> Iterator[Sample | Reject]:
    """All that the readers yield; a sample that two of them read is kept once."""
    known: set[str] = set()
    for spec in specs:
        plugin, argument = find_seeds(spec)
        for item in plugin.function(argument):
            if isinstance(item, Sample):
                if item.id in known:
                    continue
                known.add(item.id)
            yield item
            if len(known) == limit > 0:
                return


def _batch(items: Iterator[Sample | Reject], size: int) -> Iterator[list[Sample | Reject]]:
    while batch := list(islice(items, size)):
        yield batch


# -- steps ---------------------------------------------------------------------------------------


def name_folder(number: int, step: Step, before: Path) -> str:
    """`NN-step-DIGEST`, the digest over everything that the step's shards depend on."""
    seen = digest(
        before.name,
        step.plugin.label,
        digest_source(),
        inspect.getsource(sys.modules[step.plugin.module]),
        json.dumps(step.options, sort_keys=True),
        json.dumps(find_dependencies(step), sort_keys=True),
        pyx.__version__,
        platform.python_version(),
        length=12,
    )
    return f"{number:02d}-{step.use}-{seen}"


_ASIDE = {"commands", "release", "cards", "trainers", "samples", "recipes"}
"""Folders of pyx that no stage is made of."""


@functools.cache
def digest_source() -> str:
    """The digest of all code that stages are made of: even a forgotten version is never stale."""
    folder = Path(pyx.__file__).parent
    # A checkout has `annotate` as a link, which rglob does not follow.
    found = {*folder.rglob("*"), *(folder / "annotate").rglob("*")}
    kept = [path for path in found if path.suffix in (".py", ".toml", ".md", ".bpf")]
    names = {path.relative_to(folder).as_posix(): path for path in kept}
    return digest(
        *(
            hashlib.sha256(names[name].read_bytes()).hexdigest()
            for name in sorted(names)
            if name.partition("/")[0] not in _ASIDE
        )
    )


def find_dependencies(step: Step) -> dict[str, Any]:
    """What else the stage says its output depends on: policy, sandbox level, active rules, ..."""
    depends = step.plugin.facts.get("depends")
    return depends(**step.options) if depends else {}


@dataclass(frozen=True, slots=True)
class Order:
    """One shard to make: what a worker is told."""

    use: str
    module: str  # where the stage is defined, should the worker's registry not know it
    options: dict[str, Any]
    source: Path
    target: Path


def _run_step(step: Step, before: Path, folder: Path, crew: Workers, *, shard: int, report: Report) -> None:
    shards = list_shards(before)
    label = folder.name.rpartition("-")[0]
    if step.plugin.facts.get("whole"):
        report(label, 0, 1)
        _run_whole(step, shards, folder, shard=shard)
        report(label, 1, 1)
        return
    folder.mkdir(exist_ok=True)
    module = step.plugin.module
    orders = [Order(step.use, module, step.options, file, folder / file.name) for file in shards]
    orders = [order for order in orders if not order.target.exists()]
    done = len(shards) - len(orders)
    report(label, done, len(shards))
    crew.patience = step.plugin.facts.get("patience", PATIENCE)
    for _ in crew.work(orders):
        done += 1
        report(label, done, len(shards))


def _run_whole(step: Step, shards: list[Path], folder: Path, *, shard: int) -> None:
    """A step that must see everything: one stream, in this process, renamed as a folder."""
    if folder.exists():
        return
    partial = folder.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    for number, batch in enumerate(_batch(run_stage(step, read_samples(shards)), shard)):
        for _ in write_shard(partial / f"{number:05d}.jsonl", batch):
            pass
    partial.rename(folder)


def run_shard(order: Order, poison: set[str], announce: Callable[[str], None]) -> None:
    """Make one shard: the task of the workers. Poisoned samples become rejects, "worker-died"."""
    importlib.import_module(order.module)
    step = Step(order.use, order.options, STAGES.find(order.use))

    def take_up() -> Iterator[Sample]:
        for sample in read_samples([order.source]):
            if sample.id not in poison:
                announce(sample.id)
                yield sample

    def make() -> Iterator[Sample | Reject]:
        yield from run_stage(step, take_up())
        if poison:
            for sample in read_samples([order.source]):
                yield from reject_all(sample, order.use, "worker-died") if sample.id in poison else ()

    for _ in write_shard(order.target, make()):
        pass


def run_stage(step: Step, samples: Iterable[Sample]) -> Iterator[Sample | Reject]:
    """Run a stage over samples, and hold it to the law that nothing is lost."""
    came: Counter[tuple[str, str]] = Counter()
    kept: Counter[str] = Counter()
    thrown: Counter[str] = Counter()
    parents: set[str] = set()

    def watch() -> Iterator[Sample]:
        for sample in samples:
            came.update(find_ids(sample))
            yield sample

    for item in step.plugin.function(watch(), **step.options):
        if isinstance(item, Reject):
            thrown[item.parent] += 1
        else:
            kept.update(name for _, name in find_ids(item))
            parents.add(item.parent)
        yield item
    check_law(step.use, came, kept, thrown, parents)


def check_law(
    stage: str,
    came: Counter[tuple[str, str]],
    kept: Counter[str],
    thrown: Counter[str],
    parents: Collection[str] = (),
) -> None:
    """Raise `AssertionError`, a bug of the stage, for an id that is lost, doubled or both."""
    for (level, name), count in sorted(came.items()):
        became = max(kept[name], count if name in parents else 0)
        if became + thrown[name] != count:
            raise AssertionError(
                f"stage {stage}: of {count} {level} {name} it kept {became} and rejected {thrown[name]}"
            )


# -- facts ---------------------------------------------------------------------------------------


def _count(step: str, before: Path | None, folder: Path, began: float) -> Row:
    """The funnel row of a step, counted from its files."""
    seconds = round(time.monotonic() - began, 1)
    made, cases, monologues = _count_kept(folder)
    rejected = Counter(f"{reject.level}: {reject.reason}" for reject in read_rejects(list_shards(folder)))
    came = _count_kept(before)[0] if before else made + sum(rejected.values())
    return Row(step, came, made, cases, monologues, dict(sorted(rejected.items())), seconds)


@functools.lru_cache(maxsize=4)
def _count_kept(folder: Path) -> tuple[int, int, int]:
    """Samples, cases and monologues in a finished step's shards."""
    made = cases = monologues = 0
    for file in list_shards(folder):
        for row in read_rows(file):
            made += 1
            cases += len(row.get("cases", ()))
            monologues += len(row.get("monologues", ()))
    return made, cases, monologues


def _gather_facts(recipe: Recipe, rows: list[Row]) -> dict[str, Any]:
    """What a release records of a run: no time, host or path of the machine."""
    evidence = _merge(find_dependencies(step) for step in recipe.steps)
    funnel = [dataclasses.asdict(row) for row in rows]
    for line in funnel:
        del line["seconds"]  # the one thing that a second run would not say again
    seeds = [_hide_path(spec) for spec in recipe.seeds]
    return {
        "pyx": pyx.__version__,
        "python": platform.python_version(),
        "recipe": {"name": recipe.name, "digest": digest(recipe.text, *seeds), "text": recipe.text},
        "seeds": seeds,
        "steps": [{"use": step.plugin.label, "options": step.options} for step in recipe.steps],
        "evidence": evidence,
        "funnel": funnel,
    }


def _merge(facts: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """All facts of all steps; where two steps have a list of the same name, both lists."""
    merged: dict[str, Any] = {}
    for fact in facts:
        for name, value in fact.items():
            old = merged.get(name, [])
            both = isinstance(old, list) and isinstance(value, list)
            merged[name] = list(dict.fromkeys(old + value)) if both else value
    return merged


def _hide_path(spec: str) -> str:
    """A seed spec without the folders above it: they say where, not what."""
    kind, colon, argument = spec.partition(":")
    return f"{kind}{colon}{Path(argument).name}" if "/" in argument else spec

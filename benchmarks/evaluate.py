"""How long scoring takes: ours beside the methods of CRUXEval's and of EvalPlus's evaluators.

    python benchmarks/evaluate.py ../shared/benchmarks [--tasks N]

The same published CodeLlama-7b answers to CRUXEval-O are marked by `assert OUTPUT == ANSWER`, in one
process at a time each. CRUXEval's method: a forked process and a manager's list for each answer.
EvalPlus's: a forked process with shared memory for each answer. Ours: equal answers once, literals
compared without execution, the rest in the sandbox. It prints seconds and ratios; all three must
agree on every answer. The other two are written here from their method: no isolation, same Python.
"""

from __future__ import annotations

import contextlib
import io
import multiprocessing
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pyx.registry import BENCHMARKS
from pyx.trainers import scoring
from pyx.trainers.answers import read_answers, read_rows
from pyx.trainers.tasks import Task

FORK = multiprocessing.get_context("fork")
LIMIT_S = 3


def execute(code: str, tell: Callable[[bool], Any]) -> None:
    """Run a program in this process, with an alarm, and tell whether it ended in order."""
    signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.setitimer(signal.ITIMER_REAL, LIMIT_S)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            exec(code, {})
        tell(True)
    except BaseException:
        tell(False)


def run_like_cruxeval(code: str) -> bool:
    """A manager process, and a process for the program, both for this one program."""
    with FORK.Manager() as manager:
        result = manager.list()
        process = FORK.Process(target=execute, args=(code, result.append))
        process.start()
        process.join(LIMIT_S + 1)
        if process.is_alive():
            process.kill()
        return bool(result and result[0])


def run_like_evalplus(code: str) -> bool:
    """A process for the program, which answers in shared memory."""
    value = FORK.Value("i", 0)

    def tell(passed: bool) -> None:
        value.value = int(passed)

    process = FORK.Process(target=execute, args=(code, tell))
    process.start()
    process.join(LIMIT_S + 1)
    if process.is_alive():
        process.kill()
    return bool(value.value)


def mark_by(run: Callable[[str], bool], tasks: list[Task], answers: dict[str, list[str]]) -> list[list[Any]]:
    """The marks of all answers under CRUXEval's rule."""
    marks = []
    for task in tasks:
        row: list[bool | None] = []
        for answer in answers[task.id]:
            said = task.call in answer
            row.append(None if said else run(f"{task.code}\nassert {task.output} == {answer}"))
        marks.append(row if any(row) else [False] * len(row))
    return marks


def mark_ours(tasks: list[Task], answers: dict[str, list[str]]) -> list[list[Any]]:
    """The marks of all answers by our published scorer, boxes and all."""
    plugin = BENCHMARKS.find("cruxeval-o")
    with scoring.open_boxes(1) as box:
        scored = scoring.score_tasks(plugin, tasks, answers, box, scorers=("published",))
    return [[mark.passed for mark in one.marks["published"][""]] for one in scored]


def main(folder: Path, count: int) -> None:
    plugin = BENCHMARKS.find("cruxeval-o")
    tasks = [plugin.function(row) for row in read_rows(folder / "cruxeval.jsonl")][:count]
    answers: dict[str, list[str]] = {task.id: [] for task in tasks}
    for one in read_answers(folder / "cruxeval_codellama7b_t02" / "output_generations.json"):
        if one.task in answers:
            answers[one.task].append(one.text)
    ways: dict[str, Callable[[], list[list[Any]]]] = {
        "ours": lambda: mark_ours(tasks, answers),
        "EvalPlus's method": lambda: mark_by(run_like_evalplus, tasks, answers),
        "CRUXEval's method": lambda: mark_by(run_like_cruxeval, tasks, answers),
    }
    first: list[list[Any]] = []
    ours = 0.0
    total = sum(map(len, answers.values()))
    print(f"{total} answers to {len(tasks)} tasks, one at a time")
    for name, way in ways.items():
        start = time.perf_counter()
        marks = way()
        seconds = time.perf_counter() - start
        first, ours = first or marks, ours or seconds
        agreed = "agrees" if marks == first else "DISAGREES"
        rate = 1000 * seconds / total
        print(f"{name:20} {seconds:8.1f} s {rate:7.2f} ms an answer  {seconds / ours:6.1f} x  {agreed}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[3]) if "--tasks" in sys.argv else 800)

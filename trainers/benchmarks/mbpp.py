"""MBPP: write a function from one sentence."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any

from pyx.registry import BENCHMARKS
from pyx.trainers.tasks import Task
from pyx.trainers.unit_tests import score_programs


@BENCHMARKS.add(
    "mbpp",
    version=1,
    hub=("google-research-datasets/mbpp", "full", "test"),
    score=score_programs,
)
def write_function(row: Mapping[str, Any]) -> Task:
    """MBPP: a sentence and three assertions, which are shown in the prompt."""
    tests = tuple(row["test_list"])
    text = row["text"] + "\n\n" + "\n".join(tests)
    gold = row["code"].replace("\r\n", "\n")
    setup = row["test_setup_code"].replace("\r\n", "\n")
    entry = find_entry(tests, gold)
    return Task(str(row["task_id"]), "code", entry, gold, text=text, tests=tests, setup=setup)


def find_entry(tests: tuple[str, ...], gold: str) -> str:
    """The function of the reference that the tests call."""
    defined = [node.name for node in ast.parse(gold).body if isinstance(node, ast.FunctionDef)]
    called = set(_find_names(tests))
    return next((name for name in reversed(defined) if name in called), defined[-1])


def _find_names(tests: tuple[str, ...]) -> Iterator[str]:
    for node in ast.walk(ast.parse("\n".join(tests))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id


EXAMPLES = [
    (
        {
            "task_id": 1,
            "text": "Write a function to double a number.",
            "code": "def double(n):\r\n    return n * 2",
            "test_setup_code": "",
            "test_list": ["assert double(2) == 4", "assert double(-1) == -2", "assert double(0) == 0"],
        },
        "def double(n):\n    return n + 2\n",
    ),
]

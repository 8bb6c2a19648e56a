"""HumanEval: write the body of this function."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyx.registry import BENCHMARKS
from pyx.trainers.tasks import Task
from pyx.trainers.unit_tests import score_programs


@BENCHMARKS.add(
    "humaneval", version=1, hub=("openai/openai_humaneval", "openai_humaneval", "test"), score=score_programs
)
def continue_function(row: Mapping[str, Any]) -> Task:
    """HumanEval: 164 functions to complete from signature and docstring."""
    tests = (row["test"], f"check({row['entry_point']})")
    gold = row["prompt"] + row["canonical_solution"]
    return Task(
        row["task_id"], "code", row["entry_point"], gold, code=row["prompt"], text=row["prompt"], tests=tests
    )


EXAMPLES = [
    (
        {
            "task_id": "x",
            "prompt": 'def add(a, b):\n    """The sum of a and b."""\n',
            "entry_point": "add",
            "canonical_solution": "    return a + b\n",
            "test": "def check(candidate):\n    assert candidate(1, 2) == 3\n",
        },
        'def add(a, b):\n    """The sum of a and b."""\n    return a - b\n',
    ),
]

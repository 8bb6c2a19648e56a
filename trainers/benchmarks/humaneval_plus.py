"""HumanEval+: HumanEval with many more inputs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyx.registry import BENCHMARKS
from pyx.trainers.evalplus import make_task, score_evalplus
from pyx.trainers.tasks import Task


@BENCHMARKS.add(
    "humaneval+",
    version=2,
    hub=None,  # the Hub has the tests as programs, without the inputs
    source="HumanEvalPlus-VERSION.jsonl.gz of github.com/evalplus/humanevalplus_release",
    score=score_evalplus,
)
def continue_function(row: Mapping[str, Any]) -> Task:
    """EvalPlus's HumanEval+: `base` are HumanEval's inputs, `plus` these and the added ones."""
    return make_task(row, "humaneval")


EXAMPLES = [
    (
        {
            "task_id": "HumanEval/0",
            "prompt": 'def half(n):\n    """Half of n."""\n',
            "entry_point": "half",
            "canonical_solution": "    return n / 2\n",
            "base_input": [[3], [4]],
            "plus_input": [[0], [-1]],
            "atol": 0,
        },
        'def half(n):\n    """Half of n."""\n    return n // 2\n',
    ),
]

"""MBPP+: a cleaned part of MBPP with many more inputs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyx.registry import BENCHMARKS
from pyx.trainers.evalplus import make_task, score_evalplus
from pyx.trainers.tasks import Task


@BENCHMARKS.add(
    "mbpp+",
    version=2,
    hub=None,  # the Hub has the tests as programs, without the inputs
    source="MbppPlus-VERSION.jsonl.gz of github.com/evalplus/mbppplus_release",
    score=score_evalplus,
)
def write_function(row: Mapping[str, Any]) -> Task:
    """EvalPlus's MBPP+: `base` are MBPP's inputs, `plus` these and the added ones."""
    return make_task(row, "mbpp")


EXAMPLES = [
    (
        {
            "task_id": "Mbpp/2",
            "prompt": '"""\nWrite a function to join two tuples.\nassert join((1,), (2,)) == (1, 2)\n"""\n',
            "entry_point": "join",
            "canonical_solution": "\ndef join(a, b):\n    return a + b\n",
            "base_input": [[[1], [2]]],
            "plus_input": [[[], []]],
            "atol": 0,
        },
        "def join(a, b):\n    return list(a) + list(b)\n",
    ),
]

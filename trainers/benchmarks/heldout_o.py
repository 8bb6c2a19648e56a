"""Held-out programs of a release: what does this call return?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyx.registry import BENCHMARKS
from pyx.trainers.predictions import score_predictions
from pyx.trainers.tasks import Task


@BENCHMARKS.add(
    "heldout-o",
    version=1,
    hub=None,
    source="what `python -m pyx.trainers.heldout RELEASE` prints",
    score=score_predictions,
)
def predict_output(row: Mapping[str, Any]) -> Task:
    """The test split of a release, output prediction: its rows are written by `pyx.trainers.heldout`."""
    output = row["output"]
    return Task(
        row["id"], "output", row["entry"], gold=output, code=row["code"], call=row["call"], output=output
    )


EXAMPLES = [
    (
        {"id": "x", "entry": "twice", "code": "def twice(x):\n    return x * 2\n", "call": "twice('ab')",
         "output": "'abab'"},
        "'ab'",
    ),
]  # fmt: skip

"""CRUXEval-O: what does this call return?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyx.registry import BENCHMARKS
from pyx.trainers.predictions import score_predictions
from pyx.trainers.tasks import Task


@BENCHMARKS.add(
    "cruxeval-o", version=1, hub=("cruxeval-org/cruxeval", "default", "test"), score=score_predictions
)
def predict_output(row: Mapping[str, Any]) -> Task:
    """CRUXEval, output prediction: 800 short functions, each with one call."""
    call = f"f({row['input']})"
    return Task(
        row["id"], "output", "f", gold=row["output"], code=row["code"], call=call, output=row["output"]
    )


EXAMPLES = [
    (
        {"id": "x", "code": "def f(x):\n    return x == 1 or '=='", "input": "2", "output": "'=='"},
        "True",
    ),
]

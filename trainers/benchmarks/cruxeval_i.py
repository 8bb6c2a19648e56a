"""CRUXEval-I: which call returns this?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyx.registry import BENCHMARKS
from pyx.trainers.predictions import score_predictions
from pyx.trainers.tasks import Task


@BENCHMARKS.add(
    "cruxeval-i", version=1, hub=("cruxeval-org/cruxeval", "default", "test"), score=score_predictions
)
def predict_input(row: Mapping[str, Any]) -> Task:
    """CRUXEval, input prediction: any call of the function that gives the stated value is right."""
    call = f"f({row['input']})"
    return Task(row["id"], "input", "f", gold=call, code=row["code"], call=call, output=row["output"])


EXAMPLES = [
    ({"id": "x", "code": "def f(x):\n    return x * x", "input": "2", "output": "4"}, "f(3)"),
]

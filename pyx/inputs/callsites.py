"""Constant calls that stand elsewhere in the same corpus."""

from __future__ import annotations

import json
from collections.abc import Iterator

from pyx.inputs import make_case
from pyx.records import Case, Sample
from pyx.registry import INPUTS


@INPUTS.add("callsites", version=1)
def find_callsites(sample: Sample) -> Iterator[Case]:
    """The calls with literal arguments that were found when the program was cut out of its file."""
    for call in json.loads(sample.notes.get("calls", "[]")):
        yield make_case(sample, call, "callsite")


EXAMPLES = [("def f(x, k=1):\n    return x * k\n", "f", ["f(1)", "f(-2, k=3)"])]

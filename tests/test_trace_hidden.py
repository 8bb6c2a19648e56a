"""A change that nothing foresaw is found, whoever hid it."""

from __future__ import annotations

import pytest

from pyx.records import Case, Program
from pyx.sandbox.pool import Job, open_box
from pyx.stages.trace import make_trace
from pyx.trace.recorder import record_text
from pyx.trace.steps import steps

SHUFFLES = [
    "import random\n\ndef f(xs):\n    random.seed(1)\n    random.shuffle(xs)\n    return xs\n",
    "from random import seed, shuffle as mix\n\ndef f(xs):\n    seed(1)\n    mix(xs)\n    return xs\n",
    "import random as r\n\ndef f(xs):\n    r.seed(1)\n    [r.shuffle(x) for x in [xs]]\n    return xs\n",
    "import random\n\ndef f(xs):\n    t = random.Random(1).shuffle\n    t(xs)\n    return xs\n",
    "import heapq\n\ndef f(xs):\n    heapq.heapify(xs)\n    return xs\n",
    "import bisect\n\ndef f(xs):\n    bisect.insort(xs, 2)\n    return xs\n",
]


@pytest.mark.parametrize("code", SHUFFLES)
def test_a_change_made_by_a_library_is_seen_at_its_statement(code: str) -> None:
    quick, _ = record_text(code, "f([3, 1, 2])")
    trace, _ = record_text(code, "f([3, 1, 2])", foresee=False)
    assert steps(quick) == steps(trace)
    (back,) = [step for step in steps(trace) if step.kind == "return" and step.function == "f"]
    assert back.before["xs"] == back.value


@pytest.mark.parametrize("code", SHUFFLES)
def test_both_ways_of_recording_in_the_sandbox_agree(code: str) -> None:
    jobs = [Job(code, "f([3, 1, 2])", mode="record", foresee=foresee) for foresee in (True, False)]
    outcomes = [open_box().run(job) for job in jobs]
    case = Case("c", "f([3, 1, 2])", "typed")
    first, second = [steps(make_trace(Program(code, "f"), case, outcome.payload)) for outcome in outcomes]
    assert first == second
    assert first[-1].value == outcomes[0].value

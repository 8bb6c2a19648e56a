"""Benchmarks: each turns a dataset's rows into tasks. One file each.

A benchmark is `(row) -> Task`, registered with `BENCHMARKS.add(NAME, version=N, hub=(repository,
config, split), score=FUNCTION)`; `score` has the signature of `pyx.trainers.tasks.Score`. One whose
rows are not on the Hub has `hub=None`, and in `source` where they are.

EXAMPLES are `(row, wrong answer)`: the row's own reference must be right by both scorers, and the
wrong answer wrong.
"""

from __future__ import annotations

from collections.abc import Iterator

from pyx.registry import Plugin
from pyx.sandbox.pool import open_box
from pyx.trainers.tasks import SCORERS, Terms


def check(plugin: Plugin) -> Iterator[str]:
    """One line for each example of a benchmark that does not hold."""
    for row, wrong in plugin.examples:
        task = plugin.function(row)
        for scorer in SCORERS:
            answers = [task.gold, wrong]
            marks = plugin.facts["score"](task, answers, scorer=scorer, terms=Terms(open_box().run))
            for group, (right, other) in marks.items():
                if not right.passed:
                    yield f"benchmark {plugin.name}: {scorer} {group} refuses the reference: {right.reason}"
                if other.passed:
                    yield f"benchmark {plugin.name}: {scorer} {group} accepts {wrong!r}"

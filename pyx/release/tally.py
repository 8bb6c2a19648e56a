"""The figures of a release, counted from its rows: what the card shows and verify counts again."""

from __future__ import annotations

from collections import Counter
from typing import Any

from pyx.records import Trace
from pyx.release.schema import Row
from pyx.trace import events
from pyx.trace.steps import steps

EVENTS = (10, 30, 100, 300, 1_000, 3_000)
"""Upper bounds of the classes that trace lengths are counted in."""

BRANCHES = ("If", "While", "For")
"""Statements with two ways: the body is entered, or it is not."""


class Tally:
    """Counts rows one by one; `figures` is plain JSON.

    The rows of one program must follow one another within a config; else their order is free.
    """

    def __init__(self) -> None:
        self.counts: dict[str, Counter[str]] = {name: Counter() for name in _COUNTED}
        self.families: set[str] = set()
        self.told: Counter[str] = Counter()
        self.sums: Counter[str] = Counter()
        self.lengths: Counter[int] = Counter()
        self.ways = Ways()

    def add(self, config: str, row: Row) -> None:
        """Count one row."""
        if config == "programs":
            self._add_program(row)
        elif "monologue" in row:
            self._add_told(config, row)

    def _add_program(self, row: Row) -> None:
        origin = row["origin"]
        self.families.add(row["family"])
        self.counts["licence"][row["licence"] or "unknown"] += 1
        self.counts["corpus"][f"{origin['corpus']} {origin['version']}".strip()] += 1
        self.counts["construct"].update(row["constructs"])
        for case in row["cases"]:
            self.counts["grade"][case["grade"]] += 1
            self.counts["output_type"][case["output_type"] or "raised"] += 1
            self.counts["sandbox_level"][case["sandbox_level"]] += 1
            self.counts["python"][case["python"]] += 1
            if case["exception"]:
                self.counts["exception"][case["exception"]] += 1

    def _add_told(self, config: str, row: Row) -> None:
        self.told[config] += 1
        self.counts["teacher"][row["teacher"]] += 1
        self.counts["claim"].update(claim["kind"] for claim in row["claims"])
        self.sums.update(
            characters=len(row["monologue"]), claims=row["verdict"]["checked"], tries=row["tries"]
        )
        if config == "forward":
            self._add_forward(row)

    def _add_forward(self, row: Row) -> None:
        trace = events.load(row["trace"])
        self.ways.add(row["program_id"], trace)
        self.lengths[len(trace.events)] += 1
        self.counts["rule"].update(row["rules"])
        # Millionths, as whole numbers: a sum of floats would depend on the order of the rows.
        self.sums["statements"] += round(row["coverage"]["statements"] * 1_000_000)
        self.sums["branches"] += round(row["coverage"]["branches"] * 1_000_000)

    @property
    def figures(self) -> dict[str, Any]:
        """All counts so far."""
        told, traced = self.told.total(), self.lengths.total()
        total = sum(length * count for length, count in self.lengths.items())
        return {
            "families": len(self.families),
            "cases": self.counts["grade"].total(),
            **{name: dict(sorted(counter.items())) for name, counter in self.counts.items()},
            "told": dict(sorted(self.told.items())),
            "trace_events": {
                "mean": _mean(total, told),
                "most": max(self.lengths, default=0),
                **self._classes(),
            },
            "tries": {"mean": _mean(self.sums["tries"], told)},
            "claims": {"checked": self.sums["claims"], "mean": _mean(self.sums["claims"], told)},
            "monologue_characters": {"mean": _mean(self.sums["characters"], told)},
            "spoken": {
                "statements": _mean(self.sums["statements"] / 1_000_000, traced, 4),
                "branches": _mean(self.sums["branches"] / 1_000_000, traced, 4),
            },
            "branch_ways": self.ways.figures,
        }

    def _classes(self) -> dict[str, int]:
        classes = {}
        below = 0
        for bound in (*EVENTS, max((*EVENTS, *self.lengths))):
            found = sum(count for length, count in self.lengths.items() if below < length <= bound)
            if found:
                classes[f"{below + 1} to {bound}"] = found
            below = bound
        return classes


class Ways:
    """Which ways the branches of a program went, over all executions that are told of it."""

    def __init__(self) -> None:
        self._program = ""
        self._taken: set[tuple[int, bool]] = set()
        self._all = 0
        self._sums = (0, 0)  # taken and all, of the programs before

    def add(self, program: str, trace: Trace) -> None:
        """Take one execution in."""
        if program != self._program:
            self._sums = self._totals()
            self._program, self._taken = program, set()
            self._all = 2 * sum(row[3] in BRANCHES for row in trace.statements)
        self._taken |= {
            (step.statement, step.taken)
            for step in steps(trace)
            if step.taken is not None and trace.statements[step.statement][3] in BRANCHES
        }

    def _totals(self) -> tuple[int, int]:
        return self._sums[0] + len(self._taken), self._sums[1] + self._all

    @property
    def figures(self) -> dict[str, float]:
        """Ways that were taken, ways in all, and the share."""
        taken, every = self._totals()
        return {"taken": taken, "all": every, "share": _mean(taken, every, 4)}


_COUNTED = (
    "grade", "licence", "corpus", "construct", "output_type", "exception", "python", "sandbox_level",
    "teacher", "rule", "claim",
)  # fmt: skip


def _mean(total: float, count: int, places: int = 1) -> float:
    return round(total / count, places) if count else 0.0

"""The figures of a release, counted from its rows: what the card shows and verify counts again."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from pyx.release.schema import Row

EVENTS = (10, 30, 100, 300, 1000, 3000)
"""Upper bounds of the classes that trace lengths are counted in."""


class Tally:
    """Counts rows one by one; `figures` is plain JSON with sorted names."""

    def __init__(self) -> None:
        self.counts: dict[str, Counter[str]] = {name: Counter() for name in _COUNTED}
        self.families: set[str] = set()
        self.told = Counter[str]()
        self.sums: Counter[str] = Counter()
        self.most = 0

    def add(self, config: str, row: Row) -> None:
        """Count one row."""
        if config == "programs":
            self._add_program(row)
        elif "trace" in row:
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
        events = len(json.loads(row["trace"])["events"])
        self.counts["trace_events"][_find_class(events)] += 1
        self.counts["teacher"][row["teacher"]] += 1
        self.counts["rule"].update(row["rules"])
        self.counts["claim"].update(claim["kind"] for claim in row["claims"])
        self.told[config] += 1
        self.most = max(self.most, events)
        self.sums.update(events=events, characters=len(row["monologue"]), claims=row["verdict"]["checked"])
        # Millionths, as whole numbers: a sum of floats would depend on the order of the rows.
        self.sums["statements"] += round(row["coverage"]["statements"] * 1_000_000)
        self.sums["branches"] += round(row["coverage"]["branches"] * 1_000_000)

    @property
    def figures(self) -> dict[str, Any]:
        """All counts so far."""
        told = self.told.total()
        return {
            "families": len(self.families),
            "cases": self.counts["grade"].total(),
            **{name: dict(sorted(counter.items())) for name, counter in self.counts.items()},
            "told": dict(sorted(self.told.items())),
            "events": {"most": self.most, "mean": _mean(self.sums["events"], told)},
            "claims": {"checked": self.sums["claims"], "mean": _mean(self.sums["claims"], told)},
            "monologue_characters": {"mean": _mean(self.sums["characters"], told)},
            "coverage": {
                "statements": _mean(self.sums["statements"] / 1_000_000, told, 4),
                "branches": _mean(self.sums["branches"] / 1_000_000, told, 4),
            },
        }


_COUNTED = (
    "grade", "licence", "corpus", "construct", "output_type", "exception", "python", "sandbox_level",
    "trace_events", "teacher", "rule", "claim",
)  # fmt: skip


def _find_class(events: int) -> str:
    below = 0
    for bound in EVENTS:
        if events <= bound:
            return f"{below + 1:04d}-{bound:04d}"
        below = bound
    return f"over {below:04d}"


def _mean(total: float, count: int, places: int = 1) -> float:
    return round(total / count, places) if count else 0.0

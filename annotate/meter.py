"""What a run has asked, got and spent: counters, the live line and the summary.

The asker keeps one meter and writes it to `status.json` beside the journal every second; who wants to
show it reads that file. It is about this run, but for `spent`, which is over all runs of the work folder.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any


@dataclass(slots=True)
class Meter:
    """Counters of one run; plain data, so that it can be written down."""

    began: float = field(default_factory=time.time)
    asked: int = 0  # requests that stages made
    cached: int = 0  # of those, answered from the journal
    sent: int = 0  # requests over the wire, second tries included
    answered: int = 0
    waiting: int = 0  # under way or in line
    width: int = 0  # requests that may be under way at once
    closed_for: float = 0.0  # seconds until the endpoint is asked again
    failed: Counter[str] = field(default_factory=Counter)  # tries, by error
    given_up: Counter[str] = field(default_factory=Counter)  # requests, by error
    tokens_in: int = 0
    tokens_out: int = 0
    spent: float = 0.0  # dollars
    budget: float = 0.0  # dollars, 0.0: none
    marks: list[tuple[float, int]] = field(default_factory=list)  # times, and answers until then
    accepted: Counter[str] = field(default_factory=Counter)  # texts, by kind of ask
    refused: Counter[str] = field(default_factory=Counter)  # texts, "kind: reason"

    def judge(self, kind: str, reason: str) -> None:
        """Count a text that was accepted, or refused for a reason."""
        if reason:
            self.refused[f"{kind}: {reason}"] += 1
        else:
            self.accepted[kind] += 1

    def mark(self) -> None:
        """Note the time and the answers so far, once a second: the rate is that of the last ten seconds."""
        now = time.time()
        if not self.marks or now - self.marks[-1][0] >= 1.0:
            self.marks = [*self.marks[-9:], (now, self.answered)]

    @property
    def rate(self) -> float:
        """Answers a second, lately."""
        began, before = self.marks[0] if self.marks else (self.began, 0)
        return (self.answered - before) / max(1.0, time.time() - began)

    def write(self, file: Path) -> None:
        """Write it beside and rename, so that a reader sees all or nothing."""
        partial = file.with_suffix(".partial")
        partial.write_text(json.dumps({item.name: getattr(self, item.name) for item in fields(self)}))
        partial.rename(file)

    def line(self, *, done: float = 0.0, elapsed: float = 0.0) -> str:
        """One line for people: rate, acceptance, money, and the time to go.

        That is told by the share of the step that is `done` after so many seconds.
        """
        parts = [f"{self.answered:,} replies, {self.rate:.1f}/s"]
        kept, dropped = self.accepted.total(), self.refused.total()
        if kept + dropped:
            parts.append(f"{kept / (kept + dropped):.0%} accepted")
        if self.cached:
            parts.append(f"{self.cached:,} from the journal")
        parts.append(f"{_thousands(self.tokens_in)} + {_thousands(self.tokens_out)} tokens")
        parts.append(self._money())
        if self.closed_for > 0:
            parts.append(f"waiting {self.closed_for:.0f} s for the endpoint")
        if 0 < done < 1:
            parts.append(f"{_duration(elapsed * (1 - done) / done)} to go")
        return ", ".join(parts)

    def _money(self) -> str:
        if not self.spent and not self.budget:
            return "no price known"
        return f"${self.spent:.2f}" + (f" of ${self.budget:.2f}" if self.budget else "")

    def summary(self) -> list[tuple[str, str]]:
        """Name and figure of all that is worth saying at the end; cost and tokens per text kept."""
        rows = [
            ("requests", f"{self.asked:,}, {self.cached:,} of them answered from the journal"),
            ("sent", f"{self.sent:,}, {self.answered:,} answered"),
            *((f"tries failed: {error}", f"{count:,}") for error, count in self.failed.most_common()),
            *((f"given up: {error}", f"{count:,}") for error, count in self.given_up.most_common()),
            ("tokens", f"{self.tokens_in:,} in, {self.tokens_out:,} out"),
            ("spent", f"${self.spent:.4f}" if self.spent else "no price known"),
        ]
        refused: Counter[str] = Counter()
        for words, count in self.refused.items():
            refused[words.partition(":")[0]] += count
        for kind in sorted({*self.accepted, *refused}):
            kept, seen = self.accepted[kind], self.accepted[kind] + refused[kind]
            rows.append((f"{kind} accepted", f"{kept:,} of {seen:,} ({kept / seen:.1%})"))
        rows += [(f"refused {words}", f"{count:,}") for words, count in self.refused.most_common()]
        kept = self.accepted.total()
        if kept:
            tokens = (self.tokens_in + self.tokens_out) / kept
            cost = f", ${self.spent / kept:.6f}" if self.spent else ""
            rows.append(("per text kept", f"{tokens:,.0f} tokens{cost}"))
        return rows


def read_meter(file: Path) -> Meter | None:
    """The meter that an asker wrote, None when none has."""
    try:
        row: dict[str, Any] = json.loads(file.read_text())
    except FileNotFoundError:
        return None
    row |= {name: Counter(row[name]) for name in ("failed", "given_up", "accepted", "refused")}
    return Meter(**row)


def _thousands(count: int) -> str:
    return f"{count:,}" if count < 10_000 else f"{count / 1000:,.0f}k"


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"

"""What all runs of a work folder asked, got and kept, from what they wrote down."""

from __future__ import annotations

import json
from pathlib import Path

from pyx.annotate.ask import Reply
from pyx.annotate.journal import read_journal
from pyx.annotate.meter import Meter
from pyx.records import from_row


def tally(work: Path) -> Meter | None:
    """A meter over all runs; None when no teacher was asked."""
    folder = work / "teacher"
    if not (folder / "journal.jsonl").is_file():
        return None
    meter = Meter()
    for row in read_journal(folder / "journal.jsonl"):
        replies = [from_row(Reply, reply) for reply in row["replies"]]
        meter.asked += 1
        meter.answered += not replies[0].error
        meter.given_up.update([replies[0].error] if replies[0].error else [])
        meter.tokens_in += sum(reply.tokens_in for reply in replies)
        meter.tokens_out += sum(reply.tokens_out for reply in replies)
        meter.spent += sum(reply.cost for reply in replies)
    meter.sent = meter.asked
    for kind, reason in _read_judgements(folder / "judged.jsonl"):
        meter.judge(kind, reason)
    return meter


def find_cost(work: Path) -> dict[str, dict[str, str]]:
    """What a release says of its teachers' requests, tokens and cost; empty when none was asked."""
    meter = tally(work)
    return {"cost": dict(meter.summary())} if meter else {}


def _read_judgements(file: Path) -> list[tuple[str, str]]:
    """Kind and reason of every text; what a later run judged again counts once."""
    if not file.is_file():
        return []
    seen: dict[str, list[tuple[str, str]]] = {}
    runs: dict[str, str] = {}
    for line in file.read_text().splitlines():
        row = json.loads(line)
        if runs.get(row["key"]) != row["run"]:
            runs[row["key"]] = row["run"]
            seen[row["key"]] = []
        seen[row["key"]].append((row["kind"], row["reason"]))
    return [pair for pairs in seen.values() for pair in pairs]

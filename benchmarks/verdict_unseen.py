"""How well the reader understands manners that it was not made for.

    python benchmarks/verdict_unseen.py [cruxeval.jsonl] [--part PART] [--show N]

True texts in thirteen manners over CRUXEval and small programs of its own, and texts written by
hand, each true by an execution that `sys.settrace` alone observed; single corruptions of fourteen
kinds, false by the same observation. It shares no code with the verifier, nor with the other
benchmark's oracle. `develop` is half of the programs in six manners; `sealed` the other half, in
these and in seven manners that stand nowhere else.
"""

from __future__ import annotations

import argparse
import json
import random
import time
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from verdict import RIGHT as COMMON
from verdict import VALUES as WRONG
from verdict_manners import DEVELOP, SEALED
from verdict_page import Page
from verdict_programs import programs
from verdict_walk import Outside, walk
from verdict_written import written

from pyx.claims.reader import read
from pyx.records import Verdict
from pyx.trace.recorder import trace_text
from pyx.verdict import judge

PARTS = ("develop", "more", "sealed", "strangers", "steps", "fresh", "last")
"""The files of texts that were written by hand."""

DATA = Path(__file__).parent.parent.parent / "shared" / "benchmarks" / "cruxeval.jsonl"

VALUES = WRONG | {"wrong exception"}
RIGHT = {
    **COMMON,
    **dict.fromkeys(["integer", "sign", "case", "dropped", "swapped", "doubled", "bool", "body"], VALUES),
    "answer told": VALUES,  # by hand, where what is returned may be the only answer
}
"""The reasons that are right for each kind of corruption."""


@dataclass(frozen=True)
class Item:
    manner: str
    code: str
    call: str
    kind: str  # of corruption, "" for a true text
    text: str


@dataclass(frozen=True)
class Judged:
    item: Item
    verdict: Verdict
    outcome: str


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("data", nargs="?", type=Path, default=DATA)
    parser.add_argument(
        "--part",
        choices=["develop", "sealed", *(f"written-{part}" for part in PARTS)],
        default="develop",
    )
    parser.add_argument("--show", type=int, default=0, help="Print so many misses.")
    wanted = parser.parse_args()
    rows = [json.loads(line) for line in wanted.data.read_text().splitlines()]
    made = written(wanted.part[8:]) if wanted.part.startswith("written") else write(rows, wanted.part)
    items = (Item(*item) for item in made)
    started = time.perf_counter()
    judged = [judge_item(item) for item in items]
    report(judged)
    print(f"{len(judged)} texts, {time.perf_counter() - started:.0f} s")
    show(judged, wanted.show)


def write(rows: list[dict[str, str]], part: str) -> Iterator[tuple[str, str, str, str, str]]:
    """Texts of one half of the programs."""
    known = [(row["id"], row["code"], f"f({row['input']})") for row in rows]
    for name, code, call in [*known, *programs()]:
        if (zlib.crc32(f"unseen {name}".encode()) % 2 == 0) != (part == "develop"):
            continue
        random_ = random.Random(f"{name} {part}")
        manners = DEVELOP if part == "develop" else DEVELOP + SEALED
        chosen = manners if name.startswith("own") else random_.sample(manners, 2)
        for manner in chosen:
            try:
                page = Page(walk(code, call), manner, random_)
            except Outside:
                continue
            yield manner.name, code, call, "", page.text()
            found: dict[str, list[str]] = defaultdict(list)
            for kind, text in page.corruptions():
                found[kind].append(text)
            for kind, texts in sorted(found.items()):
                yield manner.name, code, call, kind, random_.choice(texts)


def judge_item(item: Item) -> Judged:
    trace = trace_text(item.code, item.call)
    reading = read(item.text, item.code, entry=item.call.partition("(")[0])
    verdict = judge(reading.claims, item.code, trace, read=reading.share, statements=0.15)
    return Judged(item, verdict, find_outcome(item, verdict))


def find_outcome(item: Item, verdict: Verdict) -> str:
    if verdict.accepted:
        return "missed" if item.kind else "right"
    if not item.kind:
        return "refused"
    reasons = {reason.partition(":")[0] for reason in verdict.reasons}
    return "right" if reasons & RIGHT[item.kind] else "other"


def report(judged: list[Judged]) -> None:
    true = [each for each in judged if not each.item.kind]
    false = [each for each in judged if each.item.kind]
    print_shares("true texts accepted", true, "all")
    for manner in sorted({each.item.manner for each in true}):
        print_shares("true", [each for each in true if each.item.manner == manner], manner)
    print_shares("corruptions refused for a right reason", false, "all")
    for kind in sorted({each.item.kind for each in false}):
        print_shares("false", [each for each in false if each.item.kind == kind], kind)
    for manner in sorted({each.item.manner for each in false}):
        print_shares("false", [each for each in false if each.item.manner == manner], manner)
    shares = [each.verdict.read for each in true]
    print(f"share of sentences read in true texts: {sum(shares) / max(len(shares), 1):.3f}")


def print_shares(what: str, judged: list[Judged], name: str) -> None:
    counts = Counter(each.outcome for each in judged)
    rest = ", ".join(f"{key} {value}" for key, value in sorted(counts.items()) if key != "right")
    share = counts["right"] / max(len(judged), 1)
    print(f"  {what:10} {name:28} {counts['right']:6} of {len(judged):6} {share:8.2%}   {rest}")


def show(judged: list[Judged], most: int) -> None:
    misses = [each for each in judged if each.outcome != "right"]
    for each in misses[:most]:
        item = each.item
        print("-" * 80, f"\n{item.manner}, {item.kind or 'true'}, {each.outcome}: {each.verdict.reasons}")
        print(f"{item.code}\n# {item.call}\n{item.text}")


if __name__ == "__main__":
    main()

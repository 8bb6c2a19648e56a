"""How well the verdict tells true texts from texts with one thing wrong.

    python benchmarks/verdict.py [cruxeval.jsonl] [--half develop|sealed] [--show N]

True narrator monologues over CRUXEval (two wordings each), and true texts in eight other styles
written from an execution that `sys.settrace` alone observed. Single corruptions of fourteen kinds;
each is false by construction or by that observation, which shares no code with the verifier. Every
text is read from its words alone, as `pyx judge` does. The other styles are split by program into a
half to develop on and a sealed half.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import re
import time
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from verdict_oracle import Event, Unsuitable, same, watch
from verdict_texts import STYLES, VALUE_KINDS, corrupt, join, write_text

from pyx.annotate.narrate import narrate
from pyx.claims.reader import read
from pyx.records import Program, Trace, Verdict
from pyx.trace.recorder import trace_text
from pyx.verdict import judge

DATA = Path(__file__).parent.parent.parent / "shared" / "benchmarks" / "cruxeval.jsonl"

VALUES = {"wrong value", "wrong answer", "wrong order", "wrong branch"}
RIGHT = {
    **dict.fromkeys(VALUE_KINDS, VALUES),
    "branch flipped": {"wrong branch", "wrong value"},
    "count": {"wrong count", "wrong order", "wrong value"},
    "line shifted": {"wrong line", "wrong order", "wrong value", "wrong branch"},
    "renamed": {"unsupported name", "wrong value", "wrong line", "wrong order"},
    "order": {"wrong order", "wrong line", "wrong value", "wrong branch", "wrong count"},
    "answer": {"wrong answer"},
    "body": VALUES,
}
"""The reasons that are right for each kind of corruption."""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("data", nargs="?", type=Path, default=DATA)
    parser.add_argument("--half", choices=["develop", "sealed"], default="develop")
    parser.add_argument("--show", type=int, default=0, help="Print so many misses.")
    wanted = parser.parse_args()
    rows = [json.loads(line) for line in wanted.data.read_text().splitlines()]
    print("narrator")
    report(list(judge_all(write_narrator(rows))), wanted.show)
    print(f"other styles, {wanted.half} half")
    report(list(judge_all(write_others(rows, wanted.half))), wanted.show)


Text = tuple[str, str, Trace, str, str]
"""Code, call, trace, kind of corruption ("" for a true text), text."""

Judged = tuple[str, Verdict, str, str]


def judge_all(texts: Iterator[Text]) -> Iterator[Judged]:
    for code, _, trace, kind, text in texts:
        reading = read(text, code, entry="f")
        yield kind, judge(reading.claims, code, trace, read=reading.share, statements=0.15), text, code


def write_narrator(rows: list[dict[str, str]]) -> Iterator[Text]:
    for row in rows:
        code, call = row["code"], f"f({row['input']})"
        trace = trace_text(code, call)
        for seed in ("one", "two"):
            text = narrate(Program(code, "f"), trace, seed=seed).text
            yield code, call, trace, "", text
        events = observe(code, call)
        if events:
            random_ = random.Random(row["id"])
            for kind, changed in corrupt_narrator(text, events, random_):
                yield code, call, trace, kind, changed


def write_others(rows: list[dict[str, str]], half: str) -> Iterator[Text]:
    for row in rows:
        if (zlib.crc32(row["id"].encode()) % 2 == 0) != (half == "develop"):
            continue
        code, call = row["code"], f"f({row['input']})"
        events = observe(code, call)
        if not events or len(events) < 4:
            continue
        trace = trace_text(code, call)
        random_ = random.Random(row["id"] + half)
        for style in random_.sample(STYLES, 2):
            segments = write_text(events, style, random_)
            yield code, call, trace, "", join(segments)
            for kind, text in corrupt(segments, random_):
                yield code, call, trace, kind, text


def observe(code: str, call: str) -> list[Event]:
    try:
        return watch(code, call)
    except (Unsuitable, Exception):  # what a program raises is its own
        return []


# -- corrupting narrator texts ----------------------------------------------------------------

_PART = re.compile(r"\[L(\d+)\] (.*?)(?=\[L\d+\] |\n|$)", re.DOTALL)
_GIVEN = re.compile(r"`(\w+)` (?:is now|is|becomes|stays) (`[^`]+`)")
_WORDS = (
    (" is true", " is false"),
    ("condition `", "condition `"),
    (" holds", " fails"),
    ("we enter the `if` block", "the `if` block is skipped"),
    ("so the body runs", "so we skip the body"),
)


def corrupt_narrator(text: str, events: list[Event], random_: random.Random) -> Iterator[tuple[str, str]]:
    """Corruptions of a narrator's text, each false by the events that were observed."""
    parts = list(_PART.finditer(text))
    told = [event for event in events if event.kind != "Continue"]
    if [int(part[1]) for part in parts] != [event.line for event in told]:
        return  # folded, or told in more sentences than lines ran
    pairs = list(zip(parts, told, strict=True))
    found: dict[str, list[str]] = defaultdict(list)
    for part, event in pairs:
        for kind, changed in _corrupt_part(part[0], event, told, random_):
            found[kind].append(text[: part.start()] + changed + text[part.end() :])
    for (one, first), (other, second) in itertools.pairwise(pairs[1:]):
        if first.line != second.line:
            found["order"].append(
                text[: one.start()]
                + other[0]
                + " " * (not other[0].endswith(" "))
                + text[one.end() : other.start()]
                + one[0]
                + text[other.end() :]
            )
    head, tag, answer = text.rpartition(" == ")
    for change in VALUE_KINDS.values():
        changed_answer = change(answer.removesuffix("[/ANSWER]"))
        if tag and changed_answer is not None and not same(changed_answer, answer.removesuffix("[/ANSWER]")):
            found["answer"].append(f"{head} == {changed_answer}[/ANSWER]")
    for kind, texts in found.items():
        yield kind, random_.choice(texts)


def _corrupt_part(
    part: str, event: Event, told: list[Event], random_: random.Random
) -> Iterator[tuple[str, str]]:
    for given in _GIVEN.finditer(part):
        name, value = given[1], given[2].strip("`")
        if name not in event.after:
            continue
        for kind, change in VALUE_KINDS.items():
            changed = change(value)
            states = [state[name] for state in (event.before, event.after) if name in state]
            if changed is not None and not any(same(changed, state) for state in states):
                text = part[: given.start(2)] + f"`{changed}`" + part[given.end(2) :]
                yield kind, text
                yield "body", text
        others = [
            other
            for other in event.after
            if other != name
            and not any(same(state.get(other, ""), value) for state in (event.before, event.after))
        ]
        new = random_.choice([*sorted(others), f"{name}_x"])
        yield "renamed", part[: given.start(1)] + new + part[given.end(1) :]
    for one, other in _WORDS:
        for here, there in ((one, other), (other, one)):
            if here != there and here in part and "0 times" not in part and event.taken is not None:
                yield "branch flipped", part.replace(here, there, 1)
    for count in re.finditer(r"\b[Ii]teration (\d+)|\b(\d+) iterations", part):
        group = 1 if count[1] else 2
        number = int(count[group]) + random_.choice([-1, 1])
        yield "count", part[: count.start(group)] + str(number) + part[count.end(group) :]
    lines = [line for line in (event.line - 1, event.line + 1) if any(other.line == line for other in told)]
    if lines and event.kind != "FunctionDef" and _tells_change(part, event):
        yield "line shifted", part.replace(f"[L{event.line}]", f"[L{random_.choice(lines)}]", 1)


def _tells_change(part: str, event: Event) -> bool:
    """Whether a sentence says what only its own line does."""
    return event.taken is not None or bool(event.result) or any(f"`{name}`" in part for name in event.changed)


# -- the report -------------------------------------------------------------------------------


def report(judged: list[Judged], show: int) -> None:
    true = [item for item in judged if not item[0]]
    accepted = sum(verdict.accepted for _, verdict, _, _ in true)
    print(f"  true texts accepted   {accepted:6} of {len(true):6}  {accepted / len(true):7.2%}")
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    for kind, verdict, _, _ in judged:
        if kind:
            kinds[kind][outcome(kind, verdict)] += 1
    total: Counter[str] = sum(kinds.values(), Counter())
    for kind, counts in [*sorted(kinds.items()), ("all", total)]:
        every = sum(counts.values())
        print(
            f"  {kind:20}  {counts['right']:6} of {every:6}  {counts['right'] / every:7.2%}"
            f"   other reason {counts['other']}, missed {counts['missed']}"
        )
    for kind, verdict, text, code in judged:
        if show and (outcome(kind, verdict) != "right" if kind else not verdict.accepted):
            show -= 1
            print("-" * 80, f"\n{kind or 'true'}: {verdict.reasons}\n{code}\n{text}")


def outcome(kind: str, verdict: Verdict) -> str:
    if verdict.accepted:
        return "missed"
    reasons = {reason.partition(":")[0] for reason in verdict.reasons}
    return "right" if reasons & RIGHT[kind] else "other"


if __name__ == "__main__":
    started = time.perf_counter()
    main()
    print(f"{time.perf_counter() - started:.0f} s")

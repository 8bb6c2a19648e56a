"""The event form of a trace: what is recorded, and its JSON.

A trace is a header and a stream of events `(k, f, s, d, h, x)`; empty fields at the end are left
out. **d and h say what changed since the event before; once they are applied, the state is the
live state at the moment of the event.** A line event comes before its statement runs, so what a
statement did stands in the events after it.

    k   kind, one letter
        c call       frame f begins                       x = [qualified name, parent frame, how]
        l line       statement s of frame f is about to run
        r return     frame f returns                      x = value
        y yield      generator frame f is suspended       x = value
        n resume     generator frame f goes on
        e exception  an exception appears in frame f      x = [type, message]
        u unwind     frame f is left by the exception that appeared in it last, or that it raises again
        s skip       from here on frame f is not watched until it has left the loop at statement s
                                                        x = how often a statement of it had run
        h heap       changes only: a caller before its call, the state when recording begins or ends
        o output     text was printed by statement s      x = text
    f   frame, numbered in order of creation; the entry call is 0, the module's globals are -1
    s   statement: index into the header's statements, -1 where there is none
    d   {name: value or null} changed, bound again or (null) deleted locals of frame f
    h   heap operations, in order
    x   extra, see above

`how` of a call: "generator", "coroutine", "lambda", "generator expression", "class", "module"; it is
left out for a plain function. Comprehensions have no frame: what they do, their statement does.
A generator that is closed or thrown into, and does not handle that, has no events of it. What the
frames did that a skipped loop called is among the loop's changes; they have no events either.

A value is a text of the grammar of `pyx.literals` (widened by what value rules write:
`Decimal('1.5')`, `Color.RED`), or an integer: the number of an object. Numbers are given in
order of appearance and never used twice. A string that was cut is the list
`[text of its beginning, length, sha256 of the whole text]`.

Heap operations, n being an object's number:

    [n, "[", type, items, attrs]    new object; type "" for the built-in itself
        forms: "[" list, "(" tuple, "{" set, "<" frozenset, ":" dict (keys and values in turn),
        "o" attributes only, "f" function (closure cells and attributes), "c" class (data
        attributes), "=" cell (one item or none), whose type names its owner: "0.total" is the
        variable `total` of frame 0
    [n, "s", start, removed, items] splice
    [n, "+", items]  [n, "-", items]    elements put into or taken out of a set
    [n, "k", key, value, ...]       dict items set, new keys at the end
    [n, "d", keys]                  dict items deleted
    [n, "w", items]                 all items written anew
    [n, ".", name, value, ...]      attributes set; null deletes
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from pyx import records

VERSION = 1
"""Of the event form; it changes when a reader of the old form would misread the new one."""

GLOBALS = -1
"""The frame number of the module's globals."""


@dataclass(frozen=True, slots=True)
class Budgets:
    """Where a recording stops or is cut; every cut says its length and the sha256 of what is cut."""

    events: int = 20_000  # recording stops; `truncated` says "events: 20000, sha256 ..." of those recorded
    items: int = 100_000  # of one container when it is seen; recording stops, "items: 100001, sha256 ..."
    text: int = 20_000  # characters of one string; a longer one is cut and says so
    repeats: int = (
        0  # runs of one statement in one frame; its loop is then skipped (3.11: stop, "repeats: ...")
    )


def has_skip(trace: records.Trace) -> bool:
    """Whether a part of the execution was not watched, so that nobody can tell it step by step."""
    return any(event[0] == "s" for event in trace.events)


def dump(trace: records.Trace) -> str:
    """The trace as one line of JSON."""
    return json.dumps(records.to_row(trace), ensure_ascii=False, separators=(",", ":"))


def load(text: str) -> records.Trace:
    """The trace of a text that `dump` wrote."""
    row: dict[str, Any] = json.loads(text)
    row["statements"] = [tuple(item) for item in row.get("statements", [])]
    row["events"] = [tuple(item) for item in row.get("events", [])]
    return records.from_row(records.Trace, row)

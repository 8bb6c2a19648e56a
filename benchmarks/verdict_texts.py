"""True texts in many styles, written from observed events, and single corruptions of them.

A text is a list of segments, a segment a list of plain pieces and slots. A slot knows what it
states, so that one can be corrupted and the result known to be false.
"""

from __future__ import annotations

import ast
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from verdict_oracle import Event, same


@dataclass(frozen=True)
class Slot:
    """A piece of text that states something: value, name, line, truth, count or answer."""

    kind: str
    text: str
    other: str = ""  # truth: the opposite words; name and line: the value that goes with it


Piece = str | Slot


@dataclass(frozen=True)
class Segment:
    """A sentence about one event."""

    pieces: tuple[Piece, ...]
    event: Event | None = None
    strict: bool = False  # its line and name are bound to a change that happens there
    end: str = "\n"

    @property
    def text(self) -> str:
        return "".join(piece if isinstance(piece, str) else piece.text for piece in self.pieces) + self.end


def join(segments: list[Segment]) -> str:
    return "".join(segment.text for segment in segments)


@dataclass(frozen=True)
class Style:
    """How a text in one style names things."""

    name: str
    label: tuple[str, ...]  # with {} for the line; "" where lines are not named
    quote: str  # put around names and values
    lead: Callable[[int], str]
    change: tuple[str, ...]
    state: tuple[str, ...]
    test: tuple[tuple[str, str, str], ...]  # wording with {c}, words when true, words when false
    item: tuple[str, ...]
    over: tuple[str, ...]
    result: tuple[str, ...]
    answer: tuple[str, ...]
    end: str = "\n"


def _none(_number: int) -> str:
    return ""


STYLES = (
    Style(
        "bullets",
        ("Line {}: ",),
        "`",
        lambda _: "- ",
        ("{n} becomes {v}.", "{n} is set to {v}."),
        ("{n} is {v}",),
        (
            ("the condition {c} is {t}.", "true, so we enter the block", "false, so the block is skipped"),
            ("{c} evaluates to {t}.", "True", "False"),
        ),
        ("iteration {i} starts and {b}.", "this is iteration {i}, where {b}."),
        ("the loop ends after {i} iterations.",),
        ("it returns {v}.",),
        ("Answer: {v}",),
    ),
    Style(
        "steps",
        ("on line {}, ", "at line {}, "),
        "",
        lambda n: f"Step {n}: ",
        ("{n} is assigned {v}.", "{n} gets {v}."),
        ("{n} = {v}",),
        (("we check {c}, which is {t}.", "true", "false"), ("the condition {c} {t}.", "holds", "fails")),
        ("the loop begins iteration {i} with {b}.",),
        ("the loop is over after {i} iterations.",),
        ("the function returns {v}.",),
        ("Final answer: {v}", "The final answer is {v}."),
    ),
    Style(
        "execute",
        ("Line {} -> ",),
        "`",
        lambda n: ("### Execute\n" if n == 1 else "") + f"{n}. ",
        ("{n} = {v}", "{n} is now {v}"),
        ("{n} = {v}",),
        (("{c} -> {t}", "True", "False"), ("{c} is {t}", "True", "False")),
        ("iteration {i}: {b}",),
        ("loop finished, {i} iterations in total",),
        ("return {v}",),
        ("### Answer: {v}", "Output: {v}"),
    ),
    Style(
        "numbered",
        ("[L{}] ",),
        "",
        _none,
        ("{n} becomes {v}.", "{n} is updated to {v}.", "So {n} = {v}."),
        ("{n} is {v}",),
        (
            ("Since {c} is {t}.", "true, the body is executed", "false, the body is not executed"),
            ("The check {c} gives {t}.", "True", "False"),
        ),
        ("In iteration {i}, {b}.",),
        ("The loop completes after {i} iterations.",),
        ("We return {v}.",),
        ("[ANSWER]{v}[/ANSWER]",),
    ),
    Style(
        "story",
        ("",),
        "",
        _none,
        ("Then {n} becomes {v}. ", "Now {n} changes to {v}. ", "This makes {n} equal to {v}. "),
        ("{n} is {v}",),
        (
            ("The condition {c} is {t}. ", "true, so the body runs", "false, so we skip the body"),
            ("Because {c} is {t}. ", "satisfied, the block executes", "not satisfied, nothing happens"),
        ),
        ("In iteration {i}, {b}. ", "For iteration {i} of the loop, {b}. "),
        ("The loop terminates after {i} iterations. ",),
        ("Finally, the function returns {v}. ",),
        ("\nSo the output is {v}",),
        "",
    ),
    Style(
        "bold",
        ("**Line {}**: ",),
        "`",
        lambda _: "* ",
        ("{n} is updated to {v}.", "this sets {n} to {v}."),
        ("{n} is {v}",),
        (
            ("The condition {c} evaluates to `{t}`.", "True", "False"),
            ("Check: {c} is {t}.", "true, go into the body", "false, skip the body"),
        ),
        ("Iteration {i}: {b}.",),
        ("The loop ran {i} iterations in total.",),
        ("The return value is {v}.",),
        ("**Answer:** {v}", "**Output**: {v}"),
    ),
    Style(
        "tutor",
        ("Line {} runs: ", "Line {} executes: "),
        "`",
        _none,
        ("after it, {n} is {v}.", "{n} now holds {v}."),
        ("{n} holds {v}",),
        (("{c} comes out {t}.", "true and we go into the body", "false and we skip the body"),),
        ("iteration {i} begins, {b}.",),
        ("no items are left; the loop made {i} iterations.",),
        ("the call returns {v}.",),
        ("The final result is {v}",),
    ),
    Style(
        "terse",
        ("L{}: ",),
        "",
        _none,
        ("{n} = {v}", "{n} -> {v}"),
        ("{n}={v}",),
        (("{c} => {t}", "True", "False"), ("{c}: {t}", "True", "False")),
        ("iteration {i}, {b}",),
        ("loop over after {i} iterations",),
        ("return {v}",),
        ("Answer = {v}", "result: {v}"),
    ),
)


def write_text(events: list[Event], style: Style, random_: random.Random) -> list[Segment]:
    """A true text about the events in one style."""
    result = events[-1].result
    segments = []
    for event in events:
        body = _tell(event, style, random_)
        if body is None:
            continue
        pieces, strict = body
        label = random_.choice(style.label)
        before, _, after = label.partition("{}")
        labelled: tuple[Piece, ...] = (before, Slot("line", str(event.line)), after) if label else ()
        lead = style.lead(len(segments) + 1)
        segments.append(Segment((lead, *labelled, *pieces), event, strict and bool(label), style.end))
    before, after = random_.choice(style.answer).split("{v}")
    return [*segments, Segment((before, Slot("answer", result), after))]


def _tell(event: Event, style: Style, random_: random.Random) -> tuple[tuple[Piece, ...], bool] | None:
    quote = style.quote
    if event.kind == "FunctionDef":
        return (
            f"the call of {quote}f{quote} starts with ",
            *_names(event, list(event.after), style, random_),
            ".",
        ), False
    if event.kind in ("For", "While") and event.taken:
        names = list(event.changed) if event.kind == "For" else []
        if event.kind == "While":
            wording, true, false = random_.choice(style.test)
            return _fill(wording, {"c": f"{quote}{event.test}{quote}", "t": Slot("truth", true, false)}), True
        if not names:
            return None
        return _fill(
            random_.choice(style.item),
            {"i": Slot("count", str(event.iteration)), "b": _names(event, names, style, random_)},
        ), True
    if event.kind == "For":
        return (
            None
            if event.iteration < 2
            else (_fill(random_.choice(style.over), {"i": Slot("count", str(event.iteration))}), True)
        )
    if event.taken is not None:
        wording, true, false = random_.choice(style.test)
        words = (true, false) if event.taken else (false, true)
        return _fill(wording, {"c": f"{quote}{event.test}{quote}", "t": Slot("truth", *words)}), True
    if event.result:
        return _fill(
            random_.choice(style.result), {"v": Slot("value", f"{quote}{event.result}{quote}")}
        ), True
    if len(event.changed) != 1:
        return None
    name = event.changed[0]
    value = event.after[name]
    return _fill(
        random_.choice(style.change),
        {"n": Slot("name", f"{quote}{name}{quote}", value), "v": Slot("value", f"{quote}{value}{quote}")},
    ), True


def _names(event: Event, names: list[str], style: Style, random_: random.Random) -> tuple[Piece, ...]:
    found: list[Piece] = []
    for name in names:
        found += [", "] if found else []
        found += _fill(
            random_.choice(style.state),
            {
                "n": Slot("name", f"{style.quote}{name}{style.quote}", event.after[name]),
                "v": Slot("value", f"{style.quote}{event.after[name]}{style.quote}"),
            },
        )
    return tuple(found)


def _fill(wording: str, slots: dict[str, Piece | tuple[Piece, ...]]) -> tuple[Piece, ...]:
    found: list[Piece] = []
    for part in re.split(r"(\{\w\})", wording):
        slot = slots.get(part.strip("{}")) if part.startswith("{") else part
        found += slot if isinstance(slot, tuple) else [slot] if slot else []
    return tuple(found)


# -- corruptions ------------------------------------------------------------------------------


def corrupt(segments: list[Segment], random_: random.Random) -> Iterator[tuple[str, str]]:
    """One corruption of each kind that the text has room for, known to be false: `(kind, text)`."""
    for kind, change in VALUE_KINDS.items():
        yield from _one_of(kind, _change_values(segments, "value", change), random_)
    for kind, slot in (
        ("branch flipped", "truth"),
        ("count", "count"),
        ("line shifted", "line"),
        ("renamed", "name"),
    ):
        yield from _one_of(kind, _change_slots(segments, slot, random_), random_)
    yield from _one_of("order", _swap_segments(segments), random_)
    answers = [text for change in VALUE_KINDS.values() for text in _change_values(segments, "answer", change)]
    yield from _one_of("answer", answers, random_)
    bodies = [
        text for change in VALUE_KINDS.values() for text in _change_values(segments[1:], "value", change)
    ]
    yield from _one_of("body", [segments[0].text + text for text in bodies], random_)


def _one_of(kind: str, texts: list[str], random_: random.Random) -> Iterator[tuple[str, str]]:
    if texts:
        yield kind, random_.choice(texts)


def _replaced(segments: list[Segment], place: int, number: int, text: str) -> str:
    pieces = list(segments[place].pieces)
    pieces[number] = text
    return join([*segments[:place], replace(segments[place], pieces=tuple(pieces)), *segments[place + 1 :]])


def _find_slots(segments: list[Segment], kind: str) -> Iterator[tuple[int, int, Slot]]:
    for place, segment in enumerate(segments):
        for number, piece in enumerate(segment.pieces):
            if isinstance(piece, Slot) and piece.kind == kind:
                yield place, number, piece


def _change_values(segments: list[Segment], kind: str, change: Callable[[str], str | None]) -> list[str]:
    found = []
    for place, number, slot in _find_slots(segments, kind):
        quote = "`" if slot.text.startswith("`") else ""
        value = slot.text.strip("`") if quote else slot.text
        changed = change(value)
        if changed is not None and not same(changed, value):
            found.append(_replaced(segments, place, number, f"{quote}{changed}{quote}"))
    return found


def _change_slots(segments: list[Segment], kind: str, random_: random.Random) -> list[str]:
    found = []
    for place, number, slot in _find_slots(segments, kind):
        text = _change_slot(segments[place], slot, segments, random_)
        if text is not None:
            found.append(_replaced(segments, place, number, text))
    return found


def _change_slot(segment: Segment, slot: Slot, segments: list[Segment], random_: random.Random) -> str | None:
    event = segment.event
    if slot.kind == "truth":
        return slot.other
    if slot.kind == "count":
        return str(int(slot.text) + random_.choice([-1, 1]))
    if event is None:
        return None
    if slot.kind == "line":
        others = {other.event.line for other in segments if other.event} - {event.line}
        lines = [line for line in (event.line - 1, event.line + 1) if line in others]
        return str(random_.choice(lines)) if segment.strict and lines else None
    quote = "`" if slot.text.startswith("`") else ""
    state = event.after
    others = sorted(
        name
        for name, value in state.items()
        if not same(value, slot.other) and f"{quote}{name}{quote}" != slot.text
    )
    fresh = f"{slot.text.strip('`')}_{random_.choice(['x', 'new', 'tmp'])}"
    return f"{quote}{random_.choice([*others, fresh])}{quote}"


def _swap_segments(segments: list[Segment]) -> list[str]:
    """Two neighbours told in the wrong order, where both say what happened at a line."""
    found = []
    for place in range(1, len(segments) - 2):
        one, other = segments[place], segments[place + 1]
        if one.strict and other.strict and one.event and other.event and one.event.line != other.event.line:
            found.append(join([*segments[:place], other, one, *segments[place + 2 :]]))
    return found


def _int_plus(text: str) -> str | None:
    numbers = (
        list(re.finditer(r"(?<![\w.'\"])-?\d+(?![\w.'\"])", text))
        if "'" not in text and '"' not in text
        else []
    )
    return (
        f"{text[: numbers[-1].start()]}{int(numbers[-1][0]) + 1}{text[numbers[-1].end() :]}"
        if numbers
        else None
    )


def _sign(text: str) -> str | None:
    return str(-int(text)) if re.fullmatch(r"-?[1-9]\d*", text) else None


def _case(text: str) -> str | None:
    value = _literal(text)
    return repr(value.swapcase()) if isinstance(value, str) and value.swapcase() != value else None


def _literal(text: str) -> object:
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return None


def _drop(text: str) -> str | None:
    value = _literal(text)
    return repr(value[:-1]) if isinstance(value, (list, tuple)) and value else None


def _swap(text: str) -> str | None:
    value = _literal(text)
    if not isinstance(value, (list, tuple)) or len(value) < 2:
        return None
    return repr(type(value)([value[1], value[0], *value[2:]]))


def _double(text: str) -> str | None:
    value = _literal(text)
    return repr(type(value)([*value, value[-1]])) if isinstance(value, (list, tuple)) and value else None


def _flip(text: str) -> str | None:
    return {"True": "False", "False": "True"}.get(text)


VALUE_KINDS: dict[str, Callable[[str], str | None]] = {
    "integer +1": _int_plus,
    "sign": _sign,
    "string case": _case,
    "element dropped": _drop,
    "elements swapped": _swap,
    "element doubled": _double,
    "bool flipped": _flip,
}

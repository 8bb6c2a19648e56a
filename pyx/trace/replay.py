"""Replay: an independent reader of the events that must arrive at the live state.

It knows nothing of the recorder: it applies what `pyx.trace.events` says and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pyx import records
from pyx.trace import picture
from pyx.trace.events import GLOBALS

Reference = str | int | list[Any]


class ReplayError(ValueError):
    """The events contradict themselves."""


@dataclass(slots=True)
class Thing:
    """One object of the replayed heap; a dict's items are keys and values in turn."""

    number: int
    form: str
    type: str
    items: list[Any] = field(default_factory=list)
    attrs: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class State:
    """Everything that the events so far have said."""

    things: dict[int, Thing] = field(default_factory=dict)
    frames: dict[int, dict[str, Reference]] = field(default_factory=lambda: {GLOBALS: {}})
    running: list[int] = field(default_factory=list)
    ended: dict[int, tuple[str, Any]] = field(default_factory=dict)  # frame: how it was left
    output: str = ""

    def apply(self, event: Sequence[Any]) -> tuple[int, ...]:
        """Take one event in; returns the numbers of the objects that it changed."""
        k, f, _s, d, h, x = read_event(event)
        self._move(k, f, x)
        for operation in h:
            self._change(operation)
        names = self.frames.setdefault(f, {})
        for name, value in d.items():
            if value is None:
                names.pop(name, None)
            else:
                names[name] = value
        return tuple(operation[0] for operation in h)

    def _move(self, k: str, f: int, x: Any) -> None:
        if k == "c":
            if f in self.frames:
                raise ReplayError(f"frame {f} begins twice")
            self.running.append(f)
        elif k == "n":
            self.running.append(f)
        elif k in "ryu":
            if not self.running or self.running[-1] != f:
                raise ReplayError(f"frame {f} is left but does not run")
            self.running.pop()
            if k != "y":
                self.ended[f] = (k, x)
        elif k == "o":
            self.output += x

    def _change(self, operation: Sequence[Any]) -> None:
        number, what, *rest = operation
        if what in _FORMS:
            if number in self.things:
                raise ReplayError(f"object {number} is made twice")
            kind, items, attrs = (*rest, [], {})[:3] if len(rest) == 1 else (*rest, {})[:3]
            self.things[number] = Thing(number, what, kind, list(items), dict(attrs))
            return
        _CHANGES[what](self.things[number], rest)

    def picture(self, roots: Mapping[str, Reference]) -> str:
        """The picture of everything reachable from the roots."""

        def opener(value: Any) -> str | picture.Node:
            if type(value) is not int:
                return value if isinstance(value, str) else repr(value)
            thing = self.things[value]
            return picture.Node(value, thing.form, thing.type, thing.items, thing.attrs)

        return picture.draw(roots, opener)


_FORMS = frozenset("[({<:o=cf")


def read_event(event: Sequence[Any]) -> tuple[str, int, int, dict[str, Any], Sequence[Any], Any]:
    """The six fields of an event, those left out as empty."""
    given = tuple(event)
    return (*given, *(({}, (), None)[len(given) - 3 :]))


def _splice(thing: Thing, rest: Sequence[Any]) -> None:
    start, removed, items = rest
    if start + removed > len(thing.items):
        raise ReplayError(f"a splice beyond the end of object {thing.number}")
    thing.items[start : start + removed] = items


def _add_elements(thing: Thing, rest: Sequence[Any]) -> None:
    thing.items += rest[0]


def _drop_elements(thing: Thing, rest: Sequence[Any]) -> None:
    for item in rest[0]:
        thing.items.remove(item)


def _set_keys(thing: Thing, rest: Sequence[Any]) -> None:
    places = {_hashable(key): index for index, key in enumerate(thing.items[::2])}
    for key, value in zip(rest[::2], rest[1::2], strict=True):
        index = places.get(_hashable(key))
        if index is None:
            places[_hashable(key)] = len(thing.items) // 2
            thing.items += [key, value]
        else:
            thing.items[2 * index + 1] = value


def _drop_keys(thing: Thing, rest: Sequence[Any]) -> None:
    gone = {_hashable(key) for key in rest[0]}
    pairs = zip(thing.items[::2], thing.items[1::2], strict=True)
    thing.items = [part for key, value in pairs if _hashable(key) not in gone for part in (key, value)]


def _hashable(key: Any) -> Any:
    return tuple(key) if isinstance(key, list) else key


def _write_all(thing: Thing, rest: Sequence[Any]) -> None:
    thing.items = list(rest[0])


def _set_attributes(thing: Thing, rest: Sequence[Any]) -> None:
    for name, value in zip(rest[::2], rest[1::2], strict=True):
        if value is None:
            del thing.attrs[name]
        else:
            thing.attrs[name] = value


_CHANGES = {
    "s": _splice,
    "+": _add_elements,
    "-": _drop_elements,
    "k": _set_keys,
    "d": _drop_keys,
    "w": _write_all,
    ".": _set_attributes,
}


def replay(trace: records.Trace) -> Iterator[tuple[tuple[Any, ...], State]]:
    """Each event with the state after it; the state is one object that goes on changing."""
    state = State()
    for event in trace.events:
        state.apply(event)
        yield event, state


def find_final(events: Iterable[Sequence[Any]]) -> State:
    """The state after the last event."""
    state = State()
    for event in events:
        state.apply(event)
    return state


def draw_final(state: State) -> str:
    """The picture of the end: the globals, the entry frame's locals and what it returned."""
    names, local = state.frames[GLOBALS], state.frames.get(0, {})
    roots: dict[str, Reference] = {f"global {name}": names[name] for name in sorted(names)}
    roots |= {f"local {name}": local[name] for name in sorted(local)}
    how, value = state.ended.get(0, ("", None))
    if how == "r":
        roots["return"] = value
    return state.picture(roots)


def check(events: Sequence[Sequence[Any]], final: str) -> str:
    """Why the events do not prove themselves, in a few words; "" when replay arrives at `final`."""
    try:
        drawn = draw_final(find_final(events))
    except (ReplayError, KeyError, IndexError, ValueError, TypeError) as error:
        return f"{type(error).__name__}: {error}"
    if drawn == final:
        return ""
    pairs = zip(drawn.split("\n"), final.split("\n"), strict=False)
    ours, live = next((pair for pair in pairs if pair[0] != pair[1]), ("fewer", "more"))
    return f"replayed {ours[:80]} where {live[:80]} is live"

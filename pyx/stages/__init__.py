"""Stages: each adds one kind of evidence to samples, or turns them into rejects. One file each.

A stage is `(samples, *, options) -> Iterator[Sample | Reject]`, registered with
`STAGES.add(NAME, version=N, needs=(...), gives=(...))`. It streams, unless it says `whole=True`. Evidence, in
the order in which it arises: text, program, cases, admitted, outcomes, traces, monologues, verdicts,
families, clean, split. Nothing is lost: what came in is still there, is the parent of something made, or has
exactly one reject.

EXAMPLES are `(file text, [what comes out])`: the text goes through the stages that give what this one needs,
then through this one, with the default options, or with those of a third element. What comes out is, in
order, the entry of a sample's program (its path when it has none) or `level: reason` of a reject:
`("x = 1\\n", ["file: no-function"])`. Inputs are those of the docstring and those that annotations ask for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from pyx.records import Origin, Reject, Sample, digest
from pyx.registry import STAGES, Plugin


def check(plugin: Plugin) -> Iterator[str]:
    """One line for each example of a stage that does not hold."""
    for text, expected, *rest in plugin.examples:
        options = rest[0] if rest else {}
        samples = prepare(text, plugin, options)
        got = [_name_item(item) for item in plugin.function(samples, **options)]
        if got != expected:
            yield f"stage {plugin.name}: {text!r} gives {got}, not {expected}"


def prepare(text: str, plugin: Plugin, options: dict[str, Any] | None = None) -> list[Sample]:
    """The samples that a file text has become when it reaches a stage."""
    origin = Origin("examples", "example.py", licence="CC0-1.0")
    samples = [Sample(digest("examples", "example.py", text), origin, text=text)]
    for stage in find_chain(plugin, options or {}):
        settings = _SETTINGS.get(stage.name, {})
        samples = [item for item in stage.function(samples, **settings) if isinstance(item, Sample)]
    return samples


_SETTINGS: dict[str, dict[str, Any]] = {"inputs": {"sources": ["doctests", "typed"]}}


def find_chain(plugin: Plugin, options: dict[str, Any] | None = None) -> list[Plugin]:
    """The stages that must run before one, by what they need and give; first of all `text` is given."""
    chain: list[Plugin] = []
    needs = plugin.facts.get("needs", ())
    for need in needs(**options or {}) if callable(needs) else needs:
        given = {"text", *(gift for stage in chain for gift in stage.facts.get("gives", ()))}
        if need not in given:
            maker = next(stage for stage in STAGES if need in stage.facts.get("gives", ()))
            before: Iterable[Plugin] = [*find_chain(maker), maker]
            chain += [stage for stage in before if stage not in chain]
    return chain


def _name_item(item: Sample | Reject) -> str:
    if isinstance(item, Reject):
        return f"{item.level}: {item.reason}"
    return item.program.entry if item.program else item.origin.path

"""Filters: each may drop a sample by looking at it. One file each.

A filter is `(sample, *, options) -> str | None`: None keeps the sample, a reason drops it. The reason is
short, lower case and free of names and numbers, for it is counted; after a colon it may say more. Registered
with `FILTERS.add(NAME, version=N, needs=(...))`, where `needs` is the evidence it looks at.

EXAMPLES are `(text, reason or None)`. The text is a file's where the filter needs `text`, else the text of a
file whose first function is the program; a first line `# licence: MIT` sets the licence.
Filters that need outcomes have rows `(text, [(call, value)], reason or None)`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from pyx.records import Case, Origin, Program, Sample, digest
from pyx.registry import Plugin


def check(plugin: Plugin) -> Iterator[str]:
    """One line for each example of a filter that does not hold."""
    for text, *calls, expected in plugin.examples:
        got = plugin.function(make_sample(plugin, text, calls[0] if calls else []))
        if (got and got.partition(":")[0]) != expected:
            yield f"filter {plugin.name}: {text!r} gives {got!r}, not {expected!r}"


def make_sample(plugin: Plugin, text: str, calls: list[tuple[str, str]]) -> Sample:
    """The sample that an example stands for."""
    first = text.partition("\n")[0]
    licence = first.removeprefix("# licence: ") if first.startswith("# licence: ") else ""
    origin = Origin("package:examples", "example.py", licence=licence)
    sample = Sample(digest(text), origin, text=text)
    if "text" in plugin.facts["needs"]:
        return sample
    cases = tuple(_make_case(call, value) for call, value in calls)
    return replace(sample, text="", program=_make_program(text), cases=cases)


def _make_program(text: str) -> Program:
    functions = [node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
    docstring = ast.get_docstring(functions[0]) or ""
    return Program(text, functions[0].name, docstring, docstring)


def _make_case(call: str, value: str) -> Case:
    """A case as executed; a value `raises NAME` stands for an exception."""
    facts: dict[str, Any] = {"status": "ok", "value": value, "type": "object"}
    if value.startswith("raises "):
        facts = {"status": "error", "exception": value.removeprefix("raises ")}
    return Case(digest(call), call, "typed", **facts)

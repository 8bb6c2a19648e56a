"""Sources of inputs: each finds or makes calls of a program's entry. One file each.

A source is `(sample, *, options) -> Iterator[Case]`, registered with `INPUTS.add(NAME, version=N)`; it runs
nothing. A case holds `call` and `grade`, where needed `setup`, and what a doctest states as `documented`. The
call is either direct, `f([1], k=2)`, or any expression or statement in which `f` is called: the stage
`inputs` then runs it and keeps the direct calls that it sees. Same sample, same cases.

A source that is a generator may be sent True or False after each made call: whether it did fit.

EXAMPLES are `(code, entry, [calls])`; when the code has a parameter `k=`, the corpus holds `f(1)` and
`f(-2, k=3)`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from pyx.records import Case, Grade, Origin, Program, Sample, digest
from pyx.registry import Plugin
from pyx.source.module import find_function


def make_case(sample: Sample, call: str, grade: Grade, *, setup: str = "", documented: str = "") -> Case:
    """A case without outcome; its id is made of the program and of what is called."""
    name = f"{sample.id}-{digest(setup, call, length=8)}"
    return Case(name, call, grade, setup, documented=documented)


def check(plugin: Plugin) -> Iterator[str]:
    """One line for each example of a source that does not hold."""
    for code, entry, expected in plugin.examples:
        got = [case.call for case in plugin.function(_make_sample(code, entry))]
        if got != expected:
            yield f"inputs {plugin.name}: {entry} gives {got}, not {expected}"


def _make_sample(code: str, entry: str) -> Sample:
    node = find_function(ast.parse(code), entry)
    program = Program(code, entry, docstring=ast.get_docstring(node) or "")
    notes = {"calls": '["f(1)", "f(-2, k=3)"]'} if "k=" in code else {}
    return Sample("0123456789abcdef", Origin("examples", "example.py"), program=program, notes=notes)

"""Trace formats: one file each, a pure function from a program and its trace to text.

    @FORMATS.add("scratchpad", version=1)
    def write_scratchpad(program: Program, trace: Trace, *, ...) -> str: ...

`EXAMPLES` is a list of `(code, call, text)`: the program, the call that is traced, and the exact
text with the default options.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from pyx.records import Program
from pyx.registry import Plugin
from pyx.trace import recorder


def check(plugin: Plugin) -> Iterator[str]:
    """One line for each example whose text is not what the format writes."""
    for code, call, text in plugin.examples:
        # The interpreter's version stands in the header; an example holds for all of them.
        trace = dataclasses.replace(recorder.trace_text(code, call), py="3")
        written = plugin.function(Program(code, trace.entry), trace)
        if written != text:
            yield f"{plugin.name}: {call} gives {written!r}, not {text!r}"

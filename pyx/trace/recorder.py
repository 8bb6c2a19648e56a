"""Records one call of a program: every event that `pyx.trace.events` knows, nothing derived.

Runs inside the sandbox's child; `trace_text` is the way without one, for trusted code only.
"""

from __future__ import annotations

import ast
import io
import json
import sys
import types
from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from typing import Any

from pyx import records
from pyx.trace import settrace, statements
from pyx.trace.events import VERSION, Budgets
from pyx.trace.frames import Active
from pyx.trace.headroom import restore, spare
from pyx.trace.heap import digest
from pyx.trace.looks import Rule
from pyx.trace.plans import find_plans
from pyx.trace.reporter import Recorder
from pyx.trace.statements import Row
from pyx.trace.survey import Survey, is_ours, survey_program

__all__ = ["Active", "Recorder", "Recording", "record_call", "record_text", "trace_text"]


@dataclass(frozen=True, slots=True)
class Recording:
    """What one call gave, and the events of it."""

    value: Any
    exception: BaseException | None
    events: list[list[Any]]
    truncated: str  # why recording stopped early, "" if it did not
    final: str  # picture of the live state at the end; what replay must arrive at
    ended: bool  # whether the end of the entry frame was seen


class Printed(io.StringIO):
    """A stdout that remembers how much of it was already asked for."""

    given = 0

    def take(self) -> str:
        """What was printed since this was last asked."""
        if self.tell() == self.given:
            return ""
        text = self.getvalue()[self.given :]
        self.given += len(text)
        return text


def record_call(
    function: Callable[..., Any],
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    *,
    survey: Survey,
    blind: bool = False,
    namespace: Mapping[str, Any] | None = None,
    budgets: Budgets | None = None,
    read_output: Callable[[], str] | None = None,
    finish: Callable[[Any], Any] | None = None,
    rules: Mapping[str, Rule] | None = None,
    witness: Callable[[Recorder, Active], None] | None = None,
) -> Recording:
    """Call the function and record what the code of the program that was surveyed does meanwhile.

    Its module code has already been run in `namespace` (the module's globals; by default the
    function's). Plans save work, nothing else; a `blind` recording goes without them and looks at
    every object after every statement. `read_output()` gives what was
    printed since it was last asked. `finish` is applied to the value while recording still goes
    on: it may exhaust a generator. `witness` is called after every event. Exceptions of the
    program are data in the recording, never raised.
    """
    space = namespace if namespace is not None else getattr(function, "__globals__", {})
    recorder = Recorder(
        survey,
        space,
        blind=blind,
        budgets=budgets or Budgets(),
        read_output=read_output,
        rules=rules,
    )
    recorder.witness = witness
    if not is_ours(function, survey.shapes) and not (function is exec and args[0] is survey.program):
        recorder.heap.distrust("a call of several parts")
    value, raised = None, None
    listener = choose_listener(recorder)
    recorder.begin()
    if survey.obstacle:
        recorder.stop(f"the program uses {survey.obstacle}, which is not recorded")
    else:
        listener.start()
    limit = spare()
    try:
        try:
            value = function(*args, **kwargs)
        finally:
            restore(limit)
        if type(value) is types.CoroutineType:
            value = run_coroutine(value)
        if finish is not None:
            value = finish(value)
    except BaseException as error:  # the program's own: data, not ours to handle
        raised = error
    finally:
        listener.stop()
    final = recorder.end()
    truncated = recorder.truncated
    if truncated in ("events", "repeats"):
        truncated = f"{truncated}: {digest(json.dumps(recorder.events), len(recorder.events))}"
    return Recording(value, raised, recorder.events, truncated, final, recorder.ended)


def choose_listener(recorder: Recorder) -> Any:
    """The fastest way of listening that this interpreter has."""
    if sys.version_info >= (3, 12):
        from pyx.trace import monitoring

        return monitoring.Listener(recorder)
    return settrace.Listener(recorder)


def run_coroutine(value: types.CoroutineType[Any, Any, Any]) -> Any:
    """What a coroutine returns, run to its end by the event loop where the program has loaded one."""
    if "asyncio" in sys.modules:
        return sys.modules["asyncio"].run(value)
    try:
        while True:
            value.send(None)
    except StopIteration as end:
        return end.value


def trace_text(
    code: str, call: str, *, entry: str = "", setup: str = "", budgets: Budgets | None = None
) -> records.Trace:
    """Trace a call, or with "" the module's own run, in this very process: for trusted code only."""
    trace, _ = record_text(code, call, entry=entry, setup=setup, budgets=budgets)
    return trace


def record_text(
    code: str,
    call: str,
    *,
    entry: str = "",
    setup: str = "",
    budgets: Budgets | None = None,
    effects: Mapping[str, Callable[..., Any]] | None = None,
    blind: bool = False,
    witness: Callable[[Recorder, Active], None] | None = None,
) -> tuple[records.Trace, Recording]:
    """Like `trace_text`, with the recording itself: for trusted code only.

    `effects` are effect rules to be believed; `blind` as in `record_call`.
    """
    tree = ast.parse(code)
    rows = statements.number(tree)
    plans = find_plans(tree, effects)
    program = compile(tree, "<program>", "exec", dont_inherit=True)
    space: dict[str, Any] = {"__name__": "program"}
    printed = Printed()
    with redirect_stdout(printed):
        function: Callable[..., Any] = exec
        args: list[Any] = [program, space]
        kwargs: dict[str, Any] = {}
        if call:
            exec(program, space)
            printed.take()
            function, args, kwargs = _read_call(call, setup, space)
        recording = record_call(
            function,
            args,
            kwargs,
            survey=survey_program(program, rows, plans),
            blind=blind,
            namespace=space,
            budgets=budgets,
            read_output=printed.take,
            finish=finish_value,
            witness=witness,
        )
    return to_trace(code, call, rows, recording, entry=entry or call.partition("(")[0]), recording


def _read_call(
    call: str, setup: str, space: dict[str, Any]
) -> tuple[Callable[..., Any], list[Any], dict[str, Any]]:
    outer = dict(space)
    exec(setup, outer)
    match ast.parse(call, mode="eval").body:
        case ast.Call(func=ast.Name(id=name), keywords=words) if all(word.arg for word in words):
            gather = "lambda *args, **kwargs: (args, kwargs)"
            given, named = eval(f"({gather})({call.partition('(')[2]}", outer)
            return outer[name], list(given), named
    return eval(f"lambda: {call}", outer), [], {}


def finish_value(value: Any) -> Any:
    """The items of a generator as a list (1000 at most); any other value as it is."""
    if type(value) is not types.GeneratorType:
        return value
    items = []
    for item in value:
        items.append(item)
        if len(items) == 1000:
            break
    return items


def to_trace(
    code: str, call: str, rows: Sequence[Row], recording: Recording, *, entry: str, case: str = ""
) -> records.Trace:
    """The recording as a trace, with its header."""
    return records.Trace(
        case=case,
        v=VERSION,
        py=f"{sys.version_info[0]}.{sys.version_info[1]}",
        source=records.digest(code),
        entry=entry,
        input=call,
        statements=tuple(rows),
        events=tuple(tuple(event) for event in recording.events),
        truncated=recording.truncated,
    )

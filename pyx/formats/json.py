"""The recorded events themselves, as one line of JSON."""

from __future__ import annotations

from pyx.records import Program, Trace
from pyx.registry import FORMATS
from pyx.trace import events


@FORMATS.add("json", version=1)
def write_json(_program: Program, trace: Trace) -> str:
    """The whole trace as one line of JSON: lossless, read back by `pyx.trace.events.load`.

    Keeps everything and leaves nothing out, so it has no budget: it is as long as the trace.
    """
    return events.dump(trace)


EXAMPLES = [
    (
        "def f(x):\n    return x + 1\n",
        "f(2)",
        '{"case":"","v":1,"py":"3","source":"64545701caa5b428","entry":"f","input":"f(2)",'
        '"statements":[[1,2,0,"FunctionDef",-1,"body"],[2,2,4,"Return",0,"body"]],'
        '"events":[["c",0,0,{"x":"2"},[],["f",-1]],'
        '["l",0,1],["r",0,1,{},[],"3"]]}',
    )
]

"""The kinds of claims: one table, from which the documentation is written as well."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """What claims of one kind say; `fields` are those of `Claim` that it uses."""

    fields: str
    says: str
    direction: str = "forward"


KINDS: dict[str, Kind] = {
    "ran": Kind("line", "the statement on this line ran"),
    "became": Kind("line, name, value", "it bound or changed the name, which then had this value"),
    "held": Kind("line, name, value", "right after it the name had this value"),
    "was": Kind("line, name, value", "right before it the name had this value"),
    "shown": Kind("line, name, value", "right before or right after it the name had this value"),
    "computed": Kind("line, name, value", "the expression `name`, as it stood, had this value"),
    "tested": Kind("line, name", "a branch compared the values that `name` compares (`3 > 2`)"),
    "gained": Kind("line, name, value", "the value was appended or added to what the name holds"),
    "took": Kind("line, value", 'its body was entered ("True") or was not ("False")'),
    "item": Kind("value", "the item of a loop's iteration was this; where no loop has it, it stands there"),
    "began": Kind("line, count", "iteration number `count` of the loop began"),
    "ended": Kind("line, count, name, value", "when iteration `count` was over, the name had this value"),
    "spanned": Kind("name, value", 'a loop gave the name these values in this order ("[0, 1]", "0..9")'),
    "alike": Kind("line, count, value", "iterations `count` to `value` went only ways that others went"),
    "within": Kind("line, count", "this was in iteration `count` of a loop"),
    "iterated": Kind(
        "line, count", 'the loop ran `count` iterations in all; "over" as value: it is over by then'
    ),
    "called": Kind("name, count", "the function was entered, `count` calls of it deep"),
    "invoked": Kind("name", "the call `name`, with these very arguments, was made"),
    "deep": Kind("count", "the running function was `count` calls of itself deep"),
    "returned": Kind("name, value", "the function returned this value"),
    "yielded": Kind("line, name, value", "the generator handed out this value"),
    "raised": Kind("line, value", "an exception of this type came up"),
    "printed": Kind("value", "this text was printed"),
    "mentioned": Kind("value", "the value stands somewhere in the execution at this point"),
    "sized": Kind("line, count", "something that can be seen there holds `count` items"),
    "placed": Kind("line, value, count", "the value stands at index `count` of something in sight"),
    "edged": Kind("line, name, value", "the value stands `first` or `last` in something in sight"),
    "executed": Kind(
        "line, name, count",
        'the line, the branch (`test True`), the function (`call f`) ran `count` times; "so far": by then',
    ),
    "stands": Kind("line, name", "the expression `name` stands on this line"),
    "does": Kind(
        "line, name",
        "the statement there is of this kind (`Return`, `loop`), or does so (`call f`, `change xs`)",
    ),
    "named": Kind("name", "the program has this name"),
    "answer": Kind("value", 'the result of the call: a value, or "raises TypeName"'),
    "constraint": Kind("value", "what an input must meet, as an expression of the arguments", "backward"),
    "input": Kind("value", "a call that gives the output: executed, and compared with it", "backward"),
}
"""Every kind. The verdict checks the forward ones against a trace; backward ones are executed."""

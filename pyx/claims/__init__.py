"""What a text claims about an execution: the kinds of claims, and a reader of free prose.

Claims stand in the order of the text. Each kind says one checkable thing:

    ran        line                 the statement on this line ran
    became     line, name, value    it bound or changed the name, which then had this value
    held       line, name, value    right after it the name had this value
    was        line, name, value    right before it the name had this value
    shown      line, name, value    right before or right after it the name had this value
    computed   line, name, value    the expression `name`, as it stood, had this value
    tested     line, name           the comparison `name`, of values alone, is what a condition came to
    gained     line, name, value    the value was appended or added to what the name holds
    took       line, value          its body was entered ("True") or was not ("False")
    began      line, count          iteration number `count` of the loop began
    ended      line, count, name, value   when iteration `count` was over, the name had this value
    alike      line, count, value   iterations `count` to `value` went only ways that others went
    within     line, count          this was in iteration `count` of a loop
    iterated   line, count          the loop ran `count` iterations in all
    called     name, count          the function was entered, `count` calls of it deep
    invoked    name                 the call `name`, with these very arguments, was made
    deep       count                the running function was `count` calls of itself deep
    returned   name, value          the function returned this value
    yielded    line, name, value    the generator handed out this value
    raised     line, value          an exception of this type came up
    printed    value                this text was printed
    mentioned  value                the value stands somewhere in the execution at this point
    stands     line, name           the expression `name` stands on this line
    does       line, name           the statement on this line is of this kind (`Return`, `For`)
    named      name                 the program has this name
    answer     value                the result of the call: a value, or "raises TypeName"

A line of 0 and an empty name mean that the text does not say which.
"""

from __future__ import annotations

from pyx.records import digest

KINDS = (
    "ran", "became", "held", "was", "shown", "computed", "tested", "gained", "took", "began", "ended", "alike", "within",
    "iterated", "called", "invoked", "deep", "returned", "yielded", "raised", "printed", "mentioned",
    "stands", "does", "named", "answer",
)  # fmt: skip


def count_tokens(text: str) -> int:
    """The length of a text in tokens, about as a tokenizer of a language model counts it."""
    return (len(text.encode()) + 3) // 4


def name_text(case: str, direction: str, text: str) -> str:
    """The id of a monologue: it changes when one character of the text does."""
    return digest(case, direction, text)

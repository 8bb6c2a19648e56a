"""Teachers: who writes the words. One file each; the interface stands in `pyx.annotate.ask`.

    narrator   the tracing rules: no model, no network
    openai     any endpoint that speaks the OpenAI chat completions protocol
    batch      the same, through its batch interface: slower and cheaper
    local      a model on this machine, with transformers
    replay     a journal of earlier replies

EXAMPLES are `(messages, options, text | error)`: the text that the teacher answers, or the error of its
reply, when asked with these options and neither network nor key.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from pyx.annotate.ask import Ask
from pyx.registry import Plugin


def check(plugin: Plugin) -> Iterator[str]:
    """One line for each example of a teacher that does not hold."""
    for messages, options, expected in plugin.examples:
        ask = Ask("example", messages=tuple(messages))
        replies = asyncio.run(plugin.function(ask, **options))
        got = [reply.error or reply.text for reply in replies]
        if expected not in got:
            yield f"teacher {plugin.name}: {messages!r} gives {got}, not {expected!r}"

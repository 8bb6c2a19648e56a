"""The narrator: a trace told in prose by the narration rules, with the claims that it makes.

A text that is longer than its budget is told again, folded harder (`teller`), until it fits.
"""

from __future__ import annotations

from collections.abc import Sequence

from pyx.annotate.teller import Teller, Told
from pyx.claims import count_tokens, name_text
from pyx.literals import is_literal
from pyx.records import Claim, Monologue, Program, Trace
from pyx.rules import Story, find_narration, show, tell_story
from pyx.trace.steps import Step, steps

LEVELS = ((12, 12, 14), (6, 4, 8), (4, 2, 6), (3, 1, 5), (2, 1, 4), (1, 1, 3), (1, 0, 2), (1, 0, 0))
"""Iterations of a loop, calls of one function, and iterations that go a new way, that are told before
folding; widest first."""


def narrate(
    program: Program, trace: Trace, *, seed: str = "", budget: int = 2000, answer: str = ""
) -> Monologue:
    """The forward monologue of a trace: the same text for the same seed, every time.

    `budget` is in tokens: the widest level of folding that fits is taken, the shortest text where
    none does. `answer` is the result to end in; by default what the entry call returned.
    """
    story = tell_story(program, trace, steps(trace))
    rules, end = find_narration(), end_with(story, answer)
    tellings: list[list[Told]] = []
    for level in LEVELS:
        tellings.append([*Teller(story, rules, seed or trace.case, *level).tell(), end])
        if count_tokens(join_text(tellings[-1])) <= budget:
            break
    else:
        tellings.sort(key=lambda parts: count_tokens(join_text(parts)), reverse=True)
    parts = tellings[-1]
    text = join_text(parts)
    claims = tuple(claim for part in parts for claim in part.claims)
    spoke = tuple(sorted({label for part in parts for label in part.rules}))
    name = name_text(trace.case, "forward", text)
    return Monologue(name, trace.case, "forward", text, claims, rules=spoke)


def join_text(parts: Sequence[Told]) -> str:
    """The text of a monologue: a paragraph a line."""
    return "\n".join(part.text for part in parts)


def end_with(story: Story, answer: str) -> Told:
    """The last line of a monologue: the call and its result, as an assertion.

    A result that no literal can write has no such form: then the line says so.
    """
    answer = answer or find_answer(story.steps)
    if answer.startswith("raises "):
        text = f"[ANSWER]{story.call} {answer}[/ANSWER]"
    elif is_literal(answer):
        text = f"[ANSWER]assert {story.call} == {answer}[/ANSWER]"
    else:
        return Told(f"No answer can be written: the result, {show(answer)}, is no literal.", ())
    return Told(text, (Claim("answer", value=answer, said=text),))


def find_answer(taken: Sequence[Step]) -> str:
    """What the entry call came to: a value, or `raises TypeName`."""
    for step in reversed(taken):
        if step.frame == 0 and step.kind == "return":
            return step.value
        if step.frame == 0 and step.kind == "exception":
            return f"raises {step.exception}"
    raise ValueError("the trace has no end")

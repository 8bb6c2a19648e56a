"""Marks answers to "what does this call give" and "which call gives this value".

The published rule is CRUXEval's: `assert OUTPUT == ANSWER` is executed after the program; answers
that repeat the call, or that call nothing, are left out of the count, unless no answer is right.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from pyx import literals
from pyx.sandbox.pool import Job, Outcome
from pyx.trainers import extract
from pyx.trainers.tasks import RIGHT, Mark, Marks, Scorer, Task, Terms, mark_outcome


def score_predictions(task: Task, answers: Sequence[str], *, scorer: Scorer, terms: Terms) -> Marks:
    """The marks of all answers to one output or input prediction task."""
    if scorer == "strict":
        return {"": [_mark_strictly(task, answer, terms) for answer in answers]}
    marks = [_mark_as_published(task, answer, terms) for answer in answers]
    if not any(mark.passed for mark in marks):
        marks = [Mark(False, mark.reason) for mark in marks]
    return {"": marks}


def _mark_as_published(task: Task, answer: str, terms: Terms) -> Mark:
    if task.kind == "output" and task.call in answer:
        return Mark(None, "repeats-the-call")
    if task.kind == "input" and f"{task.entry}(" not in answer:
        return Mark(None, "no-call")
    return _run_assertion(task, f"assert {task.output} == {answer}", terms)


def _run_assertion(task: Task, statement: str, terms: Terms) -> Mark:
    """Whether the statement holds after the program; a run serves both scorers where it can."""
    left, right = _read_equation(statement)
    if left is None or right is None:
        pass
    elif _is_constant(right):
        # Comparing two literals needs no sandbox, only a program that runs at all.
        ran = mark_outcome(_run(task.code, "", terms))
        return ran if not ran.passed else _compare(left, right)
    elif _is_plain_call(right, task.entry):
        outcome = _run(task.code, right, terms)
        if outcome.status in ("error", "timeout", "memory"):
            return mark_outcome(outcome)
        if outcome.status == "ok" and _is_constant(outcome.value) and _is_whole(outcome):
            return _compare(left, outcome.value)
    return mark_outcome(_run(f"{task.code}\n{statement}", "", terms))


def _run(code: str, call: str, terms: Terms) -> Outcome:
    return terms.execute(Job(code, call=call, policy=False, limits=terms.limits))


def _compare(left: str, right: str) -> Mark:
    same = ast.literal_eval(left.strip()) == ast.literal_eval(right.strip())
    return RIGHT if same else Mark(False, "wrong-value")


def _read_equation(statement: str) -> tuple[str | None, str | None]:
    """Both sides of `assert LITERAL == SOMETHING`; nothing for any other text."""
    try:
        body = ast.parse(statement).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None, None
    match body:
        case [ast.Assert(test=ast.Compare(left=left, ops=[ast.Eq()], comparators=[right]), msg=None)]:
            sides = ast.get_source_segment(statement, left), ast.get_source_segment(statement, right)
            return sides if sides[0] and _is_constant(sides[0]) else (None, None)
    return None, None


def _is_plain_call(text: str, entry: str) -> bool:
    match ast.parse(text.strip(), mode="eval").body:
        case ast.Call(func=ast.Name(id=name)):
            return name == entry
    return False


def _is_constant(text: str) -> bool:
    """Whether Python itself would read the text as a literal, so that no nan hides in it."""
    try:
        ast.literal_eval(text.strip())
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError):
        return False
    return True


def _is_whole(outcome: Outcome) -> bool:
    """Whether the value's text is the value: nothing opaque, and not the items of an iterator."""
    if not literals.is_literal(outcome.value):
        return False
    return literals.type_name(type(literals.read(outcome.value))) == outcome.type


def _mark_strictly(task: Task, answer: str, terms: Terms) -> Mark:
    if task.kind == "output":
        return _judge_output(task, extract.extract_output(answer, task.entry))
    call = extract.extract_input(answer, task.entry)
    if not call:
        return Mark(False, "no-answer")
    outcome = _run(task.code, call, terms)
    if outcome.status != "ok":
        return mark_outcome(outcome)
    right = _is_whole(outcome) and literals.same(outcome.value, task.output)
    return RIGHT if right else Mark(False, "wrong-value")


def _judge_output(task: Task, value: str) -> Mark:
    if not value:
        return Mark(False, "no-answer")
    if not literals.is_literal(value):
        return Mark(False, "not-a-literal")
    return RIGHT if literals.same(value, task.output) else Mark(False, "wrong-value")

"""The iterations of a loop within a story: where each begins and ends, and which way it went."""

from __future__ import annotations

from pyx.rules import Story


def find_iterations(story: Story, place: int, end: int) -> list[tuple[int, int]]:
    """Where each iteration of a loop begins and ends."""
    head = story.steps[place]
    starts = [place]
    stop = place + 1
    while stop < end:
        step = story.steps[stop]
        if step.frame == head.frame:
            if step.statement == head.statement and step.kind == "line":
                if not step.taken:
                    break
                starts.append(stop)
            elif not is_inside(story, step.statement, head.statement):
                break
        stop += 1
    return list(zip(starts, [*starts[1:], stop], strict=True))


def is_inside(story: Story, statement: int, loop: int) -> bool:
    """Whether a statement stands in the body of a loop, or is its header."""
    while statement >= 0:
        if story.rows[statement][4] == loop:
            return story.rows[statement][5] == "body"
        if statement == loop:
            return True
        statement = story.rows[statement][4]
    return False


def find_path(story: Story, start: int, stop: int) -> tuple[object, ...]:
    """What tells one way through a loop from another: the statements that ran, and how branches went."""
    return tuple((step.kind, step.statement, step.taken) for step in story.steps[start:stop])


def leaves(story: Story, bounds: list[tuple[int, int]]) -> bool:
    """Whether the last iteration ends the loop itself, by break, return or an exception."""
    head, after = (story.steps[at : at + 1] for at in (bounds[0][0], bounds[-1][1]))
    return [(step.frame, step.statement) for step in head] != [(s.frame, s.statement) for s in after]

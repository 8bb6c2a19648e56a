"""Claims about the iterations of loops: a check for each kind."""

from __future__ import annotations

from collections.abc import Iterator

from pyx import literals
from pyx.records import Claim
from pyx.trace.steps import Step
from pyx.verdict.surroundings import is_here, is_near, seen
from pyx.verdict.timeline import Moment, Run, Timeline, read_target


def check_within(timeline: Timeline, claim: Claim, moment: Moment) -> bool:
    index = moment.step.index
    for run in timeline.runs:
        if len(run.starts) >= claim.count > 0 and claim.line in (0, run.line):
            ends = [*run.starts[1:], run.end]
            if run.starts[claim.count - 1] <= index < ends[claim.count - 1]:
                return True
    return False


def check_began(_timeline: Timeline, claim: Claim, moment: Moment) -> bool:
    return is_here(claim, moment) and moment.step.iteration == claim.count > 0


def check_ended(_timeline: Timeline, claim: Claim, moment: Moment) -> bool:
    """True at the header step that follows the iteration."""
    if not is_here(claim, moment) or moment.count != claim.count:
        return False
    return literals.same(moment.step.before.get(claim.name, ""), claim.value)


def check_item(timeline: Timeline, claim: Claim, moment: Moment) -> bool:
    if claim.value not in timeline.items:
        return is_near(timeline, claim.value, moment)
    state = seen(timeline, moment.step, after=True)
    return any(read_target(target, state) == claim.value for target in timeline.loop_targets)


def check_alike(timeline: Timeline, claim: Claim, moment: Moment) -> bool:
    """True at the first of the iterations, when all of them went ways that iterations outside went."""
    if not is_here(claim, moment) or moment.step.iteration != claim.count:
        return False
    run = next(run for run in timeline.runs if moment.step.index in run.starts)
    last = int(claim.value)
    if not claim.count <= last <= run.count:
        return False
    ends = [*run.starts[1:], run.end]
    paths = [timeline.path(start, end) for start, end in zip(run.starts, ends, strict=True)]
    inside, outside = paths[claim.count - 1 : last], [*paths[: claim.count - 1], *paths[last:]]
    return set(inside) <= set(outside)


def check_iterated(timeline: Timeline, claim: Claim, moment: Moment) -> bool:
    if claim.value == "so far" and any(
        claim.count == sum(start <= moment.step.index for start in run.starts) for run in timeline.runs
    ):
        return True
    find = find_over if claim.value == "over" else find_runs
    return any(run.count == claim.count for run in find(timeline, claim.line, moment.step))


def find_over(timeline: Timeline, line: int, step: Step) -> list[Run]:
    """The runs of loops that a moment can look back on: those that no later run of the same loop followed."""
    over = {(run.frame, run.line): run for run in timeline.runs
            if line in (0, run.line) and (run.starts or (run.end,))[0] <= step.index}  # fmt: skip
    return [run for run in over.values() if run.end <= step.index]


def find_runs(timeline: Timeline, line: int, step: Step) -> Iterator[Run]:
    """The runs of a loop that a moment may speak of: going on, just over, or about to begin."""
    over: Run | None = None
    for run in timeline.runs:
        if line not in (0, run.line):
            continue
        start = run.starts[0] if run.starts else run.end
        if start <= step.index <= run.end or start == step.index + 1:
            yield run
        elif run.end < step.index and run.frame == step.frame and (over is None or run.end > over.end):
            over = run
    if over is not None:
        yield over


def check_spanned(timeline: Timeline, claim: Claim, _moment: Moment) -> bool:
    """True when a loop, or one statement after the other, gave the name these values in a row.

    "0..9" tells the first and the last that a loop gave, "2...5" two of them.
    """
    first, ranged, last = claim.value.partition("..")
    if last.startswith("."):
        return any(_gave(timeline, run, claim.name, [first, last[1:]]) for run in timeline.runs)
    if not ranged and _had_in_a_row(timeline, claim):
        return True
    for run in timeline.runs:
        given = [timeline.taken[start].after.get(claim.name, "") for start in run.starts]
        if ranged and given and literals.same(given[0], first) and literals.same(given[-1], last):
            return True
        if not ranged and literals.same(f"[{', '.join(given)}]", claim.value):
            return True
    return False


def _gave(timeline: Timeline, run: Run, name: str, wanted: list[str]) -> bool:
    """Whether a run gave a name these values, one after the other, others between them left out."""
    given = iter([timeline.taken[start].after.get(name, "") for start in run.starts])
    return all(any(literals.same(value, one) for value in given) for one in wanted)


def _had_in_a_row(timeline: Timeline, claim: Claim) -> bool:
    """Whether the values that a name had in some frame, one after the other, hold these in a row."""
    try:
        wanted = [literals.write(value) for value in literals.read(claim.value)]
    except ValueError:
        return False
    had: dict[int, list[str]] = {}
    for step in timeline.taken:
        if claim.name in step.changed and step.after.get(claim.name):
            had.setdefault(step.frame, []).append(step.after[claim.name])
    return any(
        row[start : start + len(wanted)] == wanted
        for row in had.values()
        for start in range(len(row) - len(wanted) + 1)
    )

"""The narrator: a trace told in prose by the narration rules, with the claims that it makes.

The walk is in the order of execution. Every step is offered to the rules; loops and calls that
are too long to tell are folded by rule: the first iterations, the last one and every new path
are told, the others are summed up in one sentence whose figures are claims like any other.
"""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pyx.claims import count_tokens, name_text
from pyx.records import Claim, Monologue, Program, Trace
from pyx.registry import Plugin
from pyx.rules import Said, Scene, Story, code, find_narration, list_words, show, speak, tell_story
from pyx.trace.steps import Step, steps

LEVELS = ((12, 12), (6, 4), (4, 2), (3, 1), (2, 1))
"""Iterations of a loop, and calls of one function, that are told before folding; widest first."""


def narrate(
    program: Program, trace: Trace, *, seed: str = "", budget: int = 2000, answer: str = ""
) -> Monologue:
    """The forward monologue of a trace: the same text for the same seed, every time.

    `budget` is in tokens: the widest level of folding that fits is taken, the narrowest where
    none does. `answer` is the result to end in; by default what the entry call returned.
    """
    story = tell_story(program, trace, steps(trace))
    rules = find_narration()
    told: list[Told] = []
    for loops, calls in LEVELS:
        told = Teller(story, rules, seed or trace.case, loops, calls).tell()
        if sum(count_tokens(part.text) for part in told) <= budget:
            break
    parts = [*told, end_with(story, answer)]
    text = "\n".join(part.text for part in parts)
    claims = tuple(claim for part in parts for claim in part.claims)
    spoke = tuple(sorted({label for part in parts for label in part.rules}))
    name = name_text(trace.case, "forward", text)
    return Monologue(name, trace.case, "forward", text, claims, rules=spoke)


@dataclass(frozen=True, slots=True)
class Told:
    """A paragraph: its text, its claims and the rules that spoke in it."""

    text: str
    claims: tuple[Claim, ...]
    rules: tuple[str, ...] = ()


def end_with(story: Story, answer: str) -> Told:
    """The last line of a monologue: the call and its result, as an assertion."""
    answer = answer or find_answer(story.steps)
    result = f"{story.call} {answer}" if answer.startswith("raises ") else f"assert {story.call} == {answer}"
    text = f"[ANSWER]{result}[/ANSWER]"
    return Told(text, (Claim("answer", value=answer, said=text),))


def find_answer(taken: Sequence[Step]) -> str:
    """What the entry call came to: a value, or `raises TypeName`."""
    for step in reversed(taken):
        if step.frame == 0 and step.kind == "return":
            return step.value
        if step.frame == 0 and step.kind == "exception":
            return f"raises {step.exception}"
    raise ValueError("the trace has no end")


@dataclass
class Teller:
    """One walk over a story at one level of folding."""

    story: Story
    rules: tuple[Plugin, ...]
    seed: str
    loops: int
    calls: int
    parts: list[tuple[str, tuple[Claim, ...], str]] = field(default_factory=list)  # of this paragraph
    told: list[Told] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)  # how often each function was told

    def tell(self) -> list[Told]:
        self._walk(0, len(self.story.steps))
        self._break()
        return self.told

    def _walk(self, start: int, end: int) -> None:
        place = start
        while place < end:
            step = self.story.steps[place]
            if self._is_loop(step) and step.iteration == 1:
                place = self._loop(place, end)
            else:
                place = self._one(place, end)

    def _one(self, place: int, end: int) -> int:
        """Tell one step and the calls inside it; the place of the step after them."""
        step = self.story.steps[place]
        after = self._inner_end(place, end)
        if step.kind != "line":
            after = place + 1
        if after > place + 1:
            self._calls(step, place + 1, after)
        if step.kind == "call" and step.depth:
            self._break()
        if not self._failed(step, after):
            self._say(step)
        if step.kind == "return" and step.depth:
            self._break()
        return after

    def _inner_end(self, place: int, end: int) -> int:
        depth = self.story.steps[place].depth
        after = place + 1
        while after < end and self.story.steps[after].depth > depth:
            after += 1
        return after

    def _failed(self, step: Step, after: int) -> bool:
        """Whether a statement was left by an exception: then the exception speaks for it."""
        if step.kind != "line" or after >= len(self.story.steps):
            return False
        next_step = self.story.steps[after]
        return next_step.kind == "exception" and next_step.statement == step.statement

    # -- calls ----------------------------------------------------------------------------------

    def _calls(self, step: Step, start: int, end: int) -> None:
        """The calls that a line makes: stepped into, or summed up once they are well known."""
        first = self.story.steps[start]
        if first.kind == "call" and self.seen.get(first.function, 0) >= self.calls:
            self._sum_calls(step, start, end)
            return
        self._say(step, on="into")
        for inner in self.story.steps[start:end]:
            if inner.kind == "call":
                self.seen[inner.function] = self.seen.get(inner.function, 0) + 1
        self._walk(start, end)
        self._break()

    def _sum_calls(self, step: Step, start: int, end: int) -> None:
        depth = self.story.steps[start].depth
        for inner in self.story.steps[start:end]:
            if inner.kind != "call" or inner.depth != depth or inner.frame not in self.story.returns:
                continue
            value = self.story.returns[inner.frame].value
            names = list_words(f"{code(name)} is {show(inner.after[name])}" for name in inner.changed)
            lead = f"{code(inner.function)} runs again" + (f", now {names}" if names else "")
            claims = (
                Claim("called", 0, inner.function),
                *(Claim("held", 0, name, inner.after[name]) for name in inner.changed),
                Claim("returned", 0, inner.function, value),
            )
            self._add(step.line, Said(f"{lead}, and returns {show(value)}.", claims), "")

    # -- loops ----------------------------------------------------------------------------------

    def _is_loop(self, step: Step) -> bool:
        node = self.story.nodes[step.statement] if step.statement >= 0 else None
        return step.kind == "line" and isinstance(node, (ast.For, ast.While))

    def _loop(self, place: int, end: int) -> int:
        """Tell a loop from its first iteration to the last; the place of what follows."""
        bounds = self._iterations(place, end)
        keep = self._keep(bounds)
        run: list[int] = []
        for number, (start, stop) in enumerate(bounds, 1):
            if number not in keep:
                run.append(number)
                continue
            self._fold(bounds, run)
            run = []
            self._break()
            self._walk_iteration(start, stop)
        self._fold(bounds, run)
        self._break()
        return bounds[-1][1]

    def _walk_iteration(self, start: int, stop: int) -> None:
        after = self._one(start, stop)
        self._walk(after, stop)

    def _iterations(self, place: int, end: int) -> list[tuple[int, int]]:
        """Where each iteration of a loop begins and ends."""
        head = self.story.steps[place]
        starts = [place]
        stop = place + 1
        while stop < end:
            step = self.story.steps[stop]
            if step.frame == head.frame:
                if step.statement == head.statement and step.kind == "line":
                    if not step.taken:
                        break
                    starts.append(stop)
                elif not self._inside(step.statement, head.statement):
                    break
            stop += 1
        return list(zip(starts, [*starts[1:], stop], strict=True))

    def _inside(self, statement: int, loop: int) -> bool:
        while statement >= 0:
            if self.story.rows[statement][4] == loop:
                return self.story.rows[statement][5] == "body"
            if statement == loop:
                return True
            statement = self.story.rows[statement][4]
        return False

    def _keep(self, bounds: list[tuple[int, int]]) -> set[int]:
        """The iterations that are told: all of few; else the first two, the last, each new path."""
        count = len(bounds)
        if count <= self.loops:
            return set(range(1, count + 1))
        paths: dict[tuple[object, ...], int] = {}
        for number, (start, stop) in enumerate(bounds, 1):
            paths.setdefault(self._path(start, stop), number)
        new = sorted(paths.values())[: self.loops + 2]
        # A gap of one is told: a summary would be as long.
        keep = {1, min(2, self.loops), count, *new}
        return keep | {number for number in range(2, count) if {number - 1, number + 1} <= keep}

    def _path(self, start: int, stop: int) -> tuple[object, ...]:
        return tuple((step.kind, step.statement, step.taken) for step in self.story.steps[start:stop])

    def _fold(self, bounds: list[tuple[int, int]], run: list[int]) -> None:
        """Sum up a run of iterations: what changed, and what stayed."""
        if not run:
            return
        head = self.story.steps[bounds[run[0] - 1][0]]
        start, stop = bounds[run[0] - 1][0], bounds[run[-1] - 1][1]
        inside = [step for step in self.story.steps[start:stop] if step.frame == head.frame]
        last = inside[-1].after
        changed = [name for name in last if any(name in step.changed for step in inside)]
        said = self._sum_paths(bounds, run, head.line)
        stayed = [name for name in find_read(self.story, head) if name in last and name not in changed][:2]
        ends = tuple(Claim("ended", head.line, name, last[name], run[-1]) for name in [*changed, *stayed])
        words = list_words(f"{code(name)} is {show(last[name])}" for name in changed)
        words += (
            f", while {list_words(f'{code(name)} stays {show(last[name])}' for name in stayed)}"
            if stayed
            else ""
        )
        self._break()
        self._add(head.line, said, "")
        if words:
            lead = "When it is over" if len(run) == 1 else "When they are over"
            self._add(0, Said(f"{lead}, {words}.", ends), "")
        self._break()

    def _sum_paths(self, bounds: list[tuple[int, int]], run: list[int], line: int) -> Said:
        """Which iterations are summed up, and whether they went ways that are told elsewhere."""
        which = f"Iterations {run[0]} to {run[-1]}" if len(run) > 1 else f"Iteration {run[0]}"
        others = {self._path(*bound) for number, bound in enumerate(bounds, 1) if number not in run}
        if any(self._path(*bounds[number - 1]) not in others for number in run):
            claim = Claim("began", line, count=run[0])
            return Said(f"{which} take turns of their own.", (claim,))
        claim = Claim("alike", line, value=str(run[-1]), count=run[0])
        return Said(f"{which} {'go' if len(run) > 1 else 'goes'} the same way.", (claim,))

    # -- words ----------------------------------------------------------------------------------

    def _say(self, step: Step, *, on: str = "") -> None:
        node = self.story.nodes[step.statement] if step.statement >= 0 else None
        scene = Scene(self.story, step, node, self.seed)
        found = speak(scene, self.rules, on=on)
        if found is None:
            return
        said, rule = found
        if not on:
            said = complete(scene, said)
        self._add(step.line, said, rule.label)

    def _add(self, line: int, said: Said, rule: str) -> None:
        text = f"[L{line}] {said.text}" if line else said.text
        ran = (Claim("ran", line),) if line else ()
        claims = (*ran, *(claim for claim in said.claims if claim.kind != "ran"))
        self.parts.append((text, tuple(dataclasses.replace(claim, said=said.text) for claim in claims), rule))

    def _break(self) -> None:
        if not self.parts:
            return
        text = " ".join(text for text, _, _ in self.parts)
        claims = tuple(claim for _, claims, _ in self.parts for claim in claims)
        self.told.append(Told(text, claims, tuple(rule for _, _, rule in self.parts if rule)))
        self.parts.clear()


def complete(scene: Scene, said: Said) -> Said:
    """Add what changed without being spoken of: other names of the same object."""
    if scene.step.kind != "line":
        return said
    named = {claim.name for claim in said.claims if claim.kind in ("became", "held")}
    missed = [name for name in scene.mutated if name not in named]
    if not missed:
        return said
    words = list_words(f"{code(name)} is now {show(scene.now(name))}" for name in missed)
    return Said(f"{said.text} With it, {words}.", (*said.claims, *scene.became(*missed)))


def find_read(story: Story, head: Step) -> Iterator[str]:
    """The names that a loop's body reads, in source order."""
    node = story.nodes[head.statement]
    assert isinstance(node, (ast.For, ast.While))
    found = [part for item in node.body for part in ast.walk(item) if isinstance(part, ast.Name)]
    yield from dict.fromkeys(part.id for part in found if isinstance(part.ctx, ast.Load))

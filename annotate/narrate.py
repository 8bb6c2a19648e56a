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
from pyx.literals import is_literal
from pyx.records import Claim, Monologue, Program, Trace
from pyx.registry import Plugin
from pyx.rules import (
    Said,
    Scene,
    Story,
    code,
    find_narration,
    list_words,
    name_function,
    show,
    show_function,
    speak,
    tell_story,
)  # fmt: skip
from pyx.trace.steps import Step, steps

LEVELS = ((12, 12, 14), (6, 4, 8), (4, 2, 6), (3, 1, 5), (2, 1, 4), (1, 1, 3), (1, 0, 2), (1, 0, 0))
"""Iterations of a loop, calls of one function, and iterations that go a new way, that are told before
folding; widest first."""

CALLS, LONGEST_CALL = 3, 60
"""Calls of one line that are summed up by name, and the characters of the longest that is written out."""

NAMING = ("became", "held", "was")


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


@dataclass(frozen=True, slots=True)
class Told:
    """A paragraph: its text, its claims and the rules that spoke in it."""

    text: str
    claims: tuple[Claim, ...]
    rules: tuple[str, ...] = ()


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


@dataclass
class Teller:
    """One walk over a story at one level of folding."""

    story: Story
    rules: tuple[Plugin, ...]
    seed: str
    loops: int
    calls: int
    paths: int
    parts: list[Told] = field(default_factory=list)  # of this paragraph
    recent: dict[str, str] = field(default_factory=dict)  # names this paragraph has told, with their values
    lead: Told | None = None  # that a block begins, to be said with its first statement
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
        if self.story.begins_part(step):
            self.lead = self._find_words(step, on="part")
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
        """The calls of a line in one sentence: the first ones, and the last."""
        depth = self.story.steps[start].depth
        frames = [inner.frame for inner in self.story.steps[start:end] if inner.kind == "call"]
        frames = [frame for frame in frames if self.story.calls[frame].depth == depth]
        told = [call for call in map(self._tell_call, frames) if call is not None]
        told = list(dict.fromkeys(told))
        if not told:
            return
        shown = told if len(told) <= CALLS + 1 else [*told[: CALLS - 1], told[-1]]
        words = list_words(text for text, _ in shown)
        if len(shown) < len(told):
            words = f"{', '.join(text for text, _ in shown[:-1])}, and so on; in the end {shown[-1][0]}"
        self._add(step.line, Told(f"This goes as before: {words}.", tuple(claim for _, claim in shown)))

    def _tell_call(self, frame: int) -> tuple[str, Claim] | None:
        """A call that is not stepped into: its arguments where they are literals, and what it gave."""
        entered, result = self.story.calls[frame], self.story.returns.get(frame)
        name = name_function(entered.function)
        if result is None or name in self.story.generators:
            return None
        arguments = [entered.after[name] for name in entered.changed]
        written = f"{name}({', '.join(arguments)})"
        if "." in name or len(written) > LONGEST_CALL or not all(map(is_literal, arguments)):
            words = f"{show_function(entered.function)} returns {show(result.value)}"
            return words, Claim("returned", 0, entered.function, result.value)
        return f"{code(written)} returns {show(result.value)}", Claim("computed", 0, written, result.value)

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
        new = sorted(paths.values())[: self.paths]
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
        self._add(head.line, Told(said.text, said.claims))
        if words:
            lead = "When it is over" if len(run) == 1 else "When they are over"
            self._add(0, Told(f"{lead}, {words}.", ends))
        self._break()

    def _sum_paths(self, bounds: list[tuple[int, int]], run: list[int], line: int) -> Said:
        """Which iterations are summed up, and whether they went ways that are told elsewhere."""
        which = f"Iterations {run[0]} to {run[-1]}" if len(run) > 1 else f"Iteration {run[0]}"
        others = {self._path(*bound) for number, bound in enumerate(bounds, 1) if number not in run}
        if any(self._path(*bounds[number - 1]) not in others for number in run):
            claims: tuple[Claim, ...] = (Claim("began", line, count=run[0]),)
            if len(run) > 1:
                claims += (Claim("within", count=run[-1]),)
            return Said(f"{which} {'go ways of their' if len(run) > 1 else 'goes a way of its'} own.", claims)
        claim = Claim("alike", line, value=str(run[-1]), count=run[0])
        return Said(f"{which} {'go' if len(run) > 1 else 'goes'} the same way.", (claim,))

    # -- words ----------------------------------------------------------------------------------

    def _say(self, step: Step, *, on: str = "") -> None:
        words = self._find_words(step, on=on)
        if words is not None:
            self._add(step.line, words)

    def _find_words(self, step: Step, *, on: str = "") -> Told | None:
        """What the rules say of a step, None when they keep silent."""
        node = self.story.nodes[step.statement] if step.statement >= 0 else None
        scene = Scene(self.story, step, node, self.seed, frozenset(self.recent.items()))
        found = speak(scene, self.rules, on=on)
        if found is None or not found[0].text:
            return None
        said, rule = found
        if not on:
            said = complete(scene, said)
        return Told(said.text, said.claims, (rule.label,))

    def _add(self, line: int, said: Told) -> None:
        if self.lead is not None:
            rules = (*self.lead.rules, *said.rules)
            said = Told(f"{self.lead.text} {said.text}", (*self.lead.claims, *said.claims), rules)
            self.lead = None
        text = f"[L{line}] {said.text}" if line else said.text
        ran = (Claim("ran", line),) if line else ()
        claims = (*ran, *(claim for claim in said.claims if claim.kind != "ran"))
        claims = tuple(dataclasses.replace(claim, said=said.text) for claim in claims)
        self.recent.update((claim.name, claim.value) for claim in claims if claim.kind in NAMING)
        self.parts.append(Told(text, claims, said.rules))

    def _break(self) -> None:
        self.recent.clear()
        if not self.parts:
            return
        text = " ".join(part.text for part in self.parts)
        claims = tuple(claim for part in self.parts for claim in part.claims)
        self.told.append(Told(text, claims, tuple(label for part in self.parts for label in part.rules)))
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

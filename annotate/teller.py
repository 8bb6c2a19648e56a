"""The teller: one walk over a story, which offers every step to the rules and folds what is long.

Loops are folded to the first iterations, the last one and every new path; calls that are well known
are summed up by what they gave, but for those in which something new happens, however deep. What is
folded is said in one sentence, whose figures are claims like any other.
"""

from __future__ import annotations

import ast
import dataclasses
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from pyx.annotate.iterations import find_iterations, find_path, leaves
from pyx.literals import is_literal
from pyx.records import Claim
from pyx.registry import Plugin
from pyx.rules import (
    Said,
    Scene,
    Story,
    code,
    list_words,
    name_function,
    show,
    show_function,
    speak,
)  # fmt: skip
from pyx.rules.stored import find_root
from pyx.trace.steps import Step

CALLS, LONGEST_CALL = 3, 60
"""Calls of one line that are summed up by name, and the characters of the longest that is written out."""

STARTS = ("call", "resume")
NAMING = ("became", "held", "was")


@dataclass(frozen=True, slots=True)
class Told:
    """A paragraph: its text, its claims and the rules that spoke in it."""

    text: str
    claims: tuple[Claim, ...]
    rules: tuple[str, ...] = ()


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
    seen: Counter[str] = field(default_factory=Counter)  # how often each function was told
    extra: Counter[str] = field(default_factory=Counter)  # how often that was for a new way
    entered: set[int] = field(default_factory=set)  # steps by which a told call, or its next part, began
    known: dict[str, frozenset[tuple[object, ...]]] = field(default_factory=dict)  # ways that were told

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
        if step.kind in STARTS:
            self._enter(step)
        if not self._failed(step, after):
            self._say(step)
        if step.kind == "return" and step.depth:
            self._break()
        return after

    def _enter(self, step: Step) -> None:
        """A call, or how a generator goes on, is about to be told."""
        known = self.known.get(step.function, frozenset())
        self.entered.add(step.index)
        self.known[step.function] = known | self.story.ways[step.frame]
        if step.depth:
            self.seen[step.function] += 1
            self._break()

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
        line = step.line  # once something inside it was told, the line comes up again only at its end
        passed: list[int] = []
        for place, after in self._segments(start, end):
            if self.seen[self.story.steps[place].function] < self.calls:
                self._sum_calls(line, passed)
                if line:
                    self._say(step, on="into")
                self._walk(place, after)
                self._break()
                line = 0
                continue
            for inner, over in self._find_new(place, after):
                self._sum_calls(line, passed)
                self._say_down(step, self.story.steps[inner], line)
                self._walk(inner, over)
                self._break()
                line = 0
            if not self._was_told(place):
                passed.append(after - 1)
        self._sum_calls(step.line, passed)

    def _segments(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Where each call, and each time a generator goes on, begins and ends."""
        place = start
        while place < end:
            first = self.story.steps[place]
            after = place + 1
            if first.kind in STARTS and not first.function.endswith("<genexpr>"):
                while after < end and not self._is_over(first, self.story.steps[after]):
                    after += 1
                yield place, after
            place = after

    def _is_over(self, first: Step, step: Step) -> bool:
        return step.depth < first.depth or (step.depth == first.depth and step.kind in STARTS)

    def _find_new(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Calls, however deep, in which something happens that no told call of their functions did."""
        place = start
        while place < end:
            inner = self.story.steps[place]
            after = place + 1
            if self._is_new(inner):
                while after < end and not self._is_over(inner, self.story.steps[after]):
                    after += 1
                self.extra[inner.function] += 1
                yield place, after
            place = after

    def _is_new(self, step: Step) -> bool:
        if step.kind != "call" or self.extra[step.function] >= self.paths:
            return False
        return not self.story.ways[step.frame] <= self.known.get(step.function, frozenset())

    def _was_told(self, place: int) -> bool:
        return self.story.steps[place].index in self.entered

    def _say_down(self, step: Step, inner: Step, line: int) -> None:
        """How a line comes to a call that is told though others between them are not."""
        if inner.depth == step.depth + 1:
            if line:
                self._say(step, on="into")
            return
        written = self._write_call(inner)
        name = code(written) if written else show_function(inner.function)
        claims = (Claim("invoked", 0, written),) if written else ()
        self._add(line, Told(f"This goes on in the same way, down to {name}.", claims))

    def _sum_calls(self, line: int, passed: list[int]) -> None:
        """The calls that were passed over, by their last steps: the first ones, and the last."""
        known = {self.story.steps[place].function for place in passed} <= self.known.keys()
        calls = (self._tell_call(self.story.steps[place]) for place in passed)
        told = list(dict.fromkeys(call for call in calls if call))
        passed.clear()
        if not told:
            return
        shown = told if len(told) <= CALLS + 1 else [*told[: CALLS - 1], told[-1]]
        words = list_words(text for text, _ in shown)
        if len(shown) < len(told):
            words = f"{', '.join(text for text, _ in shown[:-1])}, and so on; in the end {shown[-1][0]}"
        lead = "This goes as before" if known else "We do not step in here"
        self._add(line, Told(f"{lead}: {words}.", tuple(claim for _, claim in shown)))

    def _tell_call(self, last: Step) -> tuple[str, Claim] | None:
        """A call that is not stepped into: its arguments where they are literals, and what it gave."""
        entered, name = self.story.calls[last.frame], show_function(last.function)
        if last.kind == "yield":
            return f"{name} yields {show(last.value)}", Claim("yielded", 0, last.function, last.value)
        if last.kind != "return" or name_function(last.function) in self.story.generators:
            return None
        if last.function.endswith(".__init__"):
            return None  # it returns nothing that matters
        written = self._write_call(entered)
        if written:
            return f"{code(written)} returns {show(last.value)}", Claim("computed", 0, written, last.value)
        last_name = last.function.rpartition(".")[2]
        name = "the `lambda`" if last_name == "<lambda>" else code(last_name)
        return f"{name} returns {show(last.value)}", Claim("returned", 0, last.function, last.value)

    def _write_call(self, entered: Step) -> str:
        """A call as it could be written down, "" for a method, or where an argument is no short literal."""
        name = name_function(entered.function)
        names = self.story.parameters.get(entered.line, entered.changed)
        arguments = [entered.after[name] for name in names if name in entered.after]
        written = f"{name}({', '.join(arguments)})"
        plain = name.isidentifier() and len(written) <= LONGEST_CALL and all(map(is_literal, arguments))
        return written if plain else ""

    # -- loops ----------------------------------------------------------------------------------

    def _is_loop(self, step: Step) -> bool:
        node = self.story.nodes[step.statement] if step.statement >= 0 else None
        return step.kind == "line" and isinstance(node, (ast.For, ast.While))

    def _loop(self, place: int, end: int) -> int:
        """Tell a loop from its first iteration to the last; the place of what follows."""
        bounds = find_iterations(self.story, place, end)
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

    def _keep(self, bounds: list[tuple[int, int]]) -> set[int]:
        """The iterations that are told: all of few; else the first two, the last, each new path."""
        count = len(bounds)
        if count <= self.loops:
            return set(range(1, count + 1))
        paths: dict[tuple[object, ...], int] = {}
        for number, (start, stop) in enumerate(bounds, 1):
            paths.setdefault(find_path(self.story, start, stop), number)
        new = sorted(paths.values())[: self.paths]
        # At its narrowest even the last one is summed up, with the figures that stand when the loop
        # looks for another; one that leaves the loop from inside has no such moment.
        last = self.paths or count < 3 or leaves(self.story, bounds)
        keep = {1, min(2, self.loops), count if last else 1, *new}
        # A gap of one is told: a summary would be as long.
        return keep | {number for number in range(2, count) if {number - 1, number + 1} <= keep}

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
        others = {
            find_path(self.story, *bound) for number, bound in enumerate(bounds, 1) if number not in run
        }
        if any(find_path(self.story, *bounds[number - 1]) not in others for number in run):
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
    told = {claim.name for claim in said.claims if claim.kind == "computed"}
    node = scene.node
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    roots = {find_root(target) or "" for target in targets if target and scene.source(target) in told}
    named |= roots
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

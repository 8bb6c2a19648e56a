"""Tracing rules: value rules (V), effect rules (E) and narration rules (N), one file each.

A narration rule is `(scene: Scene) -> Said | None`, registered with

    @RULES.add("N004", name="augmented", version=1, on="AugAssign", priority=50)

`on` says what it may speak of: kinds of statements as `ast` names them (`"Assign"`, several
separated by spaces), or kinds of steps that are no statement: `call`, `into`, `return`, `yield`,
`resume`, `exception`, and `part` for the first statement of an `else` or `finally` block. Rules are
asked by priority, the smallest first, then by code; the first that answers speaks. Wordings are
chosen by `scene.pick`, which is seeded, so the same trace always gives the same text.

A value rule is `(value) -> pyx.trace.looks.Look`, registered with `types=("array.array",)`. An effect
rule is `(args, kwargs) -> Iterable[ast.expr]`, registered with `functions=("heapq.heappush",)`: of
the argument expressions of a call it names those whose objects the call may change.

EXAMPLES: value rules `[(expression, text)]`, effect rules `[(code, call)]`, narration rules
`[(code, call, words it says)]`.
"""

from __future__ import annotations

import ast
import re
from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from pyx import literals, registry
from pyx.errors import PluginError
from pyx.records import Claim, digest
from pyx.registry import Plugin
from pyx.rules.story import Node, Story, find_nodes, tell_story
from pyx.trace import expressions
from pyx.trace.steps import Step

__all__ = [
    "LONGEST", "RULES", "Node", "Said", "Scene", "Story", "ask", "check", "code", "find_narration",
    "find_nodes", "find_scenes", "list_words", "name_function", "show", "show_function", "show_names",
    "speak", "tell_story",
]  # fmt: skip

RULES = registry.RULES

LONGEST = 120
"""Characters of the longest value that is written out in a sentence."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a rule says of one step, and the claims it makes, in the order of the words.

    An empty text is silence: no other rule is asked.
    """

    text: str
    claims: tuple[Claim, ...] = ()


@dataclass(frozen=True)
class Scene:
    """One step as a narration rule sees it: what happened, the syntax, and the story around it."""

    story: Story
    step: Step
    node: Node | None = None  # None for a call
    seed: str = ""
    told: frozenset[tuple[str, str]] = frozenset()  # names and values that this paragraph has spoken of
    rule: str = field(default="", compare=False)
    entering: bool = False  # the line is about to call the program itself: see `into`

    @property
    def line(self) -> int:
        return self.step.line

    @property
    def state(self) -> Mapping[str, str]:
        """The names that could be seen when the step began."""
        return ChainMap(dict(self.step.before), dict(self.story.constants))

    @property
    def mutated(self) -> tuple[str, ...]:
        """Names whose value is another than before."""
        step = self.step
        return tuple(
            name for name in step.changed if name in step.after and step.after[name] != step.before.get(name)
        )

    @property
    def given(self) -> tuple[str, ...]:
        """The names that a call begins with, but for functions: those it captured say nothing."""
        step = self.step
        names = (name for name in step.after if name in step.changed)
        return tuple(name for name in names if not step.after[name].startswith(("<function", "<class")))

    def pick(self, *wordings: str) -> str:
        """One of several wordings: always the same one for the same seed and step."""
        return wordings[int(digest(self.seed, self.rule, str(self.step.index)), 16) % len(wordings)]

    def source(self, node: ast.AST) -> str:
        """The program's own words for a node, on one line."""
        found = ast.get_source_segment(self.story.code, node) or ast.unparse(node)
        return found if "\n" not in found else ast.unparse(node)

    def value(self, node: ast.expr | None) -> str | None:
        """The value of an expression when the step began, None when it cannot be known."""
        if node is None:
            return None
        if isinstance(node, ast.Name):
            return self.state.get(node.id)
        if isinstance(node, ast.Call) and len(self.step.callees) == 1 and self.is_helper(node):
            return self.returned(self.step.callees[0])
        try:
            return expressions.evaluate(node, self.state)
        except expressions.Unknown:
            return None

    def is_helper(self, node: ast.expr) -> bool:
        """Whether an expression calls a function of the program by its name."""
        return (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in self.story.functions
        )

    def returned(self, frame: int) -> str | None:
        """What a frame returned, None when it did not, or yields."""
        step = self.story.returns.get(frame)
        return None if step is None or name_function(step.function) in self.story.generators else step.value

    def now(self, name: str) -> str:
        """The value of a name after the step; "" when it has none."""
        return self.step.after.get(name, "")

    def was(self, name: str) -> str:
        """The value of a name before the step; "" when it had none."""
        return self.step.before.get(name, "")

    # -- claims ---------------------------------------------------------------------------------

    def became(self, *names: str) -> tuple[Claim, ...]:
        """The claims that this statement gave each name the value it now has."""
        return tuple(Claim("became", self.line, name, self.now(name)) for name in names)

    def held(self, *names: str) -> tuple[Claim, ...]:
        """The claims that each name has, after this step, the value it has."""
        return tuple(
            Claim("held", self.line, name, self.now(name)) for name in names if name in self.step.after
        )

    def had(self, *names: str) -> tuple[Claim, ...]:
        """The claims that each name had, before this step, the value it had."""
        return tuple(
            Claim("was", self.line, name, self.was(name)) for name in names if name in self.step.before
        )

    def computed(self, node: ast.expr, value: str | None = None) -> tuple[Claim, ...]:
        """The claim that an expression has its value; none where that cannot be known."""
        if isinstance(node, ast.Name) and node.id in self.step.before:
            return self.had(node.id)
        value = self.value(node) if value is None else value
        if value is None or "<opaque " in value:
            return ()
        if self.is_helper(node):
            frames = [self.story.calls[frame] for frame in self.step.callees]
            return (Claim("returned", 0, frames[0].function, value),) if len(frames) == 1 else ()
        return (Claim("computed", self.line, self.source(node), value),)

    def took(self) -> tuple[Claim, ...]:
        """The claim that the body of this statement was entered, or was not."""
        return (Claim("took", self.line, value=str(self.step.taken)),)


def code(text: str) -> str:
    """A text as a code span; one with backticks in it gets a longer fence."""
    fence = "``" if "`" in text else "`"
    pad = " " if "`" in text else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def name_function(name: str) -> str:
    """A function's qualified name as a person says it: without the functions that it stands in."""
    return name.rpartition("<locals>.")[2]


def show_function(name: str) -> str:
    """A function's name in a sentence."""
    return code(name_function(name))


_KINDS = {"[": "a list", "(": "a tuple", "{": "a dict or set"}
_THINGS = {"opaque": "an object of type {}", "function": "the function `{}`", "class": "the class {}"}


def show(value: str) -> str:
    """A value in a sentence: written out, or described: by its kind and size when it is long, by its
    type when it has no literal form.
    """
    if value.endswith("<lambda>>"):
        return "a lambda"
    thing = re.fullmatch(r"<(\w+) ((?:[\w.]|<\w+>)+)>", value)
    if thing and thing[1] in _THINGS:
        name = name_function(thing[2]).rpartition(".")[2]
        return _THINGS[thing[1]].format(name if thing[1] == "function" else name.replace("_", " "))
    if re.search(r"<(function|class|opaque|cycle|deeper|cut) ?", value) and not literals.is_literal(value):
        return f"{_KINDS.get(value[0], 'an object')} that no literal can write"
    if len(value) <= LONGEST:
        return code(value)
    try:
        found = literals.read(value)
        return (
            f"a {type(found).__name__} of {len(found)} {'characters' if isinstance(found, str) else 'items'}"
        )
    except (ValueError, TypeError):
        return "a long value"


def list_words(parts: Iterable[str]) -> str:
    """Parts as English lists them: `a, b and c`."""
    parts = list(parts)
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""


def show_names(scene: Scene, names: Iterable[str]) -> str:
    """Names with the values they now have: "`a` is `1` and `b` is `2`"."""
    return list_words(f"{code(name)} is {show(scene.now(name))}" for name in names)


# -- choosing and checking --------------------------------------------------------------------


def find_narration() -> tuple[Plugin, ...]:
    """The narration rules in the order in which they are asked."""
    from pyx.rules.mistakes import list_kinds

    rules = [plugin for plugin in RULES if plugin.code.startswith("N") and list_kinds(plugin)]
    return tuple(sorted(rules, key=lambda plugin: (plugin.facts.get("priority", 50), plugin.code)))


def speak(scene: Scene, rules: Iterable[Plugin], *, on: str = "") -> tuple[Said, Plugin] | None:
    """What the first rule that has something to say of a scene says, and which rule it was."""
    kind = on or (type(scene.node).__name__ if scene.step.kind == "line" else scene.step.kind)
    for rule in rules:
        if kind not in rule.facts["on"].split():
            continue
        said = ask(rule, replace(scene, rule=rule.code, entering=on == "into"))
        if said is not None:
            return said, rule
    return None


def ask(rule: Plugin, scene: Scene) -> Said | None:
    """What one rule says of a scene; `PluginError` that names the rule when it cannot say it."""
    try:
        said = rule.function(scene)
    except Exception as error:
        why = f"{type(error).__name__}: {error}"
        raise PluginError(f"rule {rule.label} in {rule.module} raises {why}, at line {scene.line}") from error
    if said is None or (isinstance(said, Said) and isinstance(said.text, str) and _are_claims(said.claims)):
        return said
    raise PluginError(
        f"rule {rule.label} in {rule.module} gives {said!r:.80}",
        hint="a narration rule gives None or Said(text, claims): a text and a tuple of claims",
    )


def _are_claims(claims: object) -> bool:
    return isinstance(claims, tuple) and all(isinstance(claim, Claim) for claim in claims)


def find_scenes(story: Story, seed: str = "") -> Iterator[Scene]:
    """A scene for every step of a story."""
    for step in story.steps:
        yield Scene(story, step, story.nodes[step.statement] if step.statement >= 0 else None, seed)


def check(plugin: Plugin) -> Iterator[str]:
    """One line for each example of a rule that does not hold."""
    from pyx.rules.examples import check_examples

    yield from check_examples(plugin)

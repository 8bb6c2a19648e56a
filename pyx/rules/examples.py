"""Whether a rule keeps its examples: recorded in this process, which trusts them.

`pyx rules test` asks more: the sandbox, two hash seeds, the verdict, and sizes.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from pyx.records import Program
from pyx.registry import RULES, Plugin
from pyx.rules import Said, Scene, Story, find_narration, find_scenes, speak, tell_story
from pyx.rules.mistakes import list_kinds
from pyx.trace import looks, plans, recorder, replay, statements
from pyx.trace.steps import steps
from pyx.trace.survey import survey_program

SEEDS = ("", "a", "b", "c", "d", "e")
"""Choices of wording that an example is looked for in."""


def check_examples(plugin: Plugin) -> Iterator[str]:
    """One line for each example that does not hold."""
    kinds: dict[str, Callable[..., Iterator[str]]] = {
        "V": check_value,
        "E": check_effect,
        "N": check_narration,
    }
    if plugin.code[:1] not in kinds:
        yield f"{plugin.module}: code {plugin.code!r} begins with none of V, E, N"
        return
    for example in plugin.examples:
        yield from (
            f"{plugin.code} {plugin.name}: {line}" for line in kinds[plugin.code[0]](plugin, *example)
        )


def check_value(plugin: Plugin, expression: str, text: str) -> Iterator[str]:
    """A value example: the value is shown as the text, and otherwise without the rule."""
    code = write_value_program(expression, plugin.list_names("types"))
    shown, problem = show_value(code, looks.find_rules())
    if problem or shown != text:
        yield f"{expression}{': ' + problem if problem else f' is shown as {shown}, not as {text}'}"
        return
    others = looks.collect_rules(rule for rule in RULES if rule.code != plugin.code)
    if show_value(code, others)[0] == text:
        yield f"{expression}: without the rule it is shown the same"


def show_value(code: str, rules: Mapping[str, looks.Rule]) -> tuple[str, str]:
    """How `x` of a program is shown under some value rules, and what the recorder or its oracle found."""
    tree = ast.parse(code)
    rows = statements.number(tree)
    space: dict[str, Any] = {"__name__": "program"}
    program = compile(tree, "<program>", "exec", dont_inherit=True)
    exec(program, space)
    recording = recorder.record_call(
        space["f"], (), {}, survey=survey_program(program, rows, plans.find_plans(tree)),
        namespace=space, rules=rules,
    )  # fmt: skip
    problem = recording.truncated or replay.check(recording.events, recording.final)
    taken = steps(recorder.to_trace(code, "f()", rows, recording, entry="f"))
    return next((step.after["x"] for step in taken if "x" in step.after), ""), problem


def write_value_program(expression: str, types: Iterable[str]) -> str:
    """A program that gives the value of an expression to a name; it imports the rule's types."""
    places = [name.rpartition(".") for name in types if "." in name]
    imports = "".join(f"from {module} import {name}\nimport {module}\n" for module, _, name in places)
    return f"{imports}def f():\n    x = {expression}\n    return None\n"


def check_effect(plugin: Plugin, code: str, call: str) -> Iterator[str]:
    """An effect example: with the rule nothing that changed goes unseen, and it is asked."""
    trace, recording = recorder.record_text(code, call, effects=plans.find_effects())
    if steps(trace) != steps(recorder.record_text(code, call, blind=True)[0]):
        yield f"{call}: a change went unseen, or was seen too late"
    if problem := replay.check(recording.events, recording.final):
        yield f"{call}: {problem}"
    names, rules, tree = plugin.list_names("functions"), plans.find_effects(), ast.parse(code)
    if rules.get(names[0]) is not plugin.function:
        yield f"{call}: another rule speaks for {names[0]}"
    others = {name: rule for name, rule in rules.items() if rule is not plugin.function}
    statements.number(tree)
    if plans.find_plans(tree, rules) == plans.find_plans(tree, others):
        yield f"{call}: the program calls none of {', '.join(names)}, or the rule foresees nothing there"


def check_narration(plugin: Plugin, code: str, call: str, words: str) -> Iterator[str]:
    """A narration example: this rule speaks, says the words, and without it the text is another."""
    program = Program(code, call.partition("(")[0])
    trace, recording = recorder.record_text(code, call)
    if problem := replay.check(recording.events, recording.final):
        yield f"{call}: {problem}"
    story = tell_story(program, trace, steps(trace))
    told = {seed: [(label, said.text) for label, _, said in say_all(story, seed)] for seed in SEEDS}
    own = {seed: [text for label, text in texts if label == plugin.label] for seed, texts in told.items()}
    if not any(own.values()):
        yield f"{call}: the rule says nothing; {_name_speakers(plugin, story)}"
    elif not any(words in text for texts in own.values() for text in texts):
        yield f"{call}: says {next(iter(own['']), '')!r}, not {words!r}"
    elif [said.text for _, _, said in say_all(story, "", without=plugin)] == [text for _, text in told[""]]:
        yield f"{call}: without the rule the text is the same"


def _name_speakers(plugin: Plugin, story: Story) -> str:
    """Who spoke, of what the rule may speak of, in its stead."""
    kinds = list_kinds(plugin)
    found = {
        f"{rule.code} {rule.name} (priority {rule.facts.get('priority', 50)})"
        for scene in find_scenes(story)
        if (type(scene.node).__name__ if scene.step.kind == "line" else scene.step.kind) in kinds
        for _, rule in filter(None, [speak(scene, find_narration())])
    }
    own = plugin.facts.get("priority", 50)
    return (
        f"its priority is {own}, and {', '.join(sorted(found))} spoke"
        if found
        else "nothing that it may speak of happens"
    )


def say_all(story: Story, seed: str, *, without: Plugin | None = None) -> Iterator[tuple[str, Scene, Said]]:
    """What is said of each step: the label of the rule that speaks, the scene, the words."""
    rules = [rule for rule in find_narration() if without is None or rule.code != without.code]
    for scene in find_scenes(story, seed):
        part = ("part",) if story.begins_part(scene.step) else ()
        for on in (*part, "into", "") if scene.step.callees else (*part, ""):
            found = speak(scene, rules, on=on)
            if found is not None:
                yield found[1].label, scene, found[0]

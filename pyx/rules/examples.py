"""Whether a rule keeps its examples: recorded in this process, which trusts them.

`pyx rules test` asks more: the sandbox, two hash seeds, the verdict, and sizes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from pyx.records import Program
from pyx.registry import Plugin
from pyx.rules import Story, find_narration, find_scenes, speak, tell_story
from pyx.trace import plans, recorder, replay
from pyx.trace.steps import steps

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
    """A value example: the expression's value is shown as the text, through the recorder and its oracle."""
    program = Program(write_value_program(expression, plugin.facts["types"]), "f")
    trace, recording = recorder.record_text(program.code, "f()")
    if problem := replay.check(recording.events, recording.final):
        yield f"{expression}: {problem}"
    shown = next(step.after["x"] for step in steps(trace) if "x" in step.after)
    if shown != text:
        yield f"{expression} is shown as {shown}, not as {text}"


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
    if not any(name.rpartition(".")[2] in code for name in plugin.facts["functions"]):
        yield f"{call}: the program calls none of {', '.join(plugin.facts['functions'])}"
    if plans.find_effects().get(plugin.facts["functions"][0]) is not plugin.function:
        yield f"{call}: another rule speaks for {plugin.facts['functions'][0]}"


def check_narration(plugin: Plugin, code: str, call: str, words: str) -> Iterator[str]:
    """A narration example: this rule speaks, says the words, and without it the text is another."""
    program = Program(code, call.partition("(")[0])
    trace, recording = recorder.record_text(code, call)
    if problem := replay.check(recording.events, recording.final):
        yield f"{call}: {problem}"
    story = tell_story(program, trace, steps(trace))
    told = {seed: list(say_all(story, seed)) for seed in SEEDS}
    own = {seed: [text for label, text in said if label == plugin.label] for seed, said in told.items()}
    if not any(own.values()):
        yield f"{call}: the rule says nothing"
    elif not any(words in text for texts in own.values() for text in texts):
        yield f"{call}: says {next(iter(own['']), '')!r}, not {words!r}"
    elif [text for _, text in say_all(story, "", without=plugin)] == [text for _, text in told[""]]:
        yield f"{call}: without the rule the text is the same"


def say_all(story: Story, seed: str, *, without: Plugin | None = None) -> Iterator[tuple[str, str]]:
    """What is said of each step, with the label of the rule that speaks."""
    rules = [rule for rule in find_narration() if without is None or rule.code != without.code]
    for scene in find_scenes(story, seed):
        for on in ("into", "") if scene.step.callees else ("",):
            found = speak(scene, rules, on=on)
            if found is not None:
                yield found[1].label, found[0].text

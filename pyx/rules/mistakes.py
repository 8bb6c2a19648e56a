"""What is wrong with a rule before it is even tried: its code, page, facts, parameters, EXAMPLES.

Not a rule: what `pyx rules test` looks at first.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable, Iterator

from pyx.errors import PluginError, nearest
from pyx.registry import Plugin

STEPS = ("part", "call", "into", "return", "yield", "resume", "exception", "ExceptHandler", "match_case")
KINDS = frozenset((*STEPS, *(kind.__name__ for kind in ast.stmt.__subclasses__())))
"""What a narration rule may speak of."""

WORDS = {"V": "a value rule", "E": "an effect rule", "N": "a narration rule"}
SHAPES = {"V": ("expression", "text"), "E": ("code", "call"), "N": ("code", "call", "words")}
PARAMETERS = {"V": ("value",), "E": ("args", "kwargs"), "N": ("scene",)}


def find_mistakes(plugin: Plugin) -> Iterator[str]:
    """One line for each mistake in how a rule is declared."""
    if not re.fullmatch(r"[VEN]\d{3}", plugin.code):
        yield f"its code is {plugin.code!r}, and should be V, E or N and three digits, like 'N900'"
        return
    for check in (_check_page, _check_parameters, _check_facts, _check_examples):
        yield from check(plugin)


def _check_page(plugin: Plugin) -> Iterator[str]:
    if not plugin.doc:
        yield "its function has no docstring, which is its page: say in one sentence what it is for"
    if type(plugin.version) is not int or plugin.version < 1:
        yield f"version is {plugin.version!r}, and should be 1, 2, ..."


def _check_parameters(plugin: Plugin) -> Iterator[str]:
    names = PARAMETERS[plugin.code[0]]
    try:
        inspect.signature(plugin.function).bind(*names)
    except TypeError:
        yield f"{WORDS[plugin.code[0]]} is called with ({', '.join(names)}), and this one cannot be"


def _check_facts(plugin: Plugin) -> Iterator[str]:
    read: dict[str, Callable[[], object]] = {
        "V": lambda: plugin.list_names("types"),
        "E": lambda: plugin.list_names("functions"),
        "N": lambda: list_kinds(plugin),
    }
    try:
        read[plugin.code[0]]()
    except PluginError as error:
        yield f"{str(error).rpartition(': ')[2]}; {error.hint}"


def list_kinds(plugin: Plugin) -> tuple[str, ...]:
    """The statements and steps that a narration rule speaks of; `PluginError` where it names none."""
    said, place = plugin.facts.get("on"), f"{plugin.kind} {plugin.code} in {plugin.module}"
    if not isinstance(said, str) or not said.split():
        what = f"on is {said!r}" if "on" in plugin.facts else "on is missing"
        raise PluginError(f"{place}: {what}", hint='name what it speaks of, as in on="Assign AugAssign"')
    for kind in said.split():
        if kind not in KINDS:
            hint = nearest(kind, KINDS).partition("? ")[0]
            raise PluginError(f"{place}: on names {kind!r}, which is no statement or step", hint=hint)
    return tuple(said.split())


def _check_examples(plugin: Plugin) -> Iterator[str]:
    shape = SHAPES[plugin.code[0]]
    wanted = f"{WORDS[plugin.code[0]]} has a list of ({', '.join(shape)}), all of them texts"
    try:
        examples = plugin.examples
    except TypeError:
        yield f"EXAMPLES is no list: {wanted}"
        return
    if not examples:
        yield f"EXAMPLES is empty: {wanted}"
    for number, example in enumerate(examples):
        right = isinstance(example, (tuple, list)) and len(example) == len(shape)
        if not right or not all(isinstance(part, str) for part in example):
            yield f"EXAMPLES[{number}] is {example!r:.80}: {wanted}"
            return

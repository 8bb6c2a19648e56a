"""Recipes: the steps of a run as TOML, checked whole before anything runs.

    name = "smoke"
    seeds = ["package:pyx.samples"]

    [[step]]
    use = "trace"     # a stage by name
    version = 1       # optional: refuse to run with another version of the stage
    events = 2000     # every other key is one of the stage's keyword-only options

Every error names the file, the step, the value and the way out.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from typing import Any

from pyx.errors import PluginError, RecipeError, nearest
from pyx.options import Option, accepts, name_type
from pyx.registry import SEEDS, STAGES, Plugin


@dataclass(frozen=True, slots=True)
class Step:
    """One step: a stage and the options that the recipe sets."""

    use: str
    options: dict[str, Any]
    plugin: Plugin


@dataclass(frozen=True, slots=True)
class Recipe:
    """A checked recipe."""

    name: str
    about: str
    seeds: tuple[str, ...]
    steps: tuple[Step, ...]
    text: str  # the TOML as written


def list_recipes() -> list[str]:
    """The names of the recipes that ship with pyx."""
    folder = resources.files("pyx.recipes")
    return sorted(item.name.removesuffix(".toml") for item in folder.iterdir() if item.name.endswith(".toml"))


def load(name: str, *, seeds: Sequence[str] = ()) -> Recipe:
    """Load and check a recipe: a shipped one by name, or the path of a TOML file.

    `seeds`, when given, stand in for those of the recipe. Raises `RecipeError`.
    """
    file, text = _read(name)
    recipe = parse(text, file=file)
    if seeds:
        recipe = replace(recipe, seeds=tuple(seeds))
    if not recipe.seeds:
        raise RecipeError(f"{file}: no seeds", hint="add seeds = [...] or give --seeds KIND:ARGUMENT")
    _check_seeds(recipe.seeds, file)
    return recipe


def _read(name: str) -> tuple[str, str]:
    if name in list_recipes():
        file = f"{name}.toml"
        return file, resources.files("pyx.recipes").joinpath(file).read_text("utf-8")
    path = Path(name)
    if not path.is_file():
        hint = f"{nearest(name, list_recipes())}, or give a .toml file"
        raise RecipeError(f"no recipe {name!r}", hint=hint)
    try:
        return path.name, path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RecipeError(f"cannot read recipe {name!r}: {error}") from None


def check_release(recipe: Recipe) -> None:
    """Raise `RecipeError` unless what the steps give together is enough for a release."""
    given = {fact for step in recipe.steps for fact in step.plugin.facts.get("gives", ())}
    for need, use in (("outcomes", "execute"), ("split", "split")):
        if need not in given:
            raise RecipeError(f"recipe {recipe.name}: no step gives {need}", hint=f'add use = "{use}"')


def parse(text: str, *, file: str = "recipe") -> Recipe:
    """The recipe of a TOML text; its seeds are not looked at."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RecipeError(f"{file}: {error}") from None
    _check_table(table, file)
    if not re.fullmatch(r"\w[\w.-]*", table.get("name", "x")):
        raise RecipeError(
            f"{file}: name = {table['name']!r} is no name", hint="use letters, digits, . _ and -"
        )
    steps = []
    given = {"text"}
    for number, row in enumerate(table["step"], 1):
        step = _parse_step(row, f"{file}, step {number}")
        _check_needs(step, given, f"{file}, step {number} ({step.use})")
        given |= set(step.plugin.facts.get("gives", ()))
        steps.append(step)
    name = table.get("name", file.removesuffix(".toml"))
    return Recipe(name, table.get("about", ""), tuple(table.get("seeds", ())), tuple(steps), text)


_KEYS = {"name": str, "about": str, "seeds": list[str], "step": list[dict[str, Any]]}


def _check_table(table: dict[str, Any], file: str) -> None:
    for key, value in table.items():
        if key not in _KEYS:
            raise RecipeError(f"{file}: no key {key!r}", hint=nearest(key, _KEYS))
        if not accepts(_KEYS[key], value):
            raise RecipeError(f"{file}: {key} = {value!r} is not {name_type(_KEYS[key])}")
    if not table.get("step"):
        raise RecipeError(f"{file}: no steps", hint='add [[step]] with use = "extract", ...')


def _parse_step(row: dict[str, Any], place: str) -> Step:
    options = dict(row)
    use = options.pop("use", None)
    if not isinstance(use, str):
        raise RecipeError(f"{place}: no use", hint='say which stage: use = "filter"')
    try:
        plugin = STAGES.find(use)
    except PluginError as error:
        raise RecipeError(f"{place}: {error}", hint=error.hint) from None
    place = f"{place} ({use})"
    version = options.pop("version", plugin.version)
    if version != plugin.version:
        raise RecipeError(
            f"{place}: version {version!r} is wanted, this pyx has {plugin.version}",
            hint="install the pyx that has it, or drop the line",
        )
    check_options(plugin.options, options, place)
    _check_further(plugin, options, place)
    return Step(use, options, plugin)


def check_options(known: dict[str, Option], options: dict[str, Any], place: str) -> None:
    """Raise `RecipeError` for an option that is unknown, of the wrong type or missing."""
    for name, value in options.items():
        if name not in known:
            raise RecipeError(f"{place}: no option {name!r}; {nearest(name, known)}")
        if fault := known[name].find_fault(value):
            raise RecipeError(f"{place}: {name} = {value!r} is {fault}")
    for option in known.values():
        if option.required and option.name not in options:
            raise RecipeError(f"{place}: option {option.name!r} is missing; it is {name_type(option.type)}")


def _check_further(plugin: Plugin, options: dict[str, Any], place: str) -> None:
    """Let a stage check what its options name, such as other plug-ins."""
    check = plugin.facts.get("check")
    if check is None:
        return
    try:
        check(**options)
    except (PluginError, RecipeError) as error:
        raise RecipeError(f"{place}: {error}", hint=error.hint) from None


def _check_needs(step: Step, given: set[str], place: str) -> None:
    needs = step.plugin.facts.get("needs", ())
    for need in needs(**step.options) if callable(needs) else needs:
        if need not in given:
            makers = [plugin.name for plugin in STAGES if need in plugin.facts.get("gives", ())]
            raise RecipeError(
                f"{place}: needs {need}, which no step before it gives",
                hint=f"put {' or '.join(map(repr, makers)) or 'a stage that gives it'} before it",
            )


def _check_seeds(seeds: Iterable[str], file: str) -> None:
    for spec in seeds:
        try:
            find_seeds(spec)
        except PluginError as error:
            raise RecipeError(f"{file}: seeds {spec!r}: {error}", hint=error.hint) from None


def find_seeds(spec: str) -> tuple[Plugin, str]:
    """The reader and the argument of "KIND" or "KIND:ARGUMENT"."""
    kind, _, argument = spec.partition(":")
    return SEEDS.find(kind), argument

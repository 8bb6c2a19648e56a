"""Checked forms of library functions that read attributes by name, or write code from names.

One function a name, `module_name` with the dots of the module left out (`operator_attrgetter`);
`find` is how a facade gets at them.
"""

from __future__ import annotations

import functools
import importlib
import keyword
import types
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pyx.sandbox import classes, names, tamed
from pyx.sandbox.classes import exact_name, is_own
from pyx.sandbox.guards import guard_get, guard_write
from pyx.sandbox.refusals import PROGRAM, refuse


def plain_name(name: object, what: str) -> str:
    """An exact `str` that is an identifier and no keyword: safe to be written into code."""
    text = str.__str__(name) if isinstance(name, str) else ""
    if not text.isidentifier() or keyword.iskeyword(text):
        refuse("class-making", f"it makes a {what} with a field that is no name")
    if names.find_problem(text):
        refuse("class-making", f"it makes a {what} with the field {text}")
    return text


def collections_namedtuple(
    typename: str, field_names: Any, *, rename: bool = False, defaults: Any = None, module: Any = None
) -> Any:
    """`collections.namedtuple` with its names checked before it writes code from them."""
    import collections

    if isinstance(field_names, str):
        field_names = str.__str__(field_names).replace(",", " ").split()
    texts = [str.__str__(name) if isinstance(name, str) else str(name) for name in field_names]
    if any(type(text) is not str for text in texts) or any(names.find_problem(text) for text in texts):
        refuse("class-making", "it makes a named tuple with a field that may not be read")
    title = str.__str__(typename) if isinstance(typename, str) else str(typename)
    del module  # a class of the program is of the program
    return collections.namedtuple(title, texts, rename=rename, defaults=defaults, module=PROGRAM)


def operator_attrgetter(*attributes: str) -> Callable[[Any], Any]:
    """`operator.attrgetter` that reads as the program may."""
    import operator

    paths = [exact_name(attribute).split(".") for attribute in attributes]
    for name in (name for path in paths for name in path):
        if problem := names.find_problem(name):
            refuse(*problem)
    if not any(name in names.GUARDED or name.startswith("_") for path in paths for name in path):
        return operator.attrgetter(*attributes)

    def read(value: Any) -> Any:
        found = [functools.reduce(guard_get, path, value) for path in paths]
        return found[0] if len(found) == 1 else tuple(found)

    return read


def operator_methodcaller(name: str, /, *args: Any, **kwargs: Any) -> Callable[[Any], Any]:
    """`operator.methodcaller` that reads as the program may."""
    import operator

    if problem := names.find_problem(exact_name(name)):
        refuse(*problem)
    if name not in names.GUARDED and not name.startswith("_"):
        return operator.methodcaller(name, *args, **kwargs)
    return lambda value: guard_get(value, name)(*args, **kwargs)


def functools_update_wrapper(wrapper: Any, wrapped: Any, assigned: Any = None, updated: Any = None) -> Any:
    """`functools.update_wrapper` that copies what it copies by default, onto what the program made."""
    if assigned is not None or updated is not None:
        refuse("dunder-attribute", "it chooses the attributes that update_wrapper copies")
    return functools.update_wrapper(guard_write(wrapper), wrapped)


def functools_wraps(wrapped: Any, assigned: Any = None, updated: Any = None) -> Callable[[Any], Any]:
    """`functools.wraps`, likewise."""
    return lambda wrapper: functools_update_wrapper(wrapper, wrapped, assigned, updated)


def functools_singledispatch(function: Callable[..., Any]) -> Any:
    """`functools.singledispatch` that never evaluates an annotation."""
    dispatcher: Any = functools.singledispatch(function)
    register = dispatcher.register

    def checked(cls: Any, func: Any = None) -> Any:
        if func is not None or isinstance(cls, (type, types.UnionType)):
            return register(cls, func)
        kind = next(iter(getattr(cls, "__annotations__", {}).values()), None)
        if not isinstance(kind, (type, types.UnionType)):
            refuse("annotation", "it registers a function whose first annotation is no class")
        return register(kind, cls)

    dispatcher.register = checked
    return dispatcher


def functools_singledispatchmethod(function: Callable[..., Any]) -> Any:
    """`functools.singledispatchmethod`, likewise."""
    method: Any = functools.singledispatchmethod(function)
    method.dispatcher = functools_singledispatch(function)
    return method


def dataclasses_dataclass(cls: Any = None, /, **options: Any) -> Any:
    """`dataclasses.dataclass` with every field name checked before it writes code from them."""
    if cls is None:
        return lambda cls: dataclasses_dataclass(cls, **options)
    import dataclasses

    if not is_own(cls) or not isinstance(cls, type):
        refuse("class-making", "it makes a dataclass of a class that is not its own")
    for base in cls.__mro__:
        _check_fields(vars(base))
    return dataclasses.dataclass(cls, **options)


def _check_fields(body: Mapping[str, Any]) -> None:
    for name in body.get("__annotations__", {}):
        plain_name(name, "dataclass")
    for name, item in body.get("__dataclass_fields__", {}).items():
        if plain_name(item.name, "dataclass") != name:
            refuse("class-making", "it renames a field of a dataclass")


def dataclasses_fields(thing: Any) -> Any:
    """`dataclasses.fields`, each a copy: a changed field changes no class."""
    import copy
    import dataclasses

    return tuple(copy.copy(item) for item in dataclasses.fields(thing))


def typing_NamedTuple(typename: str, fields: Iterable[tuple[str, Any]]) -> Any:
    """`typing.NamedTuple`, called, with its names checked."""
    import typing

    pairs = [(plain_name(name, "named tuple"), kind) for name, kind in fields]
    made = typing.NamedTuple(str(typename), pairs)  # type: ignore[misc]
    made.__module__ = PROGRAM
    return made


def typing_TypedDict(typename: str, fields: dict[str, Any], *, total: bool = True) -> Any:
    """`typing.TypedDict`, called, with its names checked."""
    import typing

    pairs = {plain_name(name, "typed dict"): kind for name, kind in fields.items()}
    made: Any = typing.TypedDict(str(typename), pairs, total=total)  # type: ignore[misc]
    made.__module__ = PROGRAM
    return made


def _take_base(made: Any, name: str) -> None:
    """Let `class P(NamedTuple)` find the real base when it names the checked form."""

    def find_bases(bases: tuple[Any, ...]) -> tuple[Any, ...]:
        import typing

        real = getattr(typing, name)
        return tuple(real.__mro_entries__(tuple(real if base is made else base for base in bases)))

    made.__mro_entries__ = find_bases


_take_base(typing_NamedTuple, "NamedTuple")
_take_base(typing_TypedDict, "TypedDict")


@functools.cache
def check_enums() -> None:
    """Let `Enum("X", names)` take ordinary names only: others would become special methods unseen."""
    import enum

    create = enum.EnumMeta.__dict__["_create_"]

    def checked(cls: Any, class_name: Any, names: Any, **options: Any) -> Any:
        if isinstance(names, str):
            names = str.__str__(names).replace(",", " ").split()
        items = list(names.items()) if isinstance(names, Mapping) else list(names)
        if options.setdefault("module", None) not in (None, PROGRAM):
            refuse("class-making", "it makes an enumeration that claims to be of another module")
        for item in items:
            exact = item if isinstance(item, str) else item[0]
            if type(exact) is not str or exact.startswith("_"):
                refuse("class-making", "it makes an enumeration with a special name")
        return create(cls, class_name, items, **(options | {"module": PROGRAM}))

    enum.EnumMeta._create_ = checked  # type: ignore[attr-defined]


def find(module: str, name: str) -> Any:
    """The checked form of a library name; `AttributeError` when there is none."""
    if (module, name) == ("abc", "ABCMeta"):
        return classes.ABCMeta
    if module == "enum":
        check_enums()
        return getattr(importlib.import_module(module), name)
    if module == "random" and name != "Random":
        return getattr(tamed.shared_random(), name)
    key = f"{module.replace('.', '')}_{name}"
    return globals()[key] if key in globals() else getattr(tamed, key)

"""Checked forms of library functions that read attributes by name, or write code from names.

One function a name, `module_name` with the dots of the module left out (`operator_attrgetter`);
`find` is how a facade gets at them.
"""

from __future__ import annotations

import abc
import functools
import keyword
import random
import sys
import types
from abc import ABCMeta as RealABCMeta
from collections.abc import Callable, Iterable
from typing import Any

from pyx.sandbox import names
from pyx.sandbox.refusals import PROGRAM, refuse


class ABCMeta(abc.ABCMeta):
    """`abc.ABCMeta` that refuses a class body which a class statement could not have."""

    def __new__(mcls, name: Any, bases: Any, body: Any, /, **keywords: Any) -> Any:
        from pyx.sandbox.guards import check_class_name

        for key, value in dict(body).items():
            if key not in ("__annotations__", "__classcell__", "__firstlineno__", "__static_attributes__",
                           "__orig_bases__", "__type_params__", "__annotate__", "__annotate_func__"):  # fmt: skip
                check_class_name(key, value)
        return super().__new__(mcls, name, bases, body, **keywords)

    def __init_subclass__(mcls, **_: Any) -> None:
        refuse("metaclass", "it makes a metaclass")


ABCMeta.__module__ = "abc"


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

    from pyx.sandbox.guards import exact_name, guard_get

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

    from pyx.sandbox.guards import exact_name, guard_get

    if problem := names.find_problem(exact_name(name)):
        refuse(*problem)
    if name not in names.GUARDED and not name.startswith("_"):
        return operator.methodcaller(name, *args, **kwargs)
    return lambda value: guard_get(value, name)(*args, **kwargs)


_COPIED = functools.WRAPPER_ASSIGNMENTS


def functools_update_wrapper(wrapper: Any, wrapped: Any, assigned: Any = None, updated: Any = None) -> Any:
    """`functools.update_wrapper` that copies what it copies by default, and nothing chosen."""
    if assigned is not None or updated is not None:
        refuse("dunder-attribute", "it chooses the attributes that update_wrapper copies")
    return functools.update_wrapper(wrapper, wrapped)


def functools_wraps(wrapped: Any, assigned: Any = None, updated: Any = None) -> Any:
    """`functools.wraps`, likewise."""
    if assigned is not None or updated is not None:
        refuse("dunder-attribute", "it chooses the attributes that wraps copies")
    return functools.wraps(wrapped)


def functools_singledispatch(function: Callable[..., Any]) -> Any:
    """`functools.singledispatch` that never evaluates an annotation."""
    dispatcher = functools.singledispatch(function)
    register = dispatcher.register

    def checked(cls: Any, func: Any = None) -> Any:
        if func is None and not isinstance(cls, type) and not isinstance(cls, types.UnionType):
            first = next(iter(getattr(cls, "__annotations__", {}).values()), None)
            if not isinstance(first, (type, types.UnionType)):
                refuse("annotation", "it registers a function whose annotation is text")
            return register(first, cls)
        return register(cls, func)

    dispatcher.register = checked
    return dispatcher


def functools_singledispatchmethod(function: Callable[..., Any]) -> Any:
    """`functools.singledispatchmethod`, likewise."""
    method: Any = functools.singledispatchmethod(function)
    method.dispatcher = functools_singledispatch(function)
    return method


def dataclasses_dataclass(cls: Any = None, /, **options: Any) -> Any:
    """`dataclasses.dataclass` with every field name checked before it writes code from them."""
    import dataclasses

    def make(cls: Any) -> Any:
        for base in cls.__mro__:
            for name in base.__dict__.get("__annotations__", {}):
                plain_name(name, "dataclass")
            for name, item in base.__dict__.get("__dataclass_fields__", {}).items():
                if plain_name(item.name, "dataclass") != name:
                    refuse("class-making", "it renames a field of a dataclass")
        return dataclasses.dataclass(cls, **options)

    return make if cls is None else make(cls)


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


# the class forms `class P(NamedTuple)` and `class P(TypedDict)` take their bases from these
def _class_form(name: str) -> Callable[[tuple[Any, ...]], tuple[Any, ...]]:
    def entries(bases: tuple[Any, ...]) -> tuple[Any, ...]:
        import typing

        real = getattr(typing, name)
        return tuple(real.__mro_entries__(tuple(real if base is globals()[f"typing_{name}"] else base for base in bases)))

    return entries


typing_NamedTuple.__mro_entries__ = _class_form("NamedTuple")  # type: ignore[attr-defined]
typing_TypedDict.__mro_entries__ = _class_form("TypedDict")  # type: ignore[attr-defined]


def time_sleep(seconds: float) -> None:
    """`time.sleep` is refused: a result never needs it."""
    refuse("side-effect", f"it sleeps for {seconds!r} seconds")


def sys_setrecursionlimit(limit: int) -> None:
    """`sys.setrecursionlimit`, kept to what the child's stack can bear."""
    sys.setrecursionlimit(max(min(limit, 20_000), sys.getrecursionlimit()))


class _Stream:
    """`sys.stdout` as programs have it: it can be written to, and that is all."""

    def write(self, text: str) -> int:
        print(text, end="")
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        pass  # what was printed is read when the program has ended


sys_stdout = _Stream()


class _Random(random.Random):
    """`random.Random` that draws nothing before it has a seed."""

    seeded = False

    def __init__(self, seed: Any = None) -> None:
        super().__init__(0)
        if seed is not None:
            self.seed(seed)

    def seed(self, a: Any = None, version: int = 2) -> None:
        if self.__dict__.get("_begun") is None:
            self.__dict__["_begun"] = True  # the call that random.Random makes itself
            super().seed(0)
            return
        if type(a) not in (int, float, str, bytes, bytearray, bool):
            refuse("unseeded-random", "it seeds random numbers with what is no number or text")
        super().seed(a, version)
        self.seeded = True

    def setstate(self, state: Any) -> None:
        super().setstate(state)
        self.seeded = True

    def random(self) -> float:
        return super().random() if self.seeded else self._refuse()

    def getrandbits(self, k: int, /) -> int:
        return super().getrandbits(k) if self.seeded else self._refuse()

    def _refuse(self) -> Any:
        refuse("unseeded-random", "it draws a random number before random.seed(n)")


_Random.__name__ = _Random.__qualname__ = "Random"
_Random.__module__ = "random"
random_Random = _Random


def find(module: str, name: str) -> Any:
    """The checked form of a library name; `KeyError` when there is none."""
    if module == "abc" and name == "ABCMeta":
        return ABCMeta
    if module == "random" and name != "Random":
        return getattr(_stream_of(), name)
    return globals()[f"{module.replace('.', '')}_{name}"]


@functools.cache
def _stream_of() -> _Random:
    return _Random()

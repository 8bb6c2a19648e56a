"""Classes as programs have them: `type` and `ABCMeta` that make no class a class statement could not.

A class body that says `__match_args__ = ("gi_frame",)` would let a pattern read a frame, so names
that reach a class in any other way than by a checked class statement are checked here.
"""

from __future__ import annotations

import abc
import builtins
import types
from typing import Any, NoReturn

from pyx.sandbox import names
from pyx.sandbox.refusals import PROGRAM, refuse

_IMMUTABLE, _HEAP = 1 << 8, 1 << 9  # bits of type.__flags__


class TypeMeta(type):
    """Makes `Type` behave as `type` does, except that it checks the classes it makes."""

    def __call__(cls, *args: Any, **keywords: Any) -> Any:
        if len(args) == 1 and not keywords:
            return find_class(args[0])
        return make_class(*args, **keywords)

    def __instancecheck__(cls, value: object) -> bool:
        return isinstance(value, type)

    def __subclasscheck__(cls, value: type) -> bool:
        return value is Type or issubclass(value, type)

    def __eq__(cls, other: object) -> bool:
        return other is Type or other is type

    def __hash__(cls) -> int:
        return hash(type)

    def __repr__(cls) -> str:
        return "<class 'type'>"


class Type(metaclass=TypeMeta):
    """`type` as programs have it."""

    def __init_subclass__(cls, **_: Any) -> NoReturn:
        refuse("metaclass", "it makes a metaclass")

    def __class_getitem__(cls, item: Any) -> types.GenericAlias:
        return types.GenericAlias(cls, item)


Type.__name__ = Type.__qualname__ = "type"
Type.__module__ = "builtins"


class ABCMeta(abc.ABCMeta):
    """`abc.ABCMeta` that refuses a class body which a class statement could not have."""

    def __new__(mcls, name: Any, bases: Any, body: Any, /, **keywords: Any) -> Any:
        for key, value in dict(body).items():
            if key not in _MADE_BY_PYTHON:
                check_member(key, value)
        return super().__new__(mcls, name, bases, body, **keywords)

    def __init_subclass__(mcls, **_: Any) -> NoReturn:
        refuse("metaclass", "it makes a metaclass")


ABCMeta.__module__ = "abc"

_MADE_BY_PYTHON = frozenset({
    "__annotations__", "__classcell__", "__firstlineno__", "__static_attributes__", "__orig_bases__",
    "__type_params__", "__parameters__", "__annotate__", "__annotate_func__", "__dataclass_fields__",
    "__dataclass_params__", "__getstate__", "__setstate__", "__replace__", "__weakref__",
    "__conditional_annotations__", "__classdictcell__",
})  # fmt: skip
"""What class statements and dataclasses put into a body by themselves."""


def find_class(value: Any) -> type:
    """The class of a value, as `type(value)` gives it; metaclasses are never handed out."""
    kind: type = type(value)
    return find_public(kind) if issubclass(kind, type) else kind


def find_public(kind: type) -> type:
    """What a program has in place of a class: `Type` for `type`, most often the class itself."""
    if not issubclass(kind, type) or kind is ABCMeta:
        return kind
    if kind is type or kind is TypeMeta:
        return Type
    if kind is abc.ABCMeta:
        return ABCMeta
    refuse("metaclass", f"it asks for the metaclass {kind.__name__}")


class Classes(dict[type, type]):
    """`find_public` as a table, which `type(value)` is rewritten to: a call would cost five times as much."""

    def __missing__(self, kind: type) -> type:
        self[kind] = public = find_public(kind)
        return public


def make_class(*args: Any, **keywords: Any) -> Any:
    """`type(name, bases, body)` for a program: a class that a class statement could have made."""
    if len(args) != 3:
        raise TypeError("type() takes 1 or 3 arguments")
    name, bases, body = args[0], tuple(args[1]), dict(args[2])
    for key, value in body.items():
        check_member(key, value)
    if "metaclass" in keywords or any(isinstance(base, type) and issubclass(base, type) for base in bases):
        refuse("metaclass", "it makes a class with a metaclass")
    if isinstance(name, str):
        name = str.__str__(name)
    return type(name, bases, {"__module__": PROGRAM, **body}, **keywords)


def check_member(key: Any, value: Any) -> None:
    """Refuse what a class body may not bind."""
    key = exact_name(key)
    if key in ("__module__", "__qualname__"):
        if type(value) is not str or (key == "__module__" and value != PROGRAM):
            refuse("class-making", f"it makes a class with a {key} of its own")
    elif key in ("__slots__", "__match_args__"):
        _check_fields(key, value)
    elif names.is_dunder(key) and key not in names.CLASS_NAMES:
        refuse("class-making", f"it makes a class with {key}")
    elif problem := names.find_problem(key):
        refuse(*problem)


def _check_fields(key: str, value: Any) -> None:
    if type(value) not in (str, tuple, list):
        refuse("class-making", f"it makes a class whose {key} is no plain sequence")
    for item in [value] if isinstance(value, str) else value:
        if not names.may_be_field(exact_name(item)):
            refuse("class-making", f"it makes a class whose {key} holds {item}")


def exact_name(name: object) -> str:
    """The text of an attribute name; a subclass of str could say another thing each time."""
    if type(name) is str:
        return name
    if isinstance(name, str):
        refuse("dunder-attribute", "it names an attribute by a subclass of str")
    raise TypeError(f"attribute name must be string, not '{type(name).__name__}'")


def is_own(value: object) -> bool:
    """Whether the program made a value: an instance of its classes, its class or its function."""
    kind = type(value)
    if kind.__module__ == PROGRAM:
        return True
    if isinstance(value, (type, types.FunctionType)):
        return value.__module__ == PROGRAM
    return False


def is_fixed(value: object) -> bool:
    """Whether Python itself lets nobody set an attribute of a value."""
    if isinstance(value, type):
        return bool(value.__flags__ & _IMMUTABLE)
    kind = type(value)
    return not kind.__flags__ & _HEAP and not kind.__dictoffset__


def build_class(function: Any, name: str, *bases: Any, **keywords: Any) -> Any:
    """`__build_class__` for a program: what a base really is shows only when it is asked for."""
    for base in types.resolve_bases(bases):
        if isinstance(base, type) and issubclass(base, type):
            refuse("metaclass", f"class {name} is a metaclass")
    made = builtins.__build_class__(function, name, *bases, **keywords)
    if isinstance(made, type) and "__match_args__" in vars(made):
        _check_fields("__match_args__", vars(made)["__match_args__"])
    return made


def check_new(found: Any) -> Any:
    """`__new__` of a class, and never of a metaclass, however it was come by."""
    owner = getattr(found, "__self__", None)
    if isinstance(owner, type) and issubclass(owner, type):
        refuse("metaclass", "it makes a class past the class statement")
    if not isinstance(found, types.FunctionType) or is_own(found):
        return found

    def new(cls: Any, *args: Any, **keywords: Any) -> Any:
        if isinstance(cls, type) and issubclass(cls, type):
            refuse("metaclass", "it makes a class past the class statement")
        return found(cls, *args, **keywords)

    return new


def check_register(found: Any) -> Any:
    """`register` of an abstract class takes classes of the program only."""
    if getattr(found, "__func__", found) is not abc.ABCMeta.register:
        return found
    if not isinstance(found, types.MethodType):
        refuse("metaclass", "it registers a class past its abstract class")

    def register(subclass: Any) -> Any:
        if not is_own(subclass):
            refuse("introspection", "it registers a class that it did not make")
        return found(subclass)

    return register

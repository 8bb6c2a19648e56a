"""The guards that a program meets when it reads, sets or names an attribute while it runs.

Each gives what Python would have given, or refuses the program. A guard is never part of the
program's code object, so a recorder of that code sees nothing of it.
"""

from __future__ import annotations

import builtins
import decimal
import types
from collections import UserString
from collections.abc import Mapping
from string import Formatter
from typing import Any, NoReturn

from RestrictedPython.Guards import safe_builtins

from pyx.sandbox import names
from pyx.sandbox.refusals import PROGRAM, refuse

_class_of = object.__dict__["__class__"].__get__
_MISSING = object()


class Facade:
    """Stands for a module: has the names of its list and no others, and cannot be changed."""

    def __init__(self, name: str, members: Mapping[str, object], hidden: frozenset[str]) -> None:
        fill = {"__name__": name, "__all__": sorted(members.keys() & hidden) or sorted(members), **members}
        object.__setattr__(self, "__dict__", fill)

    def __getattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")

    def __repr__(self) -> str:
        return f"<module {self.__name__!r}>"


# A facade's type shows itself in values as the type of a module does.
Facade.__name__ = Facade.__qualname__ = "module"
Facade.__module__ = "builtins"


def is_own(value: object) -> bool:
    """Whether the program made a value: an instance of its classes, its class or its function."""
    kind = type(value)
    if kind.__module__ == PROGRAM:
        return True
    if isinstance(value, type):
        return value.__module__ == PROGRAM
    return kind is types.FunctionType and value.__module__ == PROGRAM


_OPEN_TYPES = (types.SimpleNamespace, decimal.Context, BaseException)


def guard_write(value: Any) -> Any:
    """The object whose attribute is about to be set, if the program may set it."""
    kind = type(value)
    if kind.__module__ == PROGRAM or isinstance(value, _OPEN_TYPES) or is_own(value):
        return value
    if getattr(value, "__wrapped__", None) is not None and is_own(value.__wrapped__):
        return value  # a function of the program under a decorator such as functools.cache
    refuse("attribute-store", f"it sets an attribute of a {kind.__name__}, which it did not make")


def exact_name(name: object) -> str:
    """The text of an attribute name; a subclass of str could say another thing each time."""
    if type(name) is not str:
        if isinstance(name, str):
            refuse("dunder-attribute", "it names an attribute by a subclass of str")
        raise TypeError("attribute name must be string, not " + repr(type(name).__name__))
    return name


def guard_get(value: Any, name: Any, default: Any = _MISSING) -> Any:
    """`getattr` for a program, and what the guarded loads of its text become."""
    name = exact_name(name)
    if problem := names.find_problem(name):
        refuse(*problem)
    if name in names.GUARDED:
        return _get_guarded(value, name, default)
    if name.startswith("_") and not names.is_dunder(name) and name not in names.PRIVATE and not is_own(value):
        refuse("private-attribute", f"it reads {name} of a {type(value).__name__}, which it did not make")
    return _get(value, name, default)


def _get(value: Any, name: str, default: Any) -> Any:
    return getattr(value, name) if default is _MISSING else getattr(value, name, default)


def _get_guarded(value: Any, name: str, default: Any) -> Any:
    if name == "__class__":
        return find_class(value)
    if name == "__dict__":
        return find_dict(value)
    found = _get(value, name, default)
    if name in ("format", "format_map"):
        return _checked_format(found, name)
    if name == "__new__":
        return _checked_new(found)
    if name == "register":
        return _checked_register(value, found)
    if name in ("__setattr__", "__delattr__", "__getattribute__"):
        return _checked_access(found, name)
    return found


def find_dict(value: Any) -> Any:
    """`__dict__` and `vars` of an instance of the program's classes."""
    if type(value).__module__ != PROGRAM or isinstance(value, type):
        if not isinstance(value, types.SimpleNamespace):
            refuse("dunder-attribute", f"it reads __dict__ of a {type(value).__name__}, which it did not make")
    return value.__dict__


# classes


class _TypeMeta(type):
    """Makes `Type` behave as `type` does, but for making classes unchecked."""

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        if len(args) == 1 and not kwargs:
            return find_class(args[0])
        return make_class(type, *args, **kwargs)

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

    def __or__(cls, other: Any) -> Any:
        return _pair(cls, other)


class Type(metaclass=_TypeMeta):
    """`type` as programs have it."""

    def __init_subclass__(cls, **_: Any) -> NoReturn:
        refuse("metaclass", "it makes a metaclass")

    def __class_getitem__(cls, item: Any) -> types.GenericAlias:
        return types.GenericAlias(cls, item)


def _pair(left: Any, right: Any) -> Any:
    import typing

    return typing.Union[left, right]  # noqa: UP007


Type.__name__ = Type.__qualname__ = "type"
Type.__module__ = "builtins"


def find_class(value: Any) -> type:
    """The class of a value, as `type(value)` gives it; metaclasses are never handed out."""
    from pyx.sandbox.hardened import ABCMeta, RealABCMeta

    kind: type = type(value)
    if kind is type or kind is _TypeMeta:
        return Type
    if kind is RealABCMeta:
        return ABCMeta
    if issubclass(kind, type) and kind is not ABCMeta:
        refuse("metaclass", f"it asks for the metaclass {kind.__name__}")
    return kind


def make_class(metaclass: Any, name: Any, bases: Any, body: Any, **keywords: Any) -> Any:
    """`type(name, bases, body)` for a program: as a class statement could have made it."""
    body = dict(body)
    for key, value in body.items():
        check_class_name(key, value)
    if "metaclass" in keywords:
        refuse("metaclass", "it gives a metaclass to a class that it builds")
    for base in bases:
        if isinstance(base, type) and issubclass(base, type):
            refuse("metaclass", "it makes a metaclass")
    real = types.new_class(
        "".join([name]), tuple(bases), {**keywords, "metaclass": metaclass}, lambda space: space.update(body)
    )
    if "__module__" not in body:
        real.__module__ = PROGRAM
    return real


def check_class_name(key: Any, value: Any) -> None:
    """Refuse what a class body may not bind."""
    key = exact_name(key)
    if key in ("__module__", "__qualname__"):
        if key == "__module__" and value != PROGRAM:
            refuse("class-making", "it makes a class that claims to be of another module")
        return
    if key in ("__slots__", "__match_args__"):
        for item in [value] if isinstance(value, str) else value:
            if names.find_problem(exact_name(item)) or item in names.GUARDED:
                refuse("class-making", f"it makes a class whose {key} holds {item}")
    elif names.is_dunder(key) and key not in names.CLASS_NAMES:
        refuse("class-making", f"it makes a class with {key}")
    elif problem := names.find_problem(key, store=False):
        refuse(*problem)


def _checked_new(found: Any) -> Any:
    owner = getattr(found, "__self__", None)
    if isinstance(owner, type) and issubclass(owner, type):
        refuse("metaclass", "it makes a class past the class statement")
    return found


def _checked_register(value: Any, found: Any) -> Any:
    if not isinstance(value, type):
        return found
    if issubclass(value, type):
        refuse("metaclass", "it registers a class past its abstract class")

    def register(cls: Any) -> Any:
        if not is_own(cls):
            refuse("introspection", "it registers a class that it did not make")
        return found(cls)

    return register if isinstance(value, abc_type()) else found


def abc_type() -> type:
    from pyx.sandbox.hardened import RealABCMeta

    return RealABCMeta


def _checked_access(found: Any, name: str) -> Any:
    """`object.__setattr__` and its like, bound or not, with their names checked."""
    if isinstance(found, types.FunctionType) or isinstance(getattr(found, "__func__", None), types.FunctionType):
        return found  # the program's own
    bound = isinstance(getattr(found, "__self__", _MISSING), object) and not isinstance(
        found, types.WrapperDescriptorType
    )

    def access(*args: Any) -> Any:
        target = found.__self__ if bound else args[0]
        key = exact_name(args[0] if bound else args[1])
        if problem := names.find_problem(key, store=name != "__getattribute__"):
            refuse(*problem)
        if name == "__getattribute__":
            if key in names.GUARDED:
                return guard_get(target, key)
        else:
            guard_write(target)
        return found(*args)

    return access


def guard_set(value: Any, name: Any, new: Any) -> None:
    """`setattr` for a program."""
    _check_store(value, name)
    setattr(value, name, new)


def guard_delete(value: Any, name: Any) -> None:
    """`delattr` for a program."""
    _check_store(value, name)
    delattr(value, name)


def _check_store(value: Any, name: Any) -> None:
    if problem := names.find_problem(exact_name(name), store=True):
        refuse(*problem)
    if name in ("__slots__", "__match_args__"):
        refuse("match-args", f"it sets {name} while it runs")
    guard_write(value)


def guard_has(value: Any, name: Any) -> bool:
    """`hasattr` for a program."""
    if problem := names.find_problem(exact_name(name)):
        refuse(*problem)
    return hasattr(value, name)


def guard_vars(*args: Any) -> Any:
    """`vars` for a program: of an object, never of a frame."""
    if not args:
        refuse("builtin", "it calls vars() without an argument, which lists its frame")
    return find_dict(*args)


def guard_dir(*args: Any) -> list[str]:
    """`dir` for a program: of an object, never of a frame."""
    if not args:
        refuse("builtin", "it calls dir() without an argument, which lists its frame")
    return dir(*args)


# text


class _SafeFormatter(Formatter):
    """Formats as `str.format` does, and reads attributes as a program may."""

    def get_field(self, field_name: str, args: Any, kwargs: Any) -> Any:
        for name in _attribute_names(field_name):
            if names.find_problem(name) or name in names.GUARDED or name.startswith("_"):
                refuse("format-string", f"a format string reads {name}")
        return super().get_field(field_name, args, kwargs)


def _attribute_names(field: str) -> list[str]:
    from _string import formatter_field_name_split  # type: ignore[import-not-found]

    return [name for is_attribute, name in formatter_field_name_split(field)[1] if is_attribute]


def _check_format(text: str, depth: int = 2) -> None:
    """Refuse a format string that reads a refused attribute; what is malformed fails by itself."""
    try:
        parts = list(Formatter().parse(text))
    except ValueError:
        return
    for _, field, spec, _ in parts:
        for name in _attribute_names(field) if field else ():
            if names.find_problem(name) or name in names.GUARDED or name.startswith("_"):
                refuse("format-string", f"a format string reads {name}")
        if spec and "{" in spec and depth:
            _check_format(spec, depth - 1)


def _checked_format(found: Any, name: str) -> Any:
    """`str.format`, bound or not, with its text checked each time."""
    owner = getattr(found, "__self__", None)
    if isinstance(found, types.MethodDescriptorType) and found.__objclass__ is str:

        def unbound(text: str, /, *args: Any, **kwargs: Any) -> str:
            _check_format(str.__str__(text))
            return found(text, *args, **kwargs)  # type: ignore[no-any-return]

        return unbound
    if isinstance(found, types.BuiltinMethodType) and isinstance(owner, str):
        _check_format(str.__str__(owner))
        return found
    if isinstance(owner, UserString):
        _check_format(str(owner.data))
        return found
    if isinstance(owner, type) or found is getattr(UserString, name):
        refuse("format-string", f"it reads {name} of a class that hides its text")
    return found


def _denied(name: str) -> Any:
    def stand_in(*_: Any, **__: Any) -> NoReturn:
        refuse("builtin", f"it uses {name}, which no program may")

    stand_in.__name__ = stand_in.__qualname__ = name
    return stand_in


_PLAIN = (
    "all any ascii bin bytearray bytes classmethod dict enumerate filter format frozenset iter list map max "
    "memoryview min next object print property reversed set sorted staticmethod sum super tuple zip "
    "NotImplemented ExceptionGroup BaseExceptionGroup StopAsyncIteration NotADirectoryError FileNotFoundError "
    "FileExistsError PermissionError TimeoutError ConnectionError ModuleNotFoundError RecursionError "
    "EncodingWarning IsADirectoryError InterruptedError ResourceWarning ImportWarning BrokenPipeError "
    "BlockingIOError ChildProcessError ConnectionAbortedError ConnectionRefusedError ConnectionResetError "
    "ProcessLookupError SyntaxWarning UnicodeWarning PythonFinalizationError"
).split()


def make_builtins() -> dict[str, Any]:
    """The built-in names of a program: RestrictedPython's safe ones, ours, and the guards."""
    own = {name: value for name, value in safe_builtins.items() if not name.startswith("_")}
    own |= {name: getattr(builtins, name) for name in _PLAIN if hasattr(builtins, name)}
    own |= {name: _denied(name) for name in names.DENIED_BUILTINS if not name.startswith("_")}
    own |= {
        "__build_class__": builtins.__build_class__,
        "__debug__": True,
        "_getattr_": guard_get,
        "_write_": guard_write,
        "type": Type,
        "getattr": guard_get,
        "setattr": guard_set,
        "delattr": guard_delete,
        "hasattr": guard_has,
        "vars": guard_vars,
        "dir": guard_dir,
    }
    return own

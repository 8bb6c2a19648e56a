"""The guards that a program meets when it reads or sets an attribute while it runs.

Each gives what Python would have given, or refuses the program. A guard is never part of the
program's code object, so a recorder of that code sees nothing of it.
"""

from __future__ import annotations

import types
from typing import Any

from pyx.sandbox import names
from pyx.sandbox.classes import check_new, check_register, exact_name, find_class, is_fixed, is_own
from pyx.sandbox.formatting import check_format
from pyx.sandbox.refusals import PROGRAM, refuse

_MISSING = object()
_OPEN = frozenset({"types", "decimal", "functools"})
"""Modules whose instances a program may set attributes of: namespaces, contexts, partials."""

_own_classes: set[type] = set()
"""Classes of the program that guards have met: a process runs one program."""


def guard_get(value: Any, name: Any, default: Any = _MISSING) -> Any:
    """`getattr` for a program, and what the guarded loads of its text become."""
    if name == "format" and type(value) is str and "." not in value:
        return value.format  # without a dot it reads no attribute, and this is the common case
    if type(value) in _own_classes and type(name) is str and name[:1] == "_" != name[1:2]:
        return _get(value, name, default)
    name = exact_name(name)
    if name in names.GUARDED:
        return _get_guarded(value, name, default)
    if problem := names.find_problem(name):
        refuse(*problem)
    if names.is_private(name) and not _is_known_own(value):
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
    if found is default:
        return found
    if name in ("format", "format_map"):
        return check_format(found, name)
    if name == "__new__":
        return check_new(found)
    if name == "register":
        return check_register(found)
    return check_access(found, name)


def _is_known_own(value: object) -> bool:
    """`is_own`, which remembers the class for the next time."""
    if type(value).__module__ == PROGRAM:
        _own_classes.add(type(value))
        return True
    return is_own(value)


def find_dict(value: Any) -> Any:
    """`__dict__` and `vars` of an instance of the program's classes, or of its function."""
    if isinstance(value, types.SimpleNamespace) or (is_own(value) and not isinstance(value, type)):
        return value.__dict__
    refuse("dunder-attribute", f"it reads __dict__ of a {type(value).__name__}, which it did not make")


def check_access(found: Any, name: str) -> Any:
    """`object.__setattr__` and its like, bound or not, with what they are asked for looked at."""
    if is_own(getattr(found, "__func__", found)):
        return found  # the program's own method
    bound = getattr(found, "__self__", _MISSING) is not _MISSING

    def access(*args: Any) -> Any:
        target, key = (found.__self__, args[0]) if bound else args[:2]
        if name == "__getattribute__":
            return guard_get(target, key)
        _check_store(target, key)
        return found(*args)

    return access


def guard_write(value: Any) -> Any:
    """The object whose attribute is about to be set or deleted, if the program may do that."""
    if type(value) in _own_classes or _is_known_own(value) or is_fixed(value):
        return value
    kind = type(value)
    if isinstance(value, BaseException) or (kind.__module__ in _OPEN and not isinstance(value, type)):
        return value
    refuse("attribute-store", f"it sets an attribute of a {kind.__name__}, which it did not make")


def guard_set(value: Any, name: Any, new: Any, /) -> None:
    """`setattr` for a program."""
    _check_store(value, name)
    setattr(value, name, new)


def guard_delete(value: Any, name: Any, /) -> None:
    """`delattr` for a program."""
    _check_store(value, name)
    delattr(value, name)


def _check_store(value: Any, name: Any) -> None:
    if problem := names.find_problem(exact_name(name), store=True):
        refuse(*problem)
    guard_write(value)


def guard_has(value: Any, name: Any, /) -> bool:
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

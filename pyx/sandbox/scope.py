"""The built-in names of a program: RestrictedPython's safe ones, more of Python's, and the guards."""

from __future__ import annotations

import builtins
from typing import Any, NoReturn

from RestrictedPython.Guards import safe_builtins

from pyx.sandbox import guards, names
from pyx.sandbox.classes import Classes, Type, build_class
from pyx.sandbox.refusals import refuse

_PLAIN = """
    all any ascii bin bytearray bytes classmethod dict enumerate filter format frozenset iter list map max
    memoryview min next object print property reversed set sorted staticmethod sum super tuple zip
    NotImplemented
"""
"""What that library leaves out, because it guards every iteration and we guard none."""


def make_builtins() -> dict[str, Any]:
    """The built-in names, without `__import__`, which depends on the lists."""
    own = {name: value for name, value in safe_builtins.items() if not name.startswith("_")}
    own |= {name: getattr(builtins, name) for name in _PLAIN.split()}
    own |= {name: value for name, value in vars(builtins).items() if _is_exception(value)}
    own |= {name: _stand_in(name) for name in names.DENIED_BUILTINS if not name.startswith("_")}
    own |= {name: guard_named(name) for name in ("getattr", "setattr", "delattr", "hasattr", "vars", "dir")}
    own |= {"_getattr_": guards.guard_get, "_write_": guards.guard_write, "type": Type}
    own |= {"_type_": type, "_classes_": Classes()}
    return own | {"__build_class__": build_class, "__debug__": True}


def guard_named(name: str) -> Any:
    """The guard that stands for a built-in function."""
    special = {"getattr": guards.guard_get, "setattr": guards.guard_set, "delattr": guards.guard_delete}
    return special.get(name) or getattr(guards, f"guard_{name.removesuffix('attr')}")


def _is_exception(value: object) -> bool:
    return isinstance(value, type) and issubclass(value, BaseException)


def _stand_in(name: str) -> Any:
    """Refuses when it is called: for a program that binds the name in one place and not in another."""

    def stand_in(*_: Any, **__: Any) -> NoReturn:
        refuse("builtin", f"it uses {name}, which no program may")

    stand_in.__name__ = stand_in.__qualname__ = name
    return stand_in

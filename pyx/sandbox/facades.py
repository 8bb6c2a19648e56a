"""Imports for programs: a facade with the names of the list stands for each module."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable
from typing import Any, NoReturn

from pyx.sandbox import hardened
from pyx.sandbox.lists import Policy, left_out
from pyx.sandbox.names import is_dunder
from pyx.sandbox.refusals import refuse


class Facade:
    """Stands for a module: has the names of its list and no others, and cannot be changed."""

    # No __init__, which a program could call once more: `make_facade` fills it.

    def __setattr__(self, name: str, value: object) -> NoReturn:
        refuse("attribute-store", f"it sets {name} of the module {self.__dict__['__name__']}")

    def __getattr__(self, name: str) -> NoReturn:
        module = self.__dict__.get("__name__", "")
        # A class of the program's own may have any name: only ours are looked up.
        ours = type(self) is Facade and module and not is_dunder(name)
        if ours and name in vars(importlib.import_module(module)):
            refuse("module-attribute", f"it uses {module}.{name}, which is not on the list of {module}")
        raise AttributeError(f"module {module!r} has no attribute {name!r}", name=name)

    def __repr__(self) -> str:
        return f"<module {self.__dict__['__name__']!r}>"


# A facade's type shows itself in values as the type of a module does.
Facade.__name__ = Facade.__qualname__ = "module"
Facade.__module__ = "builtins"


@functools.cache
def make_facade(policy: Policy, name: str) -> Facade:
    """The facade of an allowed module; names that this Python lacks are left out."""
    members: dict[str, Any] = {}
    if name in policy.modules:
        listed = policy.modules[name]
        real = importlib.import_module(name)
        members = {item: getattr(real, item) for item in sorted(listed.allow) if hasattr(real, item)}
        members |= {item: hardened.find(name, item) for item in listed.hardened if hasattr(real, item)}
    members = {"__name__": name, "__all__": sorted(members), **members}
    members |= {part: make_facade(policy, f"{name}.{part}") for part in policy.parts(name)}
    facade = Facade()
    facade.__dict__.update(members)
    return facade


def make_import(policy: Policy) -> Callable[..., Any]:
    """`__import__` for programs."""

    def guard_import(
        name: str, _globals: Any = None, _locals: Any = None, wanted: Any = (), level: int = 0
    ) -> Any:
        if type(wanted) is list:  # a statement gives a tuple: this is C code at work, as `strptime` or `//`
            return importlib.import_module(name)
        if level or type(name) is not str:
            refuse("relative-import", f"it imports {name} from a package of its own")
        if name == "__future__":
            return importlib.import_module(name)  # its names are marks for the compiler
        if not policy.knows(name):
            refuse("import", f"it imports {name}, which is not on the lists")
        for item in wanted or ():
            if item == "*" and left_out(policy, name):
                refuse("star-import", f"it imports all of {name}")
            if item != "*" and not policy.allows(name, item):
                refuse("module-attribute", f"it uses {name}.{item}, which is not on the list of {name}")
        return make_facade(policy, name if wanted else name.partition(".")[0])

    return guard_import

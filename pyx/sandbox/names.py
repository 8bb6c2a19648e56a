"""Which names a program may write, read and set: the tables, and the one question each answers."""

from __future__ import annotations

import types

from RestrictedPython.transformer import INSPECT_ATTRIBUTES


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _spread(words: str) -> frozenset[str]:
    return frozenset(f"__{word}__" for word in words.split())


GUARDS = frozenset({"_getattr_", "_write_", "_type_", "_classes_"})
"""Names under which the rewritten program finds its guards."""

DENIED_BUILTINS = _words("""
    eval exec compile open input globals locals breakpoint help exit quit copyright credits license
    __import__ aiter anext
""")
"""Built-in functions that no program may use; a name that the program binds itself is its own."""

_BINARY = "add sub mul matmul truediv floordiv mod divmod pow lshift rshift and xor or"
_OPERATORS = _spread(
    f"{_BINARY} {' '.join('r' + word for word in _BINARY.split())} "
    f"{' '.join('i' + word for word in _BINARY.split() if word != 'divmod')} "
    "neg pos abs invert complex int float index round trunc floor ceil "
    "lt le eq ne gt ge hash bool len length_hint getitem setitem delitem missing iter next reversed "
    "contains"
)

METHODS = _OPERATORS | _spread(
    "init new del repr str bytes format call enter exit getattr getattribute setattr delattr dir sizeof "
    "get set delete set_name init_subclass class_getitem post_init copy deepcopy fspath"
)
"""Special methods that a class may define."""

CLASS_NAMES = METHODS | _spread("slots match_args doc")
"""Special names that a class body may bind."""

MODULE_NAMES = _spread(
    "all author authors version license copyright credits email date status maintainer contact doc title"
)
"""Special names that a program may bind at its top: they say who wrote it, and do nothing."""

READ_NAMES = _spread("name debug class doc") | MODULE_NAMES
"""Special names that may stand as variables."""

GUARDED = frozenset({"format", "format_map", "register"}) | _spread(
    "class new dict setattr delattr getattribute"
)
"""Attributes that are read through a guard: what they give depends on the object."""

_DATA = _spread("name qualname doc module members slots match_args cause context suppress_context notes")
READ_ATTRIBUTES = METHODS | GUARDED | _DATA
"""Special attributes that may be read."""

SET_ATTRIBUTES = METHODS | _spread("name qualname doc cause context suppress_context")
"""Special attributes that may be set, on what the program made."""

PRIVATE = _words("""
    _asdict _replace _make _fields _field_defaults _value_ _name_ _missing_ _ignore_ _order_
    _generate_next_value_
""")
"""Attributes that begin with an underscore and are documented all the same."""

INSIDE = INSPECT_ATTRIBUTES | {
    name
    for kind in (types.FrameType, types.CodeType, types.TracebackType)
    for name in vars(kind)
    if name.startswith(("f_", "co_", "tb_"))
}
"""Attributes of frames, code objects, tracebacks, generators and coroutines."""

INTROSPECTION = frozenset({"mro"})

DANGEROUS = _spread(
    "base bases builtins closure code dataclass_fields dataclass_params func globals import loader mro "
    "objclass reduce reduce_ex self self_class spec subclasses subclasshook subclasscheck instancecheck "
    "thisclass traceback wrapped origin args forward_arg forward_code getstate setstate prepare "
    "mro_entries build_class annotations kwdefaults defaults abstractmethods"
)
"""Special names that no string of a program may hold."""


def is_dunder(name: str) -> bool:
    return name.startswith("__") and name.endswith("__") and len(name) > 4


def is_private(name: str) -> bool:
    """Whether a name begins with an underscore and is neither special nor documented."""
    return name.startswith("_") and not is_dunder(name) and name not in PRIVATE


def find_problem(name: str, *, store: bool = False) -> tuple[str, str] | None:
    """The code and the sentence when an attribute of that name is refused on every object.

    Private names are another matter: they depend on the object, or on what the program defines.
    """
    verb = "sets" if store else "reads"
    if name in INSIDE:
        return "frame-attribute", f"it {verb} {name}, an attribute of frames, code or generators"
    if name in INTROSPECTION:
        return "introspection", f"it {verb} {name}, which lists the classes behind a class"
    if name in GUARDS:
        return "reserved-name", f"it {verb} {name}, a name that the guards use"
    if is_dunder(name) and name not in (SET_ATTRIBUTES if store else READ_ATTRIBUTES):
        return "dunder-attribute", f"it {verb} {name}, a special attribute that is not on the list"
    return None


def may_be_field(name: str) -> bool:
    """Whether a name may stand in `__slots__` or `__match_args__`: a pattern reads it past every guard.

    `__dict__` and `__weakref__` may, for what a pattern finds there is the program's own.
    """
    return name in ("__dict__", "__weakref__") or (name not in GUARDED and find_problem(name) is None)

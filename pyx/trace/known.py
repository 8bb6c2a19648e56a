"""Known behaviour: the values of which the language says what an operation on them can change.

As long as a program shows no other value, a statement changes only what its plan says: operators,
subscripts, attributes and iteration run recorded code of the program, or change what they name.
"""

from __future__ import annotations

import abc
import builtins
import datetime
import decimal
import enum
import fractions
import functools
import re
import types
import typing
from collections import Counter, OrderedDict, defaultdict, deque, namedtuple
from collections.abc import Callable, Container
from typing import Any

from pyx.trace.looks import BASES, MODULES, NAMESPACE, is_class, is_descriptor
from pyx.trace.names import PURE_FUNCTIONS

_BUILTINS = frozenset(id(getattr(builtins, name)) for name in PURE_FUNCTIONS)
_EXCEPTIONS = frozenset(
    item for item in vars(builtins).values() if isinstance(item, type) and issubclass(item, BaseException)
)
_STORES: frozenset[type] = frozenset((
    list, dict, set, tuple, frozenset, int, str, float, bytes, complex,
    deque, defaultdict, OrderedDict, Counter,
))  # fmt: skip
_TYPES: frozenset[type] = _STORES | _EXCEPTIONS | frozenset((
    object, bool, types.NoneType, types.EllipsisType, types.NotImplementedType, range, slice, types.CellType,
    decimal.Decimal, fractions.Fraction, datetime.date, datetime.time, datetime.datetime, datetime.timedelta,
    datetime.timezone, re.Pattern, re.Match,
))  # fmt: skip
_FAMILIES = _TYPES | {
    abc.ABC,
    typing.Generic,
    *(item for item in vars(enum).values() if isinstance(item, type)),
}
_DESCRIPTORS = frozenset((
    types.FunctionType, types.MemberDescriptorType, types.GetSetDescriptorType, types.MethodDescriptorType,
    types.WrapperDescriptorType, types.DynamicClassAttribute, enum.property,
    type(functools.lru_cache(len)), type(namedtuple("Pair", "x").x),  # type: ignore[attr-defined]
))  # fmt: skip


class Known:
    """Tells values of known behaviour from others, for one program."""

    def __init__(self, codes: Container[types.CodeType], is_ours: Callable[[type], bool]) -> None:
        self.codes = codes
        self.is_ours = is_ours
        self.types: dict[type, bool] = {}

    def knows(self, value: Any, kind: type) -> bool:
        """Whether the behaviour of a value of this type is known."""
        if kind in _TYPES or kind in MODULES:
            return True
        judge = _JUDGES.get(kind)
        if judge is not None:
            return judge(self, value)
        if is_class(value):
            return self.knows_class(value)
        found = self.types.get(kind)
        if found is None:
            found = self.types[kind] = self.is_ours(kind) and self.knows_class(kind)
        return found

    def knows_class(self, kind: type) -> bool:
        """Whether a class is built in, or the program's and made of nothing but what is known."""
        if not self.is_ours(kind):
            return id(kind) in _BUILTINS or kind in _TYPES
        bases = BASES(kind)
        return all(self.is_ours(base) or base in _FAMILIES for base in bases) and all(
            self._knows_item(item)
            for base in bases
            if self.is_ours(base)
            for item in NAMESPACE(base).values()
        )

    def _knows_item(self, item: Any) -> bool:
        """Whether an item of a class's namespace is data (looked at elsewhere) or a known descriptor."""
        kind = type(item)
        if kind is property:
            return all(
                part is None or type(part) is types.FunctionType for part in (item.fget, item.fset, item.fdel)
            )
        if kind in (staticmethod, classmethod):
            return type(item.__func__) is types.FunctionType
        if kind is types.BuiltinFunctionType:
            return type(item.__self__) in (types.ModuleType, types.NoneType) or is_class(item.__self__)
        return kind in _DESCRIPTORS or not is_descriptor(item) or self.is_ours(kind)

    def _knows_function(self, value: types.FunctionType) -> bool:
        return value.__code__ in self.codes

    def _knows_method(self, value: types.MethodType) -> bool:
        function = value.__func__
        return type(function) is types.FunctionType and function.__code__ in self.codes

    def _knows_generator(self, value: types.GeneratorType[Any, Any, Any]) -> bool:
        return value.gi_code in self.codes


_JUDGES: dict[type, Callable[[Known, Any], bool]] = {
    types.FunctionType: Known._knows_function,
    types.MethodType: Known._knows_method,
    types.GeneratorType: Known._knows_generator,
    types.BuiltinFunctionType: lambda _known, value: id(value) in _BUILTINS,
}

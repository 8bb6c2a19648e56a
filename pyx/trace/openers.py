"""Openers: how the objects of each type are opened, chosen once for a type and a recording."""

from __future__ import annotations

import types
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any, cast

from pyx import literals
from pyx.trace.looks import (
    ARGS,
    BASES,
    FLAGS,
    HAS_DICT,
    KNOWN,
    NAMESPACE,
    OWN,
    SAME,
    STORES,
    Look,
    Rule,
    find_rules,
    find_slots,
    look_cell,
    look_function,
    look_subclass,
    plain_name,
    read_attributes,
    same_class,
    same_instance,
)

_BUILT_IN: Mapping[type, Callable[[Any], Look] | None] = {
    kind: look for kind, look in STORES if kind is not OrderedDict
}


class Openers:
    """The ways of opening objects that one recording has needed so far."""

    def __init__(
        self, modules: frozenset[str], rules: Mapping[str, Rule] | None, look_class: Callable[[Any], Look]
    ) -> None:
        self.modules = modules
        self.rules = rules  # None: those of the registry, looked up when a type asks for one
        self.look_class = look_class
        self.ruled: set[type] = set()  # types that a rule opens as they are: it may give a text
        self.looks = dict(_BUILT_IN)
        self.quick = dict(SAME)
        self.ours: dict[type, bool] = {}

    def is_ours(self, kind: type) -> bool:
        found = self.ours.get(kind)
        if found is None:
            module = NAMESPACE(kind).get("__module__")
            found = self.ours[kind] = type(module) is str and module in self.modules
        return found

    def find_look(self, kind: type) -> Callable[[Any], Look] | None:
        """How objects of a type are opened; None when they stay opaque."""
        if kind in self.looks:
            return self.looks[kind]
        look = self.looks[kind] = self._choose_look(kind)
        return look

    def _choose_look(self, kind: type) -> Callable[[Any], Look] | None:
        if kind is types.FunctionType:
            return look_function
        if kind is types.CellType:
            return look_cell
        if FLAGS(kind) & (1 << 31):
            self.quick[kind] = same_class
            return self.look_class
        for base in BASES(kind):
            rule = self._find_rule(base)
            if rule is not None:
                if base is kind:
                    self.ruled.add(kind)
                    return cast(Callable[[Any], Look], rule)
                return self._look_beyond(rule, plain_name(kind), self.is_ours(kind))
        name = plain_name(kind)
        fields = NAMESPACE(kind).get("_fields")
        if BaseException in BASES(kind):
            return lambda value: Look("(", list(ARGS(value)), attrs=OWN(value), type=name)
        if tuple in BASES(kind) and type(fields) is tuple:
            return lambda value: Look(
                "o", attrs=dict(zip(fields, tuple.__iter__(value), strict=False)), type=name
            )
        for base, open_store in STORES:
            if base in BASES(kind):
                return look_subclass(open_store, name, attributes=self.is_ours(kind))
        if self.is_ours(kind):
            return self._look_instance(kind, name)
        return None

    def _find_rule(self, kind: type) -> Rule | None:
        if kind in KNOWN or self.is_ours(kind):
            return None
        if self.rules is None:
            self.rules = find_rules()
        return self.rules.get(literals.type_name(kind))

    def _look_beyond(self, rule: Rule, name: str, attributes: bool) -> Callable[[Any], Look]:
        """A subclass of a type that a rule opens: the rule's view, and its own attributes."""

        def look(value: Any) -> Look:
            seen = rule(value)
            if isinstance(seen, str):
                seen = Look("(", [seen], type=name)
            own = read_attributes(value) if attributes else {}
            seen.type, seen.attrs = name, (seen.attrs or {}) | own
            return seen

        return look

    def _look_instance(self, kind: type, name: str) -> Callable[[Any], Look]:
        for base in (int, float, str, bytes, complex):
            if base in BASES(kind):
                convert = base.__dict__["__getnewargs__"]
                return lambda value: Look(
                    "(", list(convert(value))[:1], attrs=read_attributes(value), type=name
                )
        if HAS_DICT(kind) and not find_slots(kind):
            self.quick[kind] = same_instance
        return lambda value: Look("o", attrs=read_attributes(value), type=name)

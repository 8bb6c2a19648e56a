"""Heads: what the expressions in the head of one statement bind and may change."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Mapping
from typing import Any

from pyx.errors import PluginError
from pyx.trace.names import (
    MUTATORS,
    PURE_FUNCTIONS,
    PURE_LIBRARY,
    PURE_METHODS,
    PURE_MODULES,
    Names,
    find_children,
)
from pyx.trace.touches import Key, Path, Plan, Touch


def ask_rule(rule: Callable[..., Any], call: ast.Call) -> list[ast.expr]:
    """The arguments that a call may change, by an effect rule; `PluginError` that names it when it fails."""
    try:
        found = list(rule(call.args, {word.arg: word.value for word in call.keywords}))
    except Exception as error:
        why = f"{type(error).__name__}: {error}"
        raise PluginError(f"rule {rule.__name__} in {rule.__module__} raises {why}") from error
    if not all(isinstance(item, ast.expr) for item in found):
        raise PluginError(f"rule {rule.__name__} in {rule.__module__} gives {found!r:.60}, no expressions")
    return found


class Head:
    """What the expressions of one statement do."""

    def __init__(self, names: Names, effects: Mapping[str, Callable[..., Any]], first: str) -> None:
        self.names = names
        self.effects = effects
        self.first = first  # the first parameter of the function around
        self.binds: list[str] = []
        self.maybe: set[str] = set()
        self.touches: list[Touch] = []
        self.loads: list[Touch] = []
        self.anything = self.inner = self.calls = self.foreign = False
        self.walrus = False
        self.nested = 0  # within a comprehension: what happens may happen many times

    def finish(self, node: Any, plan: Plan, cleanup: tuple[str, ...]) -> None:
        self._name_targets(node)
        names = dict.fromkeys((*self.binds, *cleanup))
        plan.binds = tuple(names)
        plan.sure = tuple(name for name in names if name in self.binds and name not in self.maybe)
        plan.loop = isinstance(node, (ast.For, ast.AsyncFor))
        if isinstance(node, (ast.With, ast.AsyncWith, ast.Delete, ast.ExceptHandler, ast.match_case)):
            plan.sure = ()
        if isinstance(node, ast.AnnAssign) and node.value is None:
            plan.sure = ()
        if isinstance(node, _LOUD) or getattr(node, "decorator_list", None):
            self.anything = self.calls = True
        if isinstance(node, ast.AugAssign):
            self._augment(node)
        if self.touches:
            self._aim(plan)
        with_as = isinstance(node, (ast.With, ast.AsyncWith))
        plan.mixed = self.walrus or with_as or bool(self.binds and self.touches)
        plan.single = plan.sure[0] if len(plan.sure) == len(plan.binds) == 1 else ""
        plan.anything, plan.inner, plan.calls = self.anything, self.inner, self.calls
        plan.loads = () if self.anything else tuple(self.loads)
        plan.still = not (plan.aims or plan.binds or plan.anything)
        plan.quiet = plan.still and not plan.calls
        plan.alters = plan.anything or (plan.aims and not plan.inplace)

    def _aim(self, plan: Plan) -> None:
        """Where the plan leads, when there is something that the statement may change."""
        touches, shared = self.touches, self.names.shared
        plan.steered = any(len(touch.path) > 1 or touch.path[0] in shared for touch in touches)
        plan.shared = any(touch.path[0] in shared for touch in touches)
        stores = all(touch.how in ("item", "attributes", "element", "inplace") for touch in touches)
        if (len(touches) > 1 and not stores) or self.walrus or (self.foreign and shared):
            touches = [_widen(touch) for touch in touches]
        if self.anything:
            return
        plan.touches = tuple(dict.fromkeys(touches))
        plan.aims = True
        if len(plan.touches) == 1 and not plan.steered and plan.touches[0].how == "inplace":
            plan.inplace = plan.touches[0].path[0]

    def _name_targets(self, node: Any) -> None:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                self.binds.append(name)
            case ast.ExceptHandler(name=str() as name):
                self.binds.append(name)
            case ast.Import(names=found):
                self.binds += [alias.asname or alias.name.partition(".")[0] for alias in found]
            case ast.ImportFrom(names=found):
                self.binds += [alias.asname or alias.name for alias in found]

    # -- expressions ----------------------------------------------------------

    def visit(self, node: Any) -> None:
        kind = type(node)
        if kind is ast.Constant:
            return
        if kind is ast.Name:
            if type(node.ctx) is not ast.Load:
                self.binds.append(node.id)
            return
        act = _VISITS.get(kind)
        if act is None or act(self, node):
            for child in find_children(node):
                self.visit(child)

    def _visit_walrus(self, node: ast.NamedExpr) -> bool:
        self.walrus = True
        self.maybe.add(node.target.id)
        return True

    def _visit_lambda(self, node: ast.Lambda) -> bool:
        self._inside(node.body)
        for default in (*node.args.defaults, *(item for item in node.args.kw_defaults if item)):
            self.visit(default)
        return False

    def _visit_generator(self, node: ast.GeneratorExp) -> bool:
        self.visit(node.generators[0].iter)
        self._inside(node)
        return False

    def _visit_comprehension(self, node: Any) -> bool:
        self._comprehend(node)
        return False

    def _visit_call(self, node: ast.Call) -> bool:
        self._call(node)
        return True

    def _visit_subscript(self, node: ast.Subscript) -> bool:
        kind = type(node.ctx)
        if kind is ast.Load:
            self.loads.append(self._touch(node.value, "missing", node.slice))
        elif kind is ast.Store:
            self._store(self._touch(node.value, "item", node.slice))
        else:
            self._store(self._touch(node.value))
        return True

    def _visit_attribute(self, node: ast.Attribute) -> bool:
        if type(node.ctx) is not ast.Load:
            self._store(self._touch(node.value, "attributes", method=node.attr))
        return True

    def _visit_yield(self, _node: Any) -> bool:
        self.calls = self.foreign = True
        return True

    def _visit_pattern(self, node: Any) -> bool:
        name = node.rest if type(node) is ast.MatchMapping else node.name
        self.binds += [name] if name else []
        return True

    def _inside(self, body: Any) -> None:
        """A lambda or generator expression: its code runs in a frame of its own, at some time."""
        other = Head(self.names, self.effects, self.first)
        other.nested = 1
        if isinstance(body, ast.GeneratorExp):
            other._parts(body)
        else:
            other.visit(body)
        self.inner = self.inner or other.anything or bool(other.touches) or bool(other.loads)
        if other.walrus:
            self.binds += other.maybe
            self.maybe |= other.maybe

    def _comprehend(self, node: Any) -> None:
        self.nested += 1
        before = list(self.binds)
        self._parts(node)
        self.nested -= 1
        self.binds = [*before, *(name for name in self.binds[len(before) :] if name in self.maybe)]

    def _parts(self, node: Any) -> None:
        for part in ast.iter_child_nodes(node):
            if isinstance(part, ast.comprehension):
                self.visit(part.iter)
                for test in part.ifs:
                    self.visit(test)
                _targets = part.target
                if not isinstance(_targets, ast.Name):
                    self.visit(_targets)
            else:
                self.visit(part)

    def _store(self, touch: Touch) -> None:
        if touch.path and not self.nested:
            self.touches.append(touch)
        else:
            self.anything = True

    def _augment(self, node: ast.AugAssign) -> None:
        target = node.target
        if isinstance(target, ast.Name):
            self._store(Touch((target.id,), "inplace"))
        elif isinstance(target, ast.Attribute):
            self._store(self._touch(target, "inplace"))
        else:
            element = self._touch(target.value, "element", target.slice)
            if element.key is None:
                self.anything = True
            self._store(element)
            self.loads.append(self._touch(target.value, "missing", target.slice))

    # -- calls ----------------------------------------------------------------

    def _call(self, node: ast.Call) -> None:
        self.calls = True
        match node.func:
            case ast.Name(id=name):
                self._call_name(name, node)
            case ast.Attribute(value=ast.Name(id=module), attr=name) if module in self.names.modules:
                self._call_library(f"{self.names.modules[module]}.{name}", node)
            case ast.Attribute(value=receiver, attr=name):
                self._call_method(receiver, name, node)
            case ast.Lambda():
                self.foreign = True
            case _:
                self._call_unknown(self._touch(node.func, "callee"))

    def _call_name(self, name: str, node: ast.Call) -> None:
        if name in self.names.modules:
            self._call_library(self.names.modules[name], node)
        elif name in self.names.bound:
            self._call_unknown(Touch((name,), "callee"))
        elif name in self.names.functions:
            self.foreign = True
            self.anything = self.anything or (name in _BUILTIN_NAMES and name not in PURE_FUNCTIONS)
        elif name in (
            "sorted",
            "min",
            "max",
            "map",
            "filter",
            "sum",
            "list",
            "any",
            "all",
            "next",
            "print",
            "str",
            "iter",
        ):
            self.foreign = True  # may run functions and generators of the program
        elif name == "setattr" and node.args:
            self._store(self._touch(node.args[0], "attributes"))
        elif name not in PURE_FUNCTIONS:
            self.anything = True

    def _call_unknown(self, touch: Touch) -> None:
        self.foreign = True
        self._store(touch)

    def _call_library(self, full: str, node: ast.Call) -> None:
        self.foreign = True
        rule = self.effects.get(full)
        if rule is None:
            pure = full in PURE_LIBRARY or full.rpartition(".")[0] in PURE_MODULES
            self.anything = self.anything or not pure
            return
        for argument in ask_rule(rule, node):
            self._store(self._touch(argument))

    def _call_method(self, receiver: ast.expr, name: str, node: ast.Call) -> None:
        if (
            isinstance(receiver, ast.Call)
            and isinstance(receiver.func, ast.Name)
            and receiver.func.id == "super"
        ):
            self.foreign = True
            self._store(Touch((self.first,), "whole") if self.first else Touch(()))
        elif name in MUTATORS:
            self._store(self._mutate(receiver, name, node))
            self.foreign = self.foreign or name in self.names.functions or name == "sort" or name == "extend"
        elif name in self.names.functions:
            self._call_unknown(self._touch(receiver, "callee", method=name))
        elif isinstance(receiver, ast.Constant):
            self.foreign = self.foreign or name == "join"
        elif name in PURE_METHODS:
            self.foreign = True
        else:
            self._call_unknown(self._touch(receiver, "callee", method=name))

    def _mutate(self, receiver: ast.expr, name: str, node: ast.Call) -> Touch:
        if name == "append":
            return self._touch(receiver, "append", method=name)
        if name == "pop" and not node.args:
            return self._touch(receiver, "pop", method=name)
        if name == "add" and len(node.args) == 1:
            return self._touch(receiver, "add", node.args[0], method=name)
        return self._touch(receiver, method=name)

    # -- paths ------------------------------------------------------------------

    def _touch(
        self, node: ast.expr, how: str = "whole", key: ast.expr | None = None, method: str = ""
    ) -> Touch:
        code = self._compile(key) if key is not None else None
        path = self._path(node)
        name = path[0] if len(path) == 1 and how in _DIRECT else ""
        index = key.id if isinstance(key, ast.Name) and code is not None else ""
        return Touch(path, how, code, method, name, index)

    def _path(self, node: ast.expr) -> Path:
        match node:
            case ast.Name(id=name):
                return (name,)
            case ast.Attribute(value=value, attr=name):
                inner = self._path(value)
                return (*inner, name) if inner else ()
            case ast.Subscript(value=value, slice=key):
                inner, code = self._path(value), self._compile(key)
                return (*inner, (code,)) if inner and code is not None else ()
        return ()

    def _compile(self, key: ast.expr) -> Key | None:
        """A subscript made of names, constants and arithmetic, else None."""
        names: list[str] = []
        text = _write_key(key, names)
        return Key(text, tuple(names)) if text and not self.names.shared.intersection(names) else None


def _write_key(node: ast.expr, names: list[str]) -> str:
    """The text of an expression that only plain values can make sense of; "" for any other."""
    match node:
        case ast.Name(id=name):
            names.append(name)
            return name
        case ast.Constant(value=int() | str() | bytes() | None as value):
            return repr(value)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            text = _write_key(operand, names)
            return f"(-{text})" if text else ""
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in _SIGNS:
            parts = _write_key(left, names), _write_key(right, names)
            return f"({parts[0]} {_SIGNS[type(sign)]} {parts[1]})" if all(parts) else ""
        case ast.Tuple(elts=items):
            texts = [_write_key(item, names) for item in items]
            return f"({', '.join(texts)},)" if texts and all(texts) else ""
    return ""


_SIGNS: dict[type, str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.FloorDiv: "//", ast.Mod: "%"}
_VISITS: dict[type, Callable[[Head, Any], bool]] = {  # whether the parts are still to be visited
    ast.NamedExpr: Head._visit_walrus,
    ast.Lambda: Head._visit_lambda,
    ast.GeneratorExp: Head._visit_generator,
    ast.ListComp: Head._visit_comprehension,
    ast.SetComp: Head._visit_comprehension,
    ast.DictComp: Head._visit_comprehension,
    ast.Call: Head._visit_call,
    ast.Subscript: Head._visit_subscript,
    ast.Attribute: Head._visit_attribute,
    ast.Yield: Head._visit_yield,
    ast.YieldFrom: Head._visit_yield,
    ast.Await: Head._visit_yield,
    ast.MatchAs: Head._visit_pattern,
    ast.MatchStar: Head._visit_pattern,
    ast.MatchMapping: Head._visit_pattern,
}
_DIRECT = frozenset(("append", "pop", "item", "add", "whole", "inplace"))
_BUILTIN_NAMES = frozenset(vars(builtins))
_LOUD = (
    ast.AsyncFunctionDef,
    ast.AsyncFor,
    ast.AsyncWith,
    ast.With,
    ast.ClassDef,
    ast.Import,
    ast.ImportFrom,
)


def _widen(touch: Touch) -> Touch:
    if touch.how in ("append", "pop", "item", "add", "attributes"):
        return Touch(touch.path, "whole", name=touch.path[0] if len(touch.path) == 1 else "")
    return touch

"""Calls as text: found in source, read, compared."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator

from pyx.literals import is_literal


def find_calls(tree: ast.AST, name: str) -> Iterator[ast.Call]:
    """The calls of the plain name `name` in a tree."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
            yield node


def index_calls(tree: ast.AST) -> dict[str, list[ast.Call]]:
    """Name -> its constant calls in a tree, in one walk."""
    found: dict[str, list[ast.Call]] = defaultdict(list)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and is_constant(node):
            found[node.func.id].append(node)
    return found


def is_constant(call: ast.Call) -> bool:
    """Whether a call's arguments are literals, one and all."""
    values = [*call.args, *(keyword.value for keyword in call.keywords)]
    named = all(keyword.arg for keyword in call.keywords)
    return named and all(_is_constant(value) for value in values)


def _is_constant(node: ast.expr) -> bool:
    match node:
        case ast.Constant():
            return True
        case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
            return all(map(_is_constant, items))
        case ast.Dict(keys=keys, values=values):
            return all(key is not None and _is_constant(key) for key in keys) and all(
                map(_is_constant, values)
            )
        case ast.UnaryOp(op=ast.USub() | ast.UAdd()) | ast.BinOp() | ast.Call():
            return is_literal(ast.unparse(node))
    return False


_SAFE = frozenset(
    """abs all any bin bool bytes callable chr complex dict divmod enumerate filter float frozenset hex int
    isinstance iter len list map max min oct ord pow range repr reversed round set slice sorted str sum tuple
    zip True False None ValueError TypeError KeyError IndexError Exception""".split()  # noqa: SIM905
)


def is_closed(call: ast.Call) -> bool:
    """Whether a call's arguments use no names but harmless builtins and the parameters of their own lambdas.

    `f(range(5), key=lambda x: -x)` is closed: its text says all there is to know.
    """
    values = [*call.args, *(keyword.value for keyword in call.keywords)]
    bound = {arg.arg for value in values for arg in ast.walk(value) if isinstance(arg, ast.arg)}
    stored = {name.id for value in values for name in _find_names(value) if isinstance(name.ctx, ast.Store)}
    known = _SAFE | bound | stored
    return all(keyword.arg for keyword in call.keywords) and not any(
        isinstance(value, ast.Starred) or any(name.id not in known for name in _find_names(value))
        for value in values
    )


def _find_names(tree: ast.AST) -> Iterator[ast.Name]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Name))


def read_call(text: str, name: str) -> ast.Call | None:
    """The call of `name` that `text` is, None when it is anything else."""
    try:
        node = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
        return node
    return None


def write_call(name: str, args: Iterable[str], kwargs: Iterable[tuple[str, str]] = ()) -> str:
    """The text of a call from the texts of its arguments."""
    return f"{name}({', '.join([*args, *(f'{key}={value}' for key, value in kwargs)])})"


def bind_call(call: ast.Call, function: ast.FunctionDef) -> tuple[tuple[str, str], ...] | None:
    """(parameter, argument text) pairs, defaults left out; None when the call does not fit.

    Two calls that bind alike are the same call, however they are written.
    """
    plain = [arg.arg for arg in (*function.args.posonlyargs, *function.args.args)]
    keywords = {*(arg.arg for arg in (*function.args.args, *function.args.kwonlyargs))}
    bound: dict[str, str] = dict(zip(plain, map(ast.unparse, call.args), strict=False))
    extra = call.args[len(plain) :]
    if extra and not function.args.vararg:
        return None
    for keyword in call.keywords:
        if keyword.arg is None or keyword.arg in bound:
            return None
        if keyword.arg not in keywords and not function.args.kwarg:
            return None
        bound[keyword.arg] = ast.unparse(keyword.value)
    if any(name not in bound for name in _find_required(function)):
        return None
    rest = [(f"*{index}", ast.unparse(item)) for index, item in enumerate(extra)]
    return tuple(sorted(_drop_defaults(bound, function).items()) + rest)


def _find_required(function: ast.FunctionDef) -> list[str]:
    plain = [arg.arg for arg in (*function.args.posonlyargs, *function.args.args)]
    required = plain[: len(plain) - len(function.args.defaults)]
    pairs = zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True)
    return required + [arg.arg for arg, default in pairs if default is None]


def _drop_defaults(bound: dict[str, str], function: ast.FunctionDef) -> dict[str, str]:
    plain = [arg.arg for arg in (*function.args.posonlyargs, *function.args.args)]
    defaults = function.args.defaults
    known = dict(zip(plain[len(plain) - len(defaults) :], map(ast.unparse, defaults), strict=True))
    pairs = zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True)
    known |= {arg.arg: ast.unparse(default) for arg, default in pairs if default is not None}
    return {name: text for name, text in bound.items() if known.get(name) != text}

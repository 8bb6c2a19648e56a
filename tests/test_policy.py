"""What the policy admits runs as written; what it looks at, and what a program can reach."""

from __future__ import annotations

import ast
import builtins
import contextlib
import copy
import importlib
import io
import re
import sys
import types
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pyx.errors import RecipeError
from pyx.sandbox import names, policy
from pyx.sandbox.guards import guard_get
from pyx.sandbox.rewriter import library_names
from pyx.stages.admit import check_text

EVERY_NODE = (Path(__file__).parent / "programs" / "every_node.txt").read_text()


def find_codes(text: str) -> set[str]:
    return {refusal.code for refusal in policy.check(ast.parse(text))}


def execute(tree: ast.Module, space: dict[str, Any]) -> tuple[str, dict[str, Any], list[Any]]:
    """What a program prints, binds, and the events of its lines."""
    module = types.ModuleType(policy.PROGRAM)
    module.__dict__.update(space)
    sys.modules[policy.PROGRAM] = module
    events: list[Any] = []

    def trace(frame: types.FrameType, event: str, _: object) -> Any:
        if frame.f_code.co_filename != policy.FILENAME:
            return None
        events.append((event, frame.f_code.co_name, frame.f_lineno))
        return trace

    output = io.StringIO()
    before = sys.gettrace()
    with contextlib.redirect_stdout(output):
        code = compile(tree, policy.FILENAME, "exec", dont_inherit=True)
        sys.settrace(trace)
        try:
            exec(code, module.__dict__)
        finally:
            sys.settrace(before)
            del sys.modules[policy.PROGRAM]
    return output.getvalue(), module.__dict__, events


# every node is looked at


def list_kinds(kind: type[ast.AST]) -> Iterator[type[ast.AST]]:
    """The node types below one that a tree can hold."""
    below = kind.__subclasses__()
    if not below and kind.__module__ in ("ast", "_ast"):
        yield kind
    for other in below:
        yield from list_kinds(other)


REFUSED_KINDS = {"AsyncFunctionDef", "Await", "AsyncFor", "AsyncWith", "TryStar"}
NOT_IN_A_MODULE = {
    "Interactive", "Expression", "FunctionType", "TypeIgnore",  # other modes of the parser
    "AugLoad", "AugStore", "Param", "Suite", "Index", "ExtSlice", "Num", "Str", "Bytes", "NameConstant",
    "Ellipsis", "slice",  # of older Pythons
    "TypeAlias", "TypeVar", "ParamSpec", "TypeVarTuple", "TemplateStr", "Interpolation",  # of newer ones
}  # fmt: skip


def test_the_example_has_every_kind_of_node_that_is_admitted() -> None:
    here = {type(node).__name__ for node in ast.walk(ast.parse(EVERY_NODE))}
    kinds = {kind.__name__ for kind in list_kinds(ast.AST)}
    assert kinds - here == kinds & (REFUSED_KINDS | NOT_IN_A_MODULE)
    assert find_codes(EVERY_NODE) == set()


def list_holes(tree: ast.Module) -> Iterator[tuple[ast.AST, str, int]]:
    """Every place of an expression: its node, its field, its index (-1 when the field is no list)."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.MatchValue, ast.JoinedStr)):
            continue  # a pattern's value and the parts of an f-string are of certain kinds only
        for name, value in ast.iter_fields(node):
            for index, item in enumerate(value if isinstance(value, list) else [value]):
                if isinstance(item, ast.expr) and isinstance(getattr(item, "ctx", ast.Load()), ast.Load):
                    yield node, name, index if isinstance(value, list) else -1


def test_a_refused_expression_is_found_wherever_it_stands() -> None:
    tree = ast.parse(EVERY_NODE)
    planted = 0
    for node, name, index in list(list_holes(tree)):
        holder = getattr(node, name)
        before = holder[index] if index >= 0 else holder
        evil = ast.copy_location(ast.Name("eval", ast.Load()), before)
        _put(node, name, index, evil)
        assert "builtin" in {one.code for one in policy.check(tree)}, ast.dump(node)
        _put(node, name, index, before)
        planted += 1
    assert planted > 150 and policy.check(tree) == []


def _put(node: ast.AST, name: str, index: int, value: ast.expr) -> None:
    if index >= 0:
        getattr(node, name)[index] = value
    else:
        setattr(node, name, value)


def test_a_reserved_name_is_found_wherever_it_is_bound() -> None:
    tree = ast.parse(EVERY_NODE)
    planted = 0
    for node in ast.walk(tree):
        for name, value in ast.iter_fields(node):
            fields = {"id", "name", "arg", "asname", "rest", "names", "attr"}
            if name not in fields or isinstance(node, (ast.keyword, ast.Import, ast.ImportFrom, ast.alias)):
                continue
            if isinstance(value, str) or (isinstance(value, list) and value and isinstance(value[0], str)):
                setattr(node, name, "_write_" if isinstance(value, str) else ["_write_"])
                assert "reserved-name" in {one.code for one in policy.check(tree)}, ast.dump(node)
                setattr(node, name, value)
                planted += 1
    assert planted > 100


def test_syntax_that_the_policy_does_not_know_is_refused() -> None:
    class Novel(ast.stmt):
        _fields = ()

    tree = ast.parse("x = 1")
    tree.body.append(Novel(lineno=2, col_offset=4))
    assert [str(one) for one in policy.check(tree)] == [
        "line 2: it uses Novel, which the policy does not know"
    ]


def test_checking_changes_nothing() -> None:
    tree = ast.parse(EVERY_NODE)
    before = ast.dump(copy.deepcopy(tree), include_attributes=True)
    policy.check(tree)
    assert ast.dump(tree, include_attributes=True) == before


@pytest.mark.parametrize(
    ("text", "code"),
    [("def f(:\n", "syntax-error"), ("x = '\0'", "syntax-error"), ("(" * 500 + ")" * 500, "syntax-error")],
)
def test_a_text_that_does_not_parse_is_refused(text: str, code: str) -> None:
    assert [refusal.code for refusal in check_text(text)] in ([code], ["too-deep"])


def test_a_tree_too_deep_to_look_at_is_refused() -> None:
    node: ast.expr = ast.Name("x", ast.Load())
    for _ in range(50_000):
        node = ast.UnaryOp(ast.Not(), node)
    tree = ast.Module([ast.Expr(node, lineno=1, col_offset=0)], [])
    assert [refusal.code for refusal in policy.check(tree)] == ["too-deep"]


def test_a_long_chain_is_admitted() -> None:
    chain = "x = 0\nif x == 0:\n    pass\n" + "".join(f"elif x == {n}:\n    pass\n" for n in range(90))
    assert find_codes(chain + "y = " + " + ".join(["1"] * 900)) == set()


def test_a_refusal_names_code_place_and_sentence() -> None:
    refusals = policy.check(ast.parse("import math\n\ndef f():\n    import os, math\n    return eval('1')\n"))
    assert [(one.code, one.line, one.column, one.sentence) for one in refusals] == [
        ("import", 4, 4, "it imports os, which is not on the lists"),
        ("builtin", 5, 11, "it uses eval, which no program may"),
    ]


# what is admitted runs as written


ADMITTED = Path(__file__).parent / "programs" / "admitted"
PROGRAMS = {path.stem: path.read_text() for path in sorted(ADMITTED.glob("*.txt"))}


@pytest.mark.parametrize("name", PROGRAMS)
def test_an_admitted_program_prints_and_steps_as_it_does_without_the_policy(name: str) -> None:
    text = PROGRAMS[name]
    assert policy.check(ast.parse(text)) == []
    plain = execute(ast.parse(text), {"__name__": policy.PROGRAM})
    policed = execute(policy.rewrite(ast.parse(text)), policy.namespace())
    assert policed[0] == plain[0] != ""
    assert policed[2] == plain[2]


def test_every_allowed_name_can_be_imported_or_is_of_another_python() -> None:
    for module, listed in policy.DEFAULT.modules.items():
        real = __import__(module, fromlist=["x"])
        space = policy.namespace()
        for name in sorted(listed.names):
            if hasattr(real, name):
                code = compile(f"from {module} import {name}", policy.FILENAME, "exec")
                exec(code, space)
                assert name in space


# what a program can reach


def test_the_private_names_of_the_library_are_all_known() -> None:
    for module in policy.DEFAULT.modules:
        for kind in vars(importlib.import_module(module)).values():
            for base in getattr(kind, "__mro__", ()) if isinstance(kind, type) else ():
                private = {name for name in vars(base) if names.is_private(name) and name[:2] != "__"}
                assert private - {"_"} <= library_names(), (module, base)


METHODS = (
    types.MethodType, types.BuiltinMethodType, types.MethodWrapperType, types.WrapperDescriptorType,
    types.MethodDescriptorType, types.ClassMethodDescriptorType, types.GetSetDescriptorType,
)  # fmt: skip
"""What a program can only call, as what a guard gives: each of their methods is another, without end."""


def is_leaf(value: object) -> bool:
    if isinstance(value, types.FunctionType):
        return value.__module__.startswith("pyx.sandbox") and "<locals>" in value.__qualname__
    return isinstance(value, METHODS)


def list_readable(value: object) -> Iterator[object]:
    """What a program can get out of a value without calling it."""
    if is_leaf(value):
        return
    if isinstance(value, (list, tuple, set, frozenset)):
        yield from value
    elif isinstance(value, (dict, types.MappingProxyType)):
        yield from (*value.keys(), *value.values())
    for name in dir(value):
        if names.find_problem(name) is None:
            try:
                yield guard_get(value, name) if name in names.GUARDED else getattr(value, name)
            except (policy.Refused, Exception):
                continue


def reach() -> list[object]:
    """Everything that a program can reach from its names and all modules, private names and all."""
    own = policy.namespace()["__builtins__"]
    # `_type_`, `_classes_` and the like are names that no program can write.
    start = [value for name, value in own.items() if name not in names.GUARDS | {"__import__"}]
    start += [own["__import__"](name) for name in policy.DEFAULT.modules]
    waiting = deque((value, 0) for value in start)
    seen: dict[object, object] = {}
    while waiting:
        value, depth = waiting.popleft()
        key: object = id(value)
        if isinstance(value, (int, float, complex, str, bytes)):
            key = (type(value), value)  # equal numbers and texts are one
        elif is_leaf(value):
            key = (type(value), getattr(value, "__qualname__", ""))
        if key not in seen:
            seen[key] = value
            if depth < 8:  # some objects give a new one of their kind without end
                waiting.extend((inner, depth + 1) for inner in list_readable(value))
    return list(seen.values())


INSIDE = (types.ModuleType, types.FrameType, types.CodeType, types.TracebackType, types.CellType)


def test_no_program_reaches_a_module_a_frame_a_code_object_or_a_denied_function() -> None:
    denied = [getattr(builtins, name) for name in names.DENIED_BUILTINS if hasattr(builtins, name)]
    denied += [type, vars, dir, getattr, setattr, delattr, sys._getframe, open]
    reached = reach()
    assert len(reached) > 3000 and re.Pattern in reached
    for value in reached:
        assert not isinstance(value, INSIDE), value
        assert not any(value is other for other in denied), value


# lists


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("import math\ntype(math).__init__(math, 'os', {'system': print})", TypeError),
        (
            "import math\nclass F(type(math)): pass\nf = F()\nf.__dict__['__name__'] = 'this'\nf.s",
            AttributeError,
        ),
        ("import math\ntype(math)().path", AttributeError),
        ("import sys\nsys.stdout.__init__(print)", TypeError),
        ("import sys\nsys.stdout.nothing", AttributeError),
    ],
)
def test_what_stands_for_a_module_or_a_stream_holds_nothing_and_cannot_be_filled_anew(
    text: str, error: type[Exception]
) -> None:
    loaded = set(sys.modules)
    with pytest.raises(error):
        execute(policy.rewrite(ast.parse(text)), policy.namespace())
    assert find_codes(text) == set()
    assert not {"os", "this"} & (set(sys.modules) - loaded)


def test_a_recipe_can_add_a_module_and_names() -> None:
    wider = policy.DEFAULT.extend({"sched": {"allow": ["scheduler"]}, "sys": {"allow": ["platform"]}})
    text = "import sched, sys\nx = sched.scheduler, sys.platform\n"
    assert find_codes(text) == {"import", "module-attribute"}
    assert policy.check(ast.parse(text), policy=wider) == []
    assert wider.digest() != policy.digest()
    _, bound, _ = execute(policy.rewrite(ast.parse(text)), policy.namespace(policy=wider))
    assert bound["x"][1] == sys.platform


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"alow": []}, "sched: no key 'alow'"),
        ({"allow": ["*"]}, "sched: '*' is no public name"),
        ({"allow": ["_os"]}, "sched: '_os' is no public name"),
        ({"nondeterministic": {"x": "moon"}}, "sched: x depends on 'moon'"),
        ({"hardened": ["scheduler"]}, "sched: only a list of pyx itself"),
    ],
)
def test_a_wrong_list_is_an_error_that_names_the_value(row: dict[str, Any], message: str) -> None:
    with pytest.raises(RecipeError, match=message.replace("*", r"\*")):
        policy.DEFAULT.extend({"sched": row})


def test_the_digest_changes_with_every_list() -> None:
    digests = {
        policy.DEFAULT.extend({name: {"allow": ["extra"]}}).digest() for name in policy.DEFAULT.modules
    }
    assert len(digests) == len(policy.DEFAULT.modules)


def test_a_list_says_why_and_when() -> None:
    for module in policy.DEFAULT.modules.values():
        assert module.reason.endswith(".") and module.reviewed, module.name


# causes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import datetime as d\nx = d.datetime.now()\n", ["2 datetime.datetime.now clock"]),
        ("from datetime import date\nx = date.today\n", ["2 datetime.date.today clock"]),
        ("from time import perf_counter as tick\ntick()\n", ["2 time.perf_counter clock"]),
        ("x = {1, 2}\ny = id(x)\n", ["1 {...} hash", "2 id address"]),
        ("def f(id):\n    return id\n", []),
        ("import math\nx = math.pi\n", []),
    ],
)
def test_a_cause_of_difference_is_named_with_its_line(text: str, expected: list[str]) -> None:
    found = policy.find_causes(ast.parse(text))
    assert [f"{cause.line} {cause.name} {cause.cause}" for cause in found] == expected

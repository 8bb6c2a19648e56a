"""From files to programs: every top-level function with all that it needs, and nothing else."""

from __future__ import annotations

import ast
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from pyx.records import Program, Reject, Sample, digest
from pyx.registry import STAGES
from pyx.sandbox import policy
from pyx.source.calls import index_calls, is_constant, read_call
from pyx.source.cut import cut
from pyx.source.docstring import describe, drop_examples
from pyx.source.form import find_constructs, find_imports, normal_form
from pyx.source.look import look
from pyx.source.module import Module, Unfit, find_function, read_module

_CALLS = 24
"""Constant calls of a function that are kept as inputs."""


def find_labels(
    *, imports: list[str] | None = None, lists: policy.Rows | None = None, **_: Any
) -> dict[str, Any]:
    """The modules that a program may import: which programs are cut depends on them."""
    return {"imports": sorted(find_modules(imports, lists))}


def find_modules(imports: list[str] | None, lists: policy.Rows | None = None) -> frozenset[str]:
    """The top-level modules named, else those of which the policy allows anything."""
    names = policy.choose(lists).modules if imports is None else imports
    return frozenset({name.partition(".")[0] for name in names} | {"__future__"})


@dataclass(frozen=True, slots=True)
class Wish:
    """What a program may be like."""

    size: int
    imports: frozenset[str]
    examples: bool


@STAGES.add("extract", version=1, needs=("text",), gives=("program",), depends=find_labels)
def extract(
    samples: Iterable[Sample],
    *,
    size: int = 12_000,
    imports: list[str] | None = None,
    lists: dict[str, dict[str, Any]] | None = None,
    examples: bool = True,
) -> Iterator[Sample | Reject]:
    """Cut self-contained functions out of files: one sample for each, its parent the file.

    A program holds the imports, constants, helpers and classes that the function needs, as written. It
    imports only modules of `imports` (those that the policy allows; `lists` adds to them, as for `admit`) and
    has at most `size` characters.
    Without `examples` those of its docstrings are left out of the code, for they give answers away; inputs
    are still made of them.
    """
    wish = Wish(size, find_modules(imports, lists), examples)
    for sample in samples:
        yield from _extract_file(sample, wish)


def _extract_file(sample: Sample, wish: Wish) -> Iterator[Sample | Reject]:
    seen = look(sample.text)
    try:
        if not seen.functions and not seen.broken:
            raise Unfit("no-function", "no top-level function")
        module = _read(sample.text)
        functions = _choose(module, sample.notes.get("entry_point", ""))
        calls = _find_calls(sample, module)
    except (Unfit, RecursionError) as error:
        yield _reject(sample, "file", sample.id, _explain(error))
        return
    items = [_extract_function(sample, module, function, wish, calls) for function in functions]
    yield from items
    if not any(isinstance(item, Sample) for item in items):
        reasons = Counter(item.reason for item in items if isinstance(item, Reject))
        detail = ", ".join(f"{count} {reason}" for reason, count in reasons.most_common())
        yield _reject(sample, "file", sample.id, Unfit("no-program", detail))


def _explain(error: Unfit | RecursionError) -> Unfit:
    return error if isinstance(error, Unfit) else Unfit("nested-too-deeply")


def _read(text: str) -> Module:
    try:
        return read_module(text)
    except Unfit as unfit:
        if unfit.reason == "syntax-error" and look(text).python2:
            raise Unfit("python-2", unfit.detail) from None
        raise


def _choose(module: Module, entry: str) -> list[ast.FunctionDef]:
    functions = [function for function in module.functions if entry in ("", function.name)]
    if not functions:
        raise Unfit("no-function", f"no top-level function {entry}".rstrip())
    return functions


def _extract_function(
    sample: Sample, module: Module, function: ast.FunctionDef, wish: Wish, calls: dict[str, list[str]]
) -> Sample | Reject:
    try:
        _check_shape(function)
        code = cut(module, function.name, allowed=wish.imports, size=wish.size)
    except (Unfit, RecursionError) as error:
        return _reject(sample, "program", digest(sample.id, function.name), _explain(error))
    program = make_program(code, function.name, description=sample.notes.get("description", ""))
    if not wish.examples:
        program = replace(program, code=drop_examples(code))
    return Sample(
        digest(normal_form(code), function.name),
        replace(sample.origin, name=function.name, line=function.lineno),
        parent=sample.id,
        program=program,
        notes={"calls": json.dumps(calls[function.name])} if calls.get(function.name) else {},
    )


def _check_shape(function: ast.FunctionDef) -> None:
    args = function.args
    if not (args.posonlyargs or args.args or args.vararg or args.kwonlyargs):
        raise Unfit("no-parameters", f"{function.name}() has nothing to vary")
    if function.name.startswith("test_") or function.name == "main":
        raise Unfit("script", f"{function.name} is no function to reason about")


def make_program(code: str, entry: str, *, description: str = "") -> Program:
    """What can be said about a program by reading it."""
    node = find_function(ast.parse(code), entry)
    docstring = ast.get_docstring(node) or ""
    return Program(
        code,
        entry,
        description or describe(docstring),
        docstring,
        find_imports(code),
        find_constructs(code),
    )


def _find_calls(sample: Sample, module: Module) -> dict[str, list[str]]:
    """Function -> its constant calls in its own file, then those that the reader found elsewhere."""
    found = {name: list(map(ast.unparse, calls)) for name, calls in index_calls(module.tree).items()}
    for name, texts in json.loads(sample.notes.get("calls", "{}")).items():
        read = (read_call(text, name) for text in texts)
        found.setdefault(name, []).extend(ast.unparse(call) for call in read if call and is_constant(call))
    return {name: list(dict.fromkeys(calls))[:_CALLS] for name, calls in found.items()}


def _reject(sample: Sample, level: str, parent: str, unfit: Unfit) -> Reject:
    return Reject(
        "file" if level == "file" else "program",
        parent,
        "extract",
        unfit.reason,
        unfit.detail,
        sample=sample.id,
        origin=sample.origin,
    )


EXAMPLES = [
    ("def f(x):\n    return x + K\n\nK = 2\n", ["f"]),
    ("x = 1\n", ["file: no-function"]),
    ("def f(x:\n", ["file: syntax-error"]),
    ("def f(x):\n    print x\n", ["file: python-2"]),
    ("import socket\n\ndef f(x):\n    return socket\n", ["program: import-not-allowed", "file: no-program"]),
    ("def f(x):\n    return helper(x)\n", ["program: not-self-contained", "file: no-program"]),
    ("def f(x):\n    return g(x)\n\ndef g(x):\n    return x\n", ["f", "g"]),
    ("def f():\n    return 1\n", ["program: no-parameters", "file: no-program"]),
]

"""Units, closures, cuts, normal forms, descriptions and types of source text."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import pyx.samples
from pyx.source.calls import bind_call, is_closed, is_constant, read_call
from pyx.source.cut import cut
from pyx.source.docstring import describe, drop_examples, hide_examples
from pyx.source.form import content_hash, find_constructs, find_imports, normal_form
from pyx.source.licences import is_permissive
from pyx.source.look import Sight, find_sights, look
from pyx.source.module import Unfit, find_function, find_uses, read_module
from pyx.source.types import Kind, find_parameters, read_words

# -- cutting -------------------------------------------------------------------------------------

WHOLE = '''\
#!/usr/bin/env python
# Copyright somebody
"""A module."""
import os, math
from collections import (
    deque,  # both ends
    Counter as Count,
)

__all__ = ["f"]

# How much is much.
LIMIT = 10
TABLE = {}
TABLE["a"] = LIMIT
UNUSED = os.sep


class Box:
    """A helper."""

    def __init__(self, x):
        self.x = x


def helper(x):
    # twice
    return Count([x] * 2)


def f(x, k=LIMIT):
    """Say it.

    >>> f(1)
    """
    return helper(x), TABLE, math.pi  # done


def g(x):
    return Box(x), f(x)


if __name__ == "__main__":
    TABLE["b"] = 2
    print(f(1))
'''

CUT = '''\
import math
from collections import Counter as Count

# How much is much.
LIMIT = 10
TABLE = {}
TABLE["a"] = LIMIT


def helper(x):
    # twice
    return Count([x] * 2)


def f(x, k=LIMIT):
    """Say it.

    >>> f(1)
    """
    return helper(x), TABLE, math.pi  # done
'''


def test_a_function_is_cut_with_all_it_needs_and_nothing_else() -> None:
    assert cut(read_module(WHOLE), "f") == CUT


def test_what_is_cut_is_already_cut() -> None:
    assert cut(read_module(CUT), "f") == CUT


def cut_text(text: str, entry: str = "f", **options: object) -> str:
    return cut(read_module(text), entry, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "kept", "gone"),
    [
        ("a = 1; b = 2\n\ndef f(x):\n    return b\n", "a = 1; b = 2", ""),
        (
            "def f(x): return x\ntry:\n    from _fast import f\nexcept ImportError:\n    pass\n",
            "def f",
            "try",
        ),
        ("try:\n    K = 1\nexcept ValueError:\n    K = 2\n\ndef f(x):\n    return K\n", "except", ""),
        ("x = 3\n\ndef f(x):\n    return [x for x in x]\n", "def f", "x = 3"),
        ("len = 3\n\ndef f(x):\n    return len\n", "len = 3", ""),
        ("def d(g):\n    return g\n\n@d\ndef f(x):\n    return x\n", "@d", ""),
        ("def f(x):\n    return g(x)\n\ndef g(x):\n    return f(x)\n", "def g", ""),
        ("T = []\nT += [1]\n\ndef f(x):\n    return T\n", "T += [1]", ""),
        ("T = []\nfor i in 1, 2:\n    T.append(i)\n\ndef f(x):\n    return T\n", "T.append(i)", ""),
        ("K = 1\nprint(K)\n'text'\n\ndef f(x):\n    return 1\n", "def f", "print"),
        ("from __future__ import annotations\n\ndef f(x: Odd):\n    return 1\n", "__future__", ""),
        ("from __future__ import annotations\n\ndef f(x):\n    return 1\n", "def f", "__future__"),
        (
            "class A:\n    k = 1\n    def m(self):\n        return k\n\nk = 2\n\ndef f(x):\n    return A\n",
            "k = 2",
            "",
        ),
    ],
)
def test_needed_statements_are_kept_and_others_are_not(text: str, kept: str, gone: str) -> None:
    code = cut_text(text)
    assert kept in code
    assert not gone or gone not in code


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("def f(x):\n    return y\n", "not-self-contained"),
        ("from . import y\n\ndef f(x):\n    return y\n", "not-self-contained"),
        ("from os import *\n\ndef f(x):\n    return sep\n", "not-self-contained"),
        ("import socket\n\ndef f(x):\n    return socket\n", "import-not-allowed"),
        ("def f(x):\n    import socket\n    return socket\n", "import-not-allowed"),
        ("def f(x):\n    return __file__\n", "not-self-contained"),
        ("def f(x):\n    return " + "x + " * 400 + "x\n", "nested-too-deeply"),
        ("def f(x):\n    '''" + "long " * 4000 + "'''\n    return x\n", "too-large"),
        ("def f(x:\n", "syntax-error"),
        ("def f(x):\n    return x\0\n", "syntax-error"),
        ("def f(x):\n    return\n\treturn\n", "syntax-error"),
        ("return 3\n", "syntax-error"),
    ],
)
def test_what_cannot_stand_alone_is_unfit_for_a_reason(text: str, reason: str) -> None:
    with pytest.raises(Unfit) as caught:
        cut_text(text)
    assert caught.value.reason == reason


def test_allowed_modules_are_the_callers_choice() -> None:
    text = "import math\n\ndef f(x):\n    return math.pi\n"
    assert cut_text(text, allowed=["math"]) == "import math\n\n\ndef f(x):\n    return math.pi\n"
    with pytest.raises(Unfit):
        cut_text(text, allowed=[])


def test_uses_are_what_the_compiler_would_look_up() -> None:
    text = (
        "@deco\ndef f(a: Note, b=DEFAULT) -> Result:\n    local = [i for i in a]\n    return local, GLOBAL\n"
    )
    assert find_uses(text) == {"deco", "Note", "DEFAULT", "Result", "GLOBAL"}
    assert find_uses(text, future=True) == {"deco", "DEFAULT", "GLOBAL"}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("K = [a for a in Z if a]\n", {"Z"}),
        ("K = [a for a in a]\n", {"a"}),
        ("K = [a for a in Z] + [a]\n", {"Z", "a"}),
        ("class C:\n    m = {q: [r for r in q] for q in W}\n", {"W"}),
        ("def f(x):\n    return [y for y in x], {z for z in G}\n", {"G"}),
        ("for i in X:\n    T[i] = lambda j: (i, j, H)\n", {"X", "T", "i", "H"}),
    ],
)
def test_names_of_comprehensions_are_theirs_on_every_python(text: str, names: set[str]) -> None:
    assert find_uses(text) == names


# -- the first look ------------------------------------------------------------------------------


def test_a_look_finds_functions_even_in_a_broken_file() -> None:
    seen = look("def good(x):\n    return x\n\n@deco\nasync def other(): pass\n\ndef bad(x:\n")
    assert seen.broken
    assert "good" in seen.functions


@pytest.mark.parametrize(
    ("text", "python2"),
    [
        ("def f(x):\n    print x\n", True),
        ("exec 'x = 1' in {}\n", True),
        ("print ('x')\n", False),
        ("# print x\ns = 'print x'\n", False),
    ],
)
def test_python_2_is_told_by_its_statements(text: str, python2: bool) -> None:
    assert look(text).python2 == python2


def test_constant_calls_of_imported_functions_are_seen() -> None:
    text = (
        "import textwrap as tw, os.path\nfrom a.b import f as g\nfrom .c import h\n"
        "tw.dedent(' x')\ng([1, -2], k={'a': None})\nh(y)\nh(f'{y}')\nh(1.5)\nunknown(1)\nself.dedent('no')\n"
    )
    seen = list(find_sights(text, {"dedent", "f", "h", "unknown"}))
    assert seen == [
        Sight("textwrap", "dedent", "dedent(' x')"),
        Sight("a.b", "f", "f([1, -2], k={'a': None})"),
        Sight(".c", "h", "h(1.5)"),
    ]


# -- forms ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("def f(x):\n    'Doc.'\n    return x  # x\n", "def f(x): return (x)\n", True),
        ("def f(x):\n    'Doc.'\n", "def f(x): pass\n", True),
        ("x = 1\n", "x = True\n", False),
        ("x = 1\n", "x = 1.0\n", False),
        ("x = None\n", "x = ...\n", False),
        ("def f(a): return a\n", "def f(b): return b\n", False),
    ],
)
def test_the_normal_form_is_free_of_layout_alone(left: str, right: str, same: bool) -> None:
    assert (normal_form(left) == normal_form(right)) == same


def test_renaming_makes_the_forms_of_renamed_programs_equal() -> None:
    left = "def f(a, b):\n    total = a + len(b)\n    return total\n"
    right = "def g(x, y):\n    s = x + len(y)\n    return s\n"
    other = "def g(x, y):\n    s = y + len(x)\n    return s\n"
    assert content_hash(left, rename=True) == content_hash(right, rename=True)
    assert content_hash(left, rename=True) != content_hash(other, rename=True)


def test_constructs_and_imports_are_found_anywhere() -> None:
    code = "import os.path\ndef f(n):\n    import math\n    while n:\n        for i in n: return f(i)\n"
    assert find_constructs(code) == ("early-return", "loop", "nested-loop", "recursion", "while")
    assert find_imports(code) == ("math", "os")


# -- descriptions --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("docstring", "expected"),
    [
        ("Return x.", "Return x."),
        ("Return\n    the x.\n\n    More.", "Return the x.\n\nMore."),
        ("Return x.\n\n>>> f(1)\n1\n\nNever y.", "Return x.\n\nNever y."),
        ("Return x. For example:\n\n>>> f(1)\n1", "Return x."),
        ("Return x::\n\n        f(1)\n\n    Truly.", "Return x.\n\nTruly."),
        ("Return x.\n\nArgs:\n    x: a number\n\nReturns:\n    It.", "Return x."),
        ("Return x.\n\nParameters\n----------\nx : int\n", "Return x."),
        ("Return x.\n:param x: a number\n:return: it", "Return x."),
        ("Use :func:`~a.b` and ``c``.", "Use `a.b` and `c`."),
        ("Return x.\n\n.. versionadded:: 3\n\nStill.", "Return x.\n\nStill."),
        ("f(x) -> int\n\nReturn x.", "Return x."),
        ("Return x. See `g` for more info.", "Return x."),
        ("Return a `ring`_.\n\n# >>> f(1)\n\nAs you can see, it is.", "Return a ring."),
        ("Return the import of x: it.\n\nimport x", "Return the import of x: it."),
        (">>> f(1)\n1", ""),
        ("", ""),
    ],
)
def test_a_description_is_the_prose_of_a_docstring(docstring: str, expected: str) -> None:
    assert describe(docstring) == expected


def test_examples_are_taken_out_of_code_and_all_else_stays() -> None:
    code = (
        'def f(x):\n    """Give x.\n\n    >>> f(1)\n    1\n\n    Always.\n\n    >>> f(2)\n    2\n    """\n'
        "    return x  # x\n\n\ndef g(x):\n    r'''Do.\n\n    >>> g(1)\n    ... # more\n    1'''\n"
        "    y = '>>> f(1)'\n"
    )
    assert drop_examples(code) == (
        'def f(x):\n    """Give x.\n\n    Always.\n    """\n'
        "    return x  # x\n\n\ndef g(x):\n    r'''Do.\n    '''\n    y = '>>> f(1)'\n"
    )


def test_code_without_examples_computes_what_it_did() -> None:
    for file in sorted(Path(str(pyx.samples.__file__)).parent.glob("*.py")):
        code = file.read_text("utf-8")
        bare = drop_examples(code)
        assert ">>> " not in bare
        assert normal_form(bare) == normal_form(code)


def test_hidden_examples_leave_every_other_line_where_it_was() -> None:
    code = (
        'def f(x):\n    """Give x.\n\n    >>> f(1)\n    1\n\n    Always.\n    >>> f(2)\n    2"""\n'
        "    return x\n\n\ndef g(x):\n    r'''>>> g(3)\n    3\n    '''\n    y = '>>> f(1)'\n"
    )
    assert hide_examples(code) == (
        'def f(x):\n    """Give x.\n\n\n\n\n    Always.\n\n    """\n'
        "    return x\n\n\ndef g(x):\n    r'''\n\n    '''\n    y = '>>> f(1)'\n"
    )


@given(st.lists(st.sampled_from(["Words.", "", ">>> f(1)", "7", "... 8", "\u2028", "  >>> f(2)"])))
def test_hidden_examples_are_gone_whatever_stands_around_them(lines: list[str]) -> None:
    code = "\n    ".join(["def f(x):", '"""' + (lines[0] if lines else ""), *lines[1:], '"""', "return x\n"])
    hidden = hide_examples(code)
    assert ">>>" not in hidden
    assert hidden.count("\n") == code.count("\n") and normal_form(hidden) == normal_form(code)


@given(st.text())
def test_any_docstring_has_a_description(docstring: str) -> None:
    assert ">>> " not in describe(docstring) or ">>> " in docstring


# -- types ---------------------------------------------------------------------------------------

INT, STR = Kind("int"), Kind("str")


def find_kinds(text: str) -> dict[str, tuple[str, str]]:
    tree = ast.parse(text)
    found = find_parameters(find_function(tree, "f"), tree)
    return {parameter.name: (show_kind(parameter.kind), parameter.source) for parameter in found}


def show_kind(kind: Kind) -> str:
    inner = ", ".join([*map(show_kind, kind.parts), *kind.texts])
    return f"{kind.name}[{inner}]" if inner else kind.name


@pytest.mark.parametrize(
    ("note", "kind"),
    [
        ("int", "int"),
        ("list[int]", "list[int]"),
        ("'List[str]'", "list[str]"),
        ("Optional[float]", "union[float, none]"),
        ("int | None", "union[int, none]"),
        ("dict[str, list[int]]", "dict[str, list[int]]"),
        ("tuple[int, ...]", "tuple[int, int, int]"),
        ("typing.Sequence[tuple[int, str]]", "list[tuple[int, str]]"),
        ("Literal['a', 2]", "literal['a', 2]"),
        ("Callable[[int], int]", "no"),
        ("Callable | None", "none"),
        ("V", "list[float]"),
        ("Any", "any"),
        ("Node", "no"),
    ],
)
def test_annotations_name_kinds(note: str, kind: str) -> None:
    assert find_kinds(f"V = list[float]\n\ndef f(x: {note}):\n    pass\n") == {"x": (kind, "annotation")}


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("int", "int"),
        ("a string", "str"),
        ("list of ints", "list[int]"),
        ("int or None, optional", "union[int, none]"),
        ("str, default 'x'", "str"),
        ("callable", "no"),
        ("whatever you like", "any"),
    ],
)
def test_words_of_a_docstring_name_kinds(words: str, kind: str) -> None:
    assert show_kind(read_words(words)) == kind


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("return x.lower()", "str"),
        ("return x % 2", "int"),
        ("return range(x)", "int"),
        ("return [y for y in x]", "list[int]"),
        ("return x.items()", "dict[str, int]"),
        ("return x(1)", "no"),
        ("return x.left", "no"),
        ("return x", "any"),
        ("return x == 'a'", "str"),
    ],
)
def test_a_parameters_use_suggests_its_kind(body: str, kind: str) -> None:
    assert find_kinds(f"def f(x):\n    {body}\n")["x"][0] == kind


def test_defaults_and_docstring_tables_tell_types() -> None:
    text = 'def f(a, b=3, *, c="x", d=None):\n    """Do.\n\n    Args:\n        a (list[str]): them\n    """\n'
    kinds = {
        "a": ("list[str]", "docstring"),
        "b": ("int", "default"),
        "c": ("str", "default"),
        "d": ("any", ""),
    }
    assert find_kinds(text) == kinds


# -- calls ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "constant", "closed"),
    [
        ("f(1, [2, {'a': (None,)}], k=-3.5)", True, True),
        ("f(range(3), key=lambda x: -x)", False, True),
        ("f([i for i in range(3)])", False, True),
        ("f(y)", False, False),
        ("f(*[1])", False, False),
        ("f(**{'a': 1})", False, False),
        ("f(open('x'))", False, False),
        ("f(frozenset({1}))", True, True),
    ],
)
def test_calls_are_constant_closed_or_neither(text: str, constant: bool, closed: bool) -> None:
    call = read_call(text, "f")
    assert call is not None
    assert (is_constant(call), is_closed(call)) == (constant, closed)


def test_calls_that_bind_alike_are_the_same() -> None:
    function = find_function(ast.parse("def f(a, b=2, *c, d=4, **e): pass"), "f")

    def bind(text: str) -> object:
        call = read_call(text, "f")
        return call and bind_call(call, function)

    assert bind("f(1)") == bind("f(a=1)") == bind("f(1, 2)") == bind("f(1, b=2, d=4)") is not None
    assert bind("f(1, 3)") == bind("f(b=3, a=1)") != bind("f(1)")
    assert bind("f(1, 2, 3)") != bind("f(1, 2)")
    assert bind("f()") is None and bind("f(1, a=2)") is None
    assert bind("f(1, z=2)") is not None
    assert read_call("g(1)", "f") is None and read_call("f(", "f") is None and read_call("f", "f") is None


# -- licences ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "permissive"),
    [
        ("MIT", True),
        ("mit", True),
        ("GPL-3.0-only", False),
        ("Apache-2.0 OR GPL-2.0-only", True),
        ("Apache-2.0 AND GPL-2.0-only", False),
        ("(MIT OR GPL-2.0-only) AND BSD-3-Clause", True),
        ("Apache-2.0 WITH LLVM-exception", True),
        ("", False),
        ("MIT AND", False),
        ("(MIT", False),
        ("MIT MIT", False),
    ],
)
def test_an_expression_is_permissive_when_a_way_through_it_is(expression: str, permissive: bool) -> None:
    assert is_permissive(expression) == permissive

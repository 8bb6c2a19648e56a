"""Sources of inputs, and the laws that hold for what they make."""

from __future__ import annotations

import ast
import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyx import literals
from pyx.inputs.doctests import find_doctests
from pyx.inputs.mutated import mutate_inputs
from pyx.inputs.typed import make_typed
from pyx.inputs.values import make_value
from pyx.records import Case, Origin, Program, Sample, digest
from pyx.registry import INPUTS
from pyx.source.calls import is_closed, read_call
from pyx.source.module import find_function
from pyx.source.types import Kind


def make_sample(code: str, **notes: str) -> Sample:
    docstring = ast.get_docstring(find_function(ast.parse(code), "f")) or ""
    return Sample(digest(code), Origin("x"), program=Program(code, "f", docstring=docstring), notes=notes)


def write_doctest(*lines: str) -> Sample:
    body = "".join(f"    {line}\n" for line in lines)
    return make_sample(f'def f(x, k=1):\n    """Do.\n\n{body}    """\n    return x\n')


@pytest.mark.parametrize(
    ("lines", "cases"),
    [
        ([">>> f(1)", "2"], [("f(1)", "", "2")]),
        ([">>> f(1)", "Traceback (most recent call last):", "ValueError: no"], [("f(1)", "", "")]),
        ([">>> f([1,", "...    2])", "[1,", " 2]"], [("f([1, 2])", "", "[1, 2]")]),
        ([">>> y = 3", ">>> f(y)", "3"], [("f(y)", "y = 3", "3")]),
        ([">>> import mod", ">>> mod.f(2)", "3"], [("f(2)", "", "3")]),
        ([">>> import math", ">>> f(math.pi)"], [("f(math.pi)", "import math", "")]),
        ([">>> list(f(range(3), k=lambda v: -v))", "[]"], [("f(range(3), k=lambda v: -v)", "", "")]),
        ([">>> print(f(1))", "2"], [("print(f(1))", "", "")]),
        ([">>> y = 'ab'", ">>> y.f(2)", "3"], []),
        ([">>> f(1) # doctest: +ELLIPSIS", "<ob...>"], [("f(1)", "", "")]),
        ([">>> f(1) # doctest: +ELLIPSIS", "[1, ...]"], [("f(1)", "", "")]),
        ([">>> g(1)", "2"], []),
        ([">>> f(1", "2"], []),
        (["  >>> f(1)", "bad indent"], []),
    ],
)
def test_doctests_become_calls_with_what_they_state(
    lines: list[str], cases: list[tuple[str, str, str]]
) -> None:
    found = find_doctests(write_doctest(*lines))
    assert [(case.call, case.setup, case.documented) for case in found] == cases


def test_what_a_printing_program_states_may_be_what_it_printed() -> None:
    sample = make_sample('def f(x):\n    """Do.\n\n    >>> f(1)\n    1\n    """\n    print(x)\n')
    assert [case.documented for case in find_doctests(sample)] == [""]


def test_calls_seen_elsewhere_are_callsites() -> None:
    sample = make_sample("def f(x):\n    return x\n", calls='["f(1)"]')
    assert [(case.call, case.grade) for case in INPUTS.find("callsites").function(sample)] == [
        ("f(1)", "callsite")
    ]


ANNOTATED = "def f(a: int, b: list[str], *, c: dict[str, float] | None = None) -> int:\n    return a\n"


def test_typed_inputs_are_the_same_every_time() -> None:
    calls = [case.call for case in make_typed(make_sample(ANNOTATED))]
    assert calls == [case.call for case in make_typed(make_sample(ANNOTATED))]
    assert len(set(calls)) > 10


@pytest.mark.parametrize(
    ("code", "grade"),
    [
        (ANNOTATED, "typed"),
        ("def f(a, k=3):\n    'Do.\\n\\n    :type a: int'\n    return a\n", "typed"),
        ("def f(words):\n    return words\n", "heuristic"),
        ("def f(a: Any):\n    return a\n", "heuristic"),
        ("def f(a: int, b):\n    return a\n", "heuristic"),
    ],
)
def test_the_grade_says_whether_types_were_named(code: str, grade: str) -> None:
    assert {case.grade for case in make_typed(make_sample(code))} == {grade}


@pytest.mark.parametrize("code", ["def f(g: Node):\n    return g\n", "def f(g):\n    return g(1)\n"])
def test_no_inputs_are_made_for_what_no_literal_can_be(code: str) -> None:
    assert list(make_typed(make_sample(code))) == []


def test_a_guess_that_never_fits_is_given_up_for_the_next() -> None:
    source = make_typed(make_sample("def f(a):\n    return a\n"))
    case = next(source)
    kinds: Counter[type] = Counter()
    for _ in range(60):
        value = ast.literal_eval(case.call.removeprefix("f(").removesuffix(")"))
        kinds[type(value)] += 1
        try:
            case = source.send(isinstance(value, dict))
        except StopIteration:
            break
    assert kinds[dict] == max(kinds.values()) > 10


def find_values(cases: list[Case]) -> list[tuple[object, ...]]:
    return [ast.literal_eval(f"({case.call.removeprefix('f(').removesuffix(')')},)") for case in cases]


def test_mutated_inputs_stay_inside_the_domain_that_is_seen() -> None:
    sample = write_doctest(">>> f('XIV')", "14", ">>> f('MM')", "2000")
    values = [str(value) for value, *_ in find_values(list(mutate_inputs(sample, tries=200)))]
    assert len(set(values)) > 20
    assert set("".join(values)) <= set("XIVM")
    assert all(0 < len(value) <= 6 for value in values)


def test_mutated_numbers_keep_their_sign_and_at_most_double() -> None:
    sample = write_doctest(">>> f(10, k=3)", "1", ">>> f(4)", "1")
    for case in mutate_inputs(sample, tries=200):
        call = read_call(case.call, "f")
        assert call is not None
        assert 1 <= ast.literal_eval(call.args[0]) <= 20
        assert all(1 <= ast.literal_eval(keyword.value) <= 6 for keyword in call.keywords)


def test_without_a_known_call_there_is_nothing_to_mutate() -> None:
    assert list(mutate_inputs(make_sample("def f(x):\n    return x\n"))) == []


ATOMS = st.sampled_from(["int", "float", "str", "bytes", "bool", "complex", "none", "any"])
KINDS = st.recursive(
    st.builds(Kind, ATOMS),
    lambda inner: st.one_of(
        st.builds(lambda part: Kind("list", (part,)), inner),
        st.builds(lambda part: Kind("set", (part,)), inner),
        st.builds(lambda *parts: Kind("tuple", parts), inner, inner),
        st.builds(lambda key, value: Kind("dict", (key, value)), inner, inner),
        st.builds(lambda *parts: Kind("union", parts), inner, inner),
    ),
    max_leaves=5,
)


@given(KINDS, st.sampled_from(["n", "words", "text", "year", "grid", "x"]), st.integers(0, 12), st.integers())
def test_every_value_made_has_a_literal_form_that_reads_back(
    kind: Kind, name: str, turn: int, seed: int
) -> None:
    text = literals.write(make_value(kind, name, turn, random.Random(seed)))
    assert literals.write(literals.read(text)) == text
    call = read_call(f"f({text})", "f")
    assert call is not None and is_closed(call)

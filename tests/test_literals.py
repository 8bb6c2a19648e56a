"""Values as text: every value comes back as itself, with its type."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyx import literals

ATOMS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.complex_numbers(),
    st.text(), st.binary(), st.just(...), st.just(""), st.just("<opaque a.B>"),
)  # fmt: skip
KEYS = st.one_of(st.integers(), st.booleans(), st.text(), st.tuples(st.integers()), st.frozensets(st.text()))
VALUES = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.lists(inner),
        st.lists(inner).map(tuple),
        st.sets(KEYS),
        st.frozensets(KEYS),
        st.dictionaries(KEYS, inner),
    ),
    max_leaves=12,
)


@given(VALUES)
def test_what_is_written_is_read_back_and_written_alike(value: Any) -> None:
    text = literals.write(value)
    assert literals.write(literals.read(text)) == text
    assert literals.is_literal(text)


@given(VALUES, VALUES)
def test_two_texts_are_the_same_when_their_values_and_types_are(left: Any, right: Any) -> None:
    texts = literals.write(left), literals.write(right)
    assert literals.same(texts[0], texts[0])
    if texts[0] != texts[1] and not isinstance(left, dict):
        assert literals.same(*texts) == (literals.write(literals.read(texts[1])) == texts[0])


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("1", "True"),
        ("1", "1.0"),
        ("'1'", "1"),
        ("0.0", "-0.0"),
        ("[1]", "(1,)"),
        ("{1: 2}", "{True: 2}"),
        ("b'a'", "'a'"),
        ("{1}", "frozenset({1})"),
        ("[1, 2]", "[2, 1]"),
        ("1", "f("),
    ],
)
def test_different_values_are_not_the_same(left: str, right: str) -> None:
    assert not literals.same(left, right)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("nan", "nan"),
        ("{1: 2, 3: 4}", "{3: 4, 1: 2}"),
        ("[1,2]", "[1, 2]"),
        ("{2, 1}", "{1, 2}"),
        ("0x10", "16"),
    ],
)
def test_the_way_a_value_is_written_does_not_matter(left: str, right: str) -> None:
    assert literals.same(left, right)


def test_an_integer_beyond_the_digit_limit_is_written_in_hexadecimal() -> None:
    assert literals.write(-(10**5000)) == hex(-(10**5000))
    assert literals.read(hex(10**5000)) == 10**5000


def test_sets_are_written_in_sorted_order() -> None:
    assert literals.write({10, 2, "b", "a"}) == "{2, 10, 'a', 'b'}"
    assert literals.write(frozenset()) == "frozenset()"


class Loud(int):
    """A subclass whose methods must never be called."""

    def __repr__(self) -> str:
        raise AssertionError

    __str__ = __eq__ = __hash__ = __lt__ = __repr__  # type: ignore[assignment]


def test_a_subclass_is_opaque_and_its_methods_are_not_called() -> None:
    assert literals.write([Loud(3)]) == f"[<opaque {__name__}.Loud>]"
    assert not literals.is_literal(literals.write([Loud(3)]))


def test_a_type_with_a_strange_name_is_unknown() -> None:
    strange = type("x> [1", (), {})
    assert literals.write(strange()) == "<opaque unknown>"


def test_text_that_looks_opaque_is_text() -> None:
    assert literals.read("['<opaque a.B>', <opaque a.B>]") == ["<opaque a.B>", literals.Opaque("a.B")]


@pytest.mark.parametrize(
    "text", ["f(1)", "x", "1 +", "[1, *a]", "{**a}", "1 if 2 else 3", "'a' 'b' + 1", "-'a'", ""]
)
def test_what_is_no_value_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match="not a value"):
        literals.read(text)


def test_too_much_is_an_overflow_error() -> None:
    deep: list[Any] = []
    for _ in range(200):
        deep = [deep]
    with pytest.raises(OverflowError):
        literals.write(deep)
    with pytest.raises(OverflowError):
        literals.write(["a" * 50] * 3, limit=100)
    assert literals.write([1, 2, 3], limit=100) == "[1, 2, 3]"


def test_a_cycle_is_an_overflow_error() -> None:
    loop: list[Any] = []
    loop.append(loop)
    with pytest.raises(OverflowError):
        literals.write(loop)


def test_signed_zeros_of_complex_numbers_survive() -> None:
    value = literals.read(literals.write(complex(-0.0, 1)))
    assert math.copysign(1, value.real) == -1

"""The value of an expression in a recorded state: what Python gives, or nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from pyx import literals
from pyx.trace import expressions

KNOWN = """
n % 2                                   | n = 7                    | 1
xs[1:][::-1]                            | xs = [1, 2, 3]           | [3, 2]
[x * x for x in xs if x > 1]            | xs = [1, 2, 3]           | [4, 9]
sorted(d, key=lambda k: d[k])           | d = {'a': 2, 'b': 1}     | ['b', 'a']
f"{n:03d}" + s.upper()                  | n = 7; s = 'ab'          | '007AB'
xs.pop()                                | xs = [1, 2]              | 2
xs.pop() + n                            | xs = [1, 2]; n = 5       | 7
1 < n <= 7 and not s                    | n = 7; s = ''            | True
"""

UNKNOWN = """
y + 1                                   | n = 7
open(n)                                 | n = 7
n ** 10 ** 9                            | n = 7
xs is ys                                | xs = [1]; ys = [1]
xs.pop() + xs.pop()                     | xs = [1, 2]
xs.append(1) or len(xs)                 | xs = []
[s.add(x) for x in xs if x not in s]    | xs = [1, 1]; s = set()
[row.pop() for row in rows]             | rows = [[1, 2], [1, 2]]
"""


def read_state(text: str) -> dict[str, str]:
    return dict(part.strip().split(" = ", 1) for part in text.split(";"))


@pytest.mark.parametrize("row", KNOWN.strip().splitlines())
def test_an_expression_has_the_value_that_python_gives_it(row: str) -> None:
    expression, state, value = (part.strip() for part in row.split(" | "))
    assert expressions.evaluate(expression, read_state(state)) == value


@pytest.mark.parametrize("row", UNKNOWN.strip().splitlines())
def test_what_the_state_alone_does_not_settle_is_not_known(row: str) -> None:
    expression, state = (part.strip() for part in row.split(" | "))
    with pytest.raises(expressions.Unknown):
        expressions.evaluate(expression, read_state(state))


@pytest.mark.parametrize("expression", ["1 // n", "xs[5]", "s + n", "int(s)", "s.index('z')"])
def test_what_python_would_raise_has_no_value(expression: str) -> None:
    with pytest.raises(expressions.Unknown):
        expressions.evaluate(expression, {"n": "0", "xs": "[1]", "s": "'ab'"})


def grow(inner: some.SearchStrategy[str]) -> some.SearchStrategy[str]:
    """Larger expressions out of smaller ones, changing calls among them."""
    pair = some.tuples(inner, inner)
    return some.one_of(
        some.builds(
            "({0[0]}) {1} ({0[1]})".format,
            pair,
            some.sampled_from(["+", "-", "*", "//", "%", "<", "==", "in", "and", "or"]),
        ),
        some.builds(
            "({}).{}".format, inner, some.sampled_from(["pop()", "append(1)", "upper()", "copy()", "sort()"])
        ),
        some.builds("[v + ({0[0]}) for v in ({0[1]})]".format, pair),
        some.builds("{}({})".format, some.sampled_from(["len", "sorted", "sum", "list", "str"]), inner),
        some.builds("({0[0]})[{0[1]}]".format, pair),
        some.builds("({0[0]}, {0[1]})".format, pair),
    )


@given(some.recursive(some.sampled_from(["n", "xs", "rows", "s", "1", "-2", "'b'"]), grow, max_leaves=6))
def test_whatever_is_known_is_what_python_computes(expression: str) -> None:
    state = {"n": "3", "xs": "[1, 2, 3]", "rows": "[[1], [2, 0]]", "s": "'abc'"}
    try:
        known = expressions.evaluate(expression, state)
    except expressions.Unknown:
        return
    assert known == literals.write(eval(expression, {name: eval(text) for name, text in state.items()}))

"""A call taken apart means what the call meant."""

from __future__ import annotations

import pytest

from pyx.sandbox import calls
from pyx.sandbox.pool import Job, Outcome, open_box

PROGRAM = """
def f(*args, **words):
    return args, words
def g(a, b=2, *, c=3):
    a.append(b)
    return a, b, c
"""


@pytest.mark.parametrize(
    ("call", "parts"),
    [
        ("f()", "(f, (), {})"),
        ("f(1, x)", "(f, ((1), (x), ), {})"),
        ("f(*[1], k='é', j=(n := 2))", "(f, (*([1]), ), {'k': ('é'), 'j': (n := 2), })"),
        ("f(x for x in y)", "(f, (((x for x in y)), ), {})"),
        ("f('é', 'ü')  # a remark", "(f, (('é'), ('ü'), ), {})"),
        ("f(**d)", ""),
        ("f(1)(2)", ""),
        ("f(1) + g(2)", ""),
        ("a.f(1)", ""),
        ("f(1\n)", ""),
        ("f(1); g(2)", ""),
        ("f(", ""),
        ("f(" + "(" * 500, ""),
        ("f(\0)", ""),
    ],
)
def test_only_a_plain_call_of_a_name_on_one_line_is_taken_apart(call: str, parts: str) -> None:
    assert calls.take_apart(call) == parts


@pytest.mark.parametrize(
    "call",
    [
        "f()",
        "f(1, 'é', *[2, 3], k=(x := 4), j=x)",
        "f((lambda: 5)(), [i for i in range(3)])",
        "f(x for x in 'ab')",
        "g([1])",
        "g([1], c=None)",
        "g(b=1)",
        "f(1 / 0)",
        "f(nowhere)",
        "nowhere(1)",
        "f(1, k=1, k=2)",
        "g([], 1, 2, 3)",
    ],
)
def test_taken_apart_or_not_a_call_comes_out_the_same(call: str) -> None:
    # A line break within brackets changes nothing, but is not taken apart.
    whole = call[: call.index("(") + 1] + "\n" + call[call.index("(") + 1 :]
    assert calls.take_apart(whole) == ""
    assert _look(call) == _look(whole)


def _look(call: str) -> tuple[object, ...]:
    outcome: Outcome = open_box().run(Job(PROGRAM, call=call, policy=False))
    return (
        outcome.status, outcome.value, outcome.type, outcome.exception, outcome.message, outcome.args,
        outcome.changed, outcome.payload,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("call", "value"),
    [
        ("eval('x + 1')", "6"),
        ("exec('x')", "None"),
        ("globals()['x']", "5"),
        ("vars()['x']", "5"),
        ("locals()['x']", "5"),
        ("'x' in dir()", "True"),
        ("'f' in eval('dir()')", "True"),
        (" f()", "1"),
        ("\tf()  ", "1"),
    ],
)
@pytest.mark.parametrize("entry", ["", "f"])
def test_a_call_sees_the_names_of_the_program_and_may_be_indented(call: str, value: str, entry: str) -> None:
    outcome = open_box().run(Job("x = 5\ndef f(): return 1", call=call, entry=entry, policy=False))
    assert (outcome.status, outcome.value) == ("ok", value), outcome


def test_a_function_of_the_program_may_be_named_like_one_that_looks_around() -> None:
    outcome = open_box().run(Job("def vars(a): return a + 1", call="vars(1)", policy=False))
    assert (outcome.value, outcome.args) == ("2", "{'a': 1}")

"""A captured variable is one variable, whoever binds it, and the trace names its owner."""

# ruff: noqa: E501 (program texts stand as they are)

from __future__ import annotations

from pyx.trace import replay
from pyx.trace.recorder import record_text

TWO = """\
def f(n):
    def make():
        total = n
        def add(x):
            nonlocal total
            total += x
            return total
        return add
    one, other = make(), make()
    one(1)
    other(10)
    return one(2), other(20)
"""


def find_cells(events: tuple[tuple[object, ...], ...]) -> dict[int, str]:
    """The owner of every cell, by its number."""
    made = [operation for event in events for operation in replay.read_event(event)[4]]
    return {operation[0]: operation[2] for operation in made if operation[1] == "="}


def test_two_variables_of_one_name_in_functions_of_one_name_are_told_apart() -> None:
    trace, made = record_text(TWO, "f(5)")
    assert made.value == (8, 35) and not replay.check(trace.events, made.final)
    cells = find_cells(trace.events)
    assert sorted(cells.values()) == ["0.n", "1.total", "2.total"]
    stores = [
        (cells[operation[0]], operation[4][0])
        for event in trace.events
        for operation in replay.read_event(event)[4]
        if operation[0] in cells and operation[1] == "s"
    ]
    assert stores == [("1.total", "6"), ("2.total", "15"), ("1.total", "8"), ("2.total", "35")]


def test_the_owner_is_the_frame_that_made_the_closure_and_not_the_one_that_is_given_it() -> None:
    code = "def f(n, g=None):\n    if n == 0:\n        return g()\n    return f(n - 1, lambda: n)\n"
    trace, _ = record_text(code, "f(2)")
    assert sorted(find_cells(trace.events).values()) == ["0.n", "1.n"]


def test_an_owner_sees_what_inner_functions_bind() -> None:
    code = "def f(n):\n    c = 0\n    def g():\n        nonlocal c\n        c += 1\n    g()\n    c += 5\n    return c\n"
    trace, made = record_text(code, "f(2)")
    bound = [(event[1], event[3]["c"]) for event in trace.events if len(event) > 3 and "c" in event[3]]
    assert made.value == 6
    assert bound == [(0, "0"), (1, "0"), (1, "1"), (0, "1"), (0, "6")]
    assert set(find_cells(trace.events).values()) == {"0.c"}


def test_a_name_of_an_outer_function_and_of_a_method_is_found() -> None:
    code = (
        "def f(n):\n    k = [n]\n    class A:\n        def put(self, x):\n            nonlocal k\n            k = [*k, x]\n"
        "            return lambda: (k, x)\n    g = A().put(2)\n    return g()\n"
    )
    trace, made = record_text(code, "f(1)")
    assert made.value == ([1, 2], 2) and not replay.check(trace.events, made.final)
    assert set(find_cells(trace.events).values()) == {"0.k", "2.x"}

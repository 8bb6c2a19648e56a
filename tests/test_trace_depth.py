"""The recorder does not use up the recursion of the program."""

from __future__ import annotations

import sys

import pytest

from pyx.sandbox.pool import Job, open_box
from pyx.trace import replay

DOWN = """\
def f(n):
    if n == 0:
        return 0
    return 1 + f(n - 1)
"""

CAUGHT = """\
def g(n):
    try:
        return g(n + 1)
    except RecursionError:
        return n
def f(n):
    xs = [g(n)]
    xs.append(g(n + 1))
    return xs
"""

ENDLESS = "def f(n):\n    return f(n + 1)\n"

HANDLED = """\
class A:
    def __init__(self, n):
        self.n = n
        self.inner = A(n + 1)
def f(n):
    try:
        A(n)
    except RecursionError as e:
        return type(e).__name__, str(e)
"""


@pytest.mark.parametrize("depth", [400, 900, 980])
def test_a_deep_recursion_is_recorded_to_its_bottom(depth: int) -> None:
    call = f"f({depth})"
    plain, traced = [open_box().run(Job(DOWN, call, mode=mode)) for mode in ("run", "record")]
    assert (plain.status, plain.value) == (traced.status, traced.value) == ("ok", str(depth))
    payload = traced.payload
    assert payload["ended"] and not replay.check(payload["events"], payload["final"])
    assert sum(event[0] == "c" for event in payload["events"]) == depth + 1


@pytest.mark.parametrize("code", [CAUGHT, ENDLESS, HANDLED, DOWN])
@pytest.mark.parametrize("policy", [True, False])
def test_a_program_that_recurses_to_the_limit_ends_alike_or_is_not_recordable(
    code: str, policy: bool
) -> None:
    call = "f(5000)" if code == DOWN else "f(0)"
    plain, traced = [open_box().run(Job(code, call, mode=mode, policy=policy)) for mode in ("run", "record")]
    assert (plain.status, plain.exception) == (traced.status, traced.exception)
    limit = traced.payload["truncated"] == "the program recurses to the limit of the interpreter"
    if sys.version_info < (3, 12):  # there the interpreter ends a trace function that fails
        assert limit
        return
    assert (plain.value, plain.message) == (traced.value, traced.message)
    through_c = code == HANDLED and sys.version_info < (3, 13)  # 3.12 counts the levels of C calls apart
    assert traced.payload["ended"] or (through_c and limit)
    assert limit or not replay.check(traced.payload["events"], traced.payload["final"])

"""A description is kept when it quotes nothing and its examples, executed, are right."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from loopback_teacher import Server
from taught import bring, name_items, say, teacher

from pyx.annotate.describe import describe, read_example
from pyx.records import Sample

BARE = """def clamp(value, low, high):
    bounded = max(low, min(value, high))
    return bounded
"""
GOOD = """## Description
Given `value` and the bounds `low` and `high`, it returns the number nearest to the value between them.

## Examples
```python
assert clamp(5, 0, 3) == 3
assert clamp(-1, 0, 3) == 0
assert clamp(2, 0, 3) == 2
```
"""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with teacher(monkeypatch) as found:
        yield found


@pytest.fixture(scope="module")
def bare() -> Sample:
    return bring(BARE, "describe")


def test_a_program_gets_a_description_and_says_from_whom(server: Server, bare: Sample) -> None:
    server.act = say(GOOD)
    (told,) = describe([bare])
    assert isinstance(told, Sample) and told.given.description.startswith("Given `value` and the bounds")
    assert told.notes["described"].startswith("tiny describe-plain.1 ")
    assert list(describe([told])) == [told] and len(server.seen) == 1


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (GOOD.replace("== 3\n", "== 4\n", 1), "wrong-example"),
        (GOOD.replace("== 0\n", "== 0.0\n"), "wrong-example"),
        (GOOD.replace("(2, 0, 3)", "(2, 0)"), "wrong-example"),
        (GOOD.replace("it returns", "it returns `bounded`,"), "names-a-local"),
        (GOOD.replace("Given", "As bounded = max(low, min(value, high)), given"),
         "quotes-the-code"),
        (GOOD.partition("## Examples")[0], "no-example"),
        ("It clamps.", "no-description"),
    ],
    ids=["wrong", "wrong-type", "wrong-call", "names-a-local", "quotes", "no-example", "no-description"],
)  # fmt: skip
def test_a_description_that_leaks_or_invents_goes_back(
    server: Server, bare: Sample, text: str, reason: str
) -> None:
    server.act = say(text, GOOD)
    *rejects, told = describe([bare])
    assert name_items(rejects) == [f"monologue: {reason}"]
    assert isinstance(told, Sample) and told.given.description


def test_a_program_without_a_good_description_stays_as_it_is(server: Server, bare: Sample) -> None:
    server.act = say("no")
    *rejects, told = describe([bare], tries=2)
    assert told == bare and name_items(rejects) == ["monologue: no-description"] * 2


@pytest.mark.parametrize(
    ("line", "pair"),
    [
        ("assert f(1) == 2", ("f(1)", "2")),
        ("- `assert f(1, k='x') == [1]`", ("f(1, k='x')", "[1]")),
        ("assert f(1) is None", ("f(1)", "None")),
        ("assert f(x) == 2", None),
        ("assert f(1) == g(2)", None),
        ("assert f(1) > 2", None),
        ("f(1)", None),
    ],
)
def test_an_example_is_an_assertion_with_literals(line: str, pair: tuple[str, str] | None) -> None:
    assert read_example(line, "f") == pair

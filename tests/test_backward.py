"""A backward monologue is kept when its input, executed, gives the result."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from loopback_teacher import Act, Server
from taught import RUNS, bring, name_items, say, teacher

from pyx.annotate.backward import backward, find_cases, find_input
from pyx.annotate.reply import Unread, find_last_call
from pyx.annotate.shots import Shot, load_shots
from pyx.records import Case, Claim, Reject, Sample
from pyx.sandbox.pool import Job, open_box

TEXT = """The list is returned at the end. Each pair is one run of equal characters.
Constraint: `len(text) == 3`
Constraint: the first two characters are equal
Going forward with 'aab' gives the pairs.
[ANSWER]assert run_lengths({input}) == [('a', 2), ('b', 1)][/ANSWER]"""


def make(given: str) -> str:
    return TEXT.replace("{input}", given)


@pytest.fixture(scope="module")
def runs() -> Sample:
    return bring(RUNS, "backward")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with teacher(monkeypatch) as found:
        yield found


def go_back(sample: Sample, **options: object) -> tuple[Sample, list[Sample | Reject]]:
    *rejects, told = backward([sample], **options)  # type: ignore[arg-type]
    assert isinstance(told, Sample)
    return told, rejects


def test_an_input_that_gives_the_result_is_accepted_whatever_the_case_had(
    server: Server, runs: Sample
) -> None:
    server.act = say(make("['a', 'a', 'b']"))
    told, rejects = go_back(runs)
    (monologue,) = told.monologues
    assert not rejects and (monologue.direction, monologue.tries, monologue.teacher) == (
        "backward",
        1,
        "tiny",
    )
    assert monologue.claims == (
        Claim("constraint", value="len(text) == 3", said="`len(text) == 3`"),
        Claim("constraint", said="the first two characters are equal"),
        Claim("input", value="run_lengths(['a', 'a', 'b'])", said="run_lengths(['a', 'a', 'b'])"),
    )
    assert "run_lengths(...)` == `[('a', 2), ('b', 1)]`" in server.seen[0]["messages"][1]["content"]


@pytest.mark.parametrize(
    ("text", "reason", "detail"),
    [
        (make("'ab'"), "wrong-output", "returns [('a', 1), ('b', 1)], not [('a', 2), ('b', 1)]"),
        (make("5"), "input-raises", "raises TypeError"),
        (make("text"), "no-input", "no call run_lengths(...) with literals"),
        ("I do not know.", "no-input", "no call"),
        (Act(text=make("'aab'"), finish="length"), "cut-short", "limit of tokens"),
        (make("'aab'") + "word " * 20_000, "over-budget", "tokens, 2000 are allowed"),
    ],
    ids=["wrong-output", "input-raises", "not-literal", "no-input", "cut-short", "over-budget"],
)
def test_another_input_goes_back_with_what_it_gave(
    server: Server, runs: Sample, text: str | Act, reason: str, detail: str
) -> None:
    server.act = say(text, make("'aab'"))
    told, rejects = go_back(runs)
    assert name_items(rejects) == [f"monologue: {reason}"]
    assert [monologue.tries for monologue in told.monologues] == [2]
    assert detail in server.seen[1]["messages"][-1]["content"]


@pytest.mark.parametrize("style", ["plain", "semcoder"])
def test_the_examples_that_a_program_carries_are_hidden_from_the_teacher(
    server: Server, runs: Sample, style: str
) -> None:
    server.act = say(make("'aab'"))
    assert 'run_lengths("aab")' in runs.given.code
    go_back(runs, style=style, shots=0)
    asked = "".join(message["content"] for message in server.seen[0]["messages"])
    assert ">>>" not in asked and "aab" not in asked
    last = runs.given.code.rstrip().count("\n") + 1
    assert style == "plain" or f"return runs  # [L{last}]" in asked


@pytest.mark.parametrize("shot", load_shots("backward", 2), ids=lambda shot: str(shot.call))
def test_the_examples_that_ship_are_accepted_and_their_constraints_hold(server: Server, shot: Shot) -> None:
    call = shot.call.replace("'", '"')
    documented = shot.code.replace(":\n", f":\n    '''Do.\n\n    >>> {call}\n    {shot.output}\n    '''\n", 1)
    server.act = say(shot.text)
    (monologue,) = go_back(bring(documented, "backward"), tries=1)[0].monologues
    constraints = [claim.value for claim in monologue.claims if claim.kind == "constraint"]
    entry, _, rest = shot.call.partition("(")
    names = shot.code.partition(f"def {entry}(")[2].partition(")")[0]
    test = f"{shot.code}\ndef test({names}):\n    return [{', '.join(constraints)}]\n"
    outcome = open_box().run(Job(test, f"test({rest}"))
    assert len(constraints) >= 3 and outcome.value == str([True] * len(constraints))


def test_an_example_shows_the_result_and_no_call_to_go_by(server: Server, runs: Sample) -> None:
    server.act = say(make("'aab'"))
    go_back(runs, shots=2)
    system = server.seen[0]["messages"][0]["content"]
    assert "Result: `count_down(...)` == `[5, 3, 1]`\n\nThe result is the list" in system
    assert "Call:" not in system


def test_the_input_is_kept_as_the_text_has_it(server: Server, runs: Sample) -> None:
    server.act = say(make('"aab"'))
    (monologue,) = go_back(runs)[0].monologues
    assert monologue.claims[-1].value == 'run_lengths("aab")' and monologue.claims[-1].value in monologue.text


def test_types_count_in_a_result(server: Server) -> None:
    sample = bring(
        'def half(n):\n    """Half.\n\n    >>> half(4)\n    2.0\n    """\n    return n / 2\n', "backward"
    )
    server.act = say("[ANSWER]assert half(4) == 2[/ANSWER]")
    assert go_back(sample)[0].monologues
    integer = bring(
        'def same(n):\n    """Same.\n\n    >>> same(4)\n    4\n    """\n    return n\n', "backward"
    )
    server.act = say("[ANSWER]assert same(4.0) == 4[/ANSWER]")
    assert name_items(go_back(integer, tries=1)[1]) == ["monologue: wrong-output"]


def test_results_that_any_input_gives_are_not_asked_about(server: Server, runs: Sample) -> None:
    cases = [
        Case(str(value), "f(1)", "typed", status="ok", value=value)
        for value in ("None", "True", "[]", "7", "7")
    ]
    cases.append(Case("e", "f(2)", "typed", status="error", exception="ValueError"))
    cases.append(Case("o", "f(3)", "typed", status="ok", value="<opaque x.Y>"))
    sample = Sample("s", runs.origin, program=runs.program, cases=tuple(cases))
    assert [case.value for case in find_cases(sample)] == ["7"]
    assert not server.seen


@pytest.mark.parametrize(
    ("text", "call"),
    [
        ("f(1) and then f(2)", "f(2)"),
        ("so `f([1, (2, 3)], k=')')` it is", "f([1, (2, 3)], k=')')"),
        ("f(\n  1,\n  2,\n) it is", "f(\n  1,\n  2,\n)"),
        ('f("a")', 'f("a")'),
        ("f(x)", ""),
        ("g(1), xf(2), a.f(3)", ""),
        ("f(1", ""),
        ("", ""),
    ],
)
def test_the_last_call_with_literals_is_found(text: str, call: str) -> None:
    assert find_last_call(text, "f") == call


def test_a_tagged_answer_is_the_answer() -> None:
    assert find_input("[ANSWER]f(1)[/ANSWER] not f(2)", "f") == "f(1)"
    with pytest.raises(Unread, match="no-input"):
        find_input("f(1) [ANSWER]nothing[/ANSWER]", "f")

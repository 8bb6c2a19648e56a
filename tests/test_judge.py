"""`pyx judge`: what goes in, what comes out, and which reason is given for what is wrong."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pyx.claims import KINDS
from pyx.claims.reader import read
from pyx.commands.judge import command
from pyx.verdict import REASONS

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the sandbox needs fork")

CODE = """\
def f(xs, flag):
    total = 0
    for x in xs:
        if x > 2:
            total = total + x
    name = '1'
    half = total / 2
    return total
"""
CALL = "f([1, 5, 3], True)"
TEXT = """\
[L1] f is called with xs = [1, 5, 3] and flag = True.
[L2] total is set to 0.
[L3] Iteration 1: x is 1. [L4] 1 > 2 is false, so we skip the body.
[L3] Iteration 2: x is 5. [L4] 5 > 2 is true. [L5] total becomes 5.
[L3] Iteration 3: x is 3. [L4] 3 > 2 is true. [L5] total becomes 8.
[L3] The loop ends after 3 iterations. [L6] name becomes '1'. [L7] half becomes 4.0. [L8] We return 8.
[ANSWER]assert f([1, 5, 3], True) == 8[/ANSWER]"""


def run(lines: list[str]) -> Result:
    return CliRunner().invoke(command, ["--jsonl", "-"], input="\n".join(lines))


def write(text: str, *, code: str = CODE, call: str = CALL, **others: Any) -> str:
    return json.dumps({"code": code, "call": call, "kind": "forward", "text": text, **others})


def judge(texts: list[str]) -> list[list[str]]:
    result = run([write(text) for text in texts])
    assert result.exit_code == 0, result.output
    return [json.loads(line)["reasons"] for line in result.stdout.splitlines()]


CHANGES = [
    ("total becomes 5", "total becomes 6", "wrong value"),
    ("flag = True", "flag = 1", "wrong value"),
    ("name becomes '1'", "name becomes 1", "wrong value"),
    ("half becomes 4.0", "half becomes 4", "wrong value"),
    ("[L5] total becomes 5", "[L4] total becomes 5", "wrong line"),
    ("1 > 2 is false, so we skip the body", "the condition is true", "wrong branch"),
    ("after 3 iterations", "after 4 iterations", "wrong count"),
    ("[L2] total is set to 0.", "[L6] name becomes '1'. [L2] total is set to 0.", "wrong order"),
    ("== 8[", "== 9[", "wrong answer"),
    ("== 8[", "== 8.0[", "wrong answer"),
    ("== 8[", "== '8'[", "wrong answer"),
    ("total becomes 5", "subtotal becomes 5", "unsupported name"),
    ("We return 8.", "This raises a KeyError.", "wrong exception"),
]


def test_each_thing_that_is_wrong_has_a_reason_of_its_own() -> None:
    told = judge([TEXT, *(TEXT.replace(old, new, 1) for old, new, _ in CHANGES)])
    assert told[0] == []
    for (old, new, reason), reasons in zip(CHANGES, told[1:], strict=True):
        assert old in TEXT
        assert reason in [said.partition(":")[0] for said in reasons], (new, reasons)


def test_a_text_that_says_next_to_nothing_covers_too_little() -> None:
    assert judge(["Answer: 8"]) == [["too little covered: 0% of the statements, 15% are wanted"]]


def test_every_reason_is_a_documented_one() -> None:
    told = judge([TEXT.replace(old, new, 1) for old, new, _ in CHANGES])
    assert {said.partition(":")[0] for reasons in told for said in reasons} <= set(REASONS)


def test_every_claim_is_of_a_documented_kind() -> None:
    [line] = run([write(TEXT)]).stdout.splitlines()
    assert {claim["kind"] for claim in json.loads(line)["claims"]} <= set(KINDS)


def test_a_line_that_cannot_be_read_is_named_and_the_others_are_judged() -> None:
    lines = [
        write(TEXT, id=0),
        "{not json",
        "[1]",
        write(TEXT, id=3),
        '{"code": 1}',
        write(TEXT, setup=2),
        write(TEXT, id=6),
    ]
    result = run(lines)
    assert result.exit_code == 2 or result.exception
    assert [json.loads(line)["id"] for line in result.stdout.splitlines() if line.startswith("{")] == [
        0,
        3,
        6,
    ]
    said = [line for line in result.stderr.splitlines() if line.startswith("pyx: line ")]
    assert [line.split(": ")[1] for line in said] == ["line 2", "line 3", "line 5", "line 6"]
    assert said[1] == "pyx: line 3: not an object"
    assert said[2] == "pyx: line 5: no text 'code'"


@pytest.mark.parametrize(
    ("code", "call", "why"),
    [
        ("def f(n:\n", "f(1)", "SyntaxError"),
        pytest.param("def f(n):\n    while True:\n        pass\n", "f(1)", "timeout", marks=pytest.mark.slow),
        ("import os\ndef f(n):\n    os.remove('x')\n", "f(1)", "imports os"),
        ("def f(n):\n    return n\n", "g(1)", "NameError"),
        ("def f(n):\n    return n\n", "f(", "SyntaxError"),
        ("def f(n):\n    return n\n", "1", "enters no function"),
    ],
)
def test_a_program_that_cannot_be_executed_is_a_verdict(code: str, call: str, why: str) -> None:
    result = run([write("Answer: 1", code=code, call=call)])
    assert result.exit_code == 0
    [reason] = json.loads(result.stdout)["reasons"]
    assert reason.startswith("not executed: ")
    assert why in reason


def test_a_call_that_raises_must_be_told_to_raise() -> None:
    code = "def f(n):\n    raise ValueError(n)\n"
    texts = ["[L2] A ValueError is raised.\nAnswer: raises ValueError", "[L2] It returns 1.\nAnswer: 1"]
    told = [
        json.loads(line)
        for line in run([write(text, code=code, call="f(1)") for text in texts]).stdout.splitlines()
    ]
    assert [row["accepted"] for row in told] == [True, False]
    assert "wrong answer: it is raises ValueError, not 1" in told[1]["reasons"]


def test_a_letter_that_no_encoding_writes_comes_out_as_it_came_in() -> None:
    [line] = run([write("\ud800 [L8] We return 8.", id="\udfff")]).stdout.splitlines()
    assert json.loads(line)["id"] == "\udfff"


@pytest.mark.parametrize(
    "text",
    [
        "(" * 4000,
        "iteration " * 400 + "!",
        "1 " * 3000,
        "`" * 3001,
        "a|" * 2000,
        "$" * 999,
        "append(" * 2000,
        "is was now " * 2000,
    ],
)
def test_a_text_made_to_be_slow_is_read(text: str) -> None:
    assert {claim.kind for claim in read(text, CODE, entry="f").claims} <= set(KINDS)

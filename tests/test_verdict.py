"""True texts are accepted, and one wrong word is refused for a reason that says what is wrong."""

from __future__ import annotations

import dataclasses
import json
import os

import pytest
from click.testing import CliRunner

from pyx.claims.reader import read
from pyx.commands.judge import command
from pyx.records import Claim, Trace, Verdict
from pyx.trace.recorder import trace_text
from pyx.verdict import judge
from pyx.verdict.checks import is_answer

CODE = """\
def f(nums):
    out = []
    for n in nums:
        if n % 2:
            out.append((n, n * n))
    return out
"""
CALL = "f([1, 2, 3])"

STEPS = """\
Step 1: The function f is called with nums = [1, 2, 3].
Step 2: out is initialized to an empty list [].
Step 3: In the first iteration, n = 1. 1 % 2 = 1, so the condition is true and out becomes [(1, 1)].
Step 4: In the second iteration, n = 2. 2 % 2 = 0, so the condition is false and we skip the body.
Step 5: In the third iteration, n = 3. The condition is true again, so out becomes [(1, 1), (3, 9)].
Step 6: The loop ends after 3 iterations and the function returns [(1, 1), (3, 9)].
Answer: [(1, 1), (3, 9)]"""

LINES = """\
[L1] f is called: nums is [1, 2, 3].
[L2] out starts as [].
[L3] Iteration 1: n is 1. [L4] `n % 2` is 1, so we enter the block. [L5] out becomes [(1, 1)].
[L3] Iteration 2: n is 2. [L4] `n % 2` is 0, so we skip the body.
[L3] Iteration 3: n is 3. [L4] `n % 2` is 1, so we enter the block. [L5] out becomes [(1, 1), (3, 9)].
[L3] The loop ends after 3 iterations. [L6] We return [(1, 1), (3, 9)].
[ANSWER]assert f([1, 2, 3]) == [(1, 1), (3, 9)][/ANSWER]"""

BULLETS = """\
- Line 2: `out = []`
- Line 3: iteration 1 starts, `n` is `1`
- Line 4: the condition `n % 2` evaluates to `1`, which is truthy
- Line 5: `out` is now `[(1, 1)]`
- Line 3: iteration 2 starts, `n` is `2`
- Line 4: `n % 2` -> `0`
- Line 3: iteration 3 starts, `n` is `3`
- Line 5: `out` is now `[(1, 1), (3, 9)]`
- Line 6: the function returns `[(1, 1), (3, 9)]`

**Output:** `[(1, 1), (3, 9)]`"""


@pytest.fixture(scope="module")
def trace() -> Trace:
    return trace_text(CODE, CALL)


def judge_text(text: str, trace: Trace) -> Verdict:
    reading = read(text, CODE, entry="f")
    return judge(reading.claims, CODE, trace, read=reading.share, statements=0.2)


@pytest.mark.parametrize("text", [STEPS, LINES, BULLETS], ids=["steps", "lines", "bullets"])
def test_a_true_text_is_accepted(text: str, trace: Trace) -> None:
    assert judge_text(text, trace).reasons == ()


@pytest.mark.parametrize(
    ("text", "old", "new", "reason"),
    [
        (STEPS, "n = 2", "n = 4", "wrong value"),
        (STEPS, "2 % 2 = 0", "2 % 2 = 1", "wrong value"),
        (STEPS, "[(1, 1)].", "[(1, 2)].", "wrong value"),
        (STEPS, "condition is false", "condition is true", "wrong branch"),
        (STEPS, "second iteration", "third iteration", "wrong count"),
        (STEPS, "after 3 iterations", "after 4 iterations", "wrong count"),
        (STEPS, "Answer: [(1, 1), (3, 9)]", "Answer: [(1, 1), (3, 6)]", "wrong answer"),
        (STEPS, "Answer: [(1, 1), (3, 9)]", "Answer: [(True, 1), (3, 9)]", "wrong answer"),
        (STEPS, "and out becomes [(1, 1)]", "and out_x becomes [(1, 1)]", "unsupported name"),
        (LINES, "[L5] out becomes [(1, 1)].", "[L6] out becomes [(1, 1)].", "wrong line"),
        (LINES, "[L4] `n % 2` is 0, so", "[L5] `n % 2` is 0, so", "wrong line"),
        (LINES, "n is 2.", "n is -2.", "wrong value"),
        (LINES, "is 0, so we skip the body", "is 0, so we enter the block", "wrong branch"),
        (LINES, "Iteration 2", "Iteration 3", "wrong count"),
        (LINES, "We return [(1, 1), (3, 9)]", "We return [(3, 9), (1, 1)]", "wrong value"),
        (LINES, "[L2] out starts as [].\n", "", ""),
        (BULLETS, "`n` is `3`", "`n` is `2`", "wrong value"),
        (BULLETS, "evaluates to `1`", "evaluates to `0`", "wrong value"),
    ],
)
def test_one_wrong_word_is_noticed(text: str, old: str, new: str, reason: str, trace: Trace) -> None:
    assert old in text
    reasons = judge_text(text.replace(old, new, 1), trace).reasons
    assert [said.partition(":")[0] for said in reasons[:1]] == [reason][: bool(reason)]


def test_two_steps_told_in_the_wrong_order_are_noticed(trace: Trace) -> None:
    lines = LINES.split("\n")
    lines[2], lines[3] = lines[3], lines[2]
    assert judge_text("\n".join(lines), trace).reasons[0].startswith("wrong order")


def test_an_answer_alone_covers_too_little(trace: Trace) -> None:
    reasons = judge_text("Answer: [(1, 1), (3, 9)]", trace).reasons
    assert reasons == ("too little covered: 0% of the statements, 20% are wanted",)


def test_a_text_without_a_result_has_no_answer(trace: Trace) -> None:
    assert "no answer" in judge_text("[L2] out starts as [].", trace).reasons[0]


def test_too_much_that_cannot_be_read_is_refused(trace: Trace) -> None:
    reading = read(LINES, CODE)
    verdict = judge(reading.claims, CODE, trace, read=0.5, reading=0.8)
    assert verdict.reasons == ("too little read: 50% of the sentences, 80% are wanted",)


@pytest.mark.parametrize(
    ("said", "true", "right"),
    [
        ("1", "1", True), ("1", "True", False), ("'1'", "1", False), ("1", "1.0", False),
        ("{'b': 1, 'a': 2}", "{'a': 2, 'b': 1}", True), ("(1,)", "[1]", False),
        ("raises ValueError", "raises ValueError", True), ("raises KeyError", "raises ValueError", False),
    ],
)  # fmt: skip
def test_answers_are_compared_as_typed_values(said: str, true: str, right: bool) -> None:
    assert is_answer(said, true) is right


def test_calls_within_calls_are_told_in_the_order_in_which_they_run() -> None:
    code = "def g(x):\n    y = x + 1\n    return y\n\n\ndef f(n):\n    a = g(n)\n    return a * 2\n"
    trace = trace_text(code, "f(3)")
    text = "[L7] We call g.\n[L2] y becomes 4.\n[L3] It returns 4.\n"
    text += "[L7] Back in f, a becomes 4.\n[L8] We return 8.\nAnswer: 8"
    assert judge(read(text, code).claims, code, trace).reasons == ()
    swapped = text.replace("[L2] y becomes 4.\n", "").replace(
        "a becomes 4.", "a becomes 4.\n[L2] y becomes 4."
    )
    assert judge(read(swapped, code).claims, code, trace).reasons[0].startswith("wrong order")


def test_structural_claims_are_checked_without_any_text(trace: Trace) -> None:
    claims = [
        Claim("ran", 5, said="a"),
        Claim("became", 5, "out", "[(1, 1)]", said="a"),
        Claim("answer", value="[(1, 1), (3, 9)]"),
    ]
    assert judge(claims, CODE, trace, statements=0.0).reasons == ()
    claims[1] = dataclasses.replace(claims[1], value="[(1, True)]")
    assert judge(claims, CODE, trace, statements=0.0).reasons[0].startswith("wrong value: line 5")


@pytest.mark.skipif(os.name != "posix", reason="the sandbox needs fork")
def test_the_command_judges_json_lines_and_passes_other_keys_through() -> None:
    rows = [{"code": CODE, "call": CALL, "kind": "forward", "text": text, "id": number}
            for number, text in enumerate([LINES, LINES.replace("n is 2", "n is 5")])]  # fmt: skip
    result = CliRunner().invoke(command, ["--jsonl", "-"], input="\n".join(map(json.dumps, rows)))
    assert result.exit_code == 0, result.output
    verdicts = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(row["id"], row["accepted"]) for row in verdicts] == [(0, True), (1, False)]
    assert verdicts[1]["reasons"][0].startswith("wrong value: line 3")
    assert {"claims", "unread", "read", "statements", "branches"} <= verdicts[0].keys()


TWO = "def f(n):\n    low = n - 1\n    high = n + 1\n    return low * high\n"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("low = 2\nhigh = 4\nreturn 8\nAnswer: 8", ""),
        ("high = 4\nlow = 2\nreturn 8\nAnswer: 8", "wrong order"),
        ("low = 2\nreturn 8\nhigh = 4\nAnswer: 8", "wrong order"),
        ("low = 2\nhigh = 4\nSo low is 2 and high is 4.\nreturn 8\nAnswer: 8", ""),
    ],
)
def test_news_that_is_older_than_what_was_just_told_is_out_of_order(text: str, reason: str) -> None:
    trace = trace_text(TWO, "f(3)")
    reasons = judge(read(text, TWO, entry="f").claims, TWO, trace, statements=0.0).reasons
    assert [said.partition(":")[0] for said in reasons] == [reason][: bool(reason)]


@pytest.mark.parametrize(("count", "right"), [(3, True), (2, False)])
def test_how_often_a_loop_ran_is_said_of_the_one_that_is_over(count: int, right: bool) -> None:
    code = "def f():\n    out = []\n    for i in range(2):\n        for j in range(3 - i):\n"
    code += "            out = [i, j]\n    return out\n"
    text = f"i is 0. out becomes [0, 2]. So the loop ran {count} times. i is 1. out becomes [1, 1].\n"
    text += "Answer: [1, 1]"
    reasons = judge(read(text, code, entry="f").claims, code, trace_text(code, "f()"), statements=0.0).reasons
    assert (reasons == ()) is right, reasons


def test_a_claim_whose_expression_is_no_python_is_refused_and_ends_nothing(trace: Trace) -> None:
    claim = Claim("computed", 4, "bool(<opaque re.Match>)", "True", said="x")
    assert judge([claim], CODE, trace, statements=0.0).reasons


def test_constants_of_the_module_are_known_unless_they_change() -> None:
    code = "SIXTH = 1.0 / 4.0\nSEEN = []\n\n\ndef f(n):\n    SEEN.append(n)\n    return SIXTH * n\n"
    trace = trace_text(code, "f(4)")
    text = "[L7] SIXTH is 0.25, so we return 1.0.\nAnswer: 1.0"
    assert judge(read(text, code, entry="f").claims, code, trace, statements=0.0).reasons == ()
    assert judge(read(text.replace("0.25", "0.5"), code).claims, code, trace, statements=0.0).reasons


GATHER = (
    "def f(words):\n    seen = {}\n    both = False\n    for w in words:\n        if w in seen:\n"
    "            both = True\n        else:\n            seen[w] = len(w)\n"
    "    print(len(seen))\n    return seen\n"
)


@pytest.mark.parametrize(
    ("true", "false"),
    [
        ("`if w in seen:` -> `False`, so the else block runs.", "`if w in seen:` -> `True`."),
        ("w is 'ab' and the dictionary becomes {'ab': 2}.", "w is 'ac' and the dictionary is {'ab': 2}."),
        ("'ab': seen becomes {'ab': 2}.", "'ac': seen becomes {'ab': 2}."),
        ("[0] w is 'ab'\n[1] seen is {'ab': 2}", "[0] w is 'ab'\n[1] seen is {'ab': 3}"),
        ("seen is looked at: it is {'ab': 2}.", "seen is looked at: it is {'ab': 3}."),
        ("The word is 'ab', whose length is 2.", "The word is 'ab', whose length is 3."),
        ("seen['ab'] becomes 2.", "seen['ab'] becomes 1."),
        ("2 is in the keys? No. At the end 1 is printed.", "At the end 2 is printed."),
        ("Check if 'ab' in {}: no.", "Check if 'ab' in {}: yes."),
        ("both is True and False, which is False.", "both is True or False."),
        ("After get('ab') nothing changes and seen is {'ab': 2}.", "After get('ax') seen is {'ab': 2}."),
    ],
)  # fmt: skip
def test_what_is_said_of_another_thing_or_of_it_is_told_apart(true: str, false: str) -> None:
    trace = trace_text(GATHER, "f(['ab'])")
    for text, right in ((true, True), (false, False)):
        claims = read(f"{text}\nAnswer: {{'ab': 2}}", GATHER, entry="f").claims
        reasons = judge(claims, GATHER, trace, statements=0.0).reasons
        assert (reasons == ()) is right, (text, reasons)


WALK = """\
def f(text):
    kept = []
    seen = {}
    i = 0
    while i < len(text):
        c = text[i]
        if c.isdigit():
            kept.append(c)
        else:
            seen[c] = i
        i += 1
    return kept
"""


@pytest.mark.parametrize(
    ("true", "false"),
    [
        ("Line 8 ran twice.", "Line 8 ran three times."),
        ("So line 8 was executed 2 times in all.", "So line 8 was executed 1 times in all."),
        ("Line 11 runs for the fourth and last time.", "Line 11 runs for the third and last time."),
        ("Line 13 does not exist.", "Line 13 runs."),
        ("The `if` was evaluated four times.", "The `if` was evaluated five times."),
        ("The else branch was taken twice.", "The else branch was taken once."),
        ("i: 0 → 1 → 2 → 3 → 4", "i: 0 → 2 → 1 → 3 → 4"),
        ("i takes the values 0, 1, 2 and 3.", "i takes the values 0, 1, 3 and 2."),
        ("The list ends up with 2 elements.", "The list ends up with 3 elements."),
        ("kept has two elements at the end.", "kept has three elements at the end."),
        ("The 'b' is at index 2.", "The 'b' is at index 1."),
        ("The first character is 'a'.", "The first character is 'b'."),
        ("text begins with 'a'.", "text begins with 'b'."),
        ("'1' is appended, and later '2' is appended.", "'2' is appended. After it '1' is appended."),
        ("We return `kept`.", "We return `seen`."),
        ("c = 'a' (L6).", "c = 'a' (L8)."),
        ("i = 1: once more a digit, kept = ['1'].", "i = 1: once more a digit, kept = ['2']."),
        ("i = 2, `c.isdigit()`? no.", "i = 4, `c.isdigit()`? no."),
        ("There is no 'z' in 'a1b2'.", "'z' in 'a1b2' is True."),
        ("kept.append('1') -> ['1']", "kept.append('3') -> ['1']"),
        ("The loop makes four passes.", "The loop makes five passes."),
        ("That was the fourth and last pass.", "That was the third and last pass."),
        ("c is '1', which is equal to the sign '1'.", "c is '1', which is equal to the sign 'b'."),
        ("append was called 2 times.", "append was called 3 times."),

        ("'1' is appended, kept = ['1'].", "'1' is appended, kept = []."),
    ],
)  # fmt: skip
def test_how_often_how_many_and_where_are_told_apart(true: str, false: str) -> None:
    trace = trace_text(WALK, "f('a1b2')")
    for text, right in ((true, True), (false, False)):
        claims = read(f"{text}\nAnswer: ['1', '2']", WALK, entry="f").claims
        reasons = judge(claims, WALK, trace, statements=0.0).reasons
        assert (reasons == ()) is right, (text, reasons)


SUMS = (
    "def g(n):\n    for k in range(n):\n        yield k * k\n\n\ndef f(n):\n    try:\n"
    "        return sum(g(n)) // (n - 3)\n    except ZeroDivisionError:\n        return f(n - 1)\n"
)


@pytest.mark.parametrize(
    ("text", "right"),
    [
        (
            "g(2) gives the squares 0 and 1, and f(2) returns -1. Its sum is -1, which is what f returns.",
            True,
        ),
        ("f(3) raises a ZeroDivisionError, which is caught, and the function returns -1.", True),
        ("f(3) raises a KeyError, which is caught, and the function returns -1.", False),
        ("f(2) returns -1 and -1 is what it returns.", True),
        ("f(1) returns -1 and -1 is what it returns.", False),
    ],
)
def test_a_fault_that_is_caught_and_what_a_call_returns_are_no_answers_of_their_own(
    text: str, right: bool
) -> None:
    reasons = judge(
        read(text, SUMS, entry="f").claims, SUMS, trace_text(SUMS, "f(3)"), statements=0.0
    ).reasons
    assert (reasons == ()) is right, reasons


@pytest.mark.parametrize(("item", "right"), [("'c'", True), ("'ab'", False)])
def test_what_a_line_says_behind_an_item_is_said_of_the_iteration_of_that_item(
    item: str, right: bool
) -> None:
    text = f"{item}: seen becomes {{'ab': 2, 'c': 1}}.\nAnswer: {{'ab': 2, 'c': 1}}"
    trace = trace_text(GATHER, "f(['ab', 'c'])")
    reasons = judge(read(text, GATHER, entry="f").claims, GATHER, trace, statements=0.0).reasons
    assert (reasons == ()) is right, reasons

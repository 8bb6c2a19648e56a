"""What the reader of free prose takes out of a text; the text and its claims stand side by side."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyx.claims import KINDS, count_tokens, name_text
from pyx.claims.answers import find_answers
from pyx.claims.reader import read

CODE = """\
def f(nums, k):
    total = 0
    for n in nums:
        if n % 2 == 0:
            total += n
    return total + k
"""


def find(text: str) -> list[tuple[object, ...]]:
    """The claims of a text, each with the fields that it uses; what a line runs is left out."""
    found: list[tuple[object, ...]] = []
    for claim in read(text, CODE, entry="f").claims:
        if claim.kind not in ("ran", "stands", "does"):
            fields = (claim.line, claim.name, claim.value, claim.count)
            found.append((claim.kind, *(part for part in fields if part not in (0, "", -1))))
    return found


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("[L2] `total` becomes `0`.", ("became", 2, "total", "0")),
        ("Line 2: total = 0", ("held", 2, "total", "0")),
        ("**Line 2**: this sets `total` to `0`.", ("became", 2, "total", "0")),
        ("Then total becomes 12.", ("became", "total", "12")),
        ("Now nums is [1, -2, 3.5].", ("shown", "nums", "[1, -2, 3.5]")),
        ("total goes from 2 to 6.", ("was", "total", "2")),
        ("total goes from 2 to 6.", ("became", "total", "6")),
        ("We assign 5 to total.", ("became", "total", "5")),
        ("n % 2 is 1 here.", ("computed", "n % 2", "1")),
        ("The length of nums is 3.", ("computed", "len(nums)", "3")),
        ("nums has 3 elements.", ("computed", "len(nums)", "3")),
        ("2 + 3 = 5", ("computed", "2 + 3", "5")),
        ("k is greater than 3.", ("computed", "(k) > (3)", "True")),
        ("n is not in nums.", ("computed", "(n) not in (nums)", "True")),
        ("n is odd.", ("computed", "bool((n) % 2 == 1)", "True")),
        ("`n % 2 == 0` is false, so we skip the body.", ("took", 4, "False")),
        ("The condition is true.", ("took", "condition", "True")),
        ("We enter the loop.", ("took", "loop", "True")),
        ("In iteration 2, n is 4.", ("began", 2)),
        ("In the third iteration we add n.", ("within", 3)),
        ("The loop ends after 3 iterations.", ("iterated", 3)),
        ("[L3] Iterations 3 to 9 go the same way.", ("alike", 3, "9", 3)),
        ("The function returns 12.", ("returned", "12")),
        ("This raises a ValueError.", ("raised", "ValueError")),
        ("1 == 0 is false, so we skip the body.", ("tested", "1 == 0")),
        ("n % 2 == 0? yes", ("took", 4, "True")),
        ("Is n % 2 == 0? 1 == 0, no.", ("took", 4, "False")),
        ("so we don't go into the if.", ("took", "if", "False")),
        ("The `if` block is not entered.", ("took", "if", "False")),
        ("We append 3 to nums.", ("gained", "nums", "3")),
        ("total goes up by 2 to 6.", ("gained", "total", "2")),
        ("nums.append(3) -> [1, 3]", ("became", "nums", "[1, 3]")),
        ("n takes the values 1, 2 and 4.", ("spanned", "n", "[1, 2, 4]")),
        ("n goes from 1 to 4.", ("spanned", "n", "1..4")),
        ("| Line | total |\n|---|---|\n| 2 | 0 |", ("held", 2, "total", "0")),
        ("| Iteration | total |\n|---|---|\n| 2 | 6 |", ("within", 2)),
        ("We get \\(total = 3\\).", ("shown", "total", "3")),
        ("“total” is “3”.", ("shown", "total", "3")),
        ("Then total would be 3.", ("shown", "total", "3")),
        ("total was set to 3.", ("became", "total", "3")),
        ("```\ntotal = 0  # total is 3\n```", ("shown", "total", "3")),
        ("- {'total': 3, 'n': 1}", ("shown", "total", "3")),
        ("`nums` is now `{'n': 1}`.", ("shown", "nums", "{'n': 1}")),
        ("There is a 7 somewhere.", ("mentioned", "7")),
        ("`sum_x` is 3.", ("named", "sum_x")),
        ("subtotal = 3", ("named", "subtotal")),
        ("Line 5 ran twice.", ("executed", 5, 2)),
        ("Line 5 is never reached.", ("executed", 5)),
        ("Line 5 is executed for the second time.", ("executed", 5, "so far", 2)),
        ("The body of the `if` was executed 2 times.", ("executed", "if True", 2)),
        ("`f` was called three times.", ("executed", "call f", 3)),
        ("The list now has four elements.", ("sized", 4)),
        ("The list grows to 4 elements.", ("sized", "became", 4)),
        ("That was the third and last pass.", ("iterated", 3)),
        ("range(k) is range(3).", ("computed", "list(range(k)) == list(range(3))", "True")),
        ("`'abc'`, that's 3 characters", ("computed", "len('abc')", "3")),
        ("The 7 is at index 2.", ("placed", "7", 2)),
        ("The last item is 7.", ("edged", "last", "7")),
        ("7 is appended.", ("gained", "7")),
        ("total: 0 → 2 → 6", ("spanned", "total", "[0, 2, 6]")),
        ("n = 2 (L3)", ("held", 3, "n", "2")),
        ("(n = 2): total is 2.", ("held", "n", "2")),
        (
            "total begins with 'ab'.",
            ("computed", "((total)[:len('ab')] == 'ab') or (total)[0] == 'ab'", "True"),
        ),
    ],
)
def test_a_sentence_makes_a_claim(text: str, claim: tuple[object, ...]) -> None:
    assert claim in find(text)


@pytest.mark.parametrize(
    "text",
    [
        "We check whether total is 5.",
        "If n is 3, the body would run.",
        "If total had been 9, the sum would be 12.",
        "Let us walk through it.",
        "Step 4: we go on.",
        "[L4-L6] We go on.",
        "We don't return 7.",
        "[check] so far, so good.",
    ],
)
def test_what_is_only_asked_is_not_claimed(text: str) -> None:
    assert find(text) == []


def test_true_and_one_are_two_values() -> None:
    assert find("total is True.") == [("shown", "total", "True")]
    assert find("total is '1'.") == [("shown", "total", "'1'")]


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("[ANSWER]assert f([1, 2], 3) == 5[/ANSWER]", ["5"]),
        ("[ANSWER]f([1], 'a') raises TypeError[/ANSWER]", ["raises TypeError"]),
        ("So it goes.\nThe final answer is 5.", ["5"]),
        ("**Answer:** `'a b'`", ["'a b'"]),
        ("### Answer: [1, 2]", ["[1, 2]"]),
        ("Therefore the output is {'a': 1}.", ["{'a': 1}"]),
        ("Nothing is said.", []),
    ],
)
def test_an_answer_is_found_in_many_forms(text: str, answers: list[str]) -> None:
    assert find_answers(text)[1] == answers


def test_the_last_result_is_the_answer_where_none_is_stated() -> None:
    assert find("The function returns 12.")[-1] == ("answer", "12")


def test_a_sentence_without_a_claim_is_unread() -> None:
    reading = read("total becomes 3. What a lovely day it is.", CODE)
    assert reading.unread == ("What a lovely day it is.",)
    assert reading.share == 0.5


def test_claims_stand_in_the_order_of_the_text() -> None:
    assert [claim[-1] for claim in find("total is 1, n is 2 and k is 3.")] == ["1", "2", "3"]


@given(st.text(alphabet="[L1]`'\"=.:; \nantotal0159-+*/(){},is", max_size=80))
def test_no_text_breaks_the_reader(text: str) -> None:
    reading = read(text, CODE)
    assert {claim.kind for claim in reading.claims} <= set(KINDS)
    assert 0.0 <= reading.share <= 1.0


@given(st.integers() | st.text(max_size=8) | st.lists(st.integers(), max_size=4))
def test_any_value_is_read_as_it_was_written(value: object) -> None:
    assert ("became", "total", repr(value)) in find(f"Then `total` becomes `{value!r}`.") or "`" in repr(
        value
    )


def test_a_changed_text_has_another_id() -> None:
    assert name_text("c", "forward", "x is 1") != name_text("c", "forward", "x is 2")
    assert count_tokens("x" * 40) == 10

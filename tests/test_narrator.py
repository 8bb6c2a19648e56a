"""The narrator tells what happened, always in the same words, and never more than it may."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from pyx.annotate.forward import forward
from pyx.annotate.narrate import narrate
from pyx.annotate.unclaimed import find_unclaimed
from pyx.claims import count_tokens, name_text
from pyx.claims.reader import read
from pyx.commands.narrate import command
from pyx.errors import PyxError
from pyx.records import Case, Monologue, Origin, Program, Reject, Sample, Trace
from pyx.stages.judge import judge as judge_stage
from pyx.trace.recorder import trace_text
from pyx.verdict import judge

DATA = Path(__file__).parent.parent.parent / "shared" / "benchmarks" / "cruxeval.jsonl"

SUM = """\
def f(xs):
    total = 0
    for x in xs:
        if x > 0:
            total += x
    return total
"""

FACT = """\
def fact(n):
    if n < 2:
        return 1
    return n * fact(n - 1)
"""

CATCH = """\
def f(xs, i):
    try:
        return xs[i]
    except IndexError:
        return None
    finally:
        xs.append(0)
"""


def tell(code: str, call: str, **options: object) -> tuple[Monologue, Trace]:
    trace = trace_text(code, call)
    return narrate(Program(code, call.partition("(")[0]), trace, **options), trace  # type: ignore[arg-type]


def assert_true(code: str, told: Monologue, trace: Trace) -> None:
    """Both the claims and the words alone are accepted."""
    verdict = judge(told.claims, code, trace)
    assert verdict.reasons == ()
    reading = read(told.text, code, entry=trace.entry)
    assert judge(reading.claims, code, trace, read=reading.share).reasons == ()


def test_a_loop_is_told_item_by_item() -> None:
    told, trace = tell(SUM, "f([3, -1])", seed="x")
    assert_true(SUM, told, trace)
    lines = told.text.split("\n")
    assert lines[1].startswith("[L3]") and "iteration 1, `x` is `3`" in lines[1]
    assert lines[-1] == "[ANSWER]assert f([3, -1]) == 3[/ANSWER]"


def test_an_exception_is_the_answer_of_a_call_that_raises() -> None:
    told, trace = tell(SUM, "f([1, 'a'])")
    assert_true(SUM, told, trace)
    assert told.text.endswith("[ANSWER]f([1, 'a']) raises TypeError[/ANSWER]")


@pytest.mark.parametrize(
    ("code", "call", "words"),
    [
        (FACT, "fact(4)", "levels deep"),
        (CATCH, "f([], 0)", "handler for `IndexError` matches"),
        (
            "def f(n):\n    while n:\n        n -= 1\n    else:\n        n = 9\n    return n\n",
            "f(2)",
            "`else` block",
        ),
        ("def f(d):\n    e = d\n    e['a'] = 1\n    return d\n", "f({})", "With it, `d` is now `{'a': 1}`"),
        (
            "def g(n):\n    for i in range(n):\n        yield i\n\n\ndef f(n):\n    return sum(g(n))\n",
            "f(3)",
            "`g`",
        ),
        ("def f():\n    print('a\\nb')\n", "f()", r"This prints `'a\nb\n'`"),
        (
            "class A:\n    def __init__(self, x):\n        self.x = x\n\n\ndef f(x):\n    return A(x).x\n",
            "f(3)",
            "`3`",
        ),
    ],
)
def test_what_happened_is_told(code: str, call: str, words: str) -> None:
    told, trace = tell(code, call)
    assert words in told.text
    assert judge(told.claims, code, trace).reasons == ()


def test_a_long_loop_is_folded_with_what_changed_and_what_stayed() -> None:
    code = "def f(n, k):\n    t = 0\n    for i in range(n):\n        t += i * k\n    return t\n"
    told, trace = tell(code, "f(400, 2)")
    assert_true(code, told, trace)
    assert "Iterations 3 to 399 go the same way. When they are over" in told.text
    assert "`t` is `158802`" in told.text and "`k` stays `2`" in told.text


def test_each_new_path_of_a_long_loop_is_told() -> None:
    told, trace = tell(SUM, f"f({[1] * 20 + [-1] + [1] * 20})")
    assert_true(SUM, told, trace)
    assert "iteration 21" in told.text.lower()


@pytest.mark.parametrize("budget", [2000, 600, 300])
def test_a_budget_is_kept_by_folding(budget: int) -> None:
    told, trace = tell(SUM, f"f({list(range(-9, 9))})", budget=budget)
    assert count_tokens(told.text) <= budget
    assert_true(SUM, told, trace)


def test_a_fold_that_claims_a_wrong_total_is_refused() -> None:
    told, trace = tell(SUM, f"f({[1] * 40})")
    lie = told.text.replace("`total` is `39`", "`total` is `38`", 1)
    assert lie != told.text
    reasons = judge(read(lie, SUM).claims, SUM, trace).reasons
    assert reasons and reasons[0].startswith("wrong value")


def test_the_words_are_the_same_for_the_same_seed_and_vary_with_it() -> None:
    texts = {seed: tell(SUM, "f([3, -1, 2])", seed=seed)[0].text for seed in "abcdef"}
    assert texts["a"] == tell(SUM, "f([3, -1, 2])", seed="a")[0].text
    assert len(set(texts.values())) > 3


def test_every_word_belongs_to_a_claim_or_its_sentence() -> None:
    told, _ = tell(SUM, "f([3, -1])")
    for claim in told.claims:
        assert claim.said in told.text
    assert told.id == name_text(told.case, "forward", told.text)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(-3, 3), max_size=12), st.integers(150, 3000))
def test_whatever_the_input_the_monologue_is_true(xs: list[int], budget: int) -> None:
    told, trace = tell(SUM, f"f({xs})", budget=budget)
    assert_true(SUM, told, trace)


def make_sample(code: str, *calls: str) -> Sample:
    """A sample whose cases are traced."""
    traces = [trace_text(code, call) for call in calls]
    cases = tuple(
        Case(f"c{number}", call, "typed", value=repr(eval(call, namespace(code))), status="ok")
        for number, call in enumerate(calls)
    )
    named = tuple(
        Trace(case.id, t.v, t.py, t.source, t.entry, t.input, t.statements, t.events)
        for case, t in zip(cases, traces, strict=True)
    )
    return Sample("s", Origin("folder:x"), program=Program(code, "f"), cases=cases, traces=named)


def namespace(code: str) -> dict[str, object]:
    space: dict[str, object] = {}
    exec(code, space)
    return space


def test_the_stages_tell_and_judge_the_first_cases() -> None:
    sample = make_sample(SUM, "f([1])", "f([2])", "f([])", "f([3])")
    [told] = forward([sample], most=2)
    assert isinstance(told, Sample) and [text.case for text in told.monologues] == ["c0", "c1"]
    [judged] = judge_stage([told])
    assert isinstance(judged, Sample)
    assert all(
        text.verdict and text.verdict.accepted and text.verdict.statements == 1.0
        for text in judged.monologues
    )


def test_a_text_over_its_budget_is_a_reject_and_its_case_stays() -> None:
    reject, sample = forward([make_sample(SUM, "f([1])")], budget=20)
    assert isinstance(reject, Reject) and (reject.level, reject.reason) == ("monologue", "over-budget")
    assert isinstance(sample, Sample) and sample.monologues == () and len(sample.cases) == 1


def test_a_refused_monologue_is_a_reject_with_the_first_reason() -> None:
    [told] = forward([make_sample(SUM, "f([1])")])
    assert isinstance(told, Sample)
    lie = told.monologues[0]
    claims = tuple(c if c.kind != "answer" else type(c)("answer", value="2") for c in lie.claims)
    wrong = Monologue(lie.id, lie.case, "forward", lie.text, claims)
    reject, sample = judge_stage(
        [
            Sample(
                "s",
                told.origin,
                program=told.program,
                cases=told.cases,
                traces=told.traces,
                monologues=(wrong,),
            )
        ]
    )
    assert isinstance(reject, Reject) and (reject.level, reject.reason) == ("monologue", "wrong-answer")
    assert isinstance(sample, Sample) and sample.monologues == ()


@pytest.mark.skipif(not DATA.exists(), reason="the benchmark data is not here")
def test_monologues_of_benchmark_programs_are_true_as_claims_and_as_text() -> None:
    for line in DATA.read_text().splitlines()[::25]:
        row = json.loads(line)
        told, trace = tell(row["code"], f"f({row['input']})")
        assert_true(row["code"], told, trace)


HANOI = """\
def hanoi(n, a, b, c, moves):
    if n == 0:
        return
    hanoi(n - 1, a, c, b, moves)
    moves.append((a, c))
    hanoi(n - 1, b, a, c, moves)


def f(n):
    moves = []
    hanoi(n, 'A', 'B', 'C', moves)
    return len(moves)
"""

DEEP = "def f(n):\n    if n == 0:\n        return 0\n    return n + f(n - 1)\n"

MEMO = """\
def f(n):
    memo = {}
    def c(k):
        if k in memo:
            return memo[k]
        memo[k] = 1 if k == 1 else 1 + c(k // 2 if k % 2 == 0 else 3 * k + 1)
        return memo[k]
    return max(range(1, n), key=c)
"""

LONG = """\
def f(n):
    t = 0
    for i in range(n):
        if i % 7 == 0:
            t += i
        else:
            t -= 1
    return t
"""

NESTED = """\
def f(n):
    s = 0
    for i in range(n):
        for j in range(n):
            if (i + j) % 3 == 0:
                s += 1
    return s
"""


LEFT = """\
def f(n):
    queue = [0]
    while queue:
        k = queue.pop()
        if k == n:
            return queue
        for i in (k + 2, k + 1):
            if i not in queue:
                queue.append(i)
"""


@pytest.mark.parametrize(
    ("code", "call"),
    [
        (LEFT, "f(60)"),
        (LONG, "f(1500)"),
        (NESTED, "f(15)"),
        (DEEP, "f(90)"),
        (HANOI, "f(4)"),
        (MEMO, "f(12)"),
        (SUM, "f([])"),
    ],
    ids=["left", "long", "nested", "deep", "hanoi", "memo", "short"],
)
def test_what_is_long_is_folded_and_every_figure_stays_true(code: str, call: str) -> None:
    sizes = set()
    for budget in (2000, 600, 400, 250):
        told, trace = tell(code, call, budget=budget)
        verdict = judge(told.claims, code, trace, statements=0.0)
        assert verdict.reasons == (), (budget, told.text)
        assert read(told.text, code).share == 1
        sizes.add(count_tokens(told.text))
        if budget == 2000:
            assert (verdict.statements, verdict.branches) == (1.0, 1.0), told.text
    assert min(sizes) <= 430


def test_a_deep_recursion_is_told_from_both_its_ends() -> None:
    told, _ = tell(DEEP, "f(90)", budget=400)
    assert "This goes on in the same way, down to `f(0)`." in told.text
    assert "90 levels deep" in told.text and "[L3] `f` returns `0`." in told.text
    assert "`f(n - 1)` returned `4005`, and `n` is `90`, so `f` returns" in told.text


@pytest.mark.parametrize(
    ("code", "call", "words", "never"),
    [
        (CATCH, "f([], 0)", "[L7] Whatever happened, the `finally` block|is next, as always", "\0"),
        (
            "def f(s):\n    a = b = sorted(s)\n    return a\n",
            "f('ba')",
            "`a` and `b` both become",
            "unpacked",
        ),
        (
            "def g(n):\n    for i in range(n):\n        yield i\n\n\ndef f(n):\n    t = 0\n"
            "    for x in g(n):\n        t += x\n    return t\n",
            "f(2)",
            "`g` has come to its end",
            "which is `None`|changes none of our names",
        ),
        (
            "def f(xs):\n    add = xs.append\n    add(1)\n    return xs\n",
            "f([])",
            "`add` stands for `xs.append`",
            "<function",
        ),
        (
            "def f(xs):\n    return sorted(xs, key=lambda x: -x)\n",
            "f([1, 2])",
            "The `lambda` gets `x` = `2` and returns `-2`.",
            "<lambda>|<locals>",
        ),
        (
            "def even(n):\n    return n % 2 == 0\n\n\ndef f(n):\n    if even(n):\n        return 1\n"
            "    return 0\n",
            "f(3)",
            "`even(n)` returned `False`",
            "\0",
        ),
        (
            "def f(a, b):\n    a, b = b, a % b\n    return a\n",
            "f(7, 4)",
            "`a` becomes `b`, that is `4`",
            "\0",
        ),
        (
            "def f(xs):\n    for x in xs:\n        if x > 1:\n            break\n    else:\n        x = 0\n"
            "    return x\n",
            "f([2])",
            "past its `else` block",
            "\0",
        ),
        (
            "class A:\n    def __init__(self, x):\n        self.x = x\n\n    def up(self):\n"
            "        self.x += 1\n\n\ndef f(n):\n    a = A(n)\n    a.up()\n    return a.x\n",
            "f(3)",
            "Back in `f`, `a` is `A(x=4)` now.",
            "`self` is `A()`",
        ),
        ("SIZES = {'K': 2 ** 10}\n\n\ndef f(k):\n    return k in SIZES\n", "f('K')", "that is `True`", "\0"),
    ],
    ids=[
        "finally",
        "chain",
        "generator",
        "alias",
        "lambda",
        "helper",
        "pairs",
        "break",
        "method",
        "constant",
    ],
)
def test_it_is_told_as_it_is(code: str, call: str, words: str, never: str) -> None:
    for seed in "abc":
        told, trace = tell(code, call, seed=seed)
        assert any(part in told.text for part in words.split("|")), told.text
        assert not any(part in told.text for part in never.split("|")), told.text
        assert judge(told.claims, code, trace).reasons == ()


def test_a_global_that_changes_is_no_constant() -> None:
    code = "mode = 'a'\n\n\ndef f(new):\n    global mode\n    mode = new\n    return mode\n"
    told, trace = tell(code, "f('b')")
    assert judge(told.claims, code, trace).reasons == ()
    assert "`mode` is `'a'`" not in told.text


def test_what_was_just_said_is_not_said_again() -> None:
    told, _ = tell("def f(words):\n    n = len(words)\n    return n\n", "f(['some', 'words'])")
    assert told.text.count("`['some', 'words']`") == 1


def test_a_result_without_a_literal_ends_in_no_answer() -> None:
    told, _ = tell("def f(xs):\n    return zip(xs, xs)\n", "f([1])")
    assert "[ANSWER]" not in told.text
    assert told.text.endswith("No answer can be written: the result, an object of type zip, is no literal.")
    assert not any(claim.kind == "answer" for claim in told.claims)


def test_a_budget_that_cannot_be_met_is_said_with_the_smallest_that_can(tmp_path: Path) -> None:
    file = tmp_path / "long.py"
    file.write_text(LONG)
    error = CliRunner().invoke(command, [str(file), "--call", "f(40)", "--budget", "30"]).exception
    assert isinstance(error, PyxError) and "cannot be told in 30 tokens: the shortest text has" in str(error)
    least = error.hint.split()[2]
    assert CliRunner().invoke(command, [str(file), "--call", "f(40)", "--budget", least]).exit_code == 0


def test_no_sentence_of_the_narrator_says_more_than_it_claims() -> None:
    for code, call in (
        (HANOI, "f(2)"),
        (MEMO, "f(5)"),
        (CATCH, "f([], 0)"),
        (NESTED, "f(3)"),
        (SUM, "f([2])"),
    ):
        told, _ = tell(code, call)
        for said, group in itertools.groupby(told.claims, key=lambda claim: claim.said):
            claims = list(group)
            line = next((claim.line for claim in claims if claim.kind == "ran"), 0)
            if claims[0].kind != "answer":
                assert list(find_unclaimed(said, claims, code, line=line)) == [], said


@pytest.mark.parametrize(
    ("code", "call", "words", "never"),
    [
        (
            "def f(n):\n    class C:\n        size = 2\n    return C.size + n\n",
            "f(1)",
            "the class `C` is complete",
            "Now we are in `C`",
        ),
        (
            "def f(xs):\n    try:\n        return xs[0]\n    finally:\n        xs.append(1)\n",
            "f([3])",
            "`f` returns `xs[0]`, that is `3`|We return `xs[0]`, which is `3`|`f` returns `xs[0]`",
            "without a return statement",
        ),
        (
            "mode = 'a'\n\n\ndef f(n):\n    global mode\n    old = mode\n    mode = n\n    return old\n",
            "f(2)",
            "`old` becomes `'a'`.",
            "`mode` is",
        ),
    ],
    ids=["class", "finally", "global"],
)
def test_what_comes_in_between_is_told_as_such(code: str, call: str, words: str, never: str) -> None:
    for seed in "abc":
        told, trace = tell(code, call, seed=seed)
        assert_true(code, told, trace)
        assert any(part in told.text for part in words.split("|")), told.text
        assert never not in told.text

"""The stages extract, inputs and choose: from files to programs with cases worth keeping."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pyx.errors import PluginError
from pyx.records import Case, Origin, Reject, Sample, digest, find_ids
from pyx.registry import SEEDS, STAGES
from pyx.source.calls import read_call

EXTRACT = STAGES.find("extract")
INPUTS = STAGES.find("inputs")
CHOOSE = STAGES.find("choose")


def make_file(text: str, **notes: str) -> Sample:
    return Sample(digest(text), Origin("folder:x", "a.py"), text=text, notes=notes)


def extract(text: str, **notes: str) -> list[Sample | Reject]:
    return list(EXTRACT.function([make_file(text, **notes)]))


def find_inputs(text: str, **options: object) -> list[Case]:
    samples = [item for item in extract(text) if isinstance(item, Sample)]
    found = [item for item in INPUTS.function(samples[:1], **options) if isinstance(item, Sample)]
    return list(found[0].cases) if found else []


# -- extract -------------------------------------------------------------------------------------

TWO = '''\
"""A module."""

def double(x: int) -> int:
    """Return twice x.

    >>> double(2)
    4
    """
    return x * 2


def quadruple(x):
    # helper above
    return double(double(x))


quadruple(5)
quadruple(y)
'''


def test_a_file_becomes_its_functions_each_with_its_helpers() -> None:
    first, second = (item for item in extract(TWO) if isinstance(item, Sample))
    assert (first.given.entry, second.given.entry) == ("double", "quadruple")
    assert (first.origin.line, second.origin.line) == (3, 12)
    assert first.given.description == "Return twice x."
    assert ">>> double(2)" in first.given.docstring
    assert "def double" in second.given.code and "# helper above" in second.given.code
    assert json.loads(second.notes["calls"]) == ["quadruple(5)"]
    assert first.parent == second.parent == digest(TWO)
    assert first.text == ""


def test_layout_and_comments_do_not_change_the_id_of_a_program() -> None:
    here, there = (
        extract("def f(x): return x\n"),
        extract("# hello\n\ndef f(x):\n    'Doc.'\n    return (x)\n"),
    )
    assert isinstance(here[0], Sample) and isinstance(there[0], Sample)
    assert here[0].id == there[0].id


def test_every_program_that_is_cut_defines_its_entry_when_it_runs_alone() -> None:
    files = [item for item in SEEDS.find("package").function("statistics") if isinstance(item, Sample)]
    programs = [item for item in EXTRACT.function(files) if isinstance(item, Sample)]
    assert len(programs) > 20
    for program in programs:
        namespace: dict[str, object] = {"__name__": "program"}
        exec(compile(program.given.code, "<program>", "exec", dont_inherit=True), namespace)
        assert callable(namespace[program.given.entry])


@pytest.mark.parametrize(
    ("text", "notes", "expected"),
    [
        ("def f(x):\n    return x\ndef g(x):\n    return x\n", {"entry_point": "g"}, ["g"]),
        ("def f(x):\n    return x\n", {"entry_point": "h"}, ["no-function"]),
        ("async def f(x):\n    return x\n", {}, ["no-function"]),
        ("def f(x):\n    return x\ndef test_f(a):\n    f(1)\n", {}, ["f", "script"]),
        ("class A:\n    def f(self):\n        pass\n", {}, ["no-function"]),
        ("def f(x):\n    return 0777\n", {}, ["syntax-error"]),
        ("def f(x):\n    exec 'x'\n", {}, ["python-2"]),
        ("def f(x):\n    return " + "(" * 300 + "x" + ")" * 300 + "\n", {}, ["syntax-error"]),
        ("K = f(" + "1 + " * 60 + "1)\ndef f(x):\n    return x\n", {}, ["f"]),
        ("x" * 100_000 + "\n", {}, ["no-function"]),
        ("def f(x):\n    return '" + "x" * 900_000 + "'\n", {}, ["too-large", "no-program"]),
        ("", {}, ["no-function"]),
    ],
)
def test_what_becomes_of_a_file(text: str, notes: dict[str, str], expected: list[str]) -> None:
    items = extract(text, **notes)
    assert [item.reason if isinstance(item, Reject) else item.given.entry for item in items] == expected


@pytest.mark.parametrize(
    "text",
    [
        "def f(x):\n    return " + "-" * 3000 + "x\n",
        "K = f(" + "1 + " * 9000 + "1)\ndef f(x):\n    return x\n",
    ],
)
def test_what_is_nested_too_deeply_is_a_reject_wherever_a_python_notices(text: str) -> None:
    rejects = [item for item in extract(text) if isinstance(item, Reject)]
    assert len(rejects) == len(extract(text))
    assert rejects[0].reason == "nested-too-deeply"


def test_a_description_that_is_given_stands_in_for_the_docstring() -> None:
    (item,) = extract("def f(x):\n    'Doc.'\n    return x\n", description="Give x.")
    assert isinstance(item, Sample) and item.given.description == "Give x."


WORDS = ["def f(x):\n", "    return x\n", "def g(y=f):\n", "    'doc'\n", "import os\n", "K = 1\n",
         "class A: pass\n", "    return K\n", "\0", "(", "print x\n", "if 1:\n", "    def f(a): return f\n",
         "@g\n"]  # fmt: skip


@given(st.lists(st.sampled_from(WORDS), max_size=8).map("".join))
def test_no_file_is_lost(text: str) -> None:
    file = make_file(text)
    items = list(EXTRACT.function([file]))
    children = [item for item in items if isinstance(item, Sample) and item.parent == file.id]
    rejects = [item for item in items if isinstance(item, Reject) and item.parent == file.id]
    assert bool(children) + len(rejects) == 1


# -- inputs --------------------------------------------------------------------------------------


def test_real_inputs_come_before_made_ones() -> None:
    cases = find_inputs(TWO, most=5)
    assert cases[0].call == "double(2)"
    assert cases[0].documented == "4"
    assert [case.grade for case in cases][:2] == ["doctest", "mutated"]
    assert len({case.call for case in cases}) == 5


def test_an_example_is_run_for_the_calls_in_it() -> None:
    text = (
        'def f(x):\n    """Do.\n\n    >>> import math\n    >>> y = [1, 2]\n'
        '    >>> len([f(item) for item in y])\n    2\n    >>> f(y)[0]\n    1\n    """\n    return x\n'
    )
    cases = find_inputs(text, sources=["doctests"])
    assert [case.call for case in cases] == ["f(1)", "f(2)", "f([1, 2])"]
    assert {case.setup for case in cases} == {""}


def test_a_call_by_way_of_variables_keeps_what_is_documented() -> None:
    text = 'def f(x):\n    """Do.\n\n    >>> y = {2: 3}\n    >>> f(y)\n    {2: 3}\n    """\n    return x\n'
    (case,) = find_inputs(text, sources=["doctests"])
    assert (case.call, case.documented) == ("f({2: 3})", "{2: 3}")


def test_the_same_call_from_two_sources_is_one_case() -> None:
    text = 'def f(x, k=1):\n    """Do.\n\n    >>> f(2, 1)\n    2\n    """\n    return x\n\nf(x=2)\nf(3)\n'
    cases = find_inputs(text, sources=["callsites", "doctests"])
    assert [(case.call, case.grade, case.documented) for case in cases] == [
        ("f(x=2)", "callsite", "2"), ("f(3)", "callsite", ""),
    ]  # fmt: skip


def test_made_inputs_that_the_program_cannot_take_are_left() -> None:
    cases = find_inputs("def f(thing):\n    return sorted(thing.items())\n")
    assert len(cases) == 8
    assert all("{" in case.call for case in cases)


def test_a_program_for_which_nothing_fits_is_a_reject() -> None:
    (sample,) = extract("def f(x):\n    return x.left.right\n")
    assert [item.reason for item in INPUTS.function([sample]) if isinstance(item, Reject)] == ["no-input"]


def test_a_source_that_is_unknown_is_told_before_anything_runs() -> None:
    with pytest.raises(PluginError, match="no inputs 'doctest'"):
        INPUTS.facts["check"](sources=["doctest"])


# -- choose --------------------------------------------------------------------------------------


def make_cases(*rows: tuple[str, str, str]) -> Sample:
    def fill() -> Iterator[Case]:
        for number, (grade, answer, status) in enumerate(rows):
            facts = {"value": answer} if status == "ok" else {"exception": answer}
            yield Case(f"p-{number}", f"f({number})", grade, status=status, **facts)  # type: ignore[arg-type]

    return Sample("p", Origin("x"), cases=tuple(fill()))


def choose(sample: Sample, **options: int) -> tuple[list[str], dict[str, str]]:
    items = list(CHOOSE.function([sample], **options))
    kept = [case.call for item in items if isinstance(item, Sample) for case in item.cases]
    return kept, {item.parent: item.reason for item in items if isinstance(item, Reject)}


def test_real_cases_and_new_answers_are_chosen_first() -> None:
    sample = make_cases(
        ("typed", "1", "ok"), ("typed", "1", "ok"), ("typed", "2", "ok"), ("doctest", "1", "ok")
    )
    kept, reasons = choose(sample, most=2)
    assert kept == ["f(2)", "f(3)"]
    assert reasons == {"p-0": "more-than-enough", "p-1": "more-than-enough"}


def test_made_inputs_that_do_not_fit_go_and_real_ones_stay() -> None:
    sample = make_cases(
        ("typed", "TypeError", "error"), ("doctest", "TypeError", "error"), ("typed", "1", "ok")
    )
    assert choose(sample) == (["f(1)", "f(2)"], {"p-0": "input-does-not-fit"})


def test_a_program_without_a_case_left_is_a_reject() -> None:
    kept, reasons = choose(make_cases(("typed", "TypeError", "error")))
    assert kept == []
    assert reasons == {"p-0": "input-does-not-fit", "p": "no-case-left"}


ROWS = st.tuples(
    st.sampled_from(["doctest", "callsite", "typed", "heuristic", "mutated", "teacher"]),
    st.sampled_from(["1", "2", "TypeError", "ValueError"]),
    st.sampled_from(["ok", "error"]),
)


@settings(max_examples=200)
@given(st.lists(ROWS, min_size=1, max_size=12), st.integers(1, 5), st.integers(1, 3), st.integers(1, 3))
def test_no_case_is_lost(rows: list[tuple[str, str, str]], most: int, raising: int, alike: int) -> None:
    sample = make_cases(*rows)
    items = list(CHOOSE.function([sample], most=most, raising=raising, alike=alike))
    kept = [name for item in items if isinstance(item, Sample) for _, name in find_ids(item)]
    gone = [item.parent for item in items if isinstance(item, Reject)]
    assert sorted(kept + gone) == sorted(name for _, name in find_ids(sample))
    assert len(kept) <= most + 1


# -- the samples that ship ------------------------------------------------------------------------


def test_the_shipped_samples_are_many_described_and_documented() -> None:
    files = [item for item in SEEDS.find("package").function("pyx.samples") if isinstance(item, Sample)]
    programs = [item for item in EXTRACT.function(files) if isinstance(item, Sample)]
    assert len(files) >= 11
    assert len(programs) >= 70
    assert len({item.id for item in programs}) == len(programs)
    for item in programs:
        assert item.given.description and ">>> " in item.given.docstring, item.given.entry
        assert item.origin.licence == "CC0-1.0"
        assert read_call(f"{item.given.entry}()", item.given.entry)
    used = {name for item in programs for name in item.given.constructs}
    assert {
        "loop",
        "while",
        "recursion",
        "helper",
        "class",
        "exception",
        "generator",
        "comprehension",
    } <= used
    assert all(ast.parse(item.given.code) for item in programs)

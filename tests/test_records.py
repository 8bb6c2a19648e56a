"""Records and their rows."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from pyx.records import (
    Case,
    Claim,
    Monologue,
    Origin,
    Program,
    Reject,
    Sample,
    Trace,
    Verdict,
    digest,
    find_ids,
    from_row,
    to_row,
)  # fmt: skip

TEXT = st.text(max_size=5)
ORIGINS = st.builds(Origin, corpus=TEXT, line=st.integers())
VERDICTS = st.builds(
    Verdict, st.lists(TEXT).map(tuple), st.integers(), statements=st.floats(0, 1), branches=st.floats(0, 1)
)
CASES = st.builds(Case, TEXT, TEXT, st.just("doctest"), changed=st.lists(TEXT).map(tuple))
MONOLOGUES = st.builds(
    Monologue, TEXT, TEXT, st.just("forward"), TEXT,
    claims=st.lists(st.builds(Claim, TEXT, st.integers(), TEXT)).map(tuple),
    verdict=st.one_of(st.none(), VERDICTS),
)  # fmt: skip
TRACES = st.builds(
    Trace, TEXT, st.just(1), TEXT, TEXT, TEXT, TEXT,
    statements=st.just(((1, 1, 0, "Return", -1, "body"),)),
    events=st.just((("line", 0, 1, {"x": "1"}, [], None),)),
)  # fmt: skip
SAMPLES = st.builds(
    Sample, TEXT, ORIGINS, TEXT, TEXT,
    program=st.one_of(st.none(), st.builds(Program, TEXT, TEXT, imports=st.lists(TEXT).map(tuple))),
    cases=st.lists(CASES).map(tuple),
    traces=st.lists(TRACES).map(tuple),
    monologues=st.lists(MONOLOGUES).map(tuple),
    notes=st.dictionaries(TEXT, TEXT),
)  # fmt: skip


@given(SAMPLES)
def test_a_sample_comes_back_from_its_row(sample: Sample) -> None:
    row = json.loads(json.dumps(to_row(sample)))
    back = from_row(Sample, row)
    assert to_row(back) == row
    assert (
        back.cases == sample.cases and back.monologues == sample.monologues and back.program == sample.program
    )


@given(st.builds(Reject, st.just("case"), TEXT, TEXT, TEXT, origin=st.one_of(st.none(), ORIGINS)))
def test_a_reject_comes_back_from_its_row(reject: Reject) -> None:
    assert from_row(Reject, to_row(reject)) == reject


def test_a_row_leaves_out_what_holds_its_default() -> None:
    assert to_row(Case("a", "f(1)", "typed")) == {"id": "a", "call": "f(1)", "grade": "typed"}


def test_the_parts_of_a_digest_are_kept_apart() -> None:
    assert digest("ab", "c") != digest("a", "bc")
    assert len(digest("\ud800", length=8)) == 8


def test_everything_in_a_sample_that_can_be_lost_has_an_id() -> None:
    sample = Sample(
        "p", Origin("x"), program=Program("", "f"),
        cases=(Case("c", "f()", "typed"),), monologues=(Monologue("m", "c", "forward", "", ()),),
    )  # fmt: skip
    assert list(find_ids(sample)) == [("program", "p"), ("case", "c"), ("monologue", "m")]
    assert list(find_ids(Sample("s", Origin("x"), text="..."))) == [("file", "s")]

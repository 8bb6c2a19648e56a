"""The live line says what is going on now, in words that are true."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

from pyx.annotate.meter import Meter, read_meter


def test_the_rate_is_that_of_the_last_seconds() -> None:
    now = time.time()
    meter = Meter(began=now - 1000, answered=400, marks=[(now - 10, 100), (now - 5, 250)])
    assert 29 < meter.rate <= 30


def test_a_mark_is_made_once_a_second_and_ten_are_kept() -> None:
    now = time.time()
    meter = Meter(marks=[(now - number, 0) for number in range(30, 0, -3)])
    meter.mark()
    meter.mark()
    assert len(meter.marks) == 10 and meter.marks[0][0] == now - 27


def test_the_line_names_rate_acceptance_money_and_the_time_to_go() -> None:
    meter = Meter(answered=12_000, spent=1.234, budget=5.0, tokens_in=2_000_000, tokens_out=900)
    meter.accepted, meter.refused = Counter(forward=1), Counter({"forward: wrong-value": 3})
    line = meter.line(done=0.25, elapsed=100)
    assert line.startswith("12,000 replies, ") and "/s, 25% accepted, " in line
    assert line.endswith("2,000k + 900 tokens, $1.23 of $5.00, 5:00 to go")


def test_without_a_price_nothing_is_said_to_have_cost_nothing() -> None:
    meter = Meter(answered=1)
    assert "no price known" in meter.line() and "$" not in meter.line()
    assert dict(meter.summary())["spent"] == "no price known"


def test_an_endpoint_that_wants_to_be_left_alone_is_named() -> None:
    assert "waiting 12 s for the endpoint" in Meter(closed_for=12.3).line()


def test_a_meter_comes_back_as_it_was_written(tmp_path: Path) -> None:
    meter = Meter(answered=3, refused=Counter({"synth: no-code": 2}))
    meter.write(tmp_path / "status.json")
    assert read_meter(tmp_path / "status.json") == meter

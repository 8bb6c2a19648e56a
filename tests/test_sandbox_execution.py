"""Executing programs: exact values, told-apart endings, and the benchmark that must come out whole."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pyx import literals
from pyx.sandbox.pool import Box, Job, Limits

CRUXEVAL = Path(__file__).parent.parent.parent / "shared" / "benchmarks" / "cruxeval.jsonl"
QUICK = Limits(cpu_s=0.5, wall_s=2.0, memory_mb=256)


@pytest.fixture(scope="module")
def box() -> Iterator[Box]:
    with Box() as box:
        yield box


ENDINGS = [
    ("def f(): return 1", "ok"),
    ("def f(): return 1 / 0", "error"),
    ("def f(", "error"),
    ("def f():\n    while True: pass", "timeout"),
    ("import time\ndef f(): time.sleep(60)", "timeout"),
    ("def f(): return [0] * 10**12", "memory"),
    ("import ctypes\ndef f(): ctypes.string_at(0)", "crash"),
    ("import os\ndef f(): os.kill(os.getpid(), 9)", "killed"),
    ("def f(): raise SystemExit(3)", "exit"),
    ("import os\ndef f(): os._exit(0)", "exit"),
    ("def f():\n    while True: print('x' * 1000)", "output_limit"),
    ("def f(): return 'x' * 10**6", "output_limit"),
    ("import itertools\ndef f(): return itertools.count()", "output_limit"),
    ("import os\ndef f(): os.write(3, b'[]')", "tampered"),
    ("import os\ndef f(): os.closerange(0, 99)", "tampered"),
]


@pytest.mark.parametrize(("code", "status"), ENDINGS, ids=[status for _, status in ENDINGS])
def test_endings_are_told_apart(box: Box, code: str, status: str) -> None:
    outcome = box.run(Job(code, call="f()", policy=False, limits=QUICK))
    assert outcome.status == status, outcome


VALUES = [
    "True", "1", "-0.0", "nan", "1e+100", "b'\\x00'", "'\\ud800'", "(1,)", "set()", "frozenset({1})",
    "{(1, 2): [None], 'a': {1.5, 2}}", "(1+2j)", "Ellipsis", "None", "[[], ()]",
]  # fmt: skip


@pytest.mark.parametrize("text", VALUES)
def test_a_value_comes_back_as_it_was_written(box: Box, text: str) -> None:
    code = f"from math import nan\ndef f(): return {text}"
    outcome = box.run(Job(code, call="f()", policy=False))
    assert (outcome.status, outcome.value) == ("ok", text)


def test_arguments_are_written_before_the_call(box: Box) -> None:
    job = Job("def f(xs, n=2): xs.append(n); return xs", call="f([1])", policy=False)
    outcome = box.run(job)
    assert (outcome.args, outcome.changed, outcome.value) == ("{'xs': [1]}", ("xs",), "[1, 2]")


def test_a_generator_is_written_as_the_list_of_its_items(box: Box) -> None:
    outcome = box.run(Job("def f(n): yield from range(n)", call="f(3)", policy=False))
    assert (outcome.value, outcome.type) == ("[0, 1, 2]", "generator")


def test_setup_does_not_reach_into_the_program(box: Box) -> None:
    job = Job("n = 1\ndef f(x): return x + n", setup="n = 50", call="f(n)", policy=False)
    assert box.run(job).value == "51"


def test_calls_of_the_entry_are_listed_with_what_came_of_them(box: Box) -> None:
    code = "def f(n): return 0 if n == 0 else f(n - 1)"
    outcome = box.run(Job(code, entry="f", call="assert f(f(2)) == f(n=3)", mode="calls", policy=False))
    seen = [(row["args"], row["kwargs"], row["value"]) for row in outcome.payload]
    assert seen == [(["2"], {}, "0"), (["0"], {}, "0"), ([], {"n": "3"}, "0")]


def test_a_refused_program_is_told_all_reasons(box: Box) -> None:
    outcome = box.run(Job("import os\ndef f(): return open('x')", call="f()"))
    assert outcome.status == "refused"
    assert [(reason[0], reason[1]) for reason in outcome.refusals] == [("import", 1), ("builtin", 2)]


def test_recording_gives_the_result_of_the_plain_run(box: Box) -> None:
    job = Job("def f(n):\n    for i in range(n): print(i)\n    return i", call="f(3)", policy=False)
    plain, recorded = box.run(job), box.run(Job(job.code, call=job.call, mode="record", policy=False))
    assert (plain.value, plain.stdout) == (recorded.value, recorded.stdout) == ("2", "0\n1\n2\n")
    assert recorded.payload["events"] and recorded.payload["ended"]


def test_a_killed_zygote_is_replaced_and_the_program_charged_once() -> None:
    with Box(level="process") as box:
        wrong = box.run(Job("import os\nos.kill(os.getppid(), 9)", policy=False))
        right = box.run(Job("def f(): return 1", call="f()", policy=False))
    assert (wrong.status, right.value) == ("killed", "1")


def test_a_zygote_that_found_processes_left_behind_is_replaced() -> None:
    who = Job("import os\ndef f(): return os.getppid()", call="f()", policy=False)
    leaving = "import os, time\nif not os.fork():\n    os.setsid()\n    time.sleep(60)"
    with Box(level="process") as box:
        first, again = box.run(who).value, box.run(who).value
        if box.run(Job(leaving, policy=False)).status != "ok":
            pytest.skip("no program can start a process here: only where the user is root")
        assert first == again != box.run(who).value


def test_a_zygote_that_has_grown_asks_to_be_replaced() -> None:
    grown = """
import os, socket, sys
from pyx.sandbox import zygote
zygote._size_at_start = -zygote.GROWTH if sys.argv[1] == "grown" else sys.getallocatedblocks()
zygote.child.live = lambda request, nonce: os._exit(0)
ours, theirs = socket.socketpair()
report = zygote.serve_one(ours.fileno(), zygote.REQUEST.pack(0, 1, 1, 512, 1000, 1000))
print(zygote.REPORT.unpack_from(report)[-1])
"""
    said = [subprocess.check_output([sys.executable, "-c", grown, word]) for word in ("grown", "fresh")]
    assert said == [b"True\n", b"False\n"]


@pytest.mark.skipif(not CRUXEVAL.exists(), reason="the CRUXEval file is not here")
def test_all_cruxeval_programs_give_their_output(box: Box) -> None:
    rows = [json.loads(line) for line in CRUXEVAL.read_text().splitlines()]
    wrong = []
    for row in rows:
        outcome = box.run(Job(row["code"], call=f"f({row['input']})", policy=False))
        if not literals.same(outcome.value, row["output"]):
            wrong.append((row["id"], outcome))
    assert len(rows) == 800 and not wrong


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("import datetime\ndef f(): return datetime.datetime.strptime('2021-03-04', '%Y-%m-%d').day", "4"),
        ("import time\ndef f(): return time.strptime('2021', '%Y').tm_year", "2021"),
        ("def f(): return len(hex(10**30_000 // 7**9_000))", "18600"),
        ("import re\ndef f(): return re.compile('(a)').sub(r'<\\1>', 'aba')", "'<a>b<a>'"),
    ],
)
def test_c_code_may_import_what_it_needs_for_a_program(box: Box, code: str, value: str) -> None:
    outcome = box.run(Job(code, call="f()"))
    assert (outcome.status, outcome.value) == ("ok", value), outcome


@pytest.mark.parametrize("name", ["_strptime", "_pylong", "os"])
def test_a_program_may_not_import_what_c_code_may(box: Box, name: str) -> None:
    assert box.run(Job(f"import {name}")).status == "refused"
    assert box.run(Job(f"from {name} import *")).status == "refused"

"""A reply is a stranger's data: whatever it holds, judging it gives an outcome and never an error."""

from __future__ import annotations

import json
import os
import signal
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyx.sandbox import zygote
from pyx.sandbox.limits import DONE, UNSENT, Limits
from pyx.sandbox.outcomes import Outcome, Report, judge
from pyx.sandbox.pool import Box, Job, open_box

ANSWERED = DONE << 8
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=9,
)
FIELDS = st.sampled_from(["status", "value", "type", "message", "args", "changed", "refusals", "where", "x"])


def look(reply: bytes, wait: int = ANSWERED, why: int = 0, stdout: bytes = b"") -> Outcome:
    return judge(Report(reply, stdout, wait, 1.0, why), Limits(output_chars=10), "kernel")


@given(st.binary(max_size=200))
def test_bytes_that_are_no_reply_are_tampered(data: bytes) -> None:
    assert look(data).status in ("tampered", "exit")


@given(st.dictionaries(FIELDS, PLAIN | st.just("ok"), max_size=6))
def test_a_reply_of_any_shape_is_judged(reply: dict[str, Any]) -> None:
    outcome = look(json.dumps(reply).encode())
    assert outcome.status == "tampered" or outcome.status == reply["status"]
    assert type(outcome.value) is str and type(outcome.changed) is tuple


WRONG = [
    b"", b"[]", b"{}", b'{"status": "ok"', b'{"status": "timeout"}', b'{"status": "ok", "value": 1}',
    b'{"status": "ok", "more": ""}', b'{"status": "ok", "changed": [1]}', b'{"status": ["ok"]}',
    b'{"status": "refused", "refusals": [5]}', b'{"status": "refused", "refusals": [["a", 1, 2, 3]]}',
    b"[" * 100_000, b"1" * 100_000,
]  # fmt: skip


@pytest.mark.parametrize("reply", WRONG, ids=lambda reply: repr(reply[:40]))
def test_a_reply_that_is_not_as_it_must_be_is_tampered(reply: bytes) -> None:
    assert look(reply).status == "tampered"


ENDS = [
    (0, b"", "exit"), (3 << 8, b"", "exit"), (UNSENT << 8, b"", "tampered"), (3 << 8, b"{}", "tampered"),
    (signal.SIGSEGV, b"", "crash"), (signal.SIGABRT, b"", "crash"), (signal.SIGSYS, b"", "denied"),
    (signal.SIGXFSZ, b"", "output_limit"), (signal.SIGKILL, b"", "killed"), (signal.SIGXCPU, b"", "timeout"),
    (signal.SIGKILL, b'{"status": "ok"}', "killed"),
]  # fmt: skip


@pytest.mark.parametrize(("wait", "reply", "status"), ENDS)
def test_the_kernel_is_believed_before_the_reply(wait: int, reply: bytes, status: str) -> None:
    assert look(reply, wait).status == status


def test_more_output_than_may_be_kept_is_cut_and_said() -> None:
    outcome = look(b'{"status": "ok"}', stdout=b"x" * 11)
    assert (outcome.status, outcome.stdout) == ("output_limit", "x" * 10)


def test_a_child_that_waits_is_stopped_by_the_wall_clock() -> None:
    patience = zygote.Patience(5.0, 0.02, began=time.monotonic())
    assert patience.judge(0.0)[0] == zygote.ENDED
    time.sleep(0.03)
    assert patience.judge(0.0)[0] == zygote.WALL_SPENT


def test_a_child_that_computes_on_a_busy_machine_is_given_more_wall_time() -> None:
    patience = zygote.Patience(5.0, 0.02, began=time.monotonic())
    time.sleep(0.03)
    assert patience.judge(0.01)[0] == zygote.ENDED
    time.sleep(0.03)
    assert patience.judge(0.01)[0] == zygote.WALL_SPENT
    assert patience.judge(5.0)[0] == zygote.CPU_SPENT


def test_a_forked_process_opens_a_box_of_its_own() -> None:
    ours = open_box()
    assert ours._process is not None
    pid = os.fork()
    if pid == 0:
        theirs = open_box()
        right = theirs.run(Job("def f(): return 1", call="f()")).value == "1"
        os._exit(0 if right and theirs is not ours else 1)
    assert os.waitpid(pid, 0)[1] == 0
    assert ours._process.poll() is None
    assert ours.run(Job("def f(): return 2", call="f()")).value == "2"


def test_a_lean_box_says_what_it_cannot_do() -> None:
    with Box(lean=True) as box, pytest.raises(ValueError, match="lean"):
        box.run(Job("def f(): return 1", call="f()"))

"""Benign programs come out of the sandbox as they come out of plain Python."""

from __future__ import annotations

import functools
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from levels import open_or_skip

from pyx.sandbox.pool import Box, Job

CORPUS = Path(__file__).parent / "programs" / "benign.txt"
PARTS = re.split(r"^# (.*)\n", CORPUS.read_text(), flags=re.MULTILINE)[1:]
BENIGN = dict(zip(PARTS[::2], PARTS[1::2], strict=True))

PLAIN = """
import sys, types
sys.modules["program"] = types.ModuleType("program")
space = sys.modules["program"].__dict__
exec(sys.stdin.read(), space)
value = eval("f()", space)
from pyx import literals
sys.stderr.write(literals.write(value))
"""


@pytest.fixture(scope="module", params=["sealed", "kernel", "process"])
def box(request: pytest.FixtureRequest) -> Iterator[Box]:
    with open_or_skip(request.param) as box:
        yield box


@functools.cache
def run_plainly(code: str) -> tuple[str, str]:
    """What the same program gives in an interpreter of its own, without any sandbox."""
    words = [sys.executable, "-X", "utf8", "-c", PLAIN]
    done = subprocess.run(words, input=code, capture_output=True, encoding="utf-8", check=True)
    return done.stderr, done.stdout


@pytest.mark.parametrize("name", BENIGN)
def test_a_benign_program_is_unchanged(box: Box, name: str) -> None:
    outcome = box.run(Job(BENIGN[name], call="f()", policy=False))
    assert (outcome.status, outcome.value, outcome.stdout) == ("ok", *run_plainly(BENIGN[name])), outcome
    assert outcome.level == box.level


def test_there_are_enough_controls() -> None:
    assert len(BENIGN) >= 15

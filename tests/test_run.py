"""`pyx run`: one line in, one line out, in order, whatever the programs do."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from pyx.commands import run
from pyx.errors import PyxError


def execute(lines: str, *words: str) -> tuple[list[dict[str, Any]], Any]:
    result = CliRunner().invoke(run.command, ["--jsonl", "-", *words], input=lines)
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    return rows, result


@pytest.mark.parametrize("workers", ["1", "3"])
def test_rows_come_back_in_their_order_with_their_other_keys(workers: str) -> None:
    lines = "".join(
        json.dumps({"code": f"def f(x): return x * {n}", "call": "f(2)", "id": n, "more": {"a": [n]}}) + "\n"
        for n in range(20)
    )
    rows, result = execute(lines, "--workers", workers)
    assert result.exit_code == 0
    assert [(row["id"], row["more"], row["value"]) for row in rows] == [
        (n, {"a": [n]}, str(2 * n)) for n in range(20)
    ]
    assert all("code" not in row and row["status"] == "ok" for row in rows)


def test_a_byte_order_mark_and_nulls_are_nothing() -> None:
    line = '{"code": "def f(): return 1", "call": "f()", "setup": null, "entry": null, "more": null}\n'
    (row, bare), result = execute(f"\ufeff{line}" + '{"code": "print(1)", "call": null}\n')
    assert (row["status"], row["value"], row["more"], bare["stdout"]) == ("ok", "1", None, "1\n")
    assert result.exit_code == 0


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--cpu", "-1", "cpu_s cannot be -1.0"),
        ("--cpu", "nan", "cpu_s cannot be nan"),
        ("--cpu", "inf", "cpu_s cannot be inf"),
        ("--cpu", "0", "cpu_s cannot be 0.0"),
        ("--wall", "-5", "wall_s cannot be -5.0"),
        ("--wall", "1e300", "wall_s cannot be 1e+300"),
        ("--memory", "0", "memory_mb cannot be 0"),
        ("--memory", "99999999999999999999", "memory_mb cannot be 99999999999999999999"),
    ],
)
def test_a_limit_that_cannot_be_is_named(option: str, value: str, said: str) -> None:
    _, result = execute('{"code": ""}\n', option, value)
    assert isinstance(result.exception, PyxError)
    assert str(result.exception) == said


@pytest.mark.parametrize("workers", ["1", "2"])
def test_an_interrupt_waits_for_no_program_and_leaves_none_running(workers: str) -> None:
    lines = '{"code": ""}\n' + '{"code": "while True: pass"}\n' * 4
    words = [sys.executable, "-m", "pyx", "run", "--jsonl", "-", "--workers", workers, "--cpu", "1000"]
    pipe = subprocess.PIPE
    with subprocess.Popen(words, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as process:
        assert process.stdin and process.stdout and process.stderr
        process.stdin.write(lines)
        process.stdin.close()
        assert json.loads(process.stdout.readline())["status"] == "ok"
        children = find_children(process.pid)
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
        assert "interrupted" in process.stderr.read()
    assert children
    for _ in range(100):
        left = [pid for pid in children if is_running(pid)]
        if not left:
            break
        time.sleep(0.1)
    assert left == []


def find_children(pid: int) -> list[int]:
    words = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(word) for word in words] + [deep for word in words for deep in find_children(int(word))]


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_programs_that_fail_do_not_change_the_exit_code() -> None:
    lines = '{"code": "1/0"}\n{"code": "def f(: "}\n{"code": "import os; os.abort()"}\n'
    rows, result = execute(lines, "--no-policy")
    assert [row["status"] for row in rows] == ["error", "error", "crash"]
    assert [row["exception"] for row in rows] == ["ZeroDivisionError", "SyntaxError", ""]
    assert result.exit_code == 0


def test_a_refused_program_comes_with_every_reason() -> None:
    (row,), _ = execute('{"code": "import os\\ndef f(): return open(1)", "call": "f()"}\n')
    assert row["status"] == "refused"
    assert [(one["code"], one["line"]) for one in row["refusals"]] == [("import", 1), ("builtin", 2)]
    assert all(one["sentence"] for one in row["refusals"])


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "line 2: not JSON"),
        ("[1]", "line 2: not an object"),
        ('{"call": "f()"}', "line 2: no 'code'"),
        ('{"code": 1}', "line 2: 'code' is not a text"),
        ("[" * 100_000, "line 2: not JSON"),
    ],
)
def test_a_line_that_is_no_program_is_named_and_the_others_are_run(line: str, words: str) -> None:
    good = '{"code": "def f(): return 1", "call": "f()"}\n'
    rows, result = execute(f"{good}{line}\n\n{good}")
    assert [row["value"] for row in rows] == ["1", "1"]
    assert words in result.stderr
    assert isinstance(result.exception, PyxError) and result.exception.exit_code == 2

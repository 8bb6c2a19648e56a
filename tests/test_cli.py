"""The command line starts fast, fails in one line, and keeps data apart from words."""

from __future__ import annotations

import importlib.metadata
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = (
    "datasets",
    "openai",
    "torch",
    "libcst",
    "pandas",
    "pyarrow",
    "transformers",
    "huggingface_hub",
    "rich",
)


def run_pyx(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pyx", *words],
        capture_output=True, text=True, check=False, env={**os.environ, **environment},
    )  # fmt: skip


def test_help_loads_no_heavy_library() -> None:
    code = (
        "import sys; from pyx import cli\n"
        "try: cli.group.main(['--help'])\n"
        f"except SystemExit: print(sorted(set(sys.modules) & set({HEAVY!r})))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_help_lists_every_command_with_a_sentence() -> None:
    done = run_pyx("--help")
    assert done.returncode == 0
    for name in ("curate", "doctor", "narrate", "run", "trace", "verify"):
        assert any(
            line.split()[0] == name and len(line.split()) > 3
            for line in done.stdout.splitlines()
            if line.strip()
        )


def test_the_version_is_the_one_installed() -> None:
    assert run_pyx("--version").stdout.strip().endswith(importlib.metadata.version("pyx-toolkit"))


def test_an_error_is_one_line_and_a_hint_on_stderr(tmp_path: Path) -> None:
    done = run_pyx("curate", "smoke", "--seeds", "fodler:x", "--out", str(tmp_path / "o"))
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.splitlines()[0] == "pyx: smoke.toml: seeds 'fodler:x': no seeds 'fodler'"
    assert "did you mean 'folder'" in done.stderr.splitlines()[1]


def test_debugging_shows_the_traceback(tmp_path: Path) -> None:
    done = run_pyx("curate", "nope", "--out", str(tmp_path / "o"), PYX_DEBUG="1")
    assert "Traceback" in done.stderr and "RecipeError" in done.stderr


def test_an_unknown_command_is_a_usage_error() -> None:
    done = run_pyx("curat")
    assert done.returncode == 2 and "No such command 'curat'" in done.stderr


def test_windows_is_told_to_use_wsl(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from pyx import cli

    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(SystemExit) as stop:
        cli.main()
    assert stop.value.code == 2
    assert (
        capsys.readouterr().err == "pyx: Windows cannot run programs safely; use WSL (https://aka.ms/wsl)\n"
    )


def test_a_dry_run_says_what_it_would_do_and_does_nothing(tmp_path: Path) -> None:
    done = run_pyx("curate", "smoke", "--dry-run", "--out", str(tmp_path / "o"))
    assert done.returncode == 0
    assert "extract" in done.stdout and "execute" in done.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--out", "taken"), "taken is not empty and holds no release"),
        (("--out", "taken/file"), "taken/file is a file"),
        (("--release-version", "x"), "version 'x' is not MAJOR.MINOR.PATCH"),
    ],
)
def test_what_cannot_become_a_release_is_said_before_anything_runs(
    words: tuple[str, ...], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("taken").mkdir()
    Path("taken", "file").touch()
    done = run_pyx("curate", "smoke", *words)
    assert (done.returncode != 0, done.stderr.splitlines()[0]) == (True, f"pyx: {message}")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["taken"]


def test_a_call_of_nothing_in_the_file_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "f.py").write_text("def f(x):\n    return x\n")
    done = run_pyx("narrate", str(tmp_path / "f.py"), "--call", "1+1")
    assert done.returncode == 2
    assert done.stderr.splitlines()[0].endswith("f.py: '1+1' is no call of a function of the file")


def test_an_interrupted_command_promises_no_more_than_it_keeps() -> None:
    words = [sys.executable, "-m", "pyx", "run", "--jsonl", "-"]
    pipe = subprocess.PIPE
    with subprocess.Popen(words, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as process:
        assert process.stdin is not None and process.stdout is not None and process.stderr is not None
        process.stdin.write('{"code": "print(1)"}\n')
        process.stdin.flush()
        assert process.stdout.readline()  # now it waits for a line that does not come
        process.send_signal(signal.SIGINT)
        assert process.stderr.read().split() == ["interrupted"]
        assert process.wait() == 130


def run_shell(words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        f"exec {sys.executable} -m pyx {words}", shell=True, capture_output=True, text=True, timeout=60
    )


def test_a_closed_stdin_is_an_empty_one() -> None:
    done = run_shell("run --jsonl - <&-")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"code": "print(1)"}')
    done = run_shell(f"run --jsonl {tmp_path / 'a.jsonl'} > /dev/full")
    assert done.returncode == 1
    assert done.stderr.splitlines()[1:] == ["     make room, and run the same command again"]
    assert "No space left" in done.stderr


@pytest.mark.parametrize(
    "data",
    [b"\xef\xbb\xbfdef f(x):\r\n    return x\r\n", b"# coding: latin-1\ndef f(x):  # \xe9\n    return x\n"],
)
def test_a_program_is_read_as_python_would(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(data)
    assert "assert f('é') == 'é'" in run_pyx("narrate", str(tmp_path / "a.py"), "--call", "f('é')").stdout


@pytest.mark.parametrize(
    ("program", "setup", "words"),
    [
        (b"def f(x):\n    while x: pass\n", "", "a.py: timeout: CPU time is spent\n     give a smaller call"),
        (b"def f(x):\n    return open(x)\n", "", "\n     --no-policy asks the policy nothing"),
        (b"def f(x):\n    return x\n", "y = (", "--setup: error: SyntaxError\n     '(' was never closed"),
        (b"def f(x):\n    return '\xe9'\n", "", "invalid continuation byte\n     save the file as UTF-8"),
    ],
)
def test_what_cannot_be_recorded_is_said_with_the_way_out(
    program: bytes, setup: str, words: str, tmp_path: Path
) -> None:
    (tmp_path / "a.py").write_bytes(program)
    done = run_pyx("trace", str(tmp_path / "a.py"), "--call", "f(1)", "--setup", setup)
    assert words in done.stderr and done.returncode

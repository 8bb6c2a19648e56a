"""`pyx curate smoke` from end to end: what comes out, and what no interruption can change."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

CONFIGS = ("programs", "forward", "nl2code")


def start(out: Path, *words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "pyx", "curate", "smoke", "--out", str(out), *words]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )


def digest_release(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def wait_for(pattern: str, work: Path, process: subprocess.Popen[str]) -> None:
    """Wait until a file of that pattern stands in the work folder, and no longer than the run."""
    while not list(work.glob(pattern)):
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)


def list_children(pid: int) -> Iterator[int]:
    """The worker processes of a run, by their spawn arguments."""
    for folder in Path("/proc").iterdir():
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError, IndexError):
            continue
        if parent == pid and any(b"spawn_main" in word for word in words):
            yield int(folder.name)


def test_a_release_has_rows_in_every_config_and_no_empty_split(smoke_release: Path) -> None:
    import datasets

    for config in CONFIGS:
        loaded = datasets.load_dataset(str(smoke_release), config)
        assert set(loaded) == {"train", "validation", "test"}
        assert sum(len(split) for split in loaded.values()) >= 20
        assert all(len(split) > 0 for split in loaded.values())


def test_another_number_of_workers_gives_the_same_bytes(smoke_release: Path, tmp_path: Path) -> None:
    process = start(tmp_path / "r", "--workers", "1")
    assert process.wait() == 0, process.communicate()
    assert digest_release(tmp_path / "r") == digest_release(smoke_release)


@pytest.mark.parametrize("step", ["02", "05"])
def test_a_killed_run_started_again_ends_in_the_same_bytes(
    smoke_release: Path, tmp_path: Path, step: str
) -> None:
    out = tmp_path / "r"
    process = start(out)
    wait_for(f"{step}-*/*.jsonl", tmp_path / "r.work", process)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert not out.exists()
    again = start(out)
    assert again.wait() == 0, again.communicate()
    assert digest_release(out) == digest_release(smoke_release)


@pytest.mark.skipif(sys.platform != "linux", reason="finds the workers in /proc")
def test_a_killed_worker_loses_nothing_and_hangs_nobody(smoke_release: Path, tmp_path: Path) -> None:
    process = start(tmp_path / "r")
    wait_for("02-*/*.partial", tmp_path / "r.work", process)
    victims = list(list_children(process.pid))
    assert victims
    os.kill(victims[0], signal.SIGKILL)
    assert process.wait(timeout=120) == 0, process.communicate()
    assert digest_release(tmp_path / "r") == digest_release(smoke_release)


def test_the_manifest_holds_no_path_time_or_host(smoke_release: Path) -> None:
    text = (smoke_release / "manifest.json").read_text()
    assert json.loads(text)
    for secret in (str(Path.home()), os.uname().nodename, str(smoke_release), time.strftime("%Y-%m-%d")):
        assert secret not in text

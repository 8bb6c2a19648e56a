"""Levels: what each promises is proven when a box starts, as root and as nobody in particular."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from levels import open_or_skip

import pyx
from pyx.commands import doctor, run
from pyx.errors import SandboxError
from pyx.sandbox import probes
from pyx.sandbox.pool import Box, Job, Limits, find_best_level, require_level

UNPRIVILEGED = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
PROGRAM = """
import sys
from pyx.sandbox.pool import Box, Job
with Box(level=sys.argv[1]) as box:
    outcome = box.run(Job("import os\\ndef f(): return os.getuid()", call="f()", policy=False))
    print(box.level, outcome.status, outcome.value)
"""


def find_interpreter() -> str:
    """A Python that the user nobody can run: this one, or the distribution's of the same version."""
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    for path in (sys.executable, f"/usr/bin/{version}"):
        words = [*UNPRIVILEGED, path, "-c", "import os, sys; os.stat(sys.executable)"]
        done = subprocess.run(words, capture_output=True)
        if done.returncode == 0:
            return path
    pytest.skip("the user nobody can run no Python here")


@pytest.mark.parametrize("level", ["sealed", "kernel", "process"])
def test_an_unprivileged_user_gets_the_level_too(level: str) -> None:
    if os.geteuid() != 0 or shutil.which("setpriv") is None:
        pytest.skip("only root can become another user, with setpriv")
    open_or_skip(level).close()
    import RestrictedPython

    folders = [Path(pyx.__file__).parent.parent, Path(RestrictedPython.__file__).parent.parent]
    words = [*UNPRIVILEGED, find_interpreter(), "-B", "-c", PROGRAM, level]
    environment = {"PYTHONPATH": ":".join(map(str, folders)), "PATH": os.environ["PATH"]}
    done = subprocess.run(words, env=environment, capture_output=True, text=True)
    assert done.stdout.split()[:2] == [level, "ok"], done.stderr


@pytest.mark.parametrize("bound", ["-v 400000", "-n 40", "-f 500", "-t 6"])
def test_a_caller_who_is_bounded_already_gets_its_answers(bound: str) -> None:
    script = f'ulimit {bound}; exec "$0" -B -c "$1" kernel'
    open_or_skip("kernel").close()
    done = subprocess.run(["bash", "-c", script, sys.executable, PROGRAM], capture_output=True, text=True)
    assert done.stdout.split()[:2] == ["kernel", "ok"], done.stderr


def test_the_self_test_names_what_a_weak_box_lets_through() -> None:
    with Box(level="process") as box:
        failures = list(probes.find_failures(box.run, "kernel"))
    for path in (Path("/tmp/pyx-probe"), Path("/dev/shm/pyx-probe")):
        if path.is_file():
            path.unlink()
        elif path.is_dir():
            path.rmdir()
    assert any("reads a file outside the library" in failure for failure in failures), failures
    assert any("opens a socket" in failure for failure in failures), failures


def test_no_descriptor_of_a_busy_caller_reaches_a_program() -> None:
    many = [os.dup(0) for _ in range(300)]
    code = "import os\ndef f(): return [n for n in range(4096) if is_open(n)]\n"
    code += "def is_open(n):\n    try: os.fstat(n)\n    except OSError: return False\n    return True"
    with Box() as box:
        outcome = box.run(Job(code, call="f()", policy=False))
    for descriptor in many:
        os.close(descriptor)
    assert outcome.value == "[0, 1, 2, 3]"


def test_a_box_of_an_unknown_level_does_not_open() -> None:
    with pytest.raises(SandboxError, match="no level 'iron'"):
        Box(level="iron")


def test_code_of_strangers_needs_the_kernel() -> None:
    require_level("sealed", "kernel")
    require_level("process", "process")
    with pytest.raises(SandboxError, match="level process"):
        require_level("process", "kernel")


def test_level_none_keeps_to_the_limits_gives_up_nothing_and_is_never_taken_by_itself() -> None:
    with Box(level="none") as box:
        own = box.run(Job("import os\ndef f(): return os.getuid()", call="f()", policy=False))
        spent = box.run(Job("while True: pass", policy=False, limits=Limits(cpu_s=0.1)))
        large = box.run(Job("def f(): return len(bytes(1 << 40))", call="f()", policy=False))
        fresh = box.run(Job("def f(): return 1", call="f()"))
    assert (own.status, own.value, own.level) == ("ok", str(os.getuid()), "none")
    assert [spent.status, large.status, fresh.status] == ["timeout", "memory", "ok"]
    assert find_best_level() != "none"
    with pytest.raises(SandboxError, match="executes at level none"):
        require_level("none", "process")
    refused = CliRunner().invoke(run.command, ["--jsonl", "-", "--level", "none"], input="")
    assert refused.exit_code == 2 and "'none' is not one of" in refused.output


def test_run_refuses_a_weak_level_unless_it_is_allowed() -> None:
    words = ["--jsonl", "-", "--level", "process"]
    line = '{"code": "def f(): return 1", "call": "f()", "id": 7}\n'
    refused = CliRunner().invoke(run.command, words, input=line)
    assert isinstance(refused.exception, SandboxError)
    allowed = CliRunner().invoke(run.command, [*words, "--allow-level", "process"], input=line)
    assert '"id": 7' in allowed.output and '"value": "1"' in allowed.output


def test_the_doctor_finds_what_a_box_proves() -> None:
    result = CliRunner().invoke(doctor.command)
    assert result.exit_code == 0, result.output
    assert f"{find_best_level()}: not contained: nothing / wrong answers: none" in result.output


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="there is no /proc")
def test_what_a_program_leaves_running_is_ended_even_without_the_kernels_layers() -> None:
    code = """
import os, time
def f():
    pid = os.fork()
    if pid == 0:
        os.setsid()
        if os.fork() == 0: time.sleep(600)
        os._exit(0)
    os.waitpid(pid, 0)
    return 1
"""
    if os.geteuid() != 0:
        pytest.skip("another user's programs cannot fork at all")
    with Box(level="process") as box:
        assert box._process is not None
        assert box.run(Job(code, call="f()", policy=False)).status in ("ok", "error", "tampered")
        pid = box._process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    assert children == ""

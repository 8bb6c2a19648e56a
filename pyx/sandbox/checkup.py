"""What `pyx doctor` finds out: each thing tried, not read off a version."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pyx.errors import SandboxError
from pyx.sandbox import bubblewrap, kernel, layers, probes
from pyx.sandbox.pool import Box, Job

PACKAGES = (
    "RestrictedPython", "click", "datasets", "huggingface_hub", "libcst", "multiprocess", "openai",
    "pyarrow", "rich", "tree-sitter", "tree-sitter-python",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: whether it is well, what was found, and the way out."""

    what: str
    good: bool
    found: str
    fix: str = ""


@dataclass(frozen=True, slots=True)
class LevelFinding:
    """One level: whether a zygote starts at it, and whether what it answers is right."""

    level: str
    starts: bool
    good: bool
    sentence: str


def check_python() -> Iterator[Finding]:
    """The interpreter: 3.11 or newer, CPython."""
    good = sys.version_info >= (3, 11) and platform.python_implementation() == "CPython"
    found = f"{platform.python_implementation()} {platform.python_version()} on {platform.machine()}"
    yield Finding("python", good, found, "" if good else "install CPython 3.11 or newer")


def check_packages() -> Iterator[Finding]:
    """The libraries that pyx needs, and the stranger that bears its name."""
    missing = [name for name in PACKAGES if _version(name) is None]
    found = f"{len(PACKAGES) - len(missing)} of {len(PACKAGES)} installed"
    fix = f"pip install {' '.join(missing)}" if missing else ""
    yield Finding("packages", not missing, found, fix)
    stranger = _version("pyx")
    if stranger is not None:
        fix = "pip uninstall pyx: it is another project and overwrites this one"
        yield Finding("distribution 'pyx'", False, f"version {stranger} is installed", fix)


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def check_layers() -> Iterator[Finding]:
    """Each layer of the operating system, tried in a child of its own."""
    for name, attempt, fix in _LAYERS:
        problem = _try(attempt)
        yield Finding(name, not problem, problem or "given", fix if problem else "")


def _restrict_files() -> None:
    kernel.control(kernel.NO_NEW_PRIVS, 1)
    kernel.allow_reading(layers.find_readable())


def _filter_calls() -> None:
    kernel.control(kernel.NO_NEW_PRIVS, 1)
    layers.read_filter("zygote").load()


def _wrap_nothing() -> None:
    words = bubblewrap.wrap([os.path.realpath(sys.executable), "-I", "-S", "-c", ""], [])
    done = subprocess.run(words, capture_output=True, text=True)
    if done.returncode:
        raise OSError(done.stderr.strip() or f"bwrap ended with {done.returncode}")


_LAYERS: tuple[tuple[str, Callable[[], None], str], ...] = (
    ("no new privileges", lambda: kernel.control(kernel.NO_NEW_PRIVS, 1), "needs Linux 3.5 or newer"),
    (
        "Landlock",
        _restrict_files,
        "needs Linux 5.13 or newer with CONFIG_SECURITY_LANDLOCK and lsm=landlock; "
        "in a container, a seccomp profile that lets its three calls pass",
    ),
    ("seccomp", _filter_calls, "needs CONFIG_SECCOMP_FILTER, on x86_64 or aarch64"),
    (
        "bubblewrap",
        _wrap_nothing,
        "apt install bubblewrap, for level sealed; where it is installed, let users make namespaces: "
        "sysctl kernel.unprivileged_userns_clone=1, or an AppArmor profile for bwrap",
    ),
)


def _try(attempt: Callable[[], None]) -> str:
    """What went wrong when a child of this process tried, with the errno; empty when nothing did."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            attempt()
        except (OSError, SandboxError) as error:
            os.write(writer, str(error).encode()[:500])
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as file:
        words = file.read().decode("utf-8", "replace")
    _, status = os.waitpid(pid, 0)
    return words or (f"died with status {status}" if status else "")


def check_levels() -> Iterator[LevelFinding]:
    """Each level, from the strongest, with what programs see at it and what one costs."""
    for level in layers.LEVELS[:-1]:
        try:
            with Box(level=level) as box:
                yield _measure(box)
        except SandboxError as error:
            yield LevelFinding(level, False, False, f"{level}: {error}")


def _measure(box: Box) -> LevelFinding:
    failures = list(probes.find_failures(box.run, box.level))
    wrong = [failure for failure in failures if failure.split(":")[0] in _BENIGN]
    loose = [failure for failure in failures if failure not in wrong]
    words = (
        f"{box.level}: not contained: {'; '.join(loose) or 'nothing'} / "
        f"wrong answers: {'; '.join(wrong) or 'none'} / {_time_program(box):.1f} ms per program"
    )
    return LevelFinding(box.level, True, not failures, words)


_BENIGN = {f"a program that {probe.name}" for probe in probes.PROBES if not probe.kernel and probe.value}


def _time_program(box: Box) -> float:
    """Milliseconds for a program of two lines, the middle of twenty."""
    times = []
    for _ in range(20):
        start = time.perf_counter()
        box.run(Job("def f(x):\n    return x + 1\n", call="f(1)", policy=False))
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000

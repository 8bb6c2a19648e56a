"""The self-test of a box: programs that must not get through, and programs that must come out right.

It runs whenever a zygote has started, by the way that every program goes. A box that fails one
probe is closed: the error names the probe.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from pyx.sandbox.limits import Limits
from pyx.sandbox.outcomes import Job, Outcome

AMPLE = Limits(cpu_s=2.0, wall_s=20.0, memory_mb=256, output_chars=1000)
"""A probe that is slow on a busy machine has not failed."""

SHORT = replace(AMPLE, cpu_s=0.02)
"""For the one that never ends."""


@dataclass(frozen=True, slots=True)
class Probe:
    """A program, and what must come of it: one of the statuses, or the value as text."""

    name: str
    code: str
    statuses: tuple[str, ...] = ("ok",)
    value: str = ""
    kernel: bool = False  # whether only `kernel` and `sealed` promise it


def hostile(name: str, body: str, *statuses: str) -> Probe:
    """A program that tries what the kernel's layers must not let it do."""
    return Probe(name, f"import os, sys\ndef f():\n    {body}\n", statuses or ("denied",), kernel=True)


PROBES = (
    hostile("reads a file outside the library", f"open({__file__!r}).read()", "denied", "error"),
    hostile("reads of processes", "open('/proc/self/environ').read()", "denied", "error"),
    hostile("writes a file", "open('/tmp/pyx-probe', 'w')"),
    hostile("writes shared memory", "open('/dev/shm/pyx-probe', 'w')"),
    hostile("makes a directory", "os.mkdir('/tmp/pyx-probe')"),
    hostile("opens a socket", "import socket; socket.socket()"),
    hostile("forks", "os.fork()"),
    hostile("starts a thread", "import threading; threading.Thread(target=print).start()"),
    hostile("runs another program", "os.execv(sys.executable, ['x'])"),
    hostile("signals its parent", "os.kill(os.getppid(), 0)"),
    hostile("raises its limits", "import resource; resource.setrlimit(resource.RLIMIT_CPU, (9, 9))"),
    Probe("finds a descriptor", "import os\ndef f(): return [n for n in range(1024) if not e(n)]\n"
          "def e(n):\n    try: os.fstat(n)\n    except OSError: return True", value="[0, 1, 2, 3]"),
    Probe("finds a foreign environment", "import os\ndef f(): return sorted(os.environ)",
          value="['HOME', 'LANG', 'PATH', 'PYTHONHASHSEED', 'PYTHONUTF8', 'TZ']"),
    Probe("never ends", "def f():\n    while True: pass", ("timeout",)),
    Probe("takes all memory", "def f(): return [0] * 10**10", ("memory",)),
    Probe("floods its output", "def f():\n    while True: print('x' * 10**5)", ("output_limit",)),
    Probe("decodes text", "def f(): return b'a\\x00b\\xe9'.decode('utf-16-le') + 'ß'.encode('idna').decode()",
          value="'a\\ue962ss'"),
    Probe("imports from the library", "import decimal, unicodedata, bisect, zlib, json\n"
          "def f(): return str(decimal.Decimal(1) / 3), unicodedata.name('é')",
          value="('0.3333333333333333333333333333', 'LATIN SMALL LETTER E WITH ACUTE')"),
    Probe("recurses", "def f(n=900): return n and 1 + f(n - 1)", value="900"),
)  # fmt: skip


def _choose(level: str) -> list[Probe]:
    return [probe for probe in PROBES if level in ("sealed", "kernel") or not probe.kernel]


def describe(level: str) -> str:
    """The result of the self-test of any box that is open at a level: one that fails is none."""
    return f"all {len(_choose(level))} probes of level {level} held"


def find_failures(run: Callable[[Job], Outcome], level: str) -> Iterator[str]:
    """One line for each probe that the level promises and that does not hold."""
    for probe in _choose(level):
        limits = SHORT if "timeout" in probe.statuses else AMPLE
        outcome = run(Job(probe.code, call="f()", policy=False, limits=limits))
        if outcome.status not in probe.statuses or outcome.value != probe.value:
            yield f"a program that {probe.name}: {outcome.status} {outcome.value}{outcome.message}".strip()

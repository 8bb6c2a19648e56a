"""Hostile programs, each in a disposable world whose canaries are looked at afterwards."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from levels import open_or_skip

from pyx.sandbox.pool import Box, Job, Limits, Outcome

SECRET = "canary-5f0c1e"
CORPUS = Path(__file__).parent / "programs" / "hostile.txt"
LIMITS = Limits(cpu_s=0.3, wall_s=0.3, memory_mb=128)
LITTERED = ("/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue")


@dataclass(frozen=True)
class Hostile:
    kind: str
    name: str
    ends: tuple[str, ...]
    code: str

    def allows(self, outcome: Outcome) -> bool:
        return any(
            _read_end(end) in ((outcome.status, None), (outcome.status, outcome.value)) for end in self.ends
        )


def _read_end(text: str) -> tuple[str, str | None]:
    status, _, value = text.partition(" ")
    if value.startswith(("HEX(", "INT(")):
        value = (hex if value.startswith("HEX") else str)(eval(value[4:-1]))
    return status, value or None


def read_corpus() -> list[Hostile]:
    parts = re.split(r"^# (\w+): (.*) -> (.*)\n", CORPUS.read_text(), flags=re.MULTILINE)[1:]
    rows = zip(parts[::4], parts[1::4], parts[2::4], parts[3::4], strict=True)
    return [Hostile(kind, name, tuple(ends.split(" or ")), code) for kind, name, ends, code in rows]


HOSTILE = read_corpus()


class World:
    """What a program must not touch, and a look at whether one did."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "secret"
        self.file.write_text(SECRET)
        self.tcp, self.udp, self.unix = socket.socket(), socket.socket(type=socket.SOCK_DGRAM), None
        self.tcp.bind(("127.0.0.1", 0))
        self.tcp.listen()
        self.udp.bind(("127.0.0.1", 0))
        self.unix = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.unix.bind(str(folder / "socket"))
        self.victim = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        for listener in (self.tcp, self.udp, self.unix):
            listener.setblocking(False)
        self.words = {
            "@FILE@": str(self.file), "@PORT@": str(self.tcp.getsockname()[1]),
            "@UDP@": str(self.udp.getsockname()[1]), "@SOCKET@": str(folder / "socket"),
            "@VICTIM@": str(self.victim.pid), "@PARENT@": str(os.getpid()), "@SECRET@": "PYX_CANARY",
        }  # fmt: skip
        self.before = self.look()

    def fill(self, code: str) -> str:
        for word, value in self.words.items():
            code = code.replace(word, value)
        return code

    def look(self) -> dict[str, object]:
        """Everything that must stay as it is."""
        stat = self.file.stat()
        return {
            "file": (self.file.read_text(), stat.st_mode, stat.st_nlink, stat.st_mtime),
            "victim": self.victim.poll(),
            "heard": [_hear(listener) for listener in (self.tcp, self.udp, self.unix) if listener],
            "litter": [name for folder in LITTERED for name in _list(folder) if "hostile" in name],
            "shared": [len(Path(f"/proc/sysvipc/{name}").read_text()) for name in ("shm", "sem", "msg")],
            "priority": os.getpriority(os.PRIO_PROCESS, 0),
            "processors": len(os.sched_getaffinity(0)),
        }

    def close(self) -> None:
        self.victim.kill()
        self.victim.wait()
        for listener in (self.tcp, self.udp, self.unix):
            if listener:
                listener.close()


def _hear(listener: socket.socket) -> str:
    try:
        listener.accept() if listener.type == socket.SOCK_STREAM else listener.recv(100)
    except BlockingIOError:
        return ""
    return "heard something"


def _list(folder: str) -> list[str]:
    return [path.name for path in Path(folder).iterdir()] if Path(folder).is_dir() else []


def find_children(pid: int) -> list[int]:
    """Every living process below one, those that were left to it included."""
    try:
        words = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except FileNotFoundError:
        return []
    return [int(word) for word in words] + [deep for word in words for deep in find_children(int(word))]


FRESH = """
import builtins, gc, os, resource, sys
def f():
    return (len('ab'), len(dir(builtins)) > 150, os.getcwd(), os.umask(0o22), sys.getrecursionlimit(),
            sys.gettrace(), resource.getrlimit(resource.RLIMIT_NOFILE), sorted(os.environ), gc.isenabled(),
            os.getpriority(os.PRIO_PROCESS, 0), sys.stdout.fileno(), len(sys.meta_path))
"""


fresh: dict[str, str] = {}
"""What FRESH gives at each level before any other program has run."""


@pytest.fixture(scope="module", params=["kernel", pytest.param("sealed", marks=pytest.mark.slow)])
def box(request: pytest.FixtureRequest) -> Iterator[Box]:
    with open_or_skip(request.param) as box:
        fresh[box.level] = box.run(Job(FRESH, call="f()", policy=False)).value
        yield box


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    os.environ["PYX_CANARY"] = SECRET
    world = World(tmp_path_factory.mktemp("world"))
    yield world
    world.close()
    del os.environ["PYX_CANARY"]


@pytest.mark.parametrize("program", HOSTILE, ids=[f"{one.kind}: {one.name}" for one in HOSTILE])
def test_a_hostile_program_is_contained_and_does_not_lie(box: Box, world: World, program: Hostile) -> None:
    process = box._process
    assert process is not None
    outcome = box.run(Job(world.fill(program.code), call="f()", policy=False, limits=LIMITS))
    assert program.allows(outcome), outcome
    assert SECRET not in repr(outcome)
    assert world.look() == world.before
    assert box._process is process and process.poll() is None, "the zygote did not survive"
    inner = [] if box.level != "sealed" else find_children(process.pid)[:1]
    assert find_children(process.pid) == inner
    assert box.run(Job(FRESH, call="f()", policy=False)).value == fresh[box.level] != ""


def test_the_corpus_has_every_kind() -> None:
    kinds = {one.kind for one in HOSTILE}
    assert len(HOSTILE) >= 120 and len(kinds) >= 25
    assert len({(one.kind, one.name) for one in HOSTILE}) == len(HOSTILE)

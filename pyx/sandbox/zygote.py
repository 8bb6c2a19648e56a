"""The pre-forked parent: one lean interpreter that forks a fresh child for every job.

It imports what children need, gives up what this process may do (`layers`), then serves: one
request in, one child, one report out. It never looks inside a reply, it only counts bytes, keeps
time and asks the kernel how the child ended; the caller judges (`outcomes`).
"""

from __future__ import annotations

import gc
import os
import select
import signal
import struct
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from pyx.sandbox import child, guest, kernel, layers, limits, world

REQUEST = struct.Struct(">IddIII")
"""Length of the job, CPU and wall seconds, MiB of memory, most bytes printed and answered."""

REPORT = struct.Struct(">IIIdB?")
"""Length of the reply and of the output, wait status, CPU milliseconds, why it was stopped, and
whether this zygote should be replaced."""

GROWTH = 200_000
"""Objects by which a zygote may grow, about 20 MiB, before it asks to be replaced."""

ENDED, CPU_SPENT, WALL_SPENT = 0, 1, 2
LONGEST = 10
_BUSY = 0.02  # of one processor
_LENGTH = struct.Struct(">I")
NONCE, CONTROL = 16, 4


_child_filter: kernel.Filter | None = None
_is_whole: Callable[[], bool]
_size_at_start = 0


def serve(control: int, level: str, folder: str, *, lean: bool) -> None:
    """Answer requests on `control` until the caller hangs up."""
    global _child_filter, _is_whole, _size_at_start
    control = _move(control, CONTROL)
    silence = os.open(os.devnull, os.O_RDWR)
    os.chdir(folder)
    kernel.control(kernel.SUBREAPER, 1)
    # Python ignores it; in a child it ends a flood at once, and tells it from every other end.
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    if level in ("sealed", "kernel"):
        _child_filter = layers.read_filter("child")
        layers.enter_kernel_level()
    elif level == "process":
        layers.drop_privileges()
    limits.set_limits(limits.INHERITED)
    guest.warm_up(lean=lean)
    _is_whole = child.seal_reporter()
    gc.collect()
    gc.freeze()
    if not lean:
        world.scatter_addresses()
    os.dup2(silence, 2)
    os.close(silence)
    _size_at_start = sys.getallocatedblocks()
    send(control, b"ready " + level.encode())
    while True:
        head = receive(control, REQUEST.size)
        if not head:
            return
        send(control, serve_one(control, head))


def _move(descriptor: int, place: int) -> int:
    """Give the descriptor a low number, whatever it was: children close the low ones only."""
    if descriptor != place:
        os.dup2(descriptor, place)
        os.close(descriptor)
    return place


def send(control: int, data: bytes) -> None:
    """Send one frame: its length, then its bytes."""
    data = _LENGTH.pack(len(data)) + data
    while data:
        data = data[os.write(control, data) :]


def receive(control: int, size: int) -> bytes:
    """Exactly `size` bytes, or none when the other side hung up."""
    parts = []
    while size:
        part = os.read(control, size)
        if not part:
            return b""
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def serve_one(control: int, head: bytes) -> bytes:
    """Run one job in a child and report how it ended, in one frame."""
    size, cpu_s, wall_s, memory_mb, printed, answered = REQUEST.unpack(head)
    job = receive(control, size)
    stdout, reply, nonce = os.memfd_create("stdout"), os.memfd_create("reply"), os.urandom(NONCE)
    bounds = limits.plan_limits(cpu_s, memory_mb, max(printed, answered))
    pid = os.fork()
    if pid == 0:
        _live(job, nonce, lambda: _enter(stdout, reply, bounds))
    try:
        why = _watch(pid, control, cpu_s, wall_s)
        status, cpu_ms, strays = _reap(pid)
        answer, output = _read(reply, answered + NONCE + 4), _read(stdout, printed + 1)
    finally:
        os.close(stdout)
        os.close(reply)
    answer = _open_frame(answer, nonce)
    worn = strays or sys.getallocatedblocks() - _size_at_start > GROWTH
    return REPORT.pack(len(answer), len(output), status, cpu_ms, why, worn) + answer + output


def _live(job: bytes, nonce: bytes, enter: Callable[[], None]) -> NoReturn:
    """Be the child: whatever goes wrong, this process never returns into the zygote's loop."""
    leave, unsent = os._exit, limits.UNSENT  # local names: a program may reach our globals
    try:
        enter()
        child.live(job, nonce, _is_whole)
    finally:
        leave(unsent)


def _enter(stdout: int, reply: int, bounds: limits.Bounds) -> None:
    kernel.control(kernel.PDEATHSIG, signal.SIGKILL)
    os.setsid()
    limits.take_descriptors(stdout, reply)
    limits.set_limits(bounds)
    if _child_filter:
        _child_filter.load()


def _watch(pid: int, control: int, cpu_s: float, wall_s: float) -> int:
    """Wait for the child's end; stop it when its time is up or the caller is gone."""
    handle, began = os.pidfd_open(pid), time.monotonic()
    try:
        if _wait(handle, control, pid, min(cpu_s, wall_s)):  # no child can be at an end of its time sooner
            return ENDED
        return _watch_closely(handle, control, pid, Patience(cpu_s, wall_s, began=began))
    finally:
        os.close(handle)


def _wait(handle: int, control: int, pid: int, seconds: float) -> bool:
    """Whether the child ends within that time; when the caller hangs up, all is over."""
    ready = select.select((handle, control), (), (), seconds)[0]
    if control in ready:  # it sends nothing while it waits for a report
        os.kill(pid, signal.SIGKILL)
        os._exit(0)
    return handle in ready


def _watch_closely(handle: int, control: int, pid: int, patience: Patience) -> int:
    clock = (~pid << 3) | 2  # the CPU clock of another process: see clock_getcpuclockid(3)
    while True:
        why, left = patience.judge(time.clock_gettime(clock))
        if why:
            return why
        if _wait(handle, control, pid, left + 0.001):
            return ENDED


class Patience:
    """How much longer a child may live: CPU time decides, wall time is for those that wait.

    On a busy machine a child that computes gets little CPU in much wall time. So the wall's end
    is put off while it goes on computing, to `LONGEST` times the wall time at most.
    """

    def __init__(self, cpu_s: float, wall_s: float, *, began: float) -> None:
        self.cpu_s, self.wall_s = cpu_s, wall_s
        self.last = began + LONGEST * wall_s
        self.end = began + wall_s
        self.seen, self.window = 0.0, wall_s

    def judge(self, used: float) -> tuple[int, float]:
        """Why to stop now, or ENDED and after how many seconds to ask again."""
        now = time.monotonic()
        if used >= self.cpu_s:
            return CPU_SPENT, 0.0
        if now >= self.end:
            if used - self.seen < _BUSY * self.window or now >= self.last:
                return WALL_SPENT, 0.0
            self.seen, self.window = used, self.wall_s / 4
            self.end = now + self.window
        return ENDED, min(self.cpu_s - used, self.end - now)


def _reap(pid: int) -> tuple[int, float, bool]:
    """Its wait status, its CPU milliseconds, and whether it left processes behind."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        os.kill(pid, signal.SIGKILL)  # it did not live to lead a group
    _, status, usage = os.wait4(pid, 0)
    strays = not _child_filter and _end_strays()
    return status, (usage.ru_utime + usage.ru_stime) * 1000, strays


def _end_strays() -> bool:
    """Kill what the child left behind, if anything; only below `kernel` can it leave something."""
    any_found = False
    while True:
        try:
            found, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return any_found
        any_found = True
        if not found:
            for pid in _list_children():
                os.kill(pid, signal.SIGKILL)


def _list_children() -> list[int]:
    pid = os.getpid()
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _read(file: int, most: int) -> bytes:
    return os.pread(file, most, 0)


def _open_frame(data: bytes, nonce: bytes) -> bytes:
    """The answer in a well-formed frame that carries the nonce; anything else is no answer."""
    if len(data) < 4 + NONCE or _LENGTH.unpack_from(data)[0] != len(data) - 4:
        return b"?" if data else b""
    return data[4 + NONCE :] if data[4 : 4 + NONCE] == nonce else b"?"

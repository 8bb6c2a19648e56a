"""The caller's side: boxes that execute programs, one at a time, each in a child of its own.

    with Box(hash_seed=0) as box:
        outcome = box.run(Job("def f(x): return x + 1", call="f(1)"))

A box is one zygote process. A zygote that dies is replaced; the program that was in hand is
charged with it, once. Boxes are independent: to execute in parallel, open several.
"""

from __future__ import annotations

import atexit
import contextlib
import importlib.util
import marshal
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path
from types import TracebackType

import pyx
from pyx.errors import PluginError, SandboxError, nearest
from pyx.sandbox import bubblewrap, calls, layers, outcomes, probes, rulebook, world, zygote
from pyx.sandbox.limits import Limits
from pyx.sandbox.outcomes import Job, Outcome

__all__ = ["Box", "Job", "Limits", "Outcome", "open_box"]

REPLY_BYTES = {"run": 1 << 20, "calls": 1 << 20, "record": 8 << 20}
"""The most that a child may answer, by mode."""

PROGRAMS = 10_000
"""After so many a zygote is replaced, whatever it has gathered with it; and at once when it is worn."""

_SENT = ("code", "call", "setup", "entry", "mode", "policy", "budgets", "foresee")
_GRACE_S, _GOODBYE_S = 15.0, 0.5
_ELSEWHERE = "use a container or a virtual machine with Linux, or WSL"
_RULES_HINT = "value and effect rules import the standard library, pyx and their own package, and no more"
_HINT = "pyx doctor says what this machine gives"
_START = "import sys; sys.path.append(sys.argv[4]); from pyx.sandbox import loader; loader.main()"


class Box:
    """A zygote and the line to it; `level` is the isolation that was proven when it started.

    A `lean` one is faster, and executes only jobs without policy and without recording. A `shifted`
    one has another clock, time zone, home and folder: what depends on them comes out otherwise.
    """

    def __init__(
        self, *, hash_seed: int = 0, level: str = "best", lean: bool = False, shifted: bool = False
    ) -> None:
        self.hash_seed = hash_seed
        self.lean = lean
        self.shifted = shifted
        self.level = _best if level == "best" else check_level(level)
        self._served = 0
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._line: socket.socket | None = None
        if self.level:
            self._start()
        else:
            self._start_best()

    def __enter__(self) -> Box:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    def run(self, job: Job) -> Outcome:
        """Execute one job in a fresh child; whatever the program does comes back as an outcome."""
        if self.lean and (job.policy or job.mode == "record"):
            raise ValueError("a lean box knows no policy and records nothing")
        with self._lock:
            if self._line is None or self._served >= PROGRAMS:
                self._stop()
                self._start()
            return self._execute(job)

    def _execute(self, job: Job) -> Outcome:
        self._served += 1
        try:
            report = self._ask(job)
        except (OSError, EOFError) as error:
            self._stop()
            return Outcome("killed", message=f"the zygote died with it ({error})", level=self.level)
        if report.worn:
            self._served = PROGRAMS
        return outcomes.judge(report, job.limits, self.level)

    def close(self) -> None:
        """End the zygote; a later `run` starts another."""
        with self._lock:
            self._stop()

    def abort(self) -> None:
        """End the zygote from another thread; the program in hand, if any, is `killed`."""
        line = self._line
        if line is not None:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def forget(self) -> None:
        """Let go of a zygote that belongs to the process this one was forked from."""
        if self._line is not None:
            self._line.close()
        self._line = self._process = None
        self._lock = threading.Lock()

    def _start(self) -> None:
        if sys.platform != "linux":
            raise SandboxError(f"programs are executed on Linux only, not on {sys.platform}", hint=_ELSEWHERE)
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = self._spawn(theirs.fileno())
        ours.settimeout(60)
        self._line = ours
        book = rulebook.Rulebook() if self.lean else rulebook.read_rulebook()
        try:
            self._send(book.pack())
            said = self._receive()
        except (OSError, EOFError):
            raise self._explain() from None
        if said.startswith(b"broken "):
            self._stop()
            raise PluginError(f"in the sandbox: {said[7:].decode()}", hint=_RULES_HINT)
        self._test()

    def _start_best(self) -> None:
        """Start at the strongest level at which the self-test holds, and remember it for later boxes."""
        global _best
        problem = ""
        for self.level in layers.LEVELS[:-1]:
            try:
                self._start()
            except SandboxError as error:
                problem = str(error)
            else:
                _best = self.level
                return
        raise SandboxError(f"no program can be executed here: {problem}", hint=_HINT)

    def _spawn(self, line: int) -> subprocess.Popen[bytes]:
        traits = ("lean " if self.lean else "") + ("shifted" if self.shifted else "")
        try:
            return subprocess.Popen(
                _command(line, self.level, traits), cwd="/", pass_fds=[line],
                env=_environment(self.hash_seed, shifted=self.shifted),
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            raise SandboxError(f"level {self.level} does not start: {error}", hint=_HINT) from None

    def _test(self) -> None:
        """Close the box, with an error, unless it holds and answers what its level promises."""
        for failure in probes.find_failures(self._execute, self.level):
            self._stop()
            raise SandboxError(f"level {self.level} fails its self-test: {failure}", hint=_HINT)
        self._served = 0

    def _explain(self) -> SandboxError:
        """Why the zygote did not start, in its own last words."""
        assert self._process is not None and self._process.stderr is not None
        self._process.kill()
        words = self._process.stderr.read().decode("utf-8", "replace").strip().splitlines()
        self._stop()
        return SandboxError(
            f"level {self.level} does not start: {words[-1] if words else 'it said nothing'}",
            hint=_HINT,
        )

    def _stop(self) -> None:
        if self._line is not None:
            self._line.close()
        if self._process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(_GOODBYE_S)  # it ends by itself when the line is closed
            self._process.kill()
            self._process.wait()
            if self._process.stderr is not None:
                self._process.stderr.close()
        self._line = self._process = None

    def _ask(self, job: Job) -> outcomes.Report:
        assert self._line is not None
        bound = job.limits
        row = {name: getattr(job, name) for name in _SENT} | {"value_chars": bound.value_chars}
        row["parts"] = "" if job.policy else calls.take_apart(job.call)
        body = marshal.dumps(row)  # to our own process; what comes back is read as a stranger's
        head = zygote.REQUEST.pack(
            len(body), bound.cpu_s, bound.wall_s, bound.memory_mb,
            bound.output_chars * 4, REPLY_BYTES[job.mode],
        )  # fmt: skip
        self._line.settimeout(bound.wall_s * zygote.LONGEST + _GRACE_S)
        self._line.sendall(head + body)
        return _read_report(self._receive())

    def _send(self, data: bytes) -> None:
        assert self._line is not None
        self._line.sendall(len(data).to_bytes(4, "big") + data)

    def _receive(self) -> bytes:
        size = int.from_bytes(self._read(4), "big")
        return self._read(size)

    def _read(self, size: int) -> bytes:
        assert self._line is not None
        data = bytearray()
        while len(data) < size:
            part = self._line.recv(size - len(data))
            if not part:
                raise EOFError("no word from it")
            data += part
        return bytes(data)


_best = ""
"""The strongest level of this machine, once it is known."""


def check_level(name: str) -> str:
    """The name, if there is such a level."""
    if name not in layers.LEVELS:
        raise SandboxError(f"no level {name!r}", hint=nearest(name, layers.LEVELS))
    return name


def find_best_level() -> str:
    """The strongest level at which a zygote starts on this machine, found by starting one."""
    if not _best:
        Box().close()
    return _best


def require_level(level: str, allowed: str) -> None:
    """Raise unless `level` is at least as strong as `allowed`: strangers' code needs `kernel`."""
    if layers.LEVELS.index(level) > layers.LEVELS.index(check_level(allowed)):
        raise SandboxError(
            f"this machine executes at level {level}, and code of strangers needs {allowed}",
            hint=f"pyx doctor says what is missing; --allow-level {level} if you trust the code",
        )


def _read_report(data: bytes) -> outcomes.Report:
    answered, printed, wait, cpu_ms, why, worn = zygote.REPORT.unpack_from(data)
    start = zygote.REPORT.size
    reply, stdout = data[start : start + answered], data[start + answered :]
    assert len(stdout) == printed
    return outcomes.Report(reply, stdout, wait, cpu_ms, why, worn)


def _command(line: int, level: str, traits: str) -> list[str]:
    """How the zygote is started."""
    # -I would ignore PYTHONHASHSEED; these three shut out the same things.
    folders = _find_paths()
    words = [sys.executable, "-s", "-P", "-S", "-B", "-c", _START, str(line), level, traits, *folders]
    return bubblewrap.wrap(words, folders) if level == "sealed" else words


def _find_paths() -> list[str]:
    """Where the zygote finds pyx and RestrictedPython, and nothing else that is installed."""
    spec = importlib.util.find_spec("RestrictedPython")
    policy = [] if spec is None or spec.origin is None else [str(Path(spec.origin).parent.parent)]
    return [str(Path(pyx.__file__).parent.parent), *policy]


def _environment(hash_seed: int, *, shifted: bool) -> dict[str, str]:
    words = {"PYTHONHASHSEED": str(hash_seed), "PYTHONUTF8": "1", "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin"}
    return words | (world.SHIFTED if shifted else world.ENVIRONMENT)


_open: dict[tuple[int, bool, int], Box] = {}


def open_box(hash_seed: int = 0, *, shifted: bool = False, twin: int = 0) -> Box:
    """The box of this process for that world; it is kept, and closed when the process ends.

    Twins differ in what the kernel draws by lot for each process: addresses, and random numbers.
    """
    key = (hash_seed, shifted, twin)
    if key not in _open:
        _open[key] = Box(hash_seed=hash_seed, shifted=shifted)
    return _open[key]


def _close_all() -> None:
    for box in _open.values():
        with contextlib.suppress(OSError):
            box.close()


def _forget_all() -> None:
    for box in _open.values():
        box.forget()
    _open.clear()


atexit.register(_close_all)
os.register_at_fork(after_in_child=_forget_all)

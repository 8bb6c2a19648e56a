"""The layers by which the zygote gives up what programs must not do, and the levels they make.

    sealed    bubblewrap around the zygote, and all of `kernel`
    kernel    no new privileges, no capabilities, Landlock, seccomp in two stages
    process   limits, a clean environment, a fresh child each: no security boundary
    none      the same, without limits on what it may start: for tests of the sandbox alone

A layer is probed by doing: whether the kernel says yes, never by its version.
"""

from __future__ import annotations

import os
import platform
import struct
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

from pyx.errors import SandboxError
from pyx.sandbox import kernel

LEVELS = ("sealed", "kernel", "process", "none")
"""The strongest first."""

NOBODY = 65534
# What the exported filters hold in place of the number of the process that loads them.
_OWN = struct.pack("=I", 0x7EADBEEF)
_READABLE = (
    "/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache", "/usr/share/zoneinfo",
    "/dev/null", "/dev/zero", "/dev/urandom",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer, and whether this machine gives it: `problem` is empty when it does."""

    name: str
    problem: str = ""
    fix: str = ""


def read_filter(stage: str) -> kernel.Filter:
    """The filter of that stage for this machine; `SandboxError` where none is shipped."""
    machine = {"arm64": "aarch64", "amd64": "x86_64"}.get(platform.machine().lower(), platform.machine())
    file = Path(__file__).with_name(f"{stage}-{machine}.bpf")
    if sys.platform != "linux" or not file.is_file():
        raise SandboxError(f"no seccomp filter for {sys.platform} on {machine}")
    return kernel.Filter(file.read_bytes(), own=_OWN)


def enter_kernel_level() -> None:
    """Restrict this process for good, with all layers of `kernel`; `OSError` at the first that is missing."""
    first = read_filter("zygote")
    readable = find_readable()
    drop_privileges()
    kernel.control(kernel.NO_NEW_PRIVS, 1)
    kernel.allow_reading(readable)
    first.load()


def find_readable() -> list[str]:
    """What programs may read: the standard library, shared libraries, time zones."""
    paths = sysconfig.get_paths()
    library = [paths["stdlib"], paths["platstdlib"], f"{sys.base_prefix}/lib/libpython3.so"]
    return sorted({path for path in (*library, *_READABLE) if is_there(path)})


def is_there(path: str) -> bool:
    """Whether the path leads to something that this user may know of."""
    try:
        Path(path).stat()
    except OSError:
        return False
    return True


def drop_privileges() -> None:
    """Stop being root: another user where that one can read Python, else root without any power."""
    if os.geteuid() != 0:
        return
    if can_nobody_read():
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
    else:
        kernel.drop_capabilities()


def can_nobody_read() -> bool:
    """Whether the user nobody can read the standard library, tried in a child."""
    pid = os.fork()
    if pid == 0:
        try:
            os.setgroups([])
            os.setresgid(NOBODY, NOBODY, NOBODY)
            os.setresuid(NOBODY, NOBODY, NOBODY)
            os.close(os.open(os.__file__, os.O_RDONLY))
            os._exit(0)
        finally:
            os._exit(1)
    return os.waitpid(pid, 0)[1] == 0

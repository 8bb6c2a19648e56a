"""The kernel calls that Python has no words for: prctl, capset, Landlock and seccomp.

ctypes is used because the standard library offers none of them and the packages that do either
cover half of Landlock (files only) or build their filter anew in every child. Each function
raises `OSError` with the kernel's errno when the call is not to be had.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
from pathlib import Path
from typing import Any

NO_NEW_PRIVS, SET_SECCOMP, PDEATHSIG, SUBREAPER = 38, 22, 1, 36
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on every architecture
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
_LIBC = ctypes.CDLL(None, use_errno=True)


# Types are told once and arguments kept: in a fresh child each page that ctypes touches costs a fault.
_PRCTL: Any = getattr(_LIBC, "prctl", None)  # Linux alone has it
if _PRCTL is not None:
    _PRCTL.argtypes = (ctypes.c_int, ctypes.c_ulong, ctypes.c_ulong, ctypes.c_ulong, ctypes.c_ulong)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_void_p))


class Filter:
    """A compiled seccomp filter, ready to be loaded; `own` in it becomes the number of who loads it."""

    def __init__(self, code: bytes, *, own: bytes = b"") -> None:
        self._code = ctypes.create_string_buffer(code, len(code))
        self._program = _Program(len(code) // 8, ctypes.addressof(self._code))
        self._address = ctypes.addressof(self._program)
        self._places = [place for place in range(0, len(code), 4) if own and code[place : place + 4] == own]

    def load(self) -> None:
        """Install the filter in this process, for good."""
        for place in self._places:
            struct.pack_into("=I", self._code, place, os.getpid())
        if _PRCTL(SET_SECCOMP, 2, self._address, 0, 0):
            _raise()


def _raise() -> None:
    number = ctypes.get_errno()
    raise OSError(number, os.strerror(number))


def control(option: int, value: int) -> None:
    """prctl with one argument."""
    if _PRCTL is None:
        raise OSError(errno.ENOSYS, "only Linux has prctl")
    if _PRCTL(option, value, 0, 0, 0):
        _raise()


def drop_capabilities() -> None:
    """Give up every capability; the user number stays."""
    header = struct.pack("=Ii", 0x20080522, 0)
    if _LIBC.capset(header, bytes(24)):
        _raise()


def landlock_version() -> int:
    """The Landlock ABI of the running kernel."""
    version: int = _LIBC.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), 1)
    if version < 0:
        _raise()
    return version


def allow_reading(paths: list[str]) -> None:
    """Restrict this process for good: it reads beneath `paths`, and touches no other file.

    TCP, abstract sockets and signals to outsiders are refused too, as far as the kernel knows how.
    """
    version = landlock_version()
    files = (1 << {1: 13, 2: 14, 3: 15, 4: 15}.get(version, 16)) - 1
    size = 8 if version < 4 else 16 if version < 6 else 24
    rules = struct.pack("=QQQ", files, 3, 3)[:size]  # files; bind and connect; sockets and signals
    ruleset = _LIBC.syscall(_CREATE_RULESET, rules, ctypes.c_size_t(len(rules)), 0)
    if ruleset < 0:
        _raise()
    try:
        for path in paths:
            _allow_path(ruleset, path)
        if _LIBC.syscall(_RESTRICT_SELF, ruleset, 0):
            _raise()
    finally:
        os.close(ruleset)


def _allow_path(ruleset: int, path: str) -> None:
    rights = _READ_FILE | (_READ_DIR if Path(path).is_dir() else 0)
    place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        if _LIBC.syscall(_ADD_RULE, ruleset, 1, struct.pack("=Qi", rights, place), 0):
            _raise()
    finally:
        os.close(place)

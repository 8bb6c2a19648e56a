"""The guest: a forked child that compiles one program, runs it, writes down what happened, ends.

It answers with one frame on a private descriptor: length, nonce, JSON; never pickle. Whatever the
program does, it can spoil only this one answer, and the zygote and the caller look at it as at any
stranger's data.
"""

from __future__ import annotations

import json
import marshal
import os
import struct
import sys
from collections.abc import Callable
from typing import Any, NoReturn

from pyx import literals
from pyx.sandbox import guest, limits, seal, values
from pyx.sandbox.limits import DONE, SPOILED, UNSENT

_write, _exit, _decode = os.write, os._exit, marshal.loads
_encode: Any = json.encoder.c_make_encoder(  # type: ignore[attr-defined]
    None, None, json.encoder.encode_basestring_ascii, None, ": ", ", ", False, False, True
)
_HEAD = struct.Struct(">I")


def live(request: bytes, nonce: bytes, is_whole: Callable[[], bool]) -> NoReturn:
    """Do the job and answer; the process ends here."""
    leave = _exit  # a local name: a program may reach our globals
    try:
        reply = guest.attempt(_decode(request))
    except MemoryError:
        _reserve.clear()
        guest.take_over()
        reply = {"status": "memory", "message": "out of memory"}
    _flush()
    if not is_whole():
        leave(SPOILED)
    try:
        body = nonce + "".join(_encode(reply, 0)).encode()
        _send(_HEAD.pack(len(body)) + body)
    except BaseException:
        _exit(UNSENT)
    _exit(DONE)


def _send(data: bytes) -> None:
    while data:
        data = data[_write(limits.REPLY, data) :]


_stdout = sys.stdout
_reserve = [bytes(16 << 20)]  # untouched pages: room to answer in when memory has run out


def _flush() -> None:
    """What was printed but not yet written belongs to the output; a closed stream has none."""
    try:
        _stdout.flush()
    except (OSError, ValueError):
        return


def seal_reporter() -> Callable[[], bool]:
    """How a child asks whether what reports on its program is still what was loaded."""
    writers = (values.write_value, values.materialise, literals.write, literals.type_name)
    is_whole = seal.close((live, guest.describe, guest.take_over, guest.Guest._run, *writers))
    assert all(is_whole() for _ in range(40))  # see `guest.warm_up`
    return is_whole

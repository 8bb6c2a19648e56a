"""Headroom: the recorder's own calls do not count as the program's recursion.

While a program runs, the interpreter's limit is higher by what it takes to ask for more: a frame at
the program's own limit is still recorded, and one beyond it fails as it would have failed without
a recorder. While the recorder works it has room of its own.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

DEEP = 50
"""Frames of the program from which on its recursion is taken care of: below, there is room enough."""

ROOM = 500
"""Levels that the recorder may use."""

REACHED = "the program recurses to the limit of the interpreter"

MARGIN = 4 if sys.version_info >= (3, 12) else 6
"""Levels between a frame of the program and `lift`, which asks; one is that of `record_call`."""

_get_limit, _set_limit = sys.getrecursionlimit, sys.setrecursionlimit


def spare() -> int:
    """Raise the limit by the levels that listening takes; gives what it was."""
    limit = _get_limit()
    _set_limit(limit + MARGIN)
    return limit


def restore(limit: int) -> None:
    """Undo `spare`, unless the program has set a limit of its own."""
    if _get_limit() == limit + MARGIN:
        _set_limit(limit)


def lift(act: Callable[..., Any], *args: Any) -> Any:
    """Act with room; RecursionError when the frame that is listened to is beyond the program's limit."""
    limit = _get_limit()
    try:
        _set_limit(limit)  # fails where there is no level left
    except RecursionError:
        raise RecursionError("maximum recursion depth exceeded") from None
    _set_limit(limit + ROOM)
    try:
        return act(*args)
    finally:
        _set_limit(limit)

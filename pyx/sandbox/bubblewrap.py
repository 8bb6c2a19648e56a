"""The outermost layer of level `sealed`: bubblewrap, from the distribution, around the zygote.

Namespaces of its own for users, processes, network, mounts, host name and IPC; a file system that
holds nothing but the interpreter, its library and pyx, read-only; no /proc, no /tmp; the zygote
is process 1, so that whatever a program leaves behind dies with it.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from pyx.errors import SandboxError
from pyx.sandbox import layers

_ALONE = (
    "--unshare-all", "--as-pid-1", "--new-session", "--cap-drop", "ALL", "--hostname", "pyx",
    "--tmpfs", "/", "--perms", "0755", "--dir", "/dev",
)  # fmt: skip
_DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom")


def wrap(command: list[str], folders: list[str]) -> list[str]:
    """The command inside bubblewrap, seeing `folders` beside the interpreter."""
    bwrap = shutil.which("bwrap")
    if bwrap is None:
        raise SandboxError("level sealed needs bubblewrap", hint="apt install bubblewrap")
    words = [bwrap, *_ALONE]
    for path in find_visible(folders):
        words += _bind(path)
    for device in _DEVICES:
        words += ["--dev-bind", device, device]
    return [*words, "--remount-ro", "/", "--chdir", "/", "--", *command]


def find_visible(folders: list[str]) -> list[str]:
    """The paths that stand in the sealed file system, the outer before the inner ones."""
    library = [sys.executable, os.path.realpath(sys.executable), f"{sys.base_prefix}/lib"]
    ours = [str(Path(folder) / name) for folder in folders for name in ("pyx", "RestrictedPython")]
    known = [path for path in (*layers.find_readable(), *library, *ours) if not path.startswith("/dev/")]
    return sorted({path for path in known if layers.is_there(path)})


def _bind(path: str) -> list[str]:
    """A parent that bubblewrap must make gets the mode 0755, whatever its model has."""
    parents = [str(parent) for parent in reversed(Path(path).parents) if str(parent) != "/"]
    made = [word for parent in parents for word in ("--perms", "0755", "--dir", parent)]
    return [*made, "--ro-bind", path, path]

"""Compile pyx/sandbox/seccomp.toml into the filters that pyx ships.

Needs libseccomp and `pip install pyseccomp`; users of pyx need neither. Run it after a change:
`python tools/export_seccomp.py`. tests/test_sandbox_filters.py runs the exported filters.
"""

from __future__ import annotations

import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyseccomp as seccomp

FOLDER = Path(__file__).parent.parent / "pyx" / "sandbox"
MACHINES = {"x86_64": seccomp.Arch.X86_64, "aarch64": seccomp.Arch.AARCH64}
NEWEST = 460
"""No call beyond this number is known to any libseccomp yet."""

OWN = 0x7EADBEEF
"""Stands for the child's own process number until the filter is loaded."""

ABSENT = seccomp.ERRNO(38)


def main() -> None:
    """Write one file for each filter and machine."""
    lists = tomllib.loads((FOLDER / "seccomp.toml").read_text())
    for machine, arch in MACHINES.items():
        export(make_first(lists, arch), f"zygote-{machine}.bpf")
        export(make_second(lists, arch), f"child-{machine}.bpf")


def start(arch: Any, default: int) -> Any:
    made = seccomp.SyscallFilter(default)
    if arch != seccomp.system_arch():
        made.remove_arch(seccomp.system_arch())
        made.add_arch(arch)
    made.set_attr(seccomp.Attr.ACT_BADARCH, seccomp.KILL_PROCESS)
    made.set_attr(seccomp.Attr.CTL_OPTIMIZE, 2)
    return made


def make_first(lists: dict[str, Any], arch: Any) -> Any:
    """The allow-list of zygote and children."""
    made = start(arch, ABSENT)
    spoken = {*lists["allow"], *lists["absent"], *(row["call"] for row in lists["when"])}
    for name in sorted(known_calls(arch)):
        if name in lists["allow"]:
            made.add_rule(seccomp.ALLOW, name)
        elif name not in spoken:
            made.add_rule(seccomp.KILL_PROCESS, name)
    for row in lists["when"]:
        for value in row["values"]:
            made.add_rule(seccomp.ALLOW, row["call"], seccomp.Arg(row["argument"], seccomp.EQ, value))
    return made


def make_second(lists: dict[str, Any], arch: Any) -> Any:
    """What a child may no longer do."""
    made = start(arch, seccomp.ALLOW)
    known = known_calls(arch)
    for row in lists["deny"]:
        for name in known.intersection(row["calls"]):
            for tests in find_tests(row):
                made.add_rule(seccomp.KILL_PROCESS, name, *tests)
    return made


def find_tests(row: dict[str, Any]) -> Iterator[list[Any]]:
    """The conditions of a row, each enough by itself; a condition of none is always true."""
    place = row.get("argument")
    if place is None:
        yield []
    elif "other_than" in row:
        value = OWN if row["other_than"] == "own" else row["other_than"]
        yield from other_than(place, value, row.get("mask", 0xFFFFFFFFFFFFFFFF))
    for bit in row.get("any_bit", []):
        yield [seccomp.Arg(place, seccomp.MASKED_EQ, bit, bit)]
    for value in row.get("values", []):
        yield [seccomp.Arg(place, seccomp.MASKED_EQ, 0xFFFFFFFF, value)]


def other_than(place: int, value: int, mask: int) -> Iterator[list[Any]]:
    """libseccomp has no masked inequality: one test for each bit in which the two may differ."""
    if mask == 0xFFFFFFFFFFFFFFFF:
        yield [seccomp.Arg(place, seccomp.NE, value)]
        return
    bit = 1
    while bit <= mask:
        if mask & bit:
            yield [seccomp.Arg(place, seccomp.MASKED_EQ, bit, ~value & bit)]
        bit <<= 1


def known_calls(arch: Any) -> set[str]:
    """The names of all calls that libseccomp knows on that machine."""
    found = set()
    for number in range(NEWEST):
        try:
            name = seccomp.resolve_syscall(arch, number)
        except ValueError:
            continue
        found.add(name.decode() if isinstance(name, bytes) else name)
    return found


def compile_filter(made: Any) -> bytes:
    """The filter as the kernel takes it."""
    with tempfile.TemporaryFile() as file:
        made.export_bpf(file)
        file.seek(0)
        return file.read()


def export(made: Any, name: str) -> None:
    """Write one filter."""
    code = compile_filter(made)
    (FOLDER / name).write_bytes(code)
    print(name, len(code) // 8, "instructions")


if __name__ == "__main__":
    main()

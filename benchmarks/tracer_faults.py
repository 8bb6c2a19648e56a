"""Programs on which recorders go wrong: what is true of each, and what each recorder prints.

    python benchmarks/tracer_faults.py

A row follows one variable through a call: the texts of its values in order, None where it is
deleted, and the value returned. Recorders that are installed (PySnooper, snoop, hunter) are asked
the same. A recorder is right when it shows exactly these values and leaves the result alone.
By design snoop leaves out a value that its source line already spells out; here that counts as
not shown.
"""

# ruff: noqa: E501 (program texts stand as they are)
from __future__ import annotations

import importlib.util
import io
import multiprocessing
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyx import literals
from pyx.trace import recorder, replay, texts
from pyx.trace.events import Budgets

FIFTY = [0] * 50
LATER = [*FIFTY[:25], -1, *FIFTY[26:]]


@dataclass(frozen=True)
class Row:
    """A program, the variable to follow, and what is true of it."""

    name: str
    code: str
    call: str
    variable: str
    values: list[str | None]
    result: Any


ROWS = [
    Row("recursion", "def f(n):\n    if n < 2:\n        return 1\n    r = n * f(n - 1)\n    return r\n", "f(3)",
        "r", ["2", "6"], 6),
    Row("a call over several lines", "def g(a, b):\n    return a + b\ndef f(x):\n    y = g(\n        x,\n        1,\n    )\n"
        "    return y\n", "f(2)", "y", ["3"], 3),
    Row("quotes in a string", "def f():\n    xs = [\"it's\", 'x']\n    return xs\n", "f()",
        "xs", ["[\"it's\", 'x']"], ["it's", "x"]),
    Row("an item in a long list", "def f(xs):\n    xs[25] = -1\n    return len(xs)\n", f"f({FIFTY})",
        "xs", [str(FIFTY), str(LATER)], 50),
    Row("an attribute without a repr", "class P:\n    pass\ndef f():\n    p = P()\n    p.x = 1\n    p.x = 2\n    return p.x\n",
        "f()", "p", ["P()", "P(x=1)", "P(x=2)"], 2),
    Row("a repr that counts its calls", "N = [0]\nclass P:\n    def __repr__(self):\n        N[0] += 1\n        return 'P'\n"
        "def f():\n    p = P()\n    q = p\n    return N[0]\n", "f()", "q", ["P()"], 0),
    Row("an integer of 5,000 digits", "def f():\n    x = 10 ** 5000\n    return x % 7\n", "f()",
        "x", [literals.write(10**5000)], 10**5000 % 7),
    Row("a float to its last digit", "def f():\n    x = 0.1 + 0.2\n    return x\n", "f()",
        "x", ["0.30000000000000004"], 0.1 + 0.2),
    Row("a name that is deleted", "def f():\n    x = 1\n    del x\n    return 2\n", "f()", "x", ["1", None], 2),
    Row("a one-line if", "def f(n):\n    if n: y = 1; y = 2\n    return y\n", "f(1)", "y", ["1", "2"], 2),
    Row("equal values in a loop", "def f():\n    t = 0\n    for x in [1, 1, 1]:\n        t += x\n    return t\n", "f()",
        "x", ["1", "1", "1"], 3),
    Row("a variable of a comprehension", "def f():\n    i = 9\n    xs = [i for i in range(3)]\n    return i\n", "f()",
        "i", ["9"], 9),
    Row("a value sent to a generator", "def g():\n    x = yield 1\n    yield x\ndef f():\n    it = g()\n    next(it)\n"
        "    return it.send(5)\n", "f()", "x", ["5"], 5),
    Row("two names for one list", "def f():\n    a = []\n    b = a\n    a.append(1)\n    return b\n", "f()",
        "b", ["[]", "[1]"], [1]),
    Row("a string of 300 characters", "def f():\n    s = 'ab' * 150\n    return len(s)\n", "f()",
        "s", [repr("ab" * 150)], 300),
    Row("a change that a helper makes", "def g(ys):\n    ys.append(1)\ndef f():\n    xs = []\n    g(xs)\n    return xs\n", "f()",
        "xs", ["[]", "[1]"], [1]),
    Row("a change deep inside", "def f():\n    m = [[0, 0], [0, 0]]\n    m[1][0] = 5\n    return m\n", "f()",
        "m", ["[[0, 0], [0, 0]]", "[[0, 0], [5, 0]]"], [[0, 0], [5, 0]]),
    Row("an assignment expression", "def f(n):\n    if (y := n + 1) > 2:\n        return y\n    return 0\n", "f(2)",
        "y", ["3"], 3),
    Row("a nonlocal of a closure", "def f():\n    c = 0\n    def g():\n        nonlocal c\n        c += 1\n    g()\n    return c\n",
        "f()", "c", ["0", "0", "1", "1"], 1),
    Row("True that replaces 1", "def f():\n    xs = [1]\n    xs[0] = True\n    return xs\n", "f()",
        "xs", ["[1]", "[True]"], [True]),
]  # fmt: skip

Seen = tuple[list[str | None], Any]
"""The values that a recorder shows, and the result of the program under it."""


def see_ours(row: Row, _folder: Path) -> Seen:
    trace, made = recorder.record_text(row.code, row.call, budgets=Budgets())
    state = replay.State()
    written = texts.Texts(state)
    values: list[str | None] = []
    last: dict[int, str | None] = {}
    for event in trace.events:
        written.forget(state.apply(event))
        _, frame, _, changed, _, _ = replay.read_event(event)
        reference = state.frames[frame].get(row.variable)
        value = None if reference is None else written.write(reference)
        if frame >= 0 and (row.variable in changed or last.get(frame) != value):
            values.append(value)
            last[frame] = value
    return values, made.value


def run_traced(row: Row, folder: Path, trace: Callable[[Any, io.StringIO], Any]) -> tuple[str, Any]:
    """Run the row's function under a decorator-like tracer, its source in a file as they need it."""
    path = folder / "program.py"
    path.write_text(row.code)
    space: dict[str, Any] = {"__name__": "program"}
    exec(compile(row.code, str(path), "exec"), space)
    printed = io.StringIO()
    with redirect_stderr(printed), redirect_stdout(printed):
        value = trace(lambda: eval(row.call, space), printed)
    return re.sub(r"\x1b\[[0-9;]*m", "", printed.getvalue()), value


def see_pysnooper(row: Row, folder: Path) -> Seen:
    import pysnooper  # type: ignore[import-not-found,import-untyped,unused-ignore]

    def trace(call: Any, printed: io.StringIO) -> Any:
        with pysnooper.snoop(printed.write, depth=9, color=False):
            return call()

    text, value = run_traced(row, folder, trace)
    pattern = rf"^ *(?:Starting|New|Modified) var:\.+ {row.variable} = (.*)$"
    return list(re.findall(pattern, text, re.MULTILINE)), value


def see_snoop(row: Row, folder: Path) -> Seen:
    import snoop  # type: ignore[import-not-found,import-untyped,unused-ignore]

    def trace(call: Any, printed: io.StringIO) -> Any:
        with snoop.Config(out=printed, color=False).snoop(depth=9):
            return call()

    text, value = run_traced(row, folder, trace)
    return list(re.findall(rf"\.\.\.\.+ {row.variable} = (.*)$", text, re.MULTILINE)), value


def see_hunter(row: Row, folder: Path) -> Seen:
    import hunter  # type: ignore[import-not-found,import-untyped,unused-ignore]

    def trace(call: Any, printed: io.StringIO) -> Any:
        with hunter.trace(filename=str(folder / "program.py"), action=hunter.VarsSnooper(stream=printed)):
            return call()

    text, value = run_traced(row, folder, trace)
    found = re.findall(rf"\[{row.variable} :(?:=|.*? =>) (.*)\]$", text, re.MULTILINE)
    return list(found), value


PEERS: dict[str, Callable[[Row, Path], Seen]] = {
    "pyx": see_ours, "pysnooper": see_pysnooper, "snoop": see_snoop, "hunter": see_hunter,
}  # fmt: skip


def judge_row(row: Row, see: Callable[[Row, Path], Seen], folder: Path) -> tuple[bool, str]:
    """Whether a recorder is right on a row, and what it shows."""
    try:
        # A process of its own: a recorder may remember what it stumbled over.
        with multiprocessing.get_context("fork").Pool(1) as pool:
            values, result = pool.apply(see, (row, folder))
    except Exception as error:  # a peer that fails on a program is a finding, not an end
        return False, f"fails: {type(error).__name__}"
    if literals.write(result) != literals.write(row.result):
        return False, f"the result becomes {result!r:.20}"
    shown = ", ".join("gone" if value is None else f"{value:.18}" for value in values) or "nothing"
    return values == row.values, shown


def find_table(peers: list[str]) -> Iterator[list[str]]:
    with tempfile.TemporaryDirectory() as folder:
        for row in ROWS:
            cells = [row.name, ", ".join("gone" if value is None else f"{value:.18}" for value in row.values)]
            for peer in peers:
                right, shown = judge_row(row, PEERS[peer], Path(folder))
                cells.append("right" if right else shown)
            yield cells


def main() -> None:
    peers = [name for name in PEERS if name == "pyx" or importlib.util.find_spec(name)]
    table = list(find_table(peers))
    print(f"| program | true values of its variable | {' | '.join(peers)} |")
    print(f"|{'---|' * (len(peers) + 2)}")
    for cells in table:
        print("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    rights = [sum(cells[2 + place] == "right" for cells in table) for place in range(len(peers))]
    print(f"| right | {len(ROWS)} | {' | '.join(map(str, rights))} |")


if __name__ == "__main__":
    sys.exit(main())

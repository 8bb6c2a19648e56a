"""What recording costs: CPU time of programs under this recorder and under others, as ratios.

    python benchmarks/tracer.py [--crux ../shared/benchmarks/cruxeval.jsonl] [--large] [--skip]

`--skip` (Python 3.12 and later): the micro-programs on inputs twenty times as large, their loops
watched for a hundred rounds. What the rest of a loop changed is written down once, at its end.
Every ratio is the best of several runs with the tracer to the best without one, in one process,
one after the other; setting a tracer up is not timed, except ours. Tracers that are not installed
are left out. Ours keeps every value of every step;
coverage keeps lines, viztracer calls with arguments; hunter, PySnooper and snoop print values.
"""

# ruff: noqa: E501 (program texts stand as they are)
from __future__ import annotations

import argparse
import ast
import copy
import gc
import importlib.util
import json
import math
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pyx import literals
from pyx.trace import plans, recorder, statements
from pyx.trace.events import Budgets
from pyx.trace.survey import Survey, survey_program

Case = tuple[str, tuple[Any, ...]]
"""The text of a program with a function `f`, and its arguments."""

MICRO: dict[str, Case] = {
    "sum of squares": ("def f(n):\n    t = 0\n    for i in range(n):\n        t += i * i % 7\n    return t\n", (2000,)),
    "gcd": ("def f(n):\n    t = 0\n    for a in range(1, n):\n        b = 360\n        while b:\n            a, b = b, a % b\n"
            "        t += a\n    return t\n", (300,)),
    "collatz": ("def f(n):\n    most = 0\n    for i in range(1, n):\n        k, steps = i, 0\n        while k != 1:\n"
                "            k = k // 2 if k % 2 == 0 else 3 * k + 1\n            steps += 1\n"
                "        most = max(most, steps)\n    return most\n", (60,)),
    "filter": ("def f(n):\n    out = []\n    for i in range(n):\n        if i % 3:\n            out.append(i)\n    return out\n", (2000,)),
    "sieve": ("def f(n):\n    s = [True] * n\n    for i in range(2, n):\n        if s[i]:\n            for j in range(i * i, n, i):\n"
              "                s[j] = False\n    return sum(s)\n", (500,)),
    "bubble sort": ("def f(n):\n    xs = [i * 7919 % n for i in range(n)]\n    for i in range(n):\n        for j in range(n - 1 - i):\n"
                    "            if xs[j] > xs[j + 1]:\n                xs[j], xs[j + 1] = xs[j + 1], xs[j]\n    return xs\n", (40,)),
    "word count": ("def f(n):\n    seen = {}\n    for w in ('a b c d e f g'.split() * n):\n        seen[w] = seen.get(w, 0) + 1\n"
                   "    return seen\n", (200,)),
    "unique": ("def f(n):\n    seen = set()\n    for i in range(n):\n        seen.add(i * i % 97)\n    return sorted(seen)\n", (1500,)),
    "run lengths": ("def f(n):\n    out, last, k = [], '', 0\n    for c in 'aaabbbccd' * n:\n        if c == last:\n            k += 1\n"
                    "        else:\n            if last:\n                out.append((last, k))\n            last, k = c, 1\n    return out\n", (100,)),
    "palindromes": ("def f(n):\n    t = 0\n    for i in range(n):\n        s = str(i * i)\n        if s == s[::-1]:\n            t += 1\n"
                    "    return t\n", (1000,)),
    "fibonacci": ("def f(n):\n    if n < 2:\n        return n\n    return f(n - 1) + f(n - 2)\n", (13,)),
    "matrix": ("def f(n):\n    m = [[0] * n for _ in range(n)]\n    for i in range(n):\n        for j in range(n):\n"
               "            m[i][j] = sum(i * k + j for k in (1, 2, 3))\n    return m\n", (20,)),
    "account": ("class A:\n    def __init__(self):\n        self.n = 0\n        self.log = []\n    def add(self, x):\n        self.n += x\n"
                "        self.log.append(x)\ndef f(n):\n    a = A()\n    for i in range(n):\n        a.add(i % 5)\n    return a.n\n", (500,)),
    "generator": ("def g(n):\n    for i in range(n):\n        yield i * i\ndef f(n):\n    t = 0\n    for x in g(n):\n        t += x\n    return t\n", (1000,)),
}  # fmt: skip

LARGE: dict[str, Case] = {
    "sieve 50,000": (MICRO["sieve"][0], (50_000,)),
    "merge sort 2,000": ("def f(n):\n    return sort([i * 7919 % n for i in range(n)])\ndef sort(xs):\n    if len(xs) < 2:\n"
                         "        return xs\n    m = len(xs) // 2\n    a, b, out = sort(xs[:m]), sort(xs[m:]), []\n    i = j = 0\n"
                         "    while i < len(a) and j < len(b):\n        if a[i] <= b[j]:\n            out.append(a[i])\n            i += 1\n"
                         "        else:\n            out.append(b[j])\n            j += 1\n    return out + a[i:] + b[j:]\n", (2000,)),
    "bubble sort 300": (MICRO["bubble sort"][0], (300,)),
    "dict of 50,000": ("def f(n):\n    d = {}\n    for i in range(n):\n        d[i] = i * i\n    return len(d)\n", (50_000,)),
    "list of 100,000": (MICRO["filter"][0], (100_000,)),
    "matrix 60": ("def f(n):\n    a = [[i + j for j in range(n)] for i in range(n)]\n    m = [[0] * n for _ in range(n)]\n"
                  "    for i in range(n):\n        for j in range(n):\n            for k in range(n):\n"
                  "                m[i][j] += a[i][k] * a[k][j]\n    return m\n", (60,)),
}  # fmt: skip

Tracer = Callable[[Path, Callable[[], Any]], None]
"""Calls a function of the program in the file under a tracer."""


def trace_nothing(_path: Path, call: Callable[[], Any]) -> None:
    def listen(_frame: Any, _event: str, _arg: Any) -> Any:
        return listen

    sys.settrace(listen)
    call()
    sys.settrace(None)


def monitor_nothing(_path: Path, call: Callable[[], Any]) -> None:
    api: Any = sys.monitoring  # type: ignore[attr-defined,unused-ignore]
    api.use_tool_id(3, "nothing")
    api.register_callback(3, api.events.LINE, lambda _code, _line: None)
    api.set_events(3, api.events.LINE)
    call()
    api.set_events(3, 0)
    api.free_tool_id(3)


def trace_coverage(path: Path, call: Callable[[], Any]) -> None:
    import coverage

    cover = coverage.Coverage(data_file=None, config_file=False, include=[str(path)])
    cover.start()
    call()
    cover.stop()


def trace_viztracer(_path: Path, call: Callable[[], Any]) -> None:
    import viztracer  # type: ignore[import-not-found,import-untyped,unused-ignore]

    tracer = viztracer.VizTracer(log_func_args=True, verbose=0, tracer_entries=100_000)
    tracer.start()
    call()
    tracer.stop()
    tracer.clear()
    tracer.terminate()


def trace_hunter(path: Path, call: Callable[[], Any]) -> None:
    import hunter  # type: ignore[import-not-found,import-untyped,unused-ignore]

    with (
        (path.parent / "hunter.txt").open("w") as stream,
        hunter.trace(filename=str(path), action=hunter.VarsSnooper(stream=stream)),
    ):
        call()


def trace_snooper_list(_path: Path, call: Callable[[], Any]) -> None:
    import pysnooper  # type: ignore[import-not-found,import-untyped,unused-ignore]

    lines: list[str] = []
    with pysnooper.snoop(lines.append, depth=100, color=False):
        call()


def trace_snooper_path(path: Path, call: Callable[[], Any]) -> None:
    import pysnooper

    with pysnooper.snoop(str(path.parent / "snooper.txt"), depth=100, color=False, overwrite=True):
        call()


def trace_snoop(path: Path, call: Callable[[], Any]) -> None:
    import snoop  # type: ignore[import-not-found,import-untyped,unused-ignore]

    with (path.parent / "snoop.txt").open("w") as out, snoop.Config(out=out, color=False).snoop(depth=100):
        call()


PEERS: dict[str, tuple[str, Tracer]] = {
    "no-op settrace": ("sys", trace_nothing),
    **({"no-op monitoring": ("sys", monitor_nothing)} if sys.version_info >= (3, 12) else {}),
    "coverage": ("coverage", trace_coverage),
    "viztracer, arguments": ("viztracer", trace_viztracer),
    "hunter": ("hunter", trace_hunter),
    "PySnooper to a list": ("pysnooper", trace_snooper_list),
    "PySnooper to a path": ("pysnooper", trace_snooper_path),
    "snoop": ("snoop", trace_snoop),
}


def clock(run: Callable[..., Any], times: int, args: tuple[Any, ...] = ()) -> float:
    """The least CPU time of several runs, in seconds, each with a fresh copy of the arguments."""
    best = math.inf
    for _ in range(times):
        given = copy.deepcopy(args)
        gc.collect()
        start = time.process_time()
        run(*given)
        best = min(best, time.process_time() - start)
    return best


def load(path: Path, code: str) -> Callable[..., Any]:
    path.write_text(code)
    space: dict[str, Any] = {"__name__": "program"}
    exec(compile(code, str(path), "exec"), space)
    found: Callable[..., Any] = space["f"]
    return found


def prepare(code: str) -> Survey:
    """Parse, number, plan, compile and survey: what is done once for a program."""
    tree = ast.parse(code)
    rows = statements.number(tree)
    planned = plans.find_plans(tree)
    return survey_program(compile(tree, "<program>", "exec", dont_inherit=True), rows, planned)


def record(made: Survey, args: tuple[Any, ...], *, repeats: int = 0) -> recorder.Recording:
    space: dict[str, Any] = {"__name__": "program"}
    exec(made.program, space)
    return recorder.record_call(
        space["f"],
        args,
        {},
        survey=made,
        namespace=space,
        budgets=Budgets(events=10**9, items=10**9, repeats=repeats),
    )


def measure(cases: list[Case], *, times: int) -> dict[str, list[float]]:
    """For each tracer the ratio of its time to the untraced one, case by case."""
    names = ["pyx", *(name for name, (module, _) in PEERS.items() if importlib.util.find_spec(module))]
    found = {}
    for name in names:
        # A process for each: what a tracer keeps or leaks is no burden for the next.
        with multiprocessing.get_context("fork").Pool(1) as pool:
            found[name] = pool.starmap(measure_one, [(name, case, times) for case in cases])
    return found


def measure_one(name: str, case: Case, times: int) -> float:
    code, args = case
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "program.py"
        function = load(path, code)
        plain = max(clock(function, 3 * times, args), 1e-7)
        if name == "pyx":
            made = prepare(code)
            return clock(lambda *given: record(made, given), times, args) / plain
        spent: list[float] = []

        def call() -> None:  # only the call is timed: setting a tracer up is not
            given = copy.deepcopy(args)
            start = time.process_time()
            function(*given)
            spent.append(time.process_time() - start)

        for _ in range(times):
            gc.collect()
            PEERS[name][1](path, call)
        return min(spent) / plain


def show_skips() -> None:
    """The ratio with loops skipped, on programs whose time is in loops."""
    print("\nLoops watched for 100 rounds\n\n| program | events | ratio |\n|---|---|---|")
    for name, (code, (size,)) in MICRO.items():
        if name in ("fibonacci", "bubble sort", "matrix"):
            continue  # no loop, or one whose time grows faster than its input
        function, made = load(Path(tempfile.mkdtemp()) / "program.py", code), prepare(code)
        plain = clock(function, 3, (20 * size,))
        spent = clock(lambda *given, made=made: record(made, given, repeats=100), 2, (20 * size,))
        count = len(record(made, (20 * size,), repeats=100).events)
        print(f"| {name} | {count} | {spent / plain:.1f} |")


def show(title: str, found: dict[str, list[float]], names: list[str]) -> None:
    print(f"\n{title}\n")
    print("| tracer | " + " | ".join(names) + " | geometric mean |")
    print("|" + "---|" * (len(names) + 2))
    for tracer, ratios in found.items():
        mean = math.exp(sum(map(math.log, ratios)) / len(ratios))
        shown = ratios if len(names) == len(ratios) else []
        print(f"| {tracer} | " + " | ".join(f"{ratio:.1f}" for ratio in shown) + f" | {mean:.1f} |")


def show_sizes(cases: list[Case]) -> None:
    """Bytes an event, microseconds an event and the cost of preparation."""
    size = count = 0
    spent = 0.0
    for code, args in cases:
        made = prepare(code)
        start = time.process_time()
        events = record(made, copy.deepcopy(args)).events
        spent += time.process_time() - start
        count += len(events)
        size += len(json.dumps(events, separators=(",", ":"), ensure_ascii=False)) - 1
    preparing = clock(lambda: [prepare(code) for code, _ in cases], 3) / len(cases)
    print(
        f"\n{count} events, {size / count:.1f} bytes an event, {spent / count * 1e6:.2f} us an event,",
        end=" ",
    )
    print(f"preparation {preparing * 1e6:.0f} us a program")


def read_crux(path: Path) -> list[Case]:
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    literal = [row for row in rows if literals.is_literal(f"({row['input']},)")]
    return [(row["code"], literals.read(f"({row['input']},)")) for row in literal]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--crux", type=Path, help="cruxeval.jsonl: every eighth program, against all tracers")
    parser.add_argument("--large", action="store_true", help="large inputs, ours and no-op only")
    parser.add_argument("--skip", action="store_true", help="long loops, skipped")
    given = parser.parse_args()
    print(f"CPython {sys.version.split()[0]}")
    show("Micro-programs", measure(list(MICRO.values()), times=2), list(MICRO))
    show_sizes(list(MICRO.values()))
    if given.crux:
        cases = read_crux(given.crux)
        show("CRUXEval, every eighth program", measure(cases[::8], times=2), [])
        show_sizes(cases)
    if given.skip:
        show_skips()
    if given.large:
        for title, (code, args) in LARGE.items():
            made = prepare(code)
            start = time.process_time()
            events = len(record(made, args).events)
            print(f"{title}: {events} events in {time.process_time() - start:.1f} s")


if __name__ == "__main__":
    main()

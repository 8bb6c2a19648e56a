"""Faults planted in the recorder are caught by the oracle: the oracle is measured, too."""

# ruff: noqa: E501 (program texts stand as they are)
from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parent.parent

DELICATE = """\
import heapq
from collections import OrderedDict, defaultdict
TOTAL = 0
class W:
    def __init__(self, xs): self.xs = xs
    def __len__(self):
        self.xs = [9]
        return 1
class P:
    def __init__(self): self.x = 1
def g(xs):
    return len(xs)
def count():
    global TOTAL
    TOTAL += 1
def gen():
    yield [1]
def f(k):
    L = [1]
    M = L
    L.append(2)
    L.pop()
    L[0] = k
    L[:] = [True if k else 1] + [2, 3]
    L[:] = [1, 2, 3]
    L[:] = [True, 2, 3]
    L[1:1] = [9]
    del L[-1]
    L.append(1) or g(L)
    (w := k + 1) and g(L)
    p = P()
    p.x = 2
    p.y = L
    p.x = 3
    del p.y
    d = {"a": 1}
    d["b"] = 2
    d["a"] = 3
    d.pop("a")
    o = OrderedDict(u=1, v=2)
    o.move_to_end("u")
    dd = defaultdict(list)
    dd[1]
    s = {1}
    s.add(5)
    s.discard(1)
    c = 0
    def inc():
        nonlocal c
        c += 1
    inc()
    del w
    count()
    for e in gen():
        e.append(M)
    keep = inc
    c = 7
    v = W(L)
    len(v) and v.xs.append(4)
    heapq.heapify(L[:0] or [3, 1])
    h = [3, 1, 2]
    heapq.heapify(h)
    P.total = h
    q = [p]
    q[0].x = 4
    setattr(q[0], "z", 5)
    N = [M, M]
    M = N
    return [L, M, N]
"""

STRANGE = """\
from collections import ChainMap
class A(ChainMap):
    pass
def f(k):
    a = A({})
    a["x"] = k
    b = a
    return b
"""

TURNED = """\
from collections import defaultdict
G = []
class B:
    @property
    def n(self): return G
class A: pass
def make(xs):
    d = defaultdict(list)
    xs.append(d)
    return d
def f(k):
    a = A()
    a.n = []
    a.n.append(1)
    A.n = B.n
    a.n.append(2)
    xs = []
    x = make(xs)[7]
    y = 1
    zs = [n % 5 for n in range(20)]
    return xs, zs
"""

CLOSED = """\
def f(k):
    c = 0
    def inc():
        return c
    c = 5
    keep = inc
    c += 2
    return keep
"""

FAULTS = {
    "an append": ("settling", "    if len(live) > size:\n", "    if False:\n"),
    "a pop": ("settling", 'heap.note(entry, "s", size - 1, 1, [])', "pass"),
    "an item store": ("settling", "if -size <= key < size and live[key] is not seen.items[key]:", "if False:"),
    "an attribute store": ("settling", "    if fresh or seen[name] is not item:\n", "    if fresh:\n"),
    "an attribute delete": ("changes", "            operation += [name, None]\n", "            pass\n"),
    "a cell": ("frames", "for cell in heap.cells:", "for cell in ():"),
    "an alias": ("heap", "        entry = self.entries.get(id(value))\n        if entry is not None:\n",
                 "        entry = self.entries.get(id(value))\n        if False:\n"),
    "a splice shifted by one": ("changes", 'heap.operations.append([number, "s", start, end_old - start, items])',
                                'heap.operations.append([number, "s", max(start - 1, 0), end_old - start, items])'),
    "equality for identity": ("looks", "len(old) == len(now) and all(map(is_, old, now))", "old == now"),
    "a caller that is not flushed": ("reporter", "        if active.loud or active.armed or active.plan.mixed or self.heap.strange:\n",
                                     "        if False:\n"),
    "a path that leads elsewhere after a call": ("reporter", "        steered = plan.steered and", "        steered = False and"),
    "a variable that a closure holds": ("survey", 'how in ("module", "class") or bool(always)', 'how in ("module", "class")'),
    "a value of unknown behaviour": ("heap", "self.wary, self.strange = True, self.strange or why", "pass"),
    "a library that changes what it is given": ("heads", "self.anything = self.anything or not pure", "pass"),
    "an attribute of a subscript": ("looks", "live.keys() == known.keys() and all(map(is_, live.values(), map(known.__getitem__, live)))", "True"),
    "an assignment expression": ("heads", "        self.maybe.add(node.target.id)\n", "        return False\n"),
    "an element put into a set": ("settling", 'heap.note(entry, "+", [heap.put(key)])', "pass"),
    "an element taken out of a set": ("changes", '        heap.operations.append([number, "-", sort_references(gone)])\n',
                                      "            pass\n"),
    "a dict item": ("settling", 'heap.note(entry, "k", heap.put(key), heap.put(value))', "pass"),
    "a dict delete": ("changes", '        heap.operations.append([number, "d", [heap.put(key) for key in gone]])\n',
                      "            pass\n"),
    "the order of a dict": ("changes", "    if not all(map(is_, order, now)):\n", "    if False:\n"),
    "a dict that fills in": ("heap", "            self.has_missing = self.wary = True\n", "            pass\n"),
    "a dict that fills in, made by a call": ("heap", "            self.doubt()\n", ""),
    "an attribute that turned into a property": ("foresight", " or runs_code(kind, name):", ":"),
    "a deleted local": ("frames", "                del known[name]\n                changed[name] = None\n",
                        "                del known[name]\n"),
    "a number under one name": ("reporter", "{name: self.heap.put(value)}", "{name: self.heap.put(0)}"),
    "items of one kind": ("heap", "        return list(map(repr, items)) if fits else []\n",
                          "        return list(map(repr, sorted(items))) if fits else []\n"),
    "a global": ("reporter", "            if found:\n", "            if False:\n"),
}  # fmt: skip

SCRIPT = """
import json, sys
sys.path.insert(0, sys.argv[1])
import oracle
for code in json.load(sys.stdin):
    try:
        fault, _ = oracle.find_fault(code)
    except Exception as error:
        fault = f"{type(error).__name__}: {error}"
    if fault:
        print(fault)
        break
"""


def find_fault(package: Path) -> str:
    environment = {**os.environ, "PYTHONPATH": str(package)}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(HERE)],
        input=json.dumps([DELICATE, STRANGE, CLOSED, TURNED]), env=environment, cwd=package,
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout.strip()


def plant(folder: Path, module: str, old: str, new: str) -> None:
    shutil.copytree(
        ROOT / "pyx", folder / "pyx", ignore=shutil.ignore_patterns("annotate", "cards", "trainers")
    )
    path = folder / "pyx" / "trace" / f"{module}.py"
    text = path.read_text()
    assert old in text, f"{module}.py no longer says {old!r}"
    path.write_text(text.replace(old, new, 1))


def test_the_delicate_program_is_recorded_without_a_fault() -> None:
    assert not find_fault(ROOT)


@pytest.mark.slow
@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_caught(name: str, tmp_path: Path) -> None:
    plant(tmp_path, *FAULTS[name])
    assert find_fault(tmp_path)

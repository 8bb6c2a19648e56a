"""A change that nothing foresaw is found, whoever hid it."""

# ruff: noqa: E501 (program texts stand as they are)

from __future__ import annotations

import pytest

from pyx.records import Case, Program
from pyx.sandbox.pool import Job, open_box
from pyx.stages.trace import make_trace
from pyx.trace.plans import find_effects
from pyx.trace.recorder import record_text
from pyx.trace.steps import steps

SHUFFLES = [
    "import random\n\ndef f(xs):\n    random.seed(1)\n    random.shuffle(xs)\n    return xs\n",
    "from random import seed, shuffle as mix\n\ndef f(xs):\n    seed(1)\n    mix(xs)\n    return xs\n",
    "import random as r\n\ndef f(xs):\n    r.seed(1)\n    [r.shuffle(x) for x in [xs]]\n    return xs\n",
    "import random\n\ndef f(xs):\n    t = random.Random(1).shuffle\n    t(xs)\n    return xs\n",
    "import heapq\n\ndef f(xs):\n    heapq.heapify(xs)\n    return xs\n",
    "import bisect\n\ndef f(xs):\n    bisect.insort(xs, 2)\n    return xs\n",
]

HIDERS = [
    "def f(xs):\n    for x in map(xs.append, [1, 2]):\n        y = x\n    z = 1\n    return xs\n",
    "def f(xs):\n    g = xs.append\n    g(1)\n    y = list(map(g, [2]))\n    return xs\n",
    "def f(xs):\n    it = iter(xs.pop, 2)\n    a = next(it)\n    b = [*it]\n    return xs\n",
    "from functools import partial\ndef f(xs):\n    g = partial(list.append, xs)\n    y = 3 in map(g, [1])\n"
    "    return xs\n",
    "from functools import partial\nclass A:\n    pass\ndef f(xs):\n    A.p = property(partial(lambda ys, a: ys.append(1), xs))\n"
    "    a = A()\n    b = a.p\n    return xs\n",
    "import heapq\npush = heapq.heappush\ndef f(xs):\n    y = list(map(push, [xs], [0]))\n    return xs\n",
    "KEEP = []\nadd = KEEP.append\ndef f(xs):\n    y = list(map(add, xs))\n    return KEEP\n",
    "class A:\n    add = staticmethod([].append)\n    def __init__(self, xs):\n        self.xs = xs\ndef f(xs):\n"
    "    a = A(xs)\n    a.xs.append(4)\n    return a.xs\n",
    "from collections import defaultdict\ndef f(xs):\n    d = defaultdict(list)\n    y = [d][0][5]\n    z = len(d)\n"
    "    return d\n",
    "from collections import UserDict\nclass A(UserDict):\n    pass\ndef f(xs):\n    a = A(k=xs)\n    a |= {1: 2}\n"
    "    a['k'] += [1]\n    return xs, dict(a)\n",
    "from functools import update_wrapper\ndef g():\n    return 1\ndef f(xs):\n    g.n = xs\n    h = update_wrapper(lambda: 0, g)\n"
    "    return h.n\n",
    "def f(xs):\n    setattr(xs, 'a', 1) if not xs else None\n    d = vars()\n    d['xs'].append(1)\n    return xs\n",
    "class P:\n    def __init__(self, xs):\n        self.xs = xs\n    def __len__(self):\n        self.xs = [9]\n        return 1\n"
    "def f(xs):\n    p = P(xs)\n    len(p) and p.xs.append(1)\n    q = p.xs\n    return q, xs\n",
    "def f(xs):\n    c = 0\n    def inc():\n        return c\n    c = 5\n    x = inc\n    c += 2\n    return x(), c\n",
    "def f(xs):\n    def swap():\n        nonlocal ys\n        ys = [7]\n        return 0\n    ys = xs\n    ys.append(swap())\n"
    "    ys.append(swap() or 3)\n    return xs, ys\n",
    "def g(xs):\n    try:\n        yield 1\n    finally:\n        xs.append('closed')\ndef f(xs):\n    it = g(xs)\n    next(it)\n"
    "    it = None\n    return xs\n",
    "def f(xs):\n    sorted = lambda ys: ys.reverse()\n    sorted(xs)\n    str = list.clear\n    str(xs)\n    return xs\n",
    "class A:\n    def __iadd__(self, x):\n        self.n = x\n        return self\n    def __setitem__(self, k, v):\n        self.k = v\n"
    "def f(xs):\n    a = A()\n    b = a\n    a += xs\n    a[1] = xs\n    a[1] += 1 if hasattr(a, 'q') else 0\n    return b.n\n",
    "from operator import iadd\ndef f(xs):\n    y = iadd(xs, [1])\n    return y\n",
    "def f(xs):\n    e = enumerate(xs)\n    a = (0, 1) in e\n    b = list(e)\n    return b\n",
    "G = []\nclass B:\n    @property\n    def n(self):\n        return G\nclass A:\n    pass\ndef f(xs):\n    a = A()\n"
    "    a.n = xs\n    a.n.append(1)\n    A.n = B.n\n    a.n.append(2)\n    g = G\n    return g\n",
    "class A:\n    pass\ndef read(a, name):\n    return object.__getattribute__(a, 'other')\ndef f(xs):\n    a = A()\n    a.n = []\n"
    "    a.other = xs\n    a.n.append(1)\n    A.__getattribute__ = read\n    a.n.append(2)\n    b = 1\n    return xs\n",
    "from collections import defaultdict\ndef make(xs):\n    d = defaultdict(list)\n    xs.append(d)\n    return d\n"
    "def f(xs):\n    x = make(xs)[7]\n    y = 1\n    return xs\n",
    "def f(xs):\n    xs.append([]) or xs[-1].append(1)\n    m = [xs]\n    m[0][-1].append(2)\n    [m][0][0].pop(0)\n    return xs\n",
]


@pytest.mark.parametrize("code", [*SHUFFLES, *HIDERS])
def test_a_change_is_seen_at_the_statement_that_made_it(code: str) -> None:
    trace, made = record_text(code, "f([3, 1, 2])")
    blind, _ = record_text(code, "f([3, 1, 2])", blind=True)
    assert trace.events == blind.events
    assert not made.truncated or made.truncated.startswith("the program uses")


@pytest.mark.parametrize("code", SHUFFLES)
def test_effect_rules_of_this_package_hide_nothing(code: str) -> None:
    quick, _ = record_text(code, "f([3, 1, 2])", effects=find_effects())
    blind, _ = record_text(code, "f([3, 1, 2])", blind=True)
    assert quick.events == blind.events
    (back,) = [step for step in steps(quick) if step.kind == "return" and step.function == "f"]
    assert back.before["xs"] == back.value


@pytest.mark.parametrize("code", SHUFFLES)
def test_both_ways_of_recording_in_the_sandbox_agree(code: str) -> None:
    jobs = [Job(code, "f([3, 1, 2])", mode="record", foresee=foresee) for foresee in (True, False)]
    outcomes = [open_box().run(job) for job in jobs]
    case = Case("c", "f([3, 1, 2])", "typed")
    first, second = [steps(make_trace(Program(code, "f"), case, outcome.payload)) for outcome in outcomes]
    assert first == second
    assert first[-1].value == outcomes[0].value

"""A grammar of programs that run: strategies that draw program texts with a function `f(k)`.

The programs are made to be hard to record: aliases, cycles, changes in place, closures,
generators, exceptions, context managers, one-line compounds. They end by themselves.
"""

# ruff: noqa: E501 (program texts stand as they are)
from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

PRELUDE = """\
from collections import Counter, OrderedDict, defaultdict, deque, namedtuple
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from fractions import Fraction
import heapq

LOG = []
TOTAL = 0
P = namedtuple("P", "x y")

class Color(Enum):
    RED = 1
    BLUE = 2

class Box:
    made = 0
    def __init__(self, v):
        self.v = v
        self.kids = []
        Box.made += 1
    def put(self, x):
        self.kids.append(x); return self
    def __repr__(self):
        LOG.append("repr")
        return "Box!"
    def __eq__(self, other):
        LOG.append("eq")
        return True
    def __hash__(self):
        LOG.append("hash")
        return 7
    @property
    def size(self):
        LOG.append("size")
        return len(self.kids)

@dataclass
class Point:
    x: int
    tags: list = field(default_factory=list)

class Slotted:
    __slots__ = ("a", "b")

class Stack(list):
    def push(self, x):
        self.append(x)
        self.top = x

class Guard:
    def __init__(self, log): self.log = log
    def __enter__(self):
        self.log.append("in")
        return self
    def __exit__(self, kind, error, tb):
        self.log.append("out" if kind is None else kind.__name__)
        return kind is KeyError

@contextmanager
def opened(log):
    log.append("open")
    try:
        yield log
    finally:
        log.append("close")

def count(n):
    for i in range(n):
        got = yield i
        if got: LOG.append(got)

def chain(*xs):
    for x in xs:
        yield from x

def fact(n):
    if n < 2: return 1
    return n * fact(n - 1)

def make_adder(total):
    def add(x):
        nonlocal total
        total += x
        return total
    return add

def keep(x, seen=[]):
    seen.append(x)
    return len(seen)

def bump():
    global TOTAL
    TOTAL += 1
    return TOTAL

def touch(xs):
    xs.append(len(xs))
    return xs

def traced(fn):
    def inner(*args):
        LOG.append(fn.__name__)
        return fn(*args)
    return inner

@traced
def double(x):
    return x * 2

def fail(x):
    if x: raise KeyError(x)
    return x

"""

CALM = PRELUDE.replace("    global TOTAL\n    TOTAL += 1\n    return TOTAL\n", "    return keep(0)\n")
"""Where a function may bind a global, each frame is looked at more closely: half the programs have none."""

INTS = ("i", "j", "n")
LISTS = ("a", "b", "c")
START = """\
    i, j, n = k, 1, 3
    a = [1, 2, 3]; b = a; c = [a, [k]]
    d = {"x": 1, 2: [0]}
    s = {1, "u"}
    q = deque([1, 2], maxlen=5)
    o = Box(k)
    p = Point(k)
    z = Slotted(); z.a = [k]
    w = Stack([1])
    g = count(4)
    add = make_adder(k)
    dd = defaultdict(list)
    od = OrderedDict(u=1, v=2)
    cn = Counter("abca")
    t = "ab"
"""

END = (
    "    return [i, j, n, a, b, c, d, s, q, o, p, z.a, w, t, dd, od, cn, add(0), LOG[:40], TOTAL, Box.made]\n"
)

NAMES_INT = st.sampled_from(INTS)
NAMES_LIST = st.sampled_from(LISTS)


@st.composite
def int_texts(draw: DrawFn, depth: int = 2) -> str:
    """An expression that gives a small integer, and may change things on its way."""
    if depth == 0:
        return draw(st.sampled_from(("0", "1", "2", "k", *INTS)))
    x, y = draw(int_texts(depth - 1)), draw(int_texts(depth - 1))
    name, xs = draw(NAMES_INT), draw(NAMES_LIST)
    return draw(
        st.sampled_from(
            (
                f"({x} + {y}) % 7", f"({x} * {y}) % 5", f"-({x})", f"len({xs})", f"({name} := {x} % 9)",
                f"add({x} % 3)", f"fact({x} % 4)", "bump()", f"keep({x})", f"len(touch({xs})) % 11",
                f"({x} if {y} else {name})", "o.size", f"({x} or {y})", f"({x} and bump())",
                f"int({x} == {y})", "next(g, 0)", f"sum([v for v in (1, 2, {x}) if v], 0)",
                f"(lambda v, m={x}: v + m)({y}) % 13", "len(d)", "len(o.kids)", f"double({x}) % 6",
                f"sum(v for v in range({x} % 4))", f"p.x + {x}", "(dd[0], len(dd))[1]", 'cn["a"]',
                f"sorted([{x}, {y}], key=lambda v: -v)[0]", f"max({xs}, key=lambda v: bump(), default=0) and 1",
                f"len({{v: [v] for v in ({x}, {y})}})",
            )
        )
    )  # fmt: skip


@st.composite
def value_texts(draw: DrawFn) -> str:
    """An expression that gives any kind of value."""
    x, xs, ys = draw(int_texts(1)), draw(NAMES_LIST), draw(NAMES_LIST)
    return draw(
        st.sampled_from(
            (
                x, xs, f"[{x}, {xs}]", f"{xs}[:]", f"{xs} + [{x}]", f"({xs}, {x})", f"[{xs}] * 2", "o", "p", "d",
                f"{{'k': {xs}}}", f"frozenset(({x}, 1))", f"'s' * ({x} % 3)", f"{x} / 4", "None", "True",
                f"P({x}, {ys})", "Color.RED", f"Decimal({x})", f"Fraction({x}, 3)", f"Box({x})", f"Point({x})",
                "b'\\x00q'", "float('nan')", "10 ** 30", "[*a]", "[v for v in (1, 2)]", f"({x}, (1, 'u'))",
                "add", "lambda: i", "g", "Box", "len", "z", "w", f"o.put({x})", f"[[v] for v in range({x} % 3)]",
                f"{{{x}, ({x}, 2)}}", "dd[1]", "q", "1j", "range(3)", "touch(b)", "slice(1, 2)",
            )
        )
    )  # fmt: skip


@st.composite
def simple_texts(draw: DrawFn) -> str:
    """One simple statement."""
    x, y = draw(int_texts()), draw(int_texts(1))
    v, u = draw(value_texts()), draw(value_texts())
    m = draw(NAMES_INT)
    xs, ys = draw(NAMES_LIST), draw(NAMES_LIST)
    return draw(
        st.sampled_from(
            (
                f"{m} = {x}", f"{m} += {x}", f"{m}, {draw(NAMES_INT)} = {x}, {y}", "i, j = j, i",
                f"{xs}.append({v})", f"{xs} = {ys}", f"{xs} = [{v}, {u}]", f"{xs} += [{v}]",
                f"{xs}[:1] = [{v}, {u}]", f"{xs}[len({xs}) // 2:] = []", f"{xs}.insert({y}, {v})",
                f"{xs} and {xs}.pop()", f"{xs} and {xs}.pop(0)", f"{xs}.reverse()", f"del {xs}[1:2]",
                f"if {xs}: {xs}[{y} % len({xs})] = {v}", f"if {xs}: {xs}[-1] = {xs}", f"{xs}.extend(touch({ys})[:3])",
                f"{xs}.append(1) or touch({xs})", f"{xs} = touch({ys}) + [{x}]", f"{xs} *= 1",
                f"d[{y}] = {v}", f"d[{x}, 1] = {v}", "d.pop('x', None)", f"d.setdefault({y}, []).append({x})"
                f" if not isinstance(d.get({y}), int) else None", f"d.update({{{y}: {v}}})", "d.pop(next(iter(d), 0), 0)",
                "d = dict(reversed(d.items()))", "d['d'] = d", "d.clear()",
                f"s.add({x})", f"s.discard({x})", f"s |= {{{x}, 'm'}}", f"s ^= {{{x}}}", f"s.add(({x}, 2))",
                f"q.append({v})", f"q.appendleft({x})", "q and q.popleft()", f"q.rotate({x} % 3)", f"q.extend([{x}, {y}])",
                f"o.v = {v}", f"o.v += {x} if isinstance(o.v, int) else o.v", f"o.kids.append({v})", f"o.put({v}).put({x})",
                f"o.new{draw(st.integers(0, 2))} = {v}", "o = Box(o)", f"setattr(o, 'v', {x})", "del o.kids[:]",
                f"p.x = {x}", f"p.tags.append({v})", "p = Point(1, p.tags)", f"z.b = {v}", "z.a = z", f"z.a = [{x}]",
                f"w.push({x})", f"w.append({x})", f"w.extra = {v}", f"dd[{y}].append({x})", f"dd[{x}]",
                "od.move_to_end(next(iter(od), 'u')) if od else None", f"od[{y}] = {x}", f"cn[{y}] += 1", "cn.update('xy')",
                f"t += str({x})", f"t = f'{{{m}}}{{{x}!r:>3}}'[-9:]", f"print({x}, t)", "print('a', end='')",
                f"add({x})", "add = make_adder(i)", f"g = count({x} % 5)", "next(g, None)",
                f"try: g.send({y})\n    except (StopIteration, TypeError): pass", "g = chain([1], count(2), a)", "g.close()",
                f"assert {x} >= 0 or True, 'no'", "pass", f"Box.made = {x}", f"bump.calls = {x}", "heapq.heappush(hq, j)",
                f"{m} = fail(0)", f"({m} := {x})", f"{xs}.sort(key=lambda v: str(type(v)))", f"a, *b = [1, {v}, {u}]",
                f"touch.__dict__['n'] = {x}", f"c = [v for v in (1, {x}, 3) if (n := v)]", f"LOG[:] = LOG[-{y} % 5 :]",
                f"m = [[0] * 2 for _ in range(2)]; m[1][{y} % 2] = {v}; {xs} = m", f"{xs}.append({xs})",
                f"e = {v}; del e", f"x = y = {v}; {xs}.append(x)",
            )
        )
    )  # fmt: skip


@st.composite
def block_texts(draw: DrawFn, depth: int) -> list[str]:
    """A few statements as lines without indentation of their own."""
    lines: list[str] = []
    for _ in range(draw(st.integers(1, 4))):
        lines += draw(statement_texts(depth))
    return lines


def indent(lines: list[str]) -> list[str]:
    return [f"    {line}" for line in lines]


@st.composite
def statement_texts(draw: DrawFn, depth: int) -> list[str]:
    """One statement, simple or compound, as lines."""
    if depth == 0 or draw(st.integers(0, 2)):
        lines = draw(simple_texts()).split("\n    ")
        return [line.strip() if line.startswith("except") else line for line in lines]
    return draw(compound_texts(depth - 1))


@st.composite
def compound_texts(draw: DrawFn, depth: int) -> list[str]:
    body, other = indent(draw(block_texts(depth))), indent(draw(block_texts(depth)))
    x, xs, m, v = draw(int_texts()), draw(NAMES_LIST), draw(NAMES_INT), draw(value_texts())
    one = draw(st.sampled_from(("i += 1", "a.append(2)", "d['q'] = b", "j = bump()", "o.v = a", "pass")))
    stop = draw(st.sampled_from(("break", "continue", "pass")))
    r = f"r{depth}"  # of its own: a loop within would set it back, and the outer one never end
    kind = draw(st.integers(0, 20))
    match kind:
        case 0:
            return [f"if {x}:", *body, "else:", *other]
        case 1:
            return [f"if {x} > 1: {one}", f"elif {xs}: {one}; j = 0", "else: n = 2"]
        case 2:
            return [f"for {m} in range({x} % 4):", *body, f"    if {m} == 1: {stop}", "else:", *other]
        case 3:
            return [f"for e in list({xs})[:3]:", *body, f"    if e == 2: {stop}"]
        case 4:
            return [f"for e in [1, 1, {x}]: {one}"]
        case 5:
            return [
                f"{r} = 3",
                f"while {r} > 0:",
                f"    {r} -= 1",
                *body,
                f"    if {r} == 1: {stop}",
                "else:",
                *other,
            ]
        case 6:
            return [f"{r} = 2", "while True:", f"    {r} -= 1", f"    if {r} < 0: break", *body]
        case 7:
            return [
                "try:",
                *body,
                f"    fail({x} % 2)",
                "except KeyError as e:",
                "    i = len(e.args)",
                *other,
            ]
        case 8:
            return ["try:", *body, "finally:", *other]
        case 9:
            return [
                "try:",
                "    try: fail(1)",
                "    finally: j += 1",
                "except Exception: pass",
                "else: j = 2",
            ]
        case 10:
            return [f"with Guard({xs}) as e:", *body, f"    if {x} % 3 == 0: fail('w')"]
        case 11:
            return [f"with opened({xs}), Guard(LOG):", *body]
        case 12:
            return [
                f"match {v}:", "    case [1, *e]:", *indent(body), "    case {'k': e} if e: n = 1",
                "    case Point(x=e) | Box(v=e):", *indent(other), "    case int() as e: n = e % 5", "    case _: n = 4",
            ]  # fmt: skip
        case 13:
            return ["def inner(v, *more):", "    nonlocal i", "    i = (i + v) % 9", *_local(), "    return v",
                    f"{m} = inner({x} % 5, 1)"]  # fmt: skip
        case 14:
            return ["def gen():", *_local(), f"    yield {x}", "    try: yield 2", "    finally: LOG.append('fin')",
                    "for e in gen():", *body, f"    {stop}"]  # fmt: skip
        case 15:
            return ["class Local:", f"    shared = {xs}", "    def m(self): return self.shared.append(3)", f"    k2 = {x}",
                    "Local().m()", "Local.shared = 1"]  # fmt: skip
        case 16:
            return [f"{xs} = [", f"    {x},", f"    touch({xs}),", "]"]
        case 17:
            return ["f2 = [lambda: i, lambda: j]", f"{m} = f2[{x} % 2]()", *[line[4:] for line in body]]
        case 18:
            return [
                f"for e, {m} in enumerate([{x}, 5]):",
                f"    for h in ({xs}, 1):",
                *indent(body),
                f"        {stop}",
            ]
        case 19:
            return ["try:", f"    with Guard({xs}):", "        raise ValueError('x')", "except ValueError as e:", *other,
                    "    try: raise TypeError from e", "    except TypeError: n = 1"]  # fmt: skip
    return [f"{xs} = list(map(touch, [[{x}], {xs}]))[0]", "j = sum(map(double, [1, 2]))"]


def _local() -> list[str]:
    """A body for an inner function that reads the outer one's names."""
    return ["    a, b, c, d, s, q = [1], [2], [3], {}, set(), deque()", "    j = n = 1; t = ''; o = p = Point(1); z = Slotted()",
            "    w = Stack(); g = count(2); add = make_adder(0); dd = defaultdict(list); od = OrderedDict(); cn = Counter()",
            "    hq = []; z.a = 0"]  # fmt: skip


@st.composite
def program_texts(draw: DrawFn, depth: int = 2) -> str:
    """A whole program with the function `f(k)`."""
    lines = [line for _ in range(draw(st.integers(1, 5))) for line in draw(statement_texts(depth))]
    prelude = PRELUDE if draw(st.booleans()) else CALM
    return f"{prelude}def f(k):\n{START}    hq = []\n" + "\n".join(indent(lines)) + "\n" + END


def compiles(code: str) -> bool:
    """An assignment expression may land in the iterable of a comprehension, where it is an error."""
    try:
        compile(code, "<program>", "exec")
    except SyntaxError:
        return False
    return True


programs: SearchStrategy[str] = program_texts().filter(compiles)

"""What the policy costs: programs a second to admit, and how much slower a guarded program runs.

    python benchmarks/policy.py [FOLDER of cruxeval.jsonl, HumanEval.jsonl.gz, mbpp.jsonl]

Each micro-program runs as written and with guards, in turns, in one process; the least of many
times counts. Admission is `check` and `rewrite` over the benchmark programs, without and with
`ast.parse`, on one core.
"""

from __future__ import annotations

import ast
import gzip
import json
import math
import sys
import time
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pyx.sandbox import policy

MICRO = {
    "loop": """
def run(n=20000):
    total = 0
    for i in range(n):
        if i % 3 == 0:
            total += i
    return total
""",
    "recursion": """
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)
def run():
    return fib(16)
""",
    "comprehension": """
def run(n=6000):
    return sum(x * y for x, y in zip([i for i in range(n)], {i: i for i in range(n)}))
""",
    "strings": """
def run(n=1500):
    return ",".join(word.upper().replace("A", "b")[::-1] for word in ["abc", "banana"] * n)
""",
    "format": """
def run(n=1500):
    return [f"{i:>5}|{i * 0.5:.2f}" + "{:03d} {x}".format(i, x=i) for i in range(n)]
""",
    "dynamic format": """
def run(n=1500, template="{} and {:>4}"):
    return [template.format(i, "x") for i in range(n)]
""",
    "class": """
class Account:
    def __init__(self, name):
        self.name = name
        self.balance = 0
        self._log = []
    def add(self, amount):
        self.balance += amount
        self._log.append(amount)
        return self
def run(n=2000):
    account = Account("x")
    for i in range(n):
        account.add(i)
    return account.balance
""",
    "linked list": """
class Node:
    def __init__(self, value):
        self.value = value
        self.next = None
def run(n=1500):
    head = last = Node(0)
    for i in range(n):
        node = Node(i)
        last.next = node
        last = node
    previous = None
    while head:
        head.next, previous, head = previous, head, head.next
    return previous.value
""",
    "dataclass": """
from dataclasses import dataclass
@dataclass(order=True)
class P:
    x: int
    y: int = 0
def run(n=600):
    return sorted(P(-i, i) for i in range(n))[0] == P(0)
""",
    "types": """
def run(n=2500):
    found = {}
    for value in [1, "a", 2.0, [1]] * (n // 4):
        found[type(value)] = found.get(type(value), 0) + isinstance(value, (int, str))
    return len(found)
""",
    "sorting": """
from operator import itemgetter
def run(n=1500):
    rows = [(i * 7919 % 1000, str(i)) for i in range(n)]
    rows.sort(key=itemgetter(1))
    return sorted(rows, key=lambda row: (row[0], row[1]))[0]
""",
    "collections": """
from collections import Counter, defaultdict, deque
def run(n=3000):
    counts, groups, queue = Counter(), defaultdict(list), deque()
    for i in range(n):
        counts[i % 7] += 1
        groups[i % 5].append(i)
        queue.append(i)
    return counts.most_common(1), len(groups), queue.popleft()
""",
    "regex": """
import re
def run(n=300):
    return [re.sub(r"(\\w)(\\d+)", r"\\2\\1", "a12 b34 c56") for _ in range(n)]
""",
    "matrix": """
def run(n=22):
    a = [[i + j for j in range(n)] for i in range(n)]
    return [[sum(a[i][k] * a[k][j] for k in range(n)) for j in range(n)] for i in range(n)]
""",
    "generator": """
def walk(n):
    if n:
        yield n
        yield from walk(n - 1)
def run():
    return sum(walk(150))
""",
    "exceptions": """
def run(n=2500):
    failed = 0
    for i in range(n):
        try:
            {}[i]
        except KeyError as error:
            failed += error.args[0] == i
    return failed
""",
}


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[2] / "shared" / "benchmarks"
    if folder.is_dir():
        print_admission(list(read_programs(folder)))
    ratios = []
    for name, text in MICRO.items():
        ratios.append(measure(text))
        print(f"{name:16} {ratios[-1]:5.2f}x")
    print(f"{'geometric mean':16} {math.exp(sum(map(math.log, ratios)) / len(ratios)):5.2f}x")


def read_programs(folder: Path) -> Iterator[str]:
    """The canonical programs of CRUXEval, HumanEval and MBPP."""
    for line in (folder / "cruxeval.jsonl").open():
        yield json.loads(line)["code"]
    with gzip.open(folder / "HumanEval.jsonl.gz", "rt") as file:
        for line in file:
            row = json.loads(line)
            yield row["prompt"] + row["canonical_solution"]
    for line in (folder / "mbpp.jsonl").open():
        yield json.loads(line)["code"]


def print_admission(texts: list[str]) -> None:
    best = {"check and rewrite": math.inf, "with parse": math.inf}
    for _ in range(3):
        whole = time.process_time()
        trees = [ast.parse(text) for text in texts]
        parsed = time.process_time()
        admitted = sum(not policy.check(tree) for tree in trees)
        for tree in trees:
            policy.rewrite(tree)
        end = time.process_time()
        best["check and rewrite"] = min(best["check and rewrite"], end - parsed)
        best["with parse"] = min(best["with parse"], end - whole)
    print(f"admitted {admitted} of {len(texts)}")
    for name, seconds in best.items():
        print(f"{name}: {len(texts) / seconds:,.0f} programs a second a core")


def measure(text: str) -> float:
    """How many times longer a program takes with guards."""
    plain = load(ast.parse(text), {"__name__": policy.PROGRAM})
    guarded = load(policy.rewrite(ast.parse(text)), policy.namespace())
    assert plain() == guarded(), text
    best = [math.inf, math.inf]
    for _ in range(40):
        for index, function in enumerate((plain, guarded)):
            start = time.perf_counter()
            function()
            best[index] = min(best[index], time.perf_counter() - start)
    return best[1] / best[0]


def load(tree: ast.Module, names: dict[str, Any]) -> Any:
    module = types.ModuleType(policy.PROGRAM)
    module.__dict__.update(names)
    sys.modules[policy.PROGRAM] = module
    exec(compile(tree, policy.FILENAME, "exec", dont_inherit=True), module.__dict__)
    return module.__dict__["run"]


if __name__ == "__main__":
    main()

"""What depends on the hour, the machine, the hash seed or chance is found out, and said to be so."""

from __future__ import annotations

import pytest

from pyx.records import Case, Origin, Program, Reject, Sample
from pyx.stages.execute import execute

CAUSES = [
    ("import datetime\ndef f(): return datetime.date.today().year", "clock-or-environment"),
    ("import datetime\ndef f(): return datetime.datetime.now().strftime('%A')", "clock-or-environment"),
    ("import time\ndef f(): return int(time.time())", "clock-or-environment"),
    ("import time\ndef f(): return time.strftime('%Y')", "clock-or-environment"),
    ("import time\ndef f(): return time.gmtime().tm_year", "clock-or-environment"),
    ("import datetime\ndef f(): return datetime.datetime.fromtimestamp(0).hour", "clock-or-environment"),
    ("import os\ndef f(): return os.getcwd()", "clock-or-environment"),
    ("import os\ndef f(): return os.path.expanduser('~')", "clock-or-environment"),
    ("def f(): return list({'a', 'b', 'c', 'd', 'e', 'f'})", "hash-seed"),
    ("def f(): return hash('a')", "hash-seed"),
    ("def f(): return id(f)", "random-or-address"),
    ("def f(): return str(object())", "random-or-address"),
    ("import random\ndef f(): return random.random()", "random-or-address"),
    ("import uuid\ndef f(): return str(uuid.uuid4())", "random-or-address"),
    ("l = [object() for _ in range(30)]\ndef f(): return sorted(range(30), key=ORDER)", "random-or-address"),
    ("l = [f'{n}!' for n in range(30)]\ndef f(): return sorted(range(30), key=ORDER)", "random-or-address"),
    ("def f(x=[]): x.append(1); return x", ""),
    ("import random\ndef f(): return random.Random(3).random()", ""),
    ("import datetime\ndef f(): return str(datetime.date(2020, 2, 28) + datetime.timedelta(2))", ""),
    ("import time\ndef f(): return time.gmtime(0).tm_year", ""),
    ("def f(): return sorted({'a', 'b', 'c'})", ""),
    ("def f(): return {'b', 'a', 'c'}", ""),
]


def find_rejection(code: str) -> str:
    code = code.replace("ORDER", "lambda n: id(l[n])")
    case = Case("p-1", "f()", "heuristic")
    sample = Sample("p", Origin("test"), program=Program(code, "f"), cases=(case,))
    items = list(execute([sample], policy=False))
    return items[0].reason if isinstance(items[0], Reject) else ""


@pytest.mark.parametrize(("code", "reason"), CAUSES, ids=[code.split("return ")[1] for code, _ in CAUSES])
def test_the_cause_of_a_difference_is_named(code: str, reason: str) -> None:
    assert find_rejection(code) == reason


def test_a_case_that_fails_in_both_worlds_alike_is_kept_with_its_exception() -> None:
    sample = Sample(
        "p", Origin("test"), program=Program("def f(x): return 1 / x", "f"),
        cases=(Case("p-1", "f(0)", "heuristic"), Case("p-2", "f(2)", "heuristic")),
    )  # fmt: skip
    (kept,) = execute([sample])
    assert isinstance(kept, Sample)
    assert [(case.status, case.answer, case.args) for case in kept.cases] == [
        ("error", "raises ZeroDivisionError", "{'x': 0}"),
        ("ok", "0.5", "{'x': 2}"),
    ]

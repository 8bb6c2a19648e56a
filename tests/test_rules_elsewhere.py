"""Rules of other distributions: found by entry point, and at work wherever pyx's own are."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the sandbox needs fork")

VALUE = """\
from pyx.rules import RULES
from pyx.trace.looks import Look


@RULES.add("V950", name="ratio", version=3, types=("fractions.Fraction",))
def see_ratio(value):
    \"\"\"A fraction shows its two numbers.\"\"\"
    from .numbers import split
    return Look("(", split(value), type="Ratio")


EXAMPLES = [("fractions.Fraction(2, 4)", "Ratio(1, 2)")]
"""

EFFECT = """\
from pyx.rules import RULES


@RULES.add("E950", name="shuffles", version=1, functions=("random.shuffle",))
def find_shuffled(args, kwargs):
    \"\"\"`random.shuffle` changes its argument.\"\"\"
    return args[:1]


EXAMPLES = [
    (
        "import random\\ndef f(xs):\\n    random.seed(1)\\n    random.shuffle(xs)\\n    return xs\\n",
        "f([3, 1])",
    )
]
"""

NARRATION = """\
from pyx.rules import RULES, Said


@RULES.add("N950", name="halved", version=2, on="AugAssign", priority=1)
def say_halved(scene):
    \"\"\"A name is halved.\"\"\"
    if scene.source(scene.node) != "n //= 2":
        return None
    return Said(f"We halve `n`: it becomes `{scene.now('n')}`.", scene.became("n"))


EXAMPLES = [("def f(n):\\n    n //= 2\\n    return n\\n", "f(4)", "We halve `n`: it becomes `2`.")]
"""

PROGRAM = """\
from fractions import Fraction
def f(n):
    x = Fraction(n, 6)
    n //= 2
    return n
"""


@pytest.fixture
def install(tmp_path: Path):  # type: ignore[no-untyped-def]
    """Installs `small_rules` as an installer leaves it: a package, and metadata with its entry point."""

    def install(**files: str) -> Path:
        package = tmp_path / "small_rules"
        package.mkdir()
        lines = "".join(f"from small_rules import {name}\n" for name in files if name != "numbers")
        for name, text in {"__init__": lines, **files}.items():
            (package / f"{name}.py").write_text(text)
        info = tmp_path / "small_rules-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: small-rules\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text("[pyx.rule]\nall = small_rules\n")
        (tmp_path / "program.py").write_text(PROGRAM)
        return tmp_path

    return install


NUMBERS = "def split(value):\n    return [value.numerator, value.denominator]\n"


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "pyx", *words]
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    return subprocess.run(line, env=environment, cwd=folder, capture_output=True, text=True, check=False)


def test_a_value_an_effect_and_a_narration_rule_of_another_distribution_are_at_work(install) -> None:  # type: ignore[no-untyped-def]
    folder = install(ratio=VALUE, shuffles=EFFECT, halved=NARRATION, numbers=NUMBERS)
    tested = run(folder, "rules", "test", "small_rules")
    assert tested.stdout.split() == [
        "PYX-E950", "shuffles", "ok", "PYX-N950", "halved", "ok", "PYX-V950", "ratio", "ok",
    ], tested.stdout + tested.stderr  # fmt: skip
    shown = run(folder, "trace", "program.py", "--call", "f(4)")
    assert 'state: {"n": 2, "x": Ratio(2, 3)}' in shown.stdout, shown.stderr
    header = json.loads(run(folder, "trace", "program.py", "--call", "f(4)", "--format", "json").stdout)
    assert {"V950.3", "E950.1"} <= set(header["rules"])
    told = run(folder, "narrate", "program.py", "--call", "f(4)").stdout
    assert "We halve `n`: it becomes `2`." in told and "`Ratio(2, 3)`" in told


LEVELS = """\
import sys
from pyx.errors import SandboxError
from pyx.sandbox.pool import Box, Job
job = Job(open("program.py").read(), "f(4)", mode="record")
look = "import sys\\ndef f():\\n    return [n for n in sys.modules if n.startswith(('pyx', 'small_'))]\\n"
for level in ("process", "kernel", "sealed"):
    try:
        box = Box(level=level)
    except SandboxError:
        continue
    with box:
        print(level, "Ratio" in str(box.run(job).payload), box.run(Job(look, "f()", policy=False)).value)
"""


def test_foreign_rules_reach_every_level_and_no_program_sees_them(install) -> None:  # type: ignore[no-untyped-def]
    folder = install(ratio=VALUE, numbers=NUMBERS)
    (folder / "levels.py").write_text(LEVELS)
    line = [sys.executable, "levels.py"]
    told = subprocess.run(line, cwd=folder, capture_output=True, text=True, check=False)
    seen = [line.split(maxsplit=1) for line in told.stdout.splitlines()]
    assert seen and all(words == "True []" for _, words in seen), told.stdout + told.stderr


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (VALUE.replace("from pyx.rules", "import missing\nfrom pyx.rules", 1), "No module named 'missing'"),
        (VALUE.replace("import Look", "import Look\nimport click"), "in the sandbox: cannot load rule"),
        (VALUE + "def", "small_rules/ratio.py, line 13): SyntaxError"),
        (VALUE.replace('("fractions.Fraction",)', '"fractions.Fraction"'), "types is 'fractions.Fraction'"),
        (VALUE.replace("return Look", "return None\n    return Look"), "small_rules.ratio gives None"),
        (VALUE.replace("return Look", "return 1 / 0\n    return Look"), "raises ZeroDivisionError"),
    ],
    ids=["import", "installed", "syntax", "facts", "none", "raises"],
)  # fmt: skip
def test_a_broken_rule_of_another_distribution_is_an_error_that_names_it(  # type: ignore[no-untyped-def]
    install, broken: str, said: str
) -> None:
    folder = install(ratio=broken, numbers=NUMBERS)
    failed = run(folder, "narrate", "program.py", "--call", "f(4)")
    assert failed.returncode == 2, failed.stdout
    assert said in failed.stderr and "Traceback" not in failed.stderr
    assert "small-rules" in failed.stderr or "small_rules.ratio" in failed.stderr


def test_a_changed_foreign_rule_changes_what_recordings_and_texts_depend_on(install) -> None:  # type: ignore[no-untyped-def]
    folder = install(ratio=VALUE, halved=NARRATION, numbers=NUMBERS)
    ask = "from pyx.stages.trace import find_dependencies as a\n"
    ask += "from pyx.annotate.forward import find_labels as b\nprint(a()['rules'], b())"
    line = [sys.executable, "-c", ask]
    seen = []
    for name, text in (("numbers", NUMBERS + "#"), ("halved", NARRATION + "#"), ("halved", NARRATION)):
        seen.append(subprocess.run(line, cwd=folder, capture_output=True, text=True, check=True).stdout)
        (folder / "small_rules" / f"{name}.py").write_text(text)
    assert len(set(seen)) == 3 and "'V950.3'" in seen[0] and "'N950.2'" in seen[0]


HALF = '''\
from fractions import Fraction


def half(n: int) -> str:
    """Write half of n as a fraction.

    >>> half(3)
    '3/2'
    >>> half(8)
    '4'
    >>> half(9)
    '9/2'
    """
    x = Fraction(n, 2)
    n //= 2
    parts = []
    for k in range(n):
        parts.append(k)
    return str(x)
'''


@pytest.mark.slow
def test_a_release_names_foreign_rules_and_is_verified_only_where_they_are(install) -> None:  # type: ignore[no-untyped-def]
    folder = install(ratio=VALUE, shuffles=EFFECT, halved=NARRATION, numbers=NUMBERS)
    (folder / "src").mkdir()
    (folder / "src" / "half.py").write_text(HALF)
    (folder / "src" / "LICENSE").write_text("MIT License\n")
    made = run(folder, "curate", "smoke", "--seeds", "folder:src", "--out", "out")
    assert made.returncode == 0, made.stderr
    figures = json.loads((folder / "out" / "manifest.json").read_text())["figures"]["rule"]
    assert {"V950.3", "E950.1", "N950.2"} <= set(figures)
    assert run(folder, "verify", "out").returncode == 0
    (folder / "small_rules-1.0.dist-info" / "entry_points.txt").unlink()
    alone = run(folder, "verify", "out")
    assert alone.returncode == 1
    assert "plug-in: V950.3 took part" in alone.stdout + alone.stderr

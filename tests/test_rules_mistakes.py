"""A mistake in a rule's file is one clear line of `pyx rules test`, never a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pyx.commands.rules import command
from pyx.registry import RULES

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the sandbox needs fork")

VALUE = """\
from pyx.rules import RULES
from pyx.trace.looks import Look

@RULES.add("V990", name="twin", version=1, types=("queue.SimpleQueue", "fractions.Fraction"))
def see_twin(value):
    \"\"\"A fraction shows its two numbers.\"\"\"
    return Look("(", [value.numerator, value.denominator], type="Twin")

EXAMPLES = [("fractions.Fraction(2, 4)", "Twin(1, 2)")]
"""

EFFECT = """\
from pyx.rules import RULES

@RULES.add("E990", name="shuffled", version=1, functions=("random.shuffle",))
def find_shuffled(args, kwargs):
    \"\"\"`random.shuffle` changes its argument.\"\"\"
    return args[:1]

CODE = "import random\\ndef f(xs):\\n    random.seed(1)\\n    random.shuffle(xs)\\n    return xs\\n"
EXAMPLES = [(CODE, "f([3, 1, 2])")]
"""

NARRATION = """\
from pyx.records import Claim
from pyx.rules import RULES, Said

@RULES.add("N990", name="doubling", version=1, on="AugAssign", priority=1)
def say_doubling(scene):
    \"\"\"A name is doubled.\"\"\"
    if scene.source(scene.node) != "n *= 2":
        return None
    return Said(f"`n` doubles and becomes `{scene.now('n')}`.", scene.became("n"))

EXAMPLES = [("def f(n):\\n    n *= 2\\n    return n\\n", "f(4)", "doubles and becomes `8`")]
"""


POINTS = "[pyx.rule]\nwrong = wrong_rule\n"


def install(folder: Path, text: str) -> subprocess.CompletedProcess[str]:
    """Tests the rule of a file in a process that finds it installed, so that the sandbox has it."""
    (folder / "wrong_rule.py").write_text(text)
    info = folder / "wrong_rule-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: wrong-rule\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(POINTS)
    line = [sys.executable, "-m", "pyx", "rules", "test", "wrong_rule"]
    return subprocess.run(line, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture
def test_rule(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """Tests the rule of a file, which is loaded as an entry point loads it, and forgotten again."""
    known = dict(RULES._found) if list(RULES) else {}
    monkeypatch.syspath_prepend(str(tmp_path))

    def test(text: str) -> Result:
        name = f"wrong_rule_{abs(hash(text))}"
        (tmp_path / f"{name}.py").write_text(text)
        __import__(name)
        return CliRunner().invoke(command, ["test", name])

    yield test
    RULES._found = known


@pytest.mark.parametrize(
    ("text", "old", "new", "line"),
    [
        (VALUE, ', types=("queue.SimpleQueue", "fractions.Fraction")', "", "types is missing; name them in"),
        (VALUE, '("queue.SimpleQueue", "fractions.Fraction")', '"fractions.Fraction"', "types is 'fractions"),
        (VALUE, "(value)", "(value, put)", "a value rule is called with (value), and this one cannot be"),
        (VALUE, '[("fractions.Fraction(2, 4)", "Twin(1, 2)")]', "[]", "EXAMPLES is empty: a value rule has"),
        (VALUE, '[("fractions.Fraction(2, 4)", "Twin(1, 2)")]', "7", "EXAMPLES is no list"),
        (VALUE, '"Twin(1, 2)")]', ")]", "a value rule has a list of (expression, text), all of them texts"),
        (VALUE, '"V990"', '"X990"', "its code is 'X990', and should be V, E or N and three digits"),
        (VALUE, '    """A fraction shows its two numbers."""\n', "", "has no docstring, which is its page"),
        (EFFECT, 'functions=("random.shuffle",)', 'functions="random.shuffle"', "functions is 'random.sh"),
        (EFFECT, "(args, kwargs)", "(args)", "an effect rule is called with (args, kwargs)"),
        (EFFECT, '("random.shuffle",)', '("random.sample",)', "calls none of random.sample"),
        (NARRATION, '"AugAssign"', '"AugAsign"', "on names 'AugAsign', which is no statement or step; did"),
        (NARRATION, ', on="AugAssign"', "", "on is missing; name what it speaks of"),
        (NARRATION, "return Said(", "return (", "gives ("),
        (NARRATION, 'scene.became("n"))', 'Claim("became"))', "gives Said(text="),
        (NARRATION, "return Said", "scene.nothing; return Said", "has no attribute 'nothing', at line 2"),
        (NARRATION, "becomes `{scene.now('n')}`.", "becomes `{scene.now('n')}`, from `{scene.was('n')}`.",
         "says that `n` is `4`, and no claim does"),
        (NARRATION, "doubles and", "goes round 7 times, doubles and", "count 7, and no claim does"),
        (NARRATION, "scene.now('n')", "scene.was('n')", "line 2, n is 8, not 4; it says '[L2] `n` doubles"),
        (NARRATION, "priority=1", "priority=99", "priority is 99, and N010 augmented (priority 60) spoke"),
        (NARRATION, '"doubles and', '"trebles and', "says '`n` doubles and becomes `8`.', not 'trebles"),
        (NARRATION, "return Said(f\"", 'return Said("So. " * 400 + f"', "1628 characters, 1200 are allowed"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_line(test_rule, text: str, old: str, new: str, line: str) -> None:  # type: ignore[no-untyped-def]
    assert old in text
    result = test_rule(text.replace(old, new))
    assert result.exit_code == 1, result.output
    assert line in find_lines(result.stdout), result.output
    assert isinstance(result.exception, SystemExit)


@pytest.mark.parametrize(
    ("text", "old", "new", "line"),
    [
        (VALUE, '"Twin(1, 2)"', '"Twin(2, 4)"', "is shown as Twin(1, 2), not as Twin(2, 4)"),
        (VALUE, '"(", [', '"(", [1 / 0, ', "rule V990.1 in wrong_rule raises ZeroDivisionError"),
        (VALUE, "return Look", "Look", "gives None, no text and no Look"),
        (VALUE, "[value.numerator, value.denominator]", "None", "gives a Look of None"),
        (VALUE, "[value.numerator, value.denominator]", "[*range(900)]", "4394 characters, 1200 are allowed"),
        (VALUE, "[value.numerator", "[id(value)", "two recordings differ: by chance or hash seed"),
        (VALUE, "fractions.Fraction(2, 4)", "fractions.Fraction(2, 0)", "raises ZeroDivisionError"),
        (VALUE, "fractions.Fraction(2, 4)", "fractions.Fraction(", "SyntaxError"),
        (EFFECT, "args[:1]", "args[1:]", "two recordings differ: by chance or hash seed, or since a rule"),
        (EFFECT, "args[:1]", "args[7]", "rule find_shuffled in wrong_rule raises IndexError"),
        (EFFECT, "args[:1]", "[7]", "rule find_shuffled in wrong_rule gives [7]"),
        (EFFECT, "f([3, 1, 2])", "g([3, 1, 2])", "NameError"),
    ],
)  # fmt: skip
def test_a_mistake_that_shows_in_the_sandbox_is_one_line(
    tmp_path: Path, text: str, old: str, new: str, line: str
) -> None:
    assert old in text
    result = install(tmp_path, text.replace(old, new))
    assert (result.returncode, "Traceback" in result.stderr) == (1, False), result.stdout + result.stderr
    assert line in find_lines(result.stdout), result.stdout


def test_a_value_rule_that_shows_what_is_shown_without_it_is_dead(tmp_path: Path) -> None:
    same = VALUE.replace('Look("(", [value.numerator, value.denominator], type="Twin")', "FRACTION")
    same = same.replace("FRACTION", "f'Fraction({value.numerator}, {value.denominator})'")
    result = install(tmp_path, same.replace("Twin(1, 2)", "Fraction(1, 2)"))
    assert "without the rule it is shown the same" in find_lines(result.stdout), result.stdout


def find_lines(shown: str) -> str:
    """What is said to be wrong."""
    return "\n".join(part for part in shown.splitlines() if part.startswith("    "))


@pytest.mark.parametrize("text", [VALUE, EFFECT, NARRATION], ids=["value", "effect", "narration"])
def test_a_rule_without_mistakes_is_found_to_have_none(tmp_path: Path, text: str) -> None:
    result = install(tmp_path, text)
    assert result.returncode == 0, result.stdout + result.stderr


def test_an_unknown_rule_is_answered_with_the_nearest_and_not_with_all() -> None:
    for word, near in (("swaped", "'swapped'"), ("N09", "'N0"), ("PYX-N0222", "'PYX-N022'")):
        error = CliRunner().invoke(command, ["explain", word]).exception
        assert f"no rule '{word}'" in str(error)
        hint = error.hint  # type: ignore[union-attr]
        assert f"did you mean {near}" in hint and "pyx rules list" in hint and len(hint) < 80

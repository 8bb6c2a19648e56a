"""Tracing rules: what they say, in which order they are asked, and how others add theirs."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from pyx.commands.rules import command
from pyx.errors import PluginError
from pyx.records import Program
from pyx.registry import RULES, Plugin
from pyx.rules import (
    Said,
    Scene,
    check,
    code,
    find_narration,
    find_scenes,
    list_words,
    show,
    speak,
    tell_story,
)
from pyx.trace.recorder import trace_text
from pyx.trace.steps import steps


def tell(text: str, call: str) -> Iterator[tuple[str, str]]:
    """The code of the rule that speaks of each step, and its words."""
    trace = trace_text(text, call)
    story = tell_story(Program(text, "f"), trace, steps(trace))
    for scene in find_scenes(story):
        if found := speak(scene, find_narration()):
            yield found[1].code, found[0].text


def test_there_are_rules_of_all_three_kinds_and_enough_of_them() -> None:
    codes = [rule.code for rule in RULES]
    assert sum(name.startswith("N") for name in codes) >= 45
    assert sum(name.startswith("V") for name in codes) >= 5
    assert sum(name.startswith("E") for name in codes) >= 2


def test_the_most_special_rule_speaks() -> None:
    program = "def f(a, b):\n    a, b = b, a\n    a += 1\n    return a\n"
    assert [rule for rule, _ in tell(program, "f(1, 2)")] == ["N001", "N022", "N011", "N050"]


def test_every_claim_of_a_rule_is_about_the_line_it_speaks_of_or_about_no_line() -> None:
    program = "def f(xs):\n    t = 0\n    for x in xs:\n        t += x * 2\n    return t\n"
    trace = trace_text(program, "f([1, 2])")
    story = tell_story(Program(program, "f"), trace, steps(trace))
    for scene in find_scenes(story):
        found = speak(scene, find_narration())
        if found is not None:
            assert {claim.line for claim in found[0].claims} <= {0, scene.line}


@pytest.mark.parametrize(
    ("text", "span"), [("x", "`x`"), ("a`b", "`` a`b ``"), ("", "``")], ids=["plain", "backtick", "empty"]
)
def test_a_code_span_survives_backticks(text: str, span: str) -> None:
    assert code(text) == span


def test_a_long_value_is_described_and_not_cut() -> None:
    assert show(repr(list(range(100)))) == "a list of 100 items"
    assert show("[1, 2]") == "`[1, 2]`"


def test_words_are_listed_as_in_english() -> None:
    assert list_words(["a", "b", "c"]) == "a, b and c"
    assert list_words(["a"]) == "a"


def test_a_rule_without_a_word_of_its_own_is_dead() -> None:
    def say_nothing(_scene: Scene) -> Said | None:
        return None

    rule = Plugin("rule", "silent", 1, "N998", say_nothing, {"on": "Assign"})
    say_nothing.__module__ = "pyx.rules.initial"  # for its EXAMPLES
    assert all("says nothing" in line for line in check(rule))


def test_an_example_whose_words_are_not_said_is_named() -> None:
    rule = RULES.find("N022")
    twin = Plugin(rule.kind, rule.name, 99, rule.code, rule.function, rule.facts)
    assert any("the rule says nothing" in line for line in check(twin))


def test_rules_are_listed_with_what_they_are_for() -> None:
    lines = CliRunner().invoke(command, ["list"]).stdout.splitlines()
    assert len(lines) == len(list(RULES))
    assert any(line.startswith("PYX-N022.1  narration  swapped ") for line in lines)


def test_a_rule_is_explained_by_its_page_and_its_examples() -> None:
    shown = CliRunner().invoke(command, ["explain", "PYX-N022"]).stdout
    assert "two places trade their values" in shown
    assert "a, b = b, a" in shown


def test_an_unknown_rule_is_named_with_the_nearest_one() -> None:
    with pytest.raises(PluginError, match="no rule 'swaped'") as caught:
        CliRunner().invoke(command, ["explain", "swaped"], catch_exceptions=False)
    assert "did you mean 'swapped'" in caught.value.hint


@pytest.mark.skipif(os.name != "posix", reason="the sandbox needs fork")
def test_rules_are_tested_under_the_sandbox_and_the_verdict() -> None:
    result = CliRunner().invoke(command, ["test", "N022", "E001", "V006"])
    assert result.exit_code == 0, result.output
    assert [line.split()[-1] for line in result.stdout.splitlines()] == ["ok", "ok", "ok"]


OTHER = """\
from pyx.records import Claim
from pyx.rules import RULES, Said


@RULES.add("N900", name="doubled", version=1, on="AugAssign", priority=1)
def say_doubled(scene):
    \"\"\"A name is doubled.\"\"\"
    if scene.source(scene.node) != "n *= 2":
        return None
    return Said(f"`n` doubles and becomes `{scene.now('n')}`.", scene.became("n"))


EXAMPLES = [("def f(n):\\n    n *= 2\\n    return n\\n", "f(4)", "doubles and becomes `8`")]
"""


def write_distribution(folder: Path, text: str) -> None:
    """A distribution as an installer leaves it: a module, and metadata with the entry point."""
    (folder / "other_rules.py").write_text(text)
    info = folder / "other_rules-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: other-rules\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[pyx.rule]\ndoubled = other_rules\n")


def run_rules(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    command_line = [sys.executable, "-m", "pyx", "rules", *words]
    return subprocess.run(command_line, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.skipif(os.name != "posix", reason="the sandbox needs fork")
def test_another_distribution_adds_a_rule(tmp_path: Path) -> None:
    write_distribution(tmp_path, OTHER)
    tested = run_rules(tmp_path, "test", "other_rules")
    assert tested.returncode == 0, tested.stdout + tested.stderr
    assert tested.stdout.split() == ["PYX-N900", "doubled", "ok"]


@pytest.mark.skipif(os.name != "posix", reason="the sandbox needs fork")
def test_a_rule_that_says_what_is_not_so_fails_its_test(tmp_path: Path) -> None:
    lie = OTHER.replace("scene.now('n')", "0").replace("`8`", "`0`")
    write_distribution(tmp_path, lie)
    tested = run_rules(tmp_path, "test", "N900")
    assert tested.returncode == 1
    assert "the text is not true: wrong value: line 2, n is 8, not 0; it says" in tested.stdout


def test_a_rule_without_examples_is_refused_when_it_is_loaded(tmp_path: Path) -> None:
    write_distribution(tmp_path, OTHER.split("EXAMPLES")[0])
    listed = run_rules(tmp_path, "list")
    assert listed.returncode == 2
    assert "rule 'doubled' in other_rules has no EXAMPLES" in listed.stderr


def test_a_code_that_stands_twice_is_refused(tmp_path: Path) -> None:
    write_distribution(tmp_path, textwrap.dedent(OTHER).replace("N900", "N022"))
    listed = run_rules(tmp_path, "list")
    assert listed.returncode == 2
    assert "'N022' stands twice" in listed.stderr


PAGE = Path(__file__).parent.parent / "docs" / "tracing-rules.md"


@pytest.mark.skipif(os.name != "posix", reason="the sandbox needs fork")
def test_the_three_rules_of_the_page_pass_their_tests(tmp_path: Path) -> None:
    blocks = [part.split("```")[0] for part in PAGE.read_text().split("```python\n")[1:]]
    assert len(blocks) == 3
    for number, block in enumerate(blocks):
        (tmp_path / f"my_rules_{number}.py").write_text(block)
    points = "".join(f"rule-{number} = my_rules_{number}\n" for number in range(3))
    info = tmp_path / "my_rules-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: my-rules\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[pyx.rule]\n{points}")
    tested = run_rules(tmp_path, "test", "V900", "E900", "N901")
    assert [line.split()[-1] for line in tested.stdout.splitlines()] == ["ok", "ok", "ok"], tested.stdout

"""Every program of tests/programs/refused is refused for the reason that stands above it.

A file holds programs, each after a line `#: CODE` or, when nothing shows before it runs and a
guard must stop it, `#: CODE run`.
"""

from __future__ import annotations

import ast
import sys
import types
from collections.abc import Iterator
from pathlib import Path

import pytest

from pyx.sandbox import policy

FOLDER = Path(__file__).parent / "programs" / "refused"


def read_programs() -> Iterator[tuple[str, str, bool, str]]:
    """Where each program stands, its code, whether it must run to be refused, its text."""
    for path in sorted(FOLDER.glob("*.txt")):
        for part in path.read_text().split("#: ")[1:]:
            head, _, text = part.partition("\n")
            code, _, how = head.partition(" ")
            yield f"{path.stem}: {text[:60]!r}", code, how == "run", text


PROGRAMS = list(read_programs())


def run(text: str) -> policy.Refusal | None:
    """What a guard refuses while an admitted program runs, as a child would see it."""
    module = types.ModuleType(policy.PROGRAM)
    module.__dict__.update(policy.namespace())
    sys.modules[policy.PROGRAM] = module
    policy.found(forget=True)
    try:
        code = compile(policy.rewrite(ast.parse(text)), policy.FILENAME, "exec", dont_inherit=True)
        exec(code, module.__dict__)
    except policy.Refused:
        pass
    finally:
        del sys.modules[policy.PROGRAM]
    return next(iter(policy.found(forget=True)), None)


@pytest.mark.parametrize(
    ("code", "runs", "text"), [row[1:] for row in PROGRAMS], ids=[row[0] for row in PROGRAMS]
)
def test_a_program_of_the_corpus_is_refused_for_its_reason(code: str, runs: bool, text: str) -> None:
    refusals = policy.check(ast.parse(text))
    if not runs:
        assert code in {refusal.code for refusal in refusals}, refusals
        return
    assert refusals == []
    refusal = run(text)
    assert refusal is not None and refusal.code == code, refusal


def test_the_corpus_has_no_program_twice_and_at_least_400() -> None:
    texts = [row[3] for row in PROGRAMS]
    assert len(set(texts)) == len(texts) >= 400


def test_a_code_is_documented_and_met_by_the_corpus() -> None:
    met = {row[1] for row in PROGRAMS}
    assert met <= policy.CODES.keys()
    assert policy.CODES.keys() - met == {"syntax-error", "syntax", "too-deep"}  # see test_policy.py


def test_a_refusal_while_running_names_the_line_of_the_program() -> None:
    refusal = run("x = 1\n\ny = getattr(int, 'm' + 'ro')\n")
    assert refusal is not None and (refusal.code, refusal.line) == ("introspection", 3)


def test_a_program_that_swallows_its_refusal_is_found_out() -> None:
    refusal = run("try:\n    getattr(int, 'm' + 'ro')\nexcept BaseException:\n    pass\n")
    assert refusal is not None and refusal.code == "introspection"

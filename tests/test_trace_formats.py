"""Formats write exactly what their examples say."""

# ruff: noqa: E501 (program texts stand as they are)
from __future__ import annotations

import io
import json
import re
import tokenize

import pytest

from pyx import formats
from pyx.records import Program
from pyx.registry import FORMATS, Plugin
from pyx.trace import events
from pyx.trace.lengths import count_tokens
from pyx.trace.recorder import trace_text
from pyx.trace.steps import by_end, steps


@pytest.mark.parametrize("plugin", list(FORMATS), ids=lambda plugin: plugin.name)
def test_a_format_writes_what_its_examples_say(plugin: Plugin) -> None:
    assert plugin.examples
    assert not list(formats.check(plugin))


PROGRAMS = [
    ("def f(n):\n    t = 0\n    for i in range(n):\n        t += i\n    return t\n", "f(4)"),
    ("def g(x):  # doubles\n    return x * 2\ndef f(s):\n    d = {}\n    for c in s:\n        d[c] = g(len(d))\n    return d\n",
     "f('a#b')"),
    ("def f(x):\n    text = '''one\n# two'''\n    y = [\n        x,\n    ]\n    if x: y.append(text); z = 1\n    return y, \\\n        z\n",
     "f(1)"),
    ("def f(x):\n    try:\n        return x['k']\n    except KeyError as e:\n        return str(e)\n    finally:\n        x['n'] = 1\n",
     "f({})"),
    ("def g(n):\n    for i in range(n):\n        yield i\ndef f(n):\n    return [x for x in g(n)]\n", "f(3)"),
]  # fmt: skip


def strip_comments(code: str) -> list[tuple[int, str]]:
    tokens = tokenize.generate_tokens(io.StringIO(code).readline)
    return [
        (token.type, token.string) for token in tokens if token.type not in (tokenize.COMMENT, tokenize.NL)
    ]


@pytest.mark.parametrize("name", ["semcoder", "next"])
@pytest.mark.parametrize(("code", "call"), PROGRAMS)
def test_an_inline_format_without_its_comments_is_the_program(name: str, code: str, call: str) -> None:
    text = FORMATS.find(name).function(Program(code, "f"), trace_text(code, call))
    assert strip_comments(text) == strip_comments(code)
    assert "# [" in text or "# (" in text


@pytest.mark.parametrize(("code", "call"), PROGRAMS)
def test_labels_read_back_give_every_change_of_the_trace(code: str, call: str) -> None:
    trace = trace_text(code, call)
    text = FORMATS.find("labelled").function(Program(code, "f"), trace)
    read = re.findall(r"^\[L(\d+)\] (?!\[OUTPUT|\[YIELD|\[EXC)(?:\[INPUT\] )?(\w+) = ", text, re.MULTILINE)
    changes = [
        (str(step.line), names[0]) for step in by_end(steps(trace))
        if (names := [name for name in step.changed if name in step.after]) and step.kind in ("call", "line", "resume")
    ]  # fmt: skip
    assert read == changes


@pytest.mark.parametrize(("code", "call"), PROGRAMS)
def test_json_read_back_is_the_trace(code: str, call: str) -> None:
    trace = trace_text(code, call)
    text = FORMATS.find("json").function(Program(code, "f"), trace)
    assert events.dump(events.load(text)) == text
    assert steps(events.load(text)) == steps(trace)


@pytest.mark.parametrize(("code", "call"), PROGRAMS)
def test_cwm_frames_read_back_give_the_locals_before_every_line(code: str, call: str) -> None:
    trace = trace_text(code, call)
    text = FORMATS.find("cwm").function(Program(code, "f"), trace)
    shown = [json.loads(state) for state in re.findall(r"<\|line_sep\|>(\{.*?\})<\|action_sep\|>", text)]
    lines = [step for step in steps(trace) if step.kind == "line"]
    assert [list(state) for state in shown] == [list(step.before) for step in lines]
    for state, step in zip(shown, lines, strict=True):
        assert all(value in ("..", step.before[name]) for name, value in state.items())


def find_states(code: str, call: str) -> list[tuple[int, dict[str, str]]]:
    """Every state that a line bound or changed: the line, and the names with their values."""
    return [
        (step.line, {name: step.after[name] for name in step.changed if name in step.after})
        for step in by_end(steps(trace_text(code, call)))
        if step.kind in ("line", "resume") and step.changed
    ]


@pytest.mark.parametrize(("code", "call"), PROGRAMS)
def test_semcoder_comments_read_back_give_every_state_in_order(code: str, call: str) -> None:
    text = FORMATS.find("semcoder").function(Program(code, "f"), trace_text(code, call))
    found = re.findall(r"\[STATE-(\d+)\] (\{.*?\}) \[/STATE-\1\]", text)
    ordered = [state for _, state in sorted(found, key=lambda item: int(item[0]))]
    states = [
        "{" + ", ".join(f'"{name}": {value}' for name, value in names.items()) + "}"
        for _, names in find_states(code, call)
    ]
    assert ordered == states
    assert [int(number) for number, _ in sorted(found, key=lambda item: int(item[0]))] == list(
        range(len(states))
    )


@pytest.mark.parametrize(("code", "call"), PROGRAMS)
def test_next_comments_read_back_give_every_state_with_its_number(code: str, call: str) -> None:
    text = FORMATS.find("next").function(Program(code, "f"), trace_text(code, call), shown=0)
    found = {
        int(number): names
        for number, names in re.findall(r"\((\d+)\) (.*?)(?=; \(\d+\)|; __|$)", text, re.MULTILINE)
    }
    changed = [
        ", ".join(f"{name} = {step.after[name]}" for name in step.changed if name in step.after)
        for step in by_end(steps(trace_text(code, call))) if step.kind in ("call", "line", "resume")
    ]  # fmt: skip
    assert [found[number] for number in sorted(found)] == [names for names in changed if names]


@pytest.mark.parametrize(("code", "call"), PROGRAMS)
def test_a_scratchpad_read_back_gives_the_whole_state_after_every_line(code: str, call: str) -> None:
    trace = trace_text(code, call)
    text = FORMATS.find("scratchpad").function(Program(code, "f"), trace)
    states = re.findall(r"^state: (\{.*\})$", text, re.MULTILINE)
    ends = re.findall(r"^(return|yield): (.*)$", text, re.MULTILINE)
    told = by_end(steps(trace))
    assert states == [
        "{" + ", ".join(f'"{name}": {value}' for name, value in step.after.items()) + "}"
        for step in told if step.kind in ("call", "line", "resume")
    ]  # fmt: skip
    assert ends == [(step.kind, step.value) for step in told if step.kind in ("return", "yield")]


@pytest.mark.parametrize(("code", "call"), PROGRAMS)
def test_the_sentences_of_steps_read_back_give_lines_and_values(code: str, call: str) -> None:
    trace = trace_text(code, call)
    text = FORMATS.find("steps").function(Program(code, "f"), trace)
    told = by_end(steps(trace))
    sentences = re.findall(r"^(\d+)\. (.*)$", text, re.MULTILINE)
    assert [int(number) for number, _ in sentences] == list(range(1, len(told) + 1))
    for (_, words), step in zip(sentences, told, strict=True):
        assert step.kind == "call" or words.startswith(f"Line {step.line}: ")
        assert all(f"{name} = {step.after[name]}" in words for name in step.changed if name in step.after)
        assert step.kind not in ("return", "yield") or words.endswith(f"{step.kind}s {step.value}.")


@pytest.mark.parametrize("name", ["semcoder", "next"])
def test_an_inline_format_with_a_budget_keeps_the_program_and_the_ends_of_its_execution(name: str) -> None:
    code = PROGRAMS[0][0]
    program, trace, plugin = Program(code, "f"), trace_text(code, "f(50)"), FORMATS.find(name)
    whole = plugin.function(program, trace, **({"shown": 0} if name == "next" else {}))
    short = plugin.function(program, trace, tokens=150, **({"shown": 0} if name == "next" else {}))
    assert strip_comments(short) == strip_comments(code)
    spent = count_tokens(short) - count_tokens(code)
    assert spent < 200 < count_tokens(whole)
    first, last = ("n = 50", "__return__=1225") if name == "next" else ('[INPUT] {"n": 50}', "[OUTPUT] 1225")
    assert first in short and last in short
    assert sum("..." in line for line in short.splitlines()) == 2  # the two lines of the loop lose some


@pytest.mark.parametrize("name", ["scratchpad", "labelled", "cwm", "steps"])
def test_a_budget_of_tokens_leaves_out_the_middle_and_says_so(name: str) -> None:
    code = PROGRAMS[0][0]
    program, trace = Program(code, "f"), trace_text(code, "f(50)")
    whole = FORMATS.find(name).function(program, trace)
    short = FORMATS.find(name).function(program, trace, tokens=200)
    assert "\n...\n" in short and "\n...\n" not in whole
    assert count_tokens(short) < 300 < count_tokens(whole)
    assert whole.startswith(short.partition("\n...\n")[0]) and whole.endswith(short.partition("\n...\n")[2])


def test_a_small_heap_that_is_endless_as_text_is_cut_with_its_length_and_hash() -> None:
    code = "def f(n):\n    x = []\n    for i in range(n):\n        x = [x, x]\n    return len(x)\n"
    longest = max(
        (text for step in steps(trace_text(code, "f(60)")) for text in step.after.values()), key=len
    )
    assert len(longest) <= 200_000
    assert any(
        re.search(r"<cut '\[\[.*' of \d+, sha256 [0-9a-f]{64}>", step.after.get("x", ""))
        for step in steps(trace_text(code, "f(25)"))
    )

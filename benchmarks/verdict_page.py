"""A text made of blocks with slots, so that one thing in it can be made false and nothing else.

A manner is a table of sentences for what can happen in a step. `{...}` are facts, `<yes|no>` are
words that say which way a branch went, and their opposite.
"""

from __future__ import annotations

import ast
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from verdict_walk import Outside, Step, Walk, plain, same

CLOSING = {"“": "”"}
ORDINALS = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"]


@dataclass
class Slot:
    kind: str  # value, answer, count, line, branch, name
    text: str
    never: list[str] = field(default_factory=list)  # values that would be true here too
    others: list[str] = field(default_factory=list)


@dataclass
class Block:
    text: str
    step: Step | None = None
    lead: str = ""  # numbers and bullets, which stay where they are
    end: str = "\n"


@dataclass(frozen=True)
class Manner:
    name: str
    says: dict[str, list[str]]
    layout: str = "lines"  # lines, flow, bullets, nested, numbered, steps
    placed: bool = True  # whether a reader knows at each sentence which step it is about
    tick: str = ""  # what stands around names and values


class Page:
    """One text in one manner about one walk."""

    def __init__(self, walk: Walk, manner: Manner, random_: random.Random) -> None:
        self.walk, self.manner, self.random = walk, manner, random_
        self.slots: list[Slot] = []
        self.blocks: list[Block] = []
        self.number = 0
        self.loops: list[int] = []
        self._write()

    def _write(self) -> None:
        self._add("intro", None)
        for step in self.walk.steps:
            for kind in situations(step, self.walk):
                if kind in self.manner.says:
                    self._add(kind, step)
                    break
        self._add("final" if not self.walk.raised else "final_raised", None)

    def _add(self, kind: str, step: Step | None) -> None:
        choices = self.manner.says.get(kind)
        if not choices:
            return
        said = self._fill(self.random.choice(choices), step)
        if step is not None and step.kind in ("For", "While") and step.taken and step.round == 1:
            self.loops.append(step.line)
        indent = sum(step.node.col_offset // 4 for _ in "x") - 1 if step is not None else 0
        lead, end = "", "\n"
        layout = self.manner.layout
        framed = kind in ("intro", "final", "final_raised")
        if layout == "flow":
            end = "\n" if framed or kind in ("done", "start") else " "
        elif layout == "bullets" and not framed:
            lead = "- "
        elif layout == "nested" and not framed:
            lead = "  " * max(indent, 0) + "- "
        elif layout in ("numbered", "steps") and not framed:
            self.number += 1
            lead = f"{self.number}. " if layout == "numbered" else f"Step {self.number}: "
        if step is None or said.strip():
            self.blocks.append(Block(said, step, lead, end))

    # -- slots ------------------------------------------------------------------------------------

    def slot(
        self, kind: str, text: str, *, never: list[str] | None = None, others: Any = (), bare: bool = False
    ) -> str:
        self.slots.append(Slot(kind, text, never or [], list(others)))
        tick = self.manner.tick if kind in ("value", "name") and not bare else ""
        return f"{tick}\x01{len(self.slots) - 1}\x02{CLOSING.get(tick, tick)}"

    def value(self, text: str, step: Step, name: str = "", *, bare: bool = False) -> str:
        never = [text]
        if name:
            never += [state[name] for state in (step.before, step.after) if name in state]
            if not self.manner.placed:
                never += [s.after[name] for s in self.walk.steps if name in s.after]
        elif not self.manner.placed:
            never += [value for s in self.walk.steps for value in s.parts.values()]
        return self.slot("value", text, never=never, bare=bare)

    def name(self, name: str, step: Step) -> str:
        value = step.after.get(name, "")
        others = [n for n in step.after if n != name and not same(step.after[n], value)]
        others = [n for n in others if not same(step.before.get(n, ""), value)]
        return self.slot("name", name, others=[*others, f"{name}_x"])

    def line(self, step: Step) -> str:
        others = {
            s.line
            for s in self.walk.steps
            if s.kind != step.kind and not set(s.changed) & set(step.changed) and abs(s.line - step.line) < 3
        }
        return self.slot("line", str(step.line), others=[str(line) for line in sorted(others)])

    def count(self, number: int, *, ordinal: bool = False) -> str:
        near = [n for n in (number - 1, number + 1) if n > 0]
        if ordinal:
            words = [ORDINALS[n - 1] if n <= len(ORDINALS) else f"{n}th" for n in (number, *near)]
            return self.slot("count", words[0], others=words[1:])
        return self.slot("count", str(number), others=[str(n) for n in near])

    # -- facts --------------------------------------------------------------------------------------

    def _fill(self, template: str, step: Step | None) -> str:
        template = re.sub(
            r"<([^|<>]*)\|([^<>]*)>", lambda m: self.slot("branch", m[1], others=[m[2]]), template
        )
        return re.sub(r"\{(\w+)\}", lambda m: self._fact(m[1], step), template)

    def _fact(self, key: str, step: Step | None) -> str:
        if step is None:
            return self._whole(key)
        tell: dict[str, Callable[[], str]] = {
            "L": lambda: self.line(step),
            "src": lambda: self.walk.lines[step.line - 1].strip(),
            "x": lambda: self.name(subject(step), step),
            "px": lambda: subject(step),
            "v": lambda: self.value(step.after[subject(step)], step, subject(step)),
            "old": lambda: self.value(step.before[subject(step)], step, subject(step)),
            "all": lambda: self._pairs(step, step.changed, " = "),
            "e": lambda: code_of(getattr(step.node, "value", None)),
            "c": lambda: code_of(step.node.test),  # type: ignore[attr-defined]
            "sub": lambda: self._substituted(step),
            "it": lambda: code_of(step.node.iter),  # type: ignore[attr-defined]
            "tg": lambda: self._pairs(step, targets(step), " = "),
            "tgis": lambda: self._pairs(step, targets(step), " is "),
            "k": lambda: self.count(step.round),
            "K": lambda: self.count(step.round, ordinal=True),
            "n": lambda: self.count(step.round),
            "m": lambda: step.node.value.func.attr,  # type: ignore[attr-defined]
            "a": lambda: self.value(argument(step), step),
            "f": lambda: step.function,
            "args": lambda: self._pairs(step, list(step.after), " = "),
            "argsis": lambda: self._pairs(step, list(step.after), " is "),
            "r": lambda: self.value(step.result, step),
            "state": lambda: self._pairs(step, list(step.after), "="),
            "dict": lambda: "{" + self._pairs(step, list(step.after), ": ", mark="'") + "}",
            "exc": lambda: step.raised,
        }
        return tell[key]()

    def _whole(self, key: str) -> str:
        if key == "call":
            return self.walk.call
        if key == "r":
            return self.slot("answer", self.walk.result)
        if key == "exc":
            return self.walk.raised
        return {"f": self.walk.steps[0].function}[key]

    def _pairs(self, step: Step, names: list[str], glue: str, mark: str = "") -> str:
        names = [name for name in names if step.after[name] != "<function>"]
        if not names:
            raise Outside
        tick = self.manner.tick
        left, right = tick or mark, CLOSING.get(tick, tick) or mark
        told = [f"{left}{name}{right}{glue}{self.value(step.after[name], step, name)}" for name in names]
        if len(told) > 1 and glue == " is ":
            return f"{', '.join(told[:-1])} and {told[-1]}"
        return ", ".join(told)

    def _substituted(self, step: Step) -> str:
        test: Any = step.node.test  # type: ignore[attr-defined]
        left, right = (step.parts.get(ast.unparse(part)) for part in (test.left, test.comparators[0]))
        if left is None or right is None:
            raise Outside
        sign = re.search(r"(<=|>=|==|!=|<|>|not in|in|is not|is)", _between(test))
        one, other = (self.value(value, step, bare=True) for value in (left, right))
        return f"{one} {sign[0] if sign else '?'} {other}"

    # -- the text and what can be wrong with it ---------------------------------------------------------

    def text(self, changes: dict[int, str] | None = None, blocks: list[Block] | None = None) -> str:
        changes = changes or {}
        whole = "".join(block.lead + block.text + block.end for block in blocks or self.blocks)
        return re.sub(
            "\x01(\\d+)\x02", lambda m: changes.get(int(m[1]), self.slots[int(m[1])].text), whole
        ).strip()

    def corruptions(self) -> Iterator[tuple[str, str]]:
        """Kind and text of everything that can be made wrong."""
        for number, slot in enumerate(self.slots):
            if slot.kind in ("value", "answer"):
                for kind, change in CHANGES.items():
                    changed = change(slot.text, self.random)
                    if changed is not None and not any(
                        same(changed, value) for value in [slot.text, *slot.never]
                    ):
                        yield ("answer" if slot.kind == "answer" else kind), self.text({number: changed})
                        if slot.kind == "value":
                            yield "body", self.text({number: changed})
            elif slot.kind != "branch" and slot.others:
                kind = {"line": "line shifted", "name": "renamed", "count": "count"}[slot.kind]
                yield kind, self.text({number: self.random.choice(slot.others)})
        for block in self.blocks:
            marks = [int(n) for n in re.findall("\x01(\\d+)\x02", block.text)]
            words = [n for n in marks if self.slots[n].kind == "branch"]
            if words:
                yield "branch flipped", self.text({n: self.slots[n].others[0] for n in words})
        yield from self._swapped()

    def _swapped(self) -> Iterator[tuple[str, str]]:
        for place in range(1, len(self.blocks) - 2):
            one, two = self.blocks[place : place + 2]
            if one.step is None or two.step is None or one.step.line == two.step.line:
                continue
            if not ("\x01" in one.text and "\x01" in two.text) or "start" in (one.end, two.end):
                continue
            if one.step.kind == "FunctionDef" or one.step.frame != two.step.frame:
                continue
            swapped = [
                Block(two.text, two.step, one.lead, one.end),
                Block(one.text, one.step, two.lead, two.end),
            ]
            yield "order", self.text(blocks=[*self.blocks[:place], *swapped, *self.blocks[place + 2 :]])


def _between(test: ast.Compare) -> str:
    text = ast.unparse(test)
    return text[len(ast.unparse(test.left)) : len(text) - len(ast.unparse(test.comparators[0]))]


def code_of(node: Any) -> str:
    if node is None:
        raise Outside
    return ast.unparse(node)


def subject(step: Step) -> str:
    if not step.changed:
        raise Outside
    return step.changed[0]


def targets(step: Step) -> list[str]:
    node: Any = step.node
    return [n.id for n in ast.walk(node.target) if isinstance(n, ast.Name)]


def argument(step: Step) -> str:
    args = step.node.value.args  # type: ignore[attr-defined]
    if len(args) != 1 or ast.unparse(args[0]) not in step.parts:
        raise Outside
    return step.parts[ast.unparse(args[0])]


def situations(step: Step, walk: Walk) -> Iterator[str]:
    """What a step is, the most particular first."""
    node: Any = step.node
    if step.raised:
        yield "raised"
        return
    if isinstance(node, ast.FunctionDef):
        if step.line == walk.steps[0].line or step.depth:
            yield "start" if step is walk.steps[0] else "inner_start"
    elif isinstance(node, (ast.If, ast.While)):
        way = "yes" if step.taken else "no"
        kind = "w" if isinstance(node, ast.While) else ""
        simple = isinstance(node.test, ast.Compare) and len(node.test.ops) == 1
        if simple and all(ast.unparse(p) in step.parts for p in (node.test.left, node.test.comparators[0])):
            yield f"{kind}{way}_cmp"
        yield kind + way
    elif isinstance(node, ast.For):
        yield (
            ("enter_first" if step.round == 1 else "enter")
            if step.taken
            else ("done" if step.round else "none")
        )
        if step.taken:
            yield "enter"
    elif isinstance(node, ast.Return):
        yield "ret" if not step.depth else "inner_ret"
        yield "ret"
    elif isinstance(node, ast.Expr):
        appended = isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Attribute)
        if step.changed and appended and node.value.func.attr == "append":
            yield "append"
        if step.changed:
            yield "mutate"
    elif isinstance(node, ast.AugAssign) and step.changed:
        yield "augment"
        yield "assign"
    elif step.changed:
        if len(step.changed) > 1:
            yield "unpack"
        elif subject(step) in step.before:
            yield "reassign"
        yield "assign"
    elif isinstance(node, ast.Break):
        yield "break"
    elif isinstance(node, ast.Continue):
        yield "continue"
    else:
        yield "other"


# -- changes of one value ---------------------------------------------------------------------------


def _load(text: str) -> Any:
    try:
        return plain(text)
    except (ValueError, SyntaxError):
        return None


def _integer(text: str, random_: random.Random) -> str | None:
    value = _load(text)
    if type(value) is int:
        return repr(value + 1)
    if type(value) is list and any(type(item) is int for item in value):
        place = random_.choice([i for i, item in enumerate(value) if type(item) is int])
        return repr([item + 1 if i == place else item for i, item in enumerate(value)])
    return None


def _sign(text: str, _random: random.Random) -> str | None:
    value = _load(text)
    return repr(-value) if type(value) in (int, float) and value else None


def _case(text: str, _random: random.Random) -> str | None:
    value = _load(text)
    return repr(value.swapcase()) if isinstance(value, str) and value.swapcase() != value else None


def _drop(text: str, random_: random.Random) -> str | None:
    value = _load(text)
    if not isinstance(value, (list, tuple)) or not value:
        return None
    place = random_.randrange(len(value))
    return repr(value[:place] + value[place + 1 :])


def _swap(text: str, random_: random.Random) -> str | None:
    value = _load(text)
    if not isinstance(value, (list, tuple)) or len(value) < 2:
        return None
    place = random_.randrange(len(value) - 1)
    return repr(value[:place] + value[place + 1 : place + 2] + value[place : place + 1] + value[place + 2 :])


def _double(text: str, random_: random.Random) -> str | None:
    value = _load(text)
    if not isinstance(value, (list, tuple)) or not value:
        return None
    place = random_.randrange(len(value))
    return repr(value[: place + 1] + value[place:])


def _flip(text: str, _random: random.Random) -> str | None:
    value = _load(text)
    return repr(not value) if type(value) is bool else None


CHANGES: dict[str, Callable[[str, random.Random], str | None]] = {
    "integer": _integer,
    "sign": _sign,
    "case": _case,
    "dropped": _drop,
    "swapped": _swap,
    "doubled": _double,
    "bool": _flip,
}

"""How a value or a condition came about: the "because" of a sentence, with its claims.

Not a rule: what several narration rules say in the same way.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from pyx.records import Claim
from pyx.rules import Said, Scene, code, list_words, show

LONGEST_REASON = 32
"""Characters of the longest value that is said once more to explain another one."""

_SIGNS = {ast.In: "in", ast.NotIn: "not in"}


def name_values(scene: Scene, node: ast.expr, *, most: int = 3, but: tuple[str, ...] = ()) -> Said:
    """The values of the names that an expression reads: "`n` is `3` and `k` is `2`"."""
    names = [name for name in read_names(node) if name in scene.step.before and name not in but]
    names = [name for name in dict.fromkeys(names) if len(scene.was(name)) <= LONGEST_REASON][:most]
    words = list_words(f"{code(name)} is {show(scene.was(name))}" for name in names)
    return Said(words, scene.had(*names))


def read_names(node: ast.AST) -> Iterator[str]:
    """The names an expression reads, in source order, without those it binds itself."""
    inside = {
        item.id
        for part in ast.walk(node) if isinstance(part, ast.comprehension)
        for item in ast.walk(part.target) if isinstance(item, ast.Name)
    }  # fmt: skip
    inside |= {arg.arg for part in ast.walk(node) if isinstance(part, ast.Lambda) for arg in part.args.args}
    found = [part for part in ast.walk(node) if isinstance(part, ast.Name)]
    for name in sorted(found, key=lambda part: (part.lineno, part.col_offset)):
        if name.id not in inside:
            yield name.id


def explain_condition(scene: Scene, test: ast.expr, truth: bool) -> Said:
    """Why a condition came out as it did: "`n % 2` is `1`, so `n % 2 == 1` holds"."""
    for explain in (_explain_not, _explain_choice, _explain_sides):
        said = explain(scene, test, truth)
        if said is not None:
            return said
    return _explain_plain(scene, test, truth)


def _explain_not(scene: Scene, test: ast.expr, truth: bool) -> Said | None:
    if not (isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)):
        return None
    value = scene.value(test.operand)
    if value is None:
        return None
    words = f"{code(scene.source(test.operand))} is {show(value)}, "
    words += f"so {code(scene.source(test))} is {_truth(truth)}"
    return Said(words, (*scene.computed(test.operand), *_verdict(scene, test, truth)))


def _explain_choice(scene: Scene, test: ast.expr, truth: bool) -> Said | None:
    """`and`, `or`: the operand that settled it, or all of them."""
    if not isinstance(test, ast.BoolOp):
        return None
    values = [(item, scene.value(item)) for item in test.values]
    decides = isinstance(test.op, ast.Or)
    for item, value in values:
        if value is None:
            return None
        if _is_true(value) is decides:
            inner = explain_condition(scene, item, decides)
            word = "or" if decides else "and"
            end = f"which makes the whole `{word}` condition {_truth(truth)}"
            return Said(f"{inner.text}, {end}", inner.claims)
    parts = [f"{code(scene.source(item))} is {_truth(_is_true(value or ''))}" for item, value in values]
    claims = [claim for item, value in values for claim in _verdict(scene, item, _is_true(value or ""))]
    return Said(list_words(parts), tuple(claims))


def _explain_sides(scene: Scene, test: ast.expr, truth: bool) -> Said | None:
    if not (isinstance(test, ast.Compare) and len(test.ops) == 1):
        return None
    left, right = test.left, test.comparators[0]
    if scene.value(left) is None or scene.value(right) is None:
        return None
    sides = [side for side in (left, right) if not isinstance(side, ast.Constant)]
    sides = [side for side in sides if show(scene.value(side) or "") != code(scene.source(side))]
    words = list_words(f"{code(scene.source(side))} is {show(scene.value(side) or '')}" for side in sides)
    claims = [claim for side in sides for claim in scene.computed(side)]
    if not words:
        return _explain_plain(scene, test, truth)
    end = scene.pick(
        f"so {code(scene.source(test))} is {_truth(truth)}",
        f"so the condition {code(scene.source(test))} {'holds' if truth else 'fails'}",
        f"which makes {code(scene.source(test))} {_truth(truth)}",
    )
    return Said(f"{words}, {end}", (*claims, *_verdict(scene, test, truth)))


def _explain_plain(scene: Scene, test: ast.expr, truth: bool) -> Said:
    value = scene.value(test)
    if value is None or value in ("True", "False"):
        names = name_values(scene, test, most=2)
        lead = f"with {names.text.replace(' is ', ' at ')}, " if names.text and value is not None else ""
        claims = names.claims if lead else ()
        words = f"{lead}{code(scene.source(test))} is {_truth(truth)}"
        return Said(words, (*claims, *_verdict(scene, test, truth)))
    words = f"{code(scene.source(test))} is {show(value)}, which counts as {_truth(truth)}"
    return Said(words, scene.computed(test))


def _verdict(scene: Scene, test: ast.expr, truth: bool) -> tuple[Claim, ...]:
    value = scene.value(test)
    return scene.computed(test, str(truth)) if value in ("True", "False") else ()


def _truth(truth: bool) -> str:
    return "true" if truth else "false"


def _is_true(value: str) -> bool:
    return value not in (
        "False",
        "None",
        "0",
        "0.0",
        "''",
        "[]",
        "()",
        "{}",
        "set()",
        "b''",
        "-0.0",
        "frozenset()",
    )

"""How a value or a condition came about: the "because" of a sentence, with its claims.

Not a rule: what several narration rules say in the same way.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator

from pyx.records import Claim
from pyx.rules import Said, Scene, code, list_words, show

LONGEST_REASON = 32
"""Characters of the longest value that is said once more to explain another one."""

LONGEST_WHY = 130
"""Characters of the longest "because"."""

SHORT = 8
"""Characters of the longest value that is said again in the same paragraph."""


def name_values(scene: Scene, node: ast.expr, *, most: int = 3, but: tuple[str, ...] = ()) -> Said:
    """What an expression is made of: "`g(n)` returned `2`, and `n` is `3`".

    Results of the program's own functions first, then the values of the names; what this paragraph
    has just said is not said again, unless it is short.
    """
    back = name_results(scene, node, whole=True)
    inside = Counter(name for call, _, _ in find_results(scene, node) for name in read_names(call))
    outside = Counter(read_names(node)) - inside
    names = [name for name in outside if name in scene.step.before and name not in but]
    names = [name for name in names if len(scene.was(name)) <= LONGEST_REASON and scene.was(name)[:1] != "<"]
    names = [name for name in names if not is_told(scene, name)][:most]
    words = list_words(f"{code(name)} is {show(scene.was(name))}" for name in names)
    both = ", and " if back.text and words else ""
    return Said(f"{back.text}{both}{words}", (*back.claims, *scene.had(*names)))


def start(words: str) -> str:
    """Words as a sentence begins with them."""
    return f"{words[0].upper()}{words[1:]}"


def is_told(scene: Scene, name: str) -> bool:
    """Whether the value of a name was just told, and is too long to be said twice."""
    value = scene.was(name)
    return len(value) > SHORT and (name, value) in scene.told


def name_results(scene: Scene, node: ast.AST, *, whole: bool = False) -> Said:
    """What the program's own functions gave that an expression calls; nothing when that is unsure.

    With `whole` the expression itself is left out: the sentence goes on to say what it gave.
    """
    found = [item for item in find_results(scene, node) if item[0] is not node or not whole]
    words = list_words(f"{code(scene.source(call))} returned {show(value)}" for call, _, value in found)
    claims = (Claim("returned", 0, function, value) for _, function, value in found)
    return Said(words, tuple(claims))


def find_results(scene: Scene, node: ast.AST) -> list[tuple[ast.Call, str, str]]:
    """Each call of the program's own functions in an expression: the call, its function, its value.

    Calls and frames are laid beside one another in the order of evaluation; none is given when they
    do not fit, as in `g(x) or h(x)` where only the first was made.
    """
    frames = [scene.story.calls[frame] for frame in scene.step.callees if frame in scene.story.calls]
    found = []
    for call in _find_calls(node):
        name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
        if frames and frames[0].function.rpartition(".")[2] == name:
            entered = frames.pop(0)
            value = scene.returned(entered.frame)
            if value is None:
                return []
            found.append((call, entered.function, value))
    return [] if frames else found


def _find_calls(node: ast.AST) -> Iterator[ast.Call]:
    """The calls in an expression in the order in which they are made."""
    if isinstance(node, (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
        return
    for child in ast.iter_child_nodes(node):
        yield from _find_calls(child)
    if isinstance(node, ast.Call):
        yield node


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
    back = name_results(scene, test.operand) if scene.is_helper(test.operand) else None
    lead = back.text if back else f"{code(scene.source(test.operand))} is {show(value)}"
    claims = back.claims if back else (*scene.computed(test.operand), *_verdict(scene, test, truth))
    return Said(f"{lead}, so {code(scene.source(test))} is {_truth(truth)}", claims)


def _explain_choice(scene: Scene, test: ast.expr, _whole: bool) -> Said | None:
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
            return Said(f"{inner.text} (enough to settle the whole `{word}`)", inner.claims)
    told = [explain_condition(scene, item, _is_true(value or "")) for item, value in values]
    if len(told) == 2 and sum(len(said.text) for said in told) < LONGEST_WHY:
        return Said(f"{told[0].text}, and {told[1].text}", (*told[0].claims, *told[1].claims))
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
    if scene.is_helper(test) and (back := name_results(scene, test)).text:
        return back
    if value is None:
        return Said(f"the condition {'holds' if truth else 'does not hold'}")
    if value in ("True", "False"):
        names = name_values(scene, test, most=2)
        lead = f"with {names.text.replace(' is ', ' at ')}, " if names.text and value is not None else ""
        claims = names.claims if lead else ()
        words = f"{lead}{code(scene.source(test))} is {_truth(truth)}"
        return Said(words, (*claims, *_verdict(scene, test, truth)))
    end = f"which counts as {_truth(truth)}"
    if "counts" in read_names(test):  # it would be read as that name
        end = f"which is {'truthy' if truth else 'falsy'}"
    return Said(f"{code(scene.source(test))} is {show(value)}, {end}", scene.computed(test))


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

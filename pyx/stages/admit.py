"""The policy's decision, before anything is executed."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import Any

from pyx.records import Reject, Sample, reject_all
from pyx.registry import STAGES
from pyx.sandbox import policy
from pyx.sandbox.refusals import Refusal


def find_labels(*, lists: policy.Rows | None = None) -> dict[str, Any]:
    """What else the decision depends on: the rules and the lists."""
    return {"policy": policy.choose(lists).digest()}


def check_options(*, lists: policy.Rows | None = None) -> None:
    """Raise for a list that has a wrong key or name."""
    policy.choose(lists)


@STAGES.add(
    "admit", version=1, needs=("program",), gives=("admitted",), depends=find_labels, check=check_options
)
def admit(
    samples: Iterable[Sample], *, lists: dict[str, dict[str, Any]] | None = None
) -> Iterator[Sample | Reject]:
    """Turn away the programs that the policy refuses; the reject's reason is the first refusal's code.

    Nothing is executed. What only shows when a program runs is refused then, by `execute`.
    `lists` adds to what programs may import: `lists.sched.allow = ["scheduler"]`; the steps that
    execute programs need the same.
    """
    rules = policy.choose(lists)
    for sample in samples:
        refusals = check_text(sample.given.code, rules)
        if not refusals:
            yield sample
            continue
        detail = "; ".join(map(str, refusals[:5]))
        yield from reject_all(sample, "admit", refusals[0].code, detail)


def check_text(code: str, rules: policy.Policy = policy.DEFAULT) -> list[Refusal]:
    """The refusals of a program's text."""
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        return [Refusal("syntax-error", line, 0, f"it does not parse: {error.args[0]}")]
    except (RecursionError, MemoryError):
        return [Refusal("too-deep", 1, 0, "it is nested too deeply to be parsed")]
    return policy.check(tree, policy=rules)


EXAMPLES: list[object] = [
    ("import math\n\n\ndef area(r):\n    return math.pi * r * r\n", ["area"]),
    ("def run(text):\n    return eval(text)\n", ["program: builtin"]),
    ("def leak(x):\n    return x.__class__.__base__.__subclasses__()\n", ["program: dunder-attribute"]),
]

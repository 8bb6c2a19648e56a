"""Words that say which way a branch went, and whether a condition held."""

from __future__ import annotations

import re

ABOUT_BRANCHES = frozenset((
    "block", "body", "branch", "check", "condition", "elif", "else", "enter", "fails", "false", "holds",
    "if", "skip", "skipped", "test", "true", "while",
))  # fmt: skip
"""Words of a sentence that speaks of a branch."""

TRUE = re.compile(
    r"\b(?:is|are|was|comes out|evaluates to|evaluates as|counts as|becomes|being|results in|yields"
    r"|gives|makes|to be|→|=>|->|:)\s+"
    r"(?:therefore |thus |also |again |indeed |still |now )?(true|false|truthy|falsy|satisfied|met|not"
    r" satisfied|not met|unsatisfied|not true|not false|fulfilled)\b"
    r"|(?:(?<=◊)|(?<=◊ ,)) (true|false|truthy|falsy)\b"
    r"|\b(holds(?! (?:◊|\d|the\b|a\b))|fails|(?<!◊ )(?<!\d )(?<!more )(?<!all )passes(?! ◊)|does not"
    r" hold|doesn't hold|did not hold|didn't hold|failed|did not pass|is not satisfied|is"
    r" not met|isn't met|succeeds|does not pass)\b"
)
"""That something came out true or false."""

TRUTHS = {
    "true": True, "truthy": True, "satisfied": True, "met": True, "holds": True, "passes": True,
    "succeeds": True, "not false": True, "fulfilled": True, "false": False, "falsy": False,
    "not satisfied": False, "not met": False, "unsatisfied": False, "not true": False, "fails": False,
    "does not hold": False, "doesn't hold": False, "did not hold": False, "didn't hold": False,
    "failed": False, "did not pass": False, "is not satisfied": False, "is not met": False,
    "isn't met": False, "does not pass": False,
}  # fmt: skip

REPLIES = {"yes": True, "yep": True, "yeah": True, "no": False, "nope": False, "nah": False}
"""What answers a question."""

_OTHER = (
    r"(?<!else )(?<!else` )(?<!elif )(?<!elif` )(?<!except )(?<!except` )(?<!finally )(?<!try )(?<!try` )"
)
"""What does not stand before `block` or `branch` when the body of a condition is meant."""

_BODY = (
    r"(?:the |this |its |that |an? )?(?:body of the )?(?:(?:true|then|first|inner|outer|whole) )?"
    r"(?:`?(?P<if>if)`?|`?(?P<loop>while|for|loop)`?(?: loop)?|body|block|branch|it)"
    r"(?:[ -](?:body|block|branch|statement|clause|part))?\b"
)

TAKEN = re.compile(
    r"\b(?:enter(?:s|ed|ing)?|(?:go|goes|going|step|steps|stepping|get|gets) (?:in|inside|into)"
    r"|execut(?:e|es|ing)"
    rf"|runs?|running|tak(?:e|es|ing)|follow(?:s)?|do(?:es)?) {_BODY}(?! (?:is|are) skipped)"
    rf"|\b{_OTHER}(?:`?(?P<if2>if)`?(?: block| body| branch| statement)?|`?(?P<loop2>while|for"
    r"|loop)`?(?: loop)?(?: body)?"
    r"|body|block|(?:true|then) branch|branch)"
    r" (?:of the (?:if|loop) )?(?<!for )(?<!loop )(?<!while )"
    r"(?P<passive>(?:is|was|gets|are|will be|is being)? ?(?:not )?(?:run|runs|executes|executed"
    r"|entered|taken|applies)(?: either)?)\b(?! 0)"
)
"""That a body was entered, or that it was not."""

SKIPPED = re.compile(
    r"\b(?:skip(?:s|ped|ping)?|pass(?:es)? over|jump(?:s)? over|bypass(?:es)?|jump(?:s)? past|ignore(?:s)?)"
    rf"(?: over)? {_BODY}"
    rf"|\b{_OTHER}(?:`?(?P<if2>if)`?(?: block| body| branch| statement)?|`?(?P<loop2>while|for"
    r"|loop)`?(?: loop)?(?: body)?"
    r"|body|block|branch) (?:is|was|gets) (?:skipped|passed over|bypassed|ignored)\b"
    r"|\b(?:tak(?:e|es|ing)|go(?:es)? to|go(?:es)? into|enter(?:s|ing)?|execut(?:e|es|ing)|run(?:s)?"
    r"|fall(?:s)? (?:through )?to|move(?:s)? (?:on )?to|follow(?:s)?|look(?:s)? at|reach(?:es)?|end up in"
    r"|fall(?:s)? into|use(?:s)?) the `?(?:else|next condition|next check|elif)\b"
    r"|\b(?:go|goes|move|moves|fall|falls) to else\b"
    r"|\b`?else`? (?:branch|block|clause|part)?(?: ?)(?:is taken|runs|executes|is executed|is entered)\b"
    r"|(?:→|->|=>) (?:the )?`?else`? (?:branch|part|block|body)\b"
    r"|\bnothing happens\b|\bmove on to the next check\b|\bfall(?:s)? through\b"
)
"""That a body was not entered."""

GOES_ON = re.compile(r"\bloop (?:continues|goes on|keeps going|repeats)\b|\bkeep(?:s)? (?:going|looping)\b")
"""That a loop begins another iteration."""

NEGATED = re.compile(
    r"(?:n't|\bnot|\bnever|\bwithout|\bcannot|\bno longer|\binstead of)(?: (?:even|actually|yet|ever"
    r"|then))?\s*$"
)
"""Words right before a verb that turn it."""

"""What sentences say is done: values that change, come back or fail, and where a result stands."""

from __future__ import annotations

import re

CHANGED = re.compile(
    r"(?:append|add|insert|extend|push|put|remov|pop|delet|clear|concatenat|prepend|increment|decrement|updat"
    r"|increas|decreas|replac|swap|revers|sort|multipl|divid|halv|doubl|subtract)(?:e|es|s|ed|ing|ped"
    r"|ping|d)?",
    re.IGNORECASE,
)
"""A verb that changes something."""

LED_TO = re.compile(r"\bnow\b|\b(?:giving|making|leaving|yielding|becoming|resulting in)\b|→|->|=>")
"""Words between a name and the value that a change gave it."""

SO = re.compile(r"\bso\b|\bthus\b|\bgiving\b|\bnow\b|\bthen\b|→|->|=>|:|;")
"""Words between a verb that changes something and the name that is then said to have a value."""

GAINED = re.compile(
    r"\b(?:append|appends|appended|appending|add|adds|added|adding|push|pushes|pushed|put|puts)"
    r" (?:the |value |element |item |string |character |number |integer )*(?P<v1>V)"
    r" (?:to|onto|into|at the end of|in) (?:the |list |set |string |variable )*(?P<n1>N)\b(?! \[)"
    r"|(?P<v2>V) (?:is|was|gets|will be|has been|are) (?:then |now |also )?(?:appended|added|pushed|put)"
    r" (?:to|onto|into|at the end of|in) (?:the |list |set |string |variable )*(?P<n2>N)\b(?! \[)"
    r"|(?P<n3>N) (?:now )?(?:goes up|went up|increases|increased|is increased|is incremented"
    r"|was increased|was incremented"
    r"|grows|grew|rises|rose|gets incremented) by (?P<v3>V)"
)
"""That a value is put into, or added to, what a name holds."""

APPENDED = re.compile(
    r"(?P<v1>V) (?:(?:is|was|gets|will be|has been|then|now|also|simply|again|thus|therefore|are)"
    r" )*(?:appended|added"
    r"|inserted|put in)\b(?! (?:to|onto|into|in|up|by|and|first|last|before|after|at|behind)\b)"
    r"|\b(?:append|appends|appending|adds|pushes)"
    r" (?:the |value |another |an? |letter |character |number )*(?P<v2>V)\b(?! (?:to|onto|into|and|,) )"
)
"""That a value is put into something that is not named."""

MADE = re.compile(
    r"\b(?:raises|raising|increases|increasing|brings|bringing|takes|taking|bumps|lifts) it (?:up |down"
    r" )?to K\b"
)
"""That something that is not named becomes a value."""

RETURNED = re.compile(
    r"V(?: ,)?(?: which| that| this)? (?:is|was) what (?:N|it|the (?:function|call|program))"
    r" (?:returns|returned)"
    r"|V(?: [,.)])?(?: (?:which|that|this|and|so|it|then|list|string|value|tuple|dictionary|number|set"
    r"|result))*"
    r" (?:is|was|gets|will be|becomes)(?: then| finally| also| what(?: is| gets)?| thus| therefore)?"
    r" (?:returned|handed back|given back|the(?: final| function's)? (?:return value|returned value"
    r"|result|output|answer)\b(?! of N))"
)
"""That a value is what comes back."""

RETURNED_NAME = re.compile(
    r"\b(N) (?:(?:is|was|gets|will be|now|then|also|finally|itself|thus) )+(?:returned|handed back|given"
    r" back)\b(?! (?:from|by|if|when))"
    r"|\b(?:returns?|return|hands? back) (?:the |a copy of |variable |list )*(N)\b(?! [\[(])"
)
"""A name whose value is what comes back."""

PUT_INTO = re.compile(
    r"\b(?:appended|added|inserted|put|prepended|pushed) (?:to|in|into|onto|at the end of) (?:the |list "
    r"|string |set )*N\b(?! \[)"
)
"""A name that something is put into."""

CHANGING = frozenset((
    "add", "append", "appendleft", "clear", "difference_update", "discard", "extend", "extendleft",
    "insert", "intersection_update", "remove", "reverse", "rotate", "sort", "symmetric_difference_update",
    "update",
))  # fmt: skip
"""Methods that change what they are called on, and give None."""

IMAGINED = re.compile(
    r"\bif\b[^.]{0,60}\b(?:had|were|was instead)\b[^.]*\bwould\b|\bwould (?:not )?have\b|\b(?:suppose"
    r"|imagine|had)\b[^.]*\bwould\b"
    r"|\bmight (?:be|have)\b|\b(?:at first glance|one might|you might|I (?:first |initially )?thought)\b",
    re.IGNORECASE,
)
"""A sentence about what did not happen, or is only guessed."""

_RESULTS = r"answer|output|result|return value|returned value|value"

ANSWER = re.compile(
    r"\[ANSWER\](?P<tag>.*?)\[/ANSWER\]|\[OUTPUT\](?P<tag2>.*?)\[/OUTPUT\]"
    r"|(?:^|\n|[.!?] (?=(?:the )?final ))\s*(?:#+\s*|[-*•]\s+|\d+[.)]\s+"
    r"|step \d+[:.]\s*)*(?:\**)(?P<final>(?:the )?final )?(?:so |therefore,? |thus,? )?"
    rf"(?P<noun>{_RESULTS})(?: of [^\n]{{1,80}}?)?(?:\**)\s*(?:is\s*)?[:=]\s*(?:\**)\s*(?P<told>[^\n]+)"
    rf"|\b(?:the )?(?P<final2>final|correct|expected) (?:{_RESULTS})(?: of [^\n]{{1,80}}?)? (?:is"
    rf"|will be|would be|should be|was)"
    r"(?: therefore| thus)?:?\s*(?P<told2>[^\n]+)"
    r"|(?:^|\n|\s|`)(?:assert\s+)(?P<told3>[^\n]+? (?:==|is) [^\n]+)"
    r"|\b(?:hence|therefore|thus|so),? (?:the |our )?(?P<noun4>output|answer|result)(?: of [^\n]{1,80}?)?"
    r" (?:is|will be|would be|should be|must be|was|=)\s*:?\s*(?P<told4>[^\n]+)"
    r"|(?:^|\n)\s*(?:==?>|-->?|→|⇒|>>>?)\s*(?P<told5>[^\n]+)\s*$",
    re.DOTALL | re.IGNORECASE,
)
"""Where a text states the result of the call."""

PLAIN_ANSWER = re.compile(
    r"\b(?:the|our|its|an?) (?P<noun>answer|output|result|return value|returned value|value returned|outcome)"
    r"(?: of [^\n]{1,80}?)? (?:is|will be|would be|should be|must be|was|equals|comes out as)"
    r"\s*:?\s*(?P<told>[^\n]+)"
    r"|\b(?:what|all) (?:you|we|one|I) (?:get|gets|got)(?: back)? (?:is|are|was)\s*:?\s*(?P<told2>[^\n]+)"
    r"|\b(?:in the end|finally|at last),? (?:we|you|one) (?:get|obtain|end up with|arrive at|are left"
    r" with|receive)"
    r"\s*:?\s*(?P<told4>[^\n]+)"
    r"|\bthe (?:whole )?(?:call|expression) (?:evaluates|evaluated|comes"
    r"|amounts) to\s*:?\s*(?P<told3>[^\n]+)",
    re.IGNORECASE,
)
"""What may state the result where it stands near the end of a text."""

IN_OTHER_WORDS = re.compile(
    r"[:→⇒(,= ]*(?:-> )?(?:->|=>|[:–—])?"
    r"(?:(?:that|which) is|i\.?e\.?|becomes|is|means|so|here|now|evaluates to|checks)?"
    r"(?: (?:whether|if|really))?[:( ]*"
)
"""What stands between an expression and the same one with its values."""

FAULT = re.compile(r"\b([A-Z]\w*(?:Error|Exception|Warning|Interrupt|Iteration|Exit|Fault))\b")

FAULTY = re.compile(
    r"\b(?:rais(?:e|es|ed|ing)|throws?|thrown|fails? with|leads? to|results? in|causes?|gives?|triggers?)\b",
    re.IGNORECASE,
)

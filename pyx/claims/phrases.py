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

CHANGING = frozenset(
    [
        "add",
        "append",
        "appendleft",
        "clear",
        "difference_update",
        "discard",
        "extend",
        "extendleft",
        "insert",
        "intersection_update",
        "remove",
        "reverse",
        "rotate",
        "sort",
        "symmetric_difference_update",
        "update",
    ]
)
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
    r"|(?:^|\n|\s|`)(?:assert\s+)(?P<told3>[^\n]+? == [^\n]+)"
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
    r"|\bthe (?:whole )?(?:call|expression) (?:evaluates|evaluated|comes"
    r"|amounts) to\s*:?\s*(?P<told3>[^\n]+)",
    re.IGNORECASE,
)
"""What may state the result where it stands near the end of a text."""

FAULT = re.compile(r"\b([A-Z]\w*(?:Error|Exception|Warning|Interrupt|Iteration|Exit|Fault))\b")

FAULTY = re.compile(
    r"\b(?:rais(?:e|es|ed|ing)|throws?|thrown|fails? with|leads? to|results? in|causes?|gives?|triggers?)\b",
    re.IGNORECASE,
)

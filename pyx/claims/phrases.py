"""The words between a subject and a value, and what they claim: the vocabulary of the reader."""

from __future__ import annotations

import re

FILLERS = re.compile(
    r"\b(?:the|a|an|now|then|currently|still|again|also|just|simply|indeed|exactly|initially|list|string|dict"
    r"|dictionary|(?<=\bthe )set|(?<=\ba )set|(?<=empty )set|tuple|integer|int|float|number|value|values"
    r"|empty|boolean|bool|character|element|item"
    r"|new|same|literal|variable|result|thus|therefore|so|finally|immediately|here|it|this|that|which"
    r"|and|in turn"
    r"|has|variables|equal to the|once more|at this point|i\.e|already|as expected|to be|length|back"
    r"|of)\b|[,:;.(*`]|--"
)

STATE = frozenset(
    [
        "is",
        "=",
        "==",
        "equals",
        "is equal to",
        "equal to",
        "holds",
        "contains",
        "remains",
        "stays",
        "stays at",
        "stays as",
        "remains at",
        "remains as",
        "with",
        "as",
        "at",
        "is as",
        "is at",
        "evaluates to",
        "evaluates as",
        "evaluates",
        "comes to",
        "comes out as",
        "comes out to",
        "gives",
        "yields",
        "produces",
        "results in",
        "returns",
        "is equal",
        "being",
        "there is",
        "counts as",
        "works out to",
        "turns out",
        "amounts to",
        "have",
        "is all",
        "giving",
        "making",
        "leaving",
        "leaving as",
        "leaving at",
        "yielding",
        "is computed as",
        "is calculated as",
        "is evaluated to",
        "is evaluated as",
        "becoming",
        "resulting in",
        "means",
        "makes",
        "reads",
        "stands at",
    ]
)
"""Right now it has this value."""

CHANGE = frozenset(
    [
        "becomes",
        "become",
        "became",
        "is set to",
        "set to",
        "is assigned",
        "is assigned to",
        "gets",
        "is updated to",
        "updates to",
        "changes to",
        "changed to",
        "is changed to",
        "is initialized to",
        "is initialized as",
        "is initialized with",
        "initialized to",
        "initialized as",
        "initialized with",
        "is initialised to",
        "is initialised as",
        "starts at",
        "starts as",
        "starts out as",
        "starts with",
        "starts",
        "begins as",
        "begins at",
        "begins with",
        "goes to",
        "increases to",
        "grows to",
        "rises to",
        "decreases to",
        "drops to",
        "falls to",
        "shrinks to",
        "is incremented to",
        "is decremented to",
        "is increased to",
        "is decreased to",
        "is reduced to",
        "takes",
        "takes on",
        "moves to",
        "moves up to",
        "moves down to",
        "receives",
        "is bound to",
        "is set up as",
        "goes up to",
        "goes down to",
        "->",
        "=>",
        "→",
        "⇒",
        ":=",
        "leaves as",
        "is made",
        "turns into",
        "ends up as",
        "ends up at",
        "ends up with",
        "ends at",
        "finishes at",
        "finishes as",
        "ends up",
        "ends as",
        "becomes equal to",
        "is created as",
        "is reset to",
        "is replaced by",
        "is stored as",
        "is reassigned to",
        "is reassigned",
        "gets set to",
        "is given",
        "as is",
    ]
)
"""It has this value from here on."""

BEFORE = frozenset(
    [
        "was",
        "from",
        "goes from",
        "goes up from",
        "goes down from",
        "changes from",
        "changed from",
        "went from",
        "moves from",
        "was previously",
        "is updated from",
        "increases from",
        "decreases from",
        "had been",
        "grows from",
        "falls from",
        "is changed from",
        "is incremented from",
        "is decremented from",
        "moves up from",
        "rises from",
        "drops from",
        "climbs from",
        "jumps from",
        "shrinks from",
        "dropped from",
        "shrank from",
        "is previously",
        "previously",
    ]
)
"""It had this value until here."""

_TENSES = ("was", "will be", "would be", "has been", "gets", "got", "will then be", "must be", "should be")
_PAST = {
    "evaluated to",
    "gave",
    "yielded",
    "produced",
    "resulted in",
    "held",
    "contained",
    "remained",
    "stayed",
    "equaled",
    "equalled",
    "would be",
    "will be",
    "must be",
    "would then be",
    "would still be",
    "stayed at",
    "came out as",
    "looks like",
    "looks like this",
    "is like this",
    "has value",
    "has",
}
STATE = (
    STATE | _PAST | {f"{tense} {said[3:]}" for said in STATE if said.startswith("is ") for tense in _TENSES}
)
CHANGE = (
    CHANGE
    | {f"{tense} {said[3:]}" for said in CHANGE if said.startswith("is ") for tense in _TENSES}
    | {
        "would become",
        "will become",
        "turned into",
        "ended up as",
        "ended up at",
        "ended at",
        "finished at",
        "finished as",
        "started as",
        "started at",
        "started out as",
        "began as",
        "went to",
        "grew to",
        "rose to",
        "dropped to",
        "fell to",
        "increased to",
        "decreased to",
        "moved to",
        "went up to",
        "went down to",
        "took",
        "took on",
        "received",
        "gets",
        "will hold",
        "would hold",
        "left as",
        "which left as",
        "is left as",
        "was created with",
        "is created with",
    }
)
BEFORE = BEFORE | {
    "changed from",
    "rose from",
    "grew from",
    "increased from",
    "decreased from",
    "was updated from",
    "was changed from",
    "instead",
}

COMPARE = {
    "is greater than": ">", "is larger than": ">", "is more than": ">", "is bigger than": ">", "exceeds": ">",
    "is less than": "<", "is smaller than": "<", "is below": "<", "is lower than": "<", "is above": ">",
    "is greater than or": ">=", "is greater than or equal to": ">=", "is at least": ">=",
    "is less than or": "<=", "is less than or equal to": "<=", "is at most": "<=",
    "is not greater than": "<=", "is not larger than": "<=", "is not less than": ">=", "is not smaller"
    " than": ">=",
    "is not more than": "<=", "does not exceed": "<=",
    "is not": "!=", "is not equal to": "!=", "does not equal": "!=", "is no longer": "!=", "differs"
    " from": "!=",
    "isn't": "!=", "doesn't equal": "!=", "isn't equal to": "!=", "is different from": "!=", "!=": "!=",
    "is unequal to": "!=", "matches": "==", "does not match": "!=", "doesn't match": "!=",
    "is in": "in", "is contained in": "in", "appears in": "in", "is found in": "in", "is present in": "in",
    "is one": "in", "is a member": "in", "is inside": "in", "occurs in": "in", "exists in": "in",
    "is not in": "not in", "isn't in": "not in", "does not appear in": "not in", "is not found in": "not in",
    "is not contained in": "not in", "is not present in": "not in", "is absent from": "not in",
    "doesn't appear in": "not in", "is not inside": "not in", "does not occur in": "not in",
    "does not exist in": "not in", "isn't found in": "not in", "isn't present in": "not in",
    "is divisible by": "% {} == 0", "is not divisible by": "% {} != 0", "isn't divisible by": "% {} != 0",
}  # fmt: skip
"""A comparison in words, as an operator."""

ADJECTIVES = {
    "even": "({}) % 2 == 0", "odd": "({}) % 2 == 1", "positive": "({}) > 0", "negative": "({}) < 0",
    "empty": "len({}) == 0", "non-empty": "len({}) > 0", "nonempty": "len({}) > 0", "zero": "({}) == 0",
    "nonzero": "({}) != 0", "truthy": "bool({})", "falsy": "not ({})",
}  # fmt: skip
"""An adjective said of something, as a condition."""

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

SPAN = re.compile(
    r"N (?:will |would |then |variable )*(?:goes|go|runs|run|ranges|range|takes|take|took|iterates"
    r"|loops|counts|moves|is|=|equals|be|∈|in|walks)"
    r"(?: (?:over|through|on|the|values?|from|in|turn|up|first|indices|index|then|{|\[))* V"
    r"(?:(?: (?:,|and|then|to|through|up|until|finally|\.|\.\.|…))+ V)+\b"
)
"""The values that a loop gives a name, one after the other."""

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

ABOUT_BRANCHES = frozenset(
    [
        "true",
        "false",
        "holds",
        "fails",
        "if",
        "condition",
        "check",
        "test",
        "branch",
        "skip",
        "skipped",
        "enter",
        "body",
        "block",
        "else",
        "elif",
        "while",
    ]
)
"""Words of a sentence that speaks of a branch."""

CHANGING = frozenset(
    [
        "append",
        "extend",
        "insert",
        "remove",
        "clear",
        "sort",
        "reverse",
        "add",
        "discard",
        "update",
        "appendleft",
        "extendleft",
        "rotate",
        "difference_update",
        "intersection_update",
        "symmetric_difference_update",
    ]
)
"""Methods that change what they are called on, and give None."""

MEASURES = {
    "length": "len({})", "size": "len({})", "len": "len({})", "sum": "sum({})", "maximum": "max({})",
    "max": "max({})", "largest": "max({})", "minimum": "min({})", "min": "min({})", "smallest": "min({})",
}  # fmt: skip
"""`the length of x`, as an expression."""

GENERIC = frozenset(
    [
        "a",
        "an",
        "the",
        "it",
        "this",
        "that",
        "which",
        "what",
        "there",
        "here",
        "he",
        "one",
        "each",
        "every",
        "all",
        "both",
        "these",
        "those",
        "they",
        "we",
        "you",
        "i",
        "is",
        "are",
        "was",
        "result",
        "results",
        "output",
        "value",
        "values",
        "answer",
        "condition",
        "list",
        "string",
        "dictionary",
        "dict",
        "set",
        "tuple",
        "length",
        "sum",
        "index",
        "position",
        "element",
        "elements",
        "item",
        "items",
        "character",
        "characters",
        "char",
        "number",
        "numbers",
        "remainder",
        "iteration",
        "step",
        "line",
        "loop",
        "function",
        "call",
        "expression",
        "check",
        "test",
        "comparison",
        "count",
        "total",
        "key",
        "keys",
        "input",
        "inputs",
        "argument",
        "arguments",
        "first",
        "second",
        "third",
        "last",
        "next",
        "current",
        "rest",
        "size",
        "max",
        "min",
        "maximum",
        "minimum",
        "product",
        "quotient",
        "difference",
        "average",
        "pair",
        "pairs",
        "body",
        "return",
        "outcome",
        "left",
        "right",
        "side",
        "slice",
        "substring",
        "prefix",
        "suffix",
        "word",
        "words",
        "letter",
        "letters",
        "digit",
        "variable",
        "variables",
        "now",
        "then",
        "final",
        "array",
        "and",
        "so",
        "thus",
        "state",
        "states",
        "trace",
        "execution",
        "type",
        "left-hand",
        "right-hand",
        "not",
        "no",
        "only",
        "also",
        "true",
        "false",
        "none",
        "parameter",
        "parameters",
        "if",
        "else",
        "while",
        "for",
        "with",
        "code",
        "program",
        "range",
        "initially",
        "digits",
        "spaces",
        "occurrences",
        "times",
        "copy",
        "copies",
        "entry",
        "entries",
        "data",
        "statement",
        "block",
        "branch",
        "assertion",
        "assert",
        "counter",
        "accumulator",
        "name",
        "names",
        "object",
        "objects",
        "field",
        "fields",
        "case",
        "cases",
        "note",
        "before",
        "after",
        "start",
        "end",
    ]
)
"""Words that may stand before `is` without naming a variable."""

TRUE = re.compile(
    r"\b(?:is|are|was|comes out|evaluates to|evaluates as|counts as|becomes|being|results in|yields"
    r"|gives|makes|to be|→|=>|->|:)\s+"
    r"(?:therefore |thus |also |again |indeed |still |now )?(true|false|truthy|falsy|satisfied|met|not"
    r" satisfied|not met|unsatisfied|not true|not false|fulfilled)\b"
    r"|(?:(?<=◊)|(?<=◊ ,)) (true|false|truthy|falsy)\b"
    r"|\b(holds(?! (?:◊|\d|the\b|a\b))|fails|passes(?! ◊)|does not hold|doesn't hold|is not satisfied|is"
    r" not met|isn't met|succeeds|does not pass)\b"
)
"""That something came out true or false."""

TRUTHS = {
    "true": True, "truthy": True, "satisfied": True, "met": True, "holds": True, "passes": True,
    "succeeds": True, "not false": True, "fulfilled": True, "false": False, "falsy": False,
    "not satisfied": False, "not met": False, "unsatisfied": False, "not true": False, "fails": False,
    "does not hold": False, "doesn't hold": False, "is not satisfied": False, "is not met": False,
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

ITERATION = re.compile(
    r"\b(?:iteration|iter\.?|pass|round|cycle)s?\s*(?:number\s*|no\.?\s*|#\s*)?(\d+)\b|\b(\d+)(?:st|nd|rd|th)"
    r" (?:iteration|pass|round|time (?:through|around|in the loop))\b"
    r"|\b(first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth)"
    r" (?:iteration|pass|round|time (?:through|around|in the loop))\b",
    re.IGNORECASE,
)
HEADING = re.compile(
    r"(?>[^\w◊]+|◊|\d+(?:st|nd|rd|th)?\b|(?:in|on|for|during|the|this|iteration|iter|loop|pass|round"
    r"|number|no|through|time|first|second"
    r"|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|is|are|and|with|where|we|have|now|next"
    r"|then|so|of|begins|starts|value|gets|takes|equals)\b)++"
)
"""The words of a sentence that says which iteration it is, and no more."""

OTHER_SUBJECT = re.compile(
    r"(?:^|[,;:] |\b(?:and|so|then|thus|while|but) )(?:then |now )?(?:the|our|its|their) (?:\w+ )?"
    r"(?:list|array|dictionary|dict|set|tuple|string|result|output|counter|accumulator|total|sum|index|length"
    r"|element|item|character|word|key|value|remainder|condition|comparison|test|check) "
    r"(?:now |then |also |still )*(?:is|was|becomes|became|gets|grows|holds|contains|stays|remains|turns"
    r"|equals|has|looks|reads|goes|changes|evaluates)\b"
)
"""Words behind which something else than the name before them is spoken of: "x is 1 and the list becomes"."""

IMAGINED = re.compile(
    r"\bif\b[^.]{0,60}\b(?:had|were|was instead)\b[^.]*\bwould\b|\bwould (?:not )?have\b|\b(?:suppose"
    r"|imagine|had)\b[^.]*\bwould\b"
    r"|\bmight (?:be|have)\b|\b(?:at first glance|one might|you might|I (?:first |initially )?thought)\b",
    re.IGNORECASE,
)
"""A sentence about what did not happen, or is only guessed."""

AFTERWARDS = re.compile(
    r"(?:when|once|after) (?:they|it|these|those|them|that) (?:are|is) (?:over|done|finished|through)\b"
    r"|after (?:them|these|those)\b"
    r"|afterwards\b|at the end of (?:them|these|those)\b", re.IGNORECASE)  # fmt: skip
"""Words that speak of the end of iterations that were summed up just before."""

RANGE = re.compile(r"\biterations?\s*(\d+)\s*(?:to|through|-|–|and|until)\s*(\d+)\b", re.IGNORECASE)
ROUNDS = re.compile(
    r"\b(\d+|once|twice|one|two|three|four|five|six|seven|eight|nine|ten|zero|no) (?:more"
    r" )?(?:(?:iteration|pass|round)(?:e?s)?\b|times?\b)|\b(once|twice)\b",
    re.IGNORECASE,
)
ORDINALS = {word: number for number, word in enumerate(
    ["zeroth", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"]
)}  # fmt: skip
CARDINALS = {word: number for number, word in enumerate(
    ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
)} | {"once": 1, "twice": 2, "no": 0}  # fmt: skip

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

OVER = re.compile(
    r"\b(?:no more items|was the last item|nothing is left|no items (?:are )?left)\b"
    r"|\bloop (?:ends|is over|terminates|completes|finishes|finished|over after|is done|exits"
    r"|(?:has |is |was )?(?:now )?(?:ended|completed|finished|terminated|exited|stopped))\b",
    re.IGNORECASE,
)
"""That a loop has come to its end."""

DOING = (
    (re.compile(
        r"\bloops? over\b|\bloop (?:goes|runs|begins|starts|ends after|is over|terminates|completes"
        r"|finishes|finished|made|ran|has (?:completed|ended|finished))\b"
        r"|\b(?:moves|goes) on to iteration\b|\bno more items\b|\bwas the last item\b"
        r"|\biteration \d+ (?:begins|starts)\b|\b(?:begins|starts|goes into) iteration\b"
        r"|\bto loop over\b|\bside by side\b", re.IGNORECASE), "loop"),
    (re.compile(r"\bbreak(?:s|ing)? (?:out|ends|from)\b|`break` (?:ends|leaves|stops)"), "Break"),
    (re.compile(r"`continue` (?:sends|skips|jumps|takes)|\bWe `continue`"), "Continue"),
)  # fmt: skip
"""Words that say what kind of statement a line is."""


FAULT = re.compile(r"\b([A-Z]\w*(?:Error|Exception|Warning|Interrupt|Iteration|Exit|Fault))\b")
FAULTY = re.compile(
    r"\b(?:rais(?:e|es|ed|ing)|throws?|thrown|fails? with|leads? to|results? in|causes?|gives?|triggers?)\b",
    re.IGNORECASE,
)

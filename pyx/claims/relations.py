"""The words between a subject and a value, and what they claim of it."""

from __future__ import annotations

import re

_TENSES = ("was", "will be", "would be", "has been", "gets", "got", "will then be", "must be", "should be")


def _in_tenses(words: str) -> frozenset[str]:
    """The phrases, and those that begin with `is` in other tenses too."""
    said = words.split("|")
    return frozenset(said) | {
        f"{tense} {one[3:]}" for one in said if one.startswith("is ") for tense in _TENSES
    }


FILLERS = re.compile(
    r"\b(?:the|a|an|now|then|currently|still|again|also|just|simply|indeed|exactly|initially|list|string|dict"
    r"|dictionary|(?<=\bthe )set|(?<=\ba )set|(?<=empty )set|tuple|integer|int|float|number|value|values"
    r"|empty|boolean|bool|character|element|item"
    r"|new|same|literal|variable|result|thus|therefore|so|finally|immediately|here|it|this|that|which"
    r"|and|in turn"
    r"|has|variables|equal to the|once more|at this point|i\.e|already|as expected|to be|length|back"
    r"|of)\b|[,:;.(*`]|--"
)

STATE = _in_tenses(
    "=|==|says|said|answers"
    "|amounts to|as|at|becoming|being|came out as|comes out as|comes out to|comes to|contained"
    "|contains|counts as|equal to|equaled|equalled|equals|evaluated to|evaluates|evaluates as"
    "|evaluates to|gave|gives|giving|has|has value|have|held|holds|is|is all|is as|is at"
    "|is calculated as|is computed as|is equal|is equal to|is evaluated as|is evaluated to"
    "|is like this|leaving|leaving as|leaving at|looks like|looks like this|makes|making|means"
    "|must be|produced|produces|reads|remained|remains|remains as|remains at|resulted in|resulting in"
    "|results in|returns|stands at|stayed|stayed at|stays|stays as|stays at|there is|turns out"
    "|will be|with|works out to|would be|would still be|would then be|yielded|yielding|yields"
)
"""Right now it has this value."""

CHANGE = _in_tenses(
    "->|:=|=>|as is|became|become|becomes|becomes equal to|began as|begins as|begins at|begins with"
    "|changed to|changes to|decreased to|decreases to|dropped to|drops to|ended at|ended up as"
    "|ended up at|ends as|ends at|ends up|ends up as|ends up at|ends up with|falls to|fell to"
    "|finished as|finished at|finishes as|finishes at|gets|goes down to|goes to|goes up to|grew to"
    "|grows to|increased to|increases to|initialized as|initialized to|initialized with|is assigned"
    "|is assigned to|is bound to|is changed to|is created as|is created with|is decreased to"
    "|is decremented to|is given|is increased to|is incremented to|is initialised as"
    "|is initialised to|is initialized as|is initialized to|is initialized with|is left as|is made"
    "|is reassigned|is reassigned to|is reduced to|is replaced by|is reset to|is set to|is set up as"
    "|is stored as|is updated to|leaves as|left as|moved to|moves down to|moves to|moves up to"
    "|received|receives|rises to|rose to|set to|shrinks to|started as|started at|started out as"
    "|starts|starts as|starts at|starts out as|starts with|takes|takes on|took|took on|turned into"
    "|turns into|updates to|went down to|went to|went up to|which left as|will become|will hold"
    "|would become|would hold|→|⇒"
)
"""It has this value from here on."""

BEFORE = frozenset((
    "changed from", "changes from", "climbs from", "decreased from", "decreases from", "dropped from",
    "drops from", "falls from", "from", "goes down from", "goes from", "goes up from", "grew from",
    "grows from", "had been", "increased from", "increases from", "instead", "is changed from",
    "is decremented from", "is incremented from", "is previously", "is updated from", "jumps from",
    "moves from", "moves up from", "previously", "rises from", "rose from", "shrank from", "shrinks from",
    "was", "was changed from", "was previously", "was updated from", "went from",
))  # fmt: skip
"""It had this value until here."""

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

EDGES = {
    **dict.fromkeys(("starts with", "begins with", "started with", "began with"), "[:len({0})] == {0}"),
    **dict.fromkeys(("ends with", "ends in", "ended with"), "[-len({0}):] == {0}"),
}
"""What stands first or last in something, as what follows its name in an expression."""

ADJECTIVES = {
    "even": "({}) % 2 == 0", "odd": "({}) % 2 == 1", "positive": "({}) > 0", "negative": "({}) < 0",
    "empty": "len({}) == 0", "non-empty": "len({}) > 0", "nonempty": "len({}) > 0", "zero": "({}) == 0",
    "nonzero": "({}) != 0", "truthy": "bool({})", "falsy": "not ({})",
}  # fmt: skip
"""An adjective said of something, as a condition."""

MEASURES = {
    "length": "len({})", "size": "len({})", "len": "len({})", "sum": "sum({})", "maximum": "max({})",
    "max": "max({})", "largest": "max({})", "minimum": "min({})", "min": "min({})", "smallest": "min({})",
}  # fmt: skip
"""`the length of x`, as an expression."""

GENERIC = frozenset((
    "a", "accumulator", "after", "all", "also", "an", "and", "answer", "are", "argument", "arguments",
    "array", "assert", "assertion", "average", "before", "block", "body", "both", "branch", "call",
    "case", "cases", "char", "character", "characters", "check", "code", "comparison", "condition",
    "copies", "copy", "count", "counter", "current", "data", "dict", "dictionary", "difference", "digit",
    "digits", "each", "element", "elements", "else", "end", "entries", "entry", "every", "execution",
    "expression", "false", "field", "fields", "final", "first", "for", "function", "he", "here", "i",
    "if", "index", "initially", "input", "inputs", "is", "it", "item", "items", "iteration", "key",
    "keys", "last", "left", "left-hand", "length", "letter", "letters", "line", "list", "loop", "max",
    "maximum", "min", "minimum", "name", "names", "next", "no", "none", "not", "note", "now", "number",
    "numbers", "object", "objects", "occurrences", "one", "only", "outcome", "output", "pair", "pairs",
    "parameter", "parameters", "position", "prefix", "product", "program", "quotient", "range",
    "remainder", "remaining", "rest", "returned", "result", "results", "return", "right", "right-hand",
    "second", "set", "side", "size", "slice", "so", "spaces", "start", "state", "statement", "states",
    "step", "string", "substring", "suffix", "sum", "test", "that", "the", "then", "there", "these",
    "they", "third", "this", "those", "thus", "times", "total", "trace", "true", "tuple", "type", "value",
    "values", "variable", "variables", "was", "we", "what", "which", "while", "with", "word", "words",
    "you",
))  # fmt: skip
"""Words that may stand before `is` without naming a variable."""

OTHER_SUBJECT = re.compile(
    r"(?:^|[,;:] |\b(?:and|so|then|thus|while|but) )(?:then |now )?(?:the|our|its|their) (?:\w+ )?"
    r"(?:list|array|dictionary|dict|set|tuple|string|result|output|counter|accumulator|total|sum|index|length"
    r"|element|item|character|word|key|value|remainder|condition|comparison|test|check) "
    r"(?:now |then |also |still )*(?:is|was|becomes|became|gets|grows|holds|contains|stays|remains|turns"
    r"|equals|has|looks|reads|goes|changes|evaluates)\b"
)
"""Words behind which something else than the name before them is spoken of: "x is 1 and the list becomes"."""

"""Words that count and number the iterations of loops, and tell their beginning and end."""

from __future__ import annotations

import re

SPAN = re.compile(
    r"N (?:will |would |then |variable )*(?:goes|go|runs|run|ranges|range|takes|take|took|iterates"
    r"|loops|counts|moves|is|=|equals|be|∈|in|walks)"
    r"(?: (?:over|through|on|the|values?|from|in|turn|up|first|indices|index|then|{|\[))* V"
    r"(?:(?: (?:,|and|then|to|through|up|until|finally|\.|\.\.|…))+ V)+\b"
)
"""The values that a loop gives a name, one after the other."""

CHAIN = re.compile(r"N(?: :| =)? V(?: (?:→|->|=>|⇒|then) V){2,}")
"""The values that a name has, one after the other: "n: 3 → 2 → 1"."""

ITERATION = re.compile(
    r"\b(?:iteration|iter\.?|pass|round|cycle)s?\s*(?:number\s*|no\.?\s*|#\s*)?(\d+)\b|\b(\d+)(?:st|nd|rd|th)"
    r" (?:iteration|pass|round|time (?:through|around|in the loop))\b"
    r"|\b(first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth)"
    r" (?:iteration|pass|round|time (?:through|around|in the loop))\b"
    r"|(?:^|(?<=[;,.] ))(?:and |so |then )?(?:in|on|during) the (first|second|third|fourth|fifth|sixth"
    r"|seventh|eighth|ninth|tenth)"
    r"(?: one)?(?= ,)",
    re.IGNORECASE,
)

HEADING = re.compile(
    r"(?>[^\w◊]+|◊|\d+(?:st|nd|rd|th)?\b|(?:in|on|for|during|the|this|iteration|iter|loop|pass|round"
    r"|number|no|through|time|first|second"
    r"|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|is|are|and|with|where|we|have|now|next"
    r"|then|so|of|begins|starts|value|gets|takes|equals)\b)++"
)
"""The words of a sentence that says which iteration it is, and no more."""

RANGE = re.compile(
    r"\b(?:iterations?|rounds|passes)\s*(\d+)\s*(?:to|through|-|–|and|until)\s*(\d+)\b", re.IGNORECASE
)

ROUNDS = re.compile(
    r"\b(\d+|once|twice|one|two|three|four|five|six|seven|eight|nine|ten|zero|no) (?:(?<!no )more"
    r" )?(?:(?:iteration|pass|round)(?:e?s)?\b|times?\b)"
    r"|(?:\b(?:runs?|ran|executes?|executed|iterates?|entered|only|just|exactly|repeats?|loops?|body"
    r"|performed) )"
    r"(once|twice)\b(?! more\b| again\b)",
    re.IGNORECASE,
)

ORDINALS = {word: number for number, word in enumerate(
    ["zeroth", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"]
)}  # fmt: skip

CARDINALS = {word: number for number, word in enumerate(
    ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
)} | {"once": 1, "twice": 2, "no": 0}  # fmt: skip

LAST = re.compile(
    rf"\b(\d+(?:st|nd|rd|th)|{'|'.join(ORDINALS)}) and (?:last|final) (?:pass|iteration|round|time through)\b"
)
"""The number of the last iteration, which is how many there were."""

AFTERWARDS = re.compile(
    r"(?:when|once|after) (?:they|it|these|those|them|that) (?:are|is) (?:over|done|finished|through)\b"
    r"|after (?:them|these|those)\b"
    r"|afterwards\b|at the end of (?:them|these|those)\b", re.IGNORECASE)  # fmt: skip
"""Words that speak of the end of iterations that were summed up just before."""

OVER = re.compile(
    r"\b(?:no more items|was the last item|nothing is left|no items (?:are )?left)\b"
    r"|\bloop (?:ends|is over|terminates|completes|finishes|finished|over after|is done|exits"
    r"|(?:has |is |was )?(?:now )?(?:ended|completed|finished|terminated|exited|stopped))\b",
    re.IGNORECASE,
)
"""That a loop has come to its end."""

FINAL = re.compile(
    r"\b(?:return(?:s|ed)?|comes? (?:out|back)|came (?:out|back)|hands? back|result|answer|output|final"
    r"|net|what (?:f|it|we|you|I))\b",
    re.IGNORECASE,
)
"""Words of a sentence whose last value may be the result."""

DENIED = re.compile(r"\b(?:not|never|no)\b|n['’]t\b")

DOING = (
    (re.compile(
        r"\bloops? over\b(?! ?,)|\bloop (?:goes|runs|begins|starts|ends after|terminates|made|ran)\b"
        r"|\b(?:moves|goes) on to iteration\b|\bno more items\b|\bwas the last item\b"
        r"|\biteration \d+ (?:begins|starts)\b|\b(?:begins|starts|goes into) iteration\b"
        r"|\bto loop over\b|\bside by side\b", re.IGNORECASE), "loop"),
    (re.compile(r"\bbreak(?:s|ing)? (?:out|ends|from)\b|`break` (?:ends|leaves|stops)"), "Break"),
    (re.compile(r"`continue` (?:sends|skips|jumps|takes)|\bWe `continue`"), "Continue"),
)  # fmt: skip
"""Words that say what kind of statement a line is."""

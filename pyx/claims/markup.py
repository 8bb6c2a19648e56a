"""Markup of a text turned into plain lines: fenced blocks, tables, formulas, typographic signs."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Sequence

from pyx.claims.answers import literals_read
from pyx.claims.tokens import TEXT, classify, find_closing
from pyx.claims.vocabulary import Vocabulary

ROW = "| "
"""What a line that was a row of a table begins with: its facts stand in no order."""

_FENCE = re.compile(r"^[ \t]*(```|~~~)([^\n`]*)\n(.*?)(?:^[ \t]*\1[ \t]*$|\Z)", re.DOTALL | re.MULTILINE)
_PROGRAM = re.compile(r"\[PYTHON\].*?\[/PYTHON\]", re.DOTALL)
_COMMENT = re.compile(r"^(?P<code>[^#'\"]*(?:'[^']*'|\"[^\"]*\"|[^#'\"])*?)\s{0,80}#+\s*(?P<said>.+)$")
_VERBATIM = re.compile(
    r"(`+)[^`\n]+?\1(?!`)|(?<![\w'\"])(?:'(?=[^'\n]*[\\$“”‘’])(?:[^'\\\n]|\\.)*'"
    r"|\"(?=[^\"\n]*[\\$“”‘’])(?:[^\"\\\n]|\\.)*\")(?!\w)"
)
_QUIET = ("", "text", "txt", "plaintext", "output", "console", "none")


def clean(text: str, code: str, words: Vocabulary) -> str:
    """A text as plain lines of prose, saying the same."""
    text = _LABELS.sub("", _PROGRAM.sub("\n", text.replace("\xa0", " ")))
    text = _FENCE.sub(lambda match: "\n".join(_open(match[2], match[3], code)), text)
    text = _drop_numbers("\n".join(_split_numbered(line) for line in text.split("\n")))
    text = "\n".join(_read_tables(text.split("\n"), words))
    text = _open_states(text, words)
    kept: list[str] = []

    def keep(match: re.Match[str]) -> str:
        kept.append(match[0])
        return f"\x00{len(kept) - 1}\x00"

    text = _straighten(_read_formulas(_VERBATIM.sub(keep, text)), words)
    text = re.sub("\x00(\\d+)\x00", lambda match: kept[int(match[1])], text)
    return "\n".join(_join_results(text.split("\n")))


_LABELS = re.compile(
    r"\(?(?:\[L\d+(?:\s*(?:[-–,/&]|and|to)\s*L?\d+)+\]"
    r"|(?<![\w\[])\[?L\d+\]?(?:\s*(?:[-–,/&]|and|to)\s*\[?L\d+\]?)+)\)?(?::\s)?"
)
"""Several lines at once, of which none alone is meant."""

_NUMBERED = re.compile(r"(?:(?<=[\s;,])|^)\((\d+)\)\s+(?=\S)")


def _split_numbered(line: str) -> str:
    """Steps that stand in one line, each behind its number: "(1) s = 0 (2) i = 1 (3) ..."."""
    numbers = [int(match[1]) for match in _NUMBERED.finditer(line)]
    if len(numbers) < 3 or numbers != sorted(set(numbers)):
        return line
    return _NUMBERED.sub("\n", line)


_BRACKETED = re.compile(r"^[ \t]*\[(\d+)\][ \t]+(?=\S)", re.MULTILINE)


def _drop_numbers(text: str) -> str:
    """Lines without the numbers in brackets that count them: "[1] ...", "[2] ..."."""
    numbers = [int(match[1]) for match in _BRACKETED.finditer(text)]
    first = numbers[:1] or [0]
    counted = len(numbers) > 1 and numbers == list(range(first[0], first[0] + len(numbers)))
    return _BRACKETED.sub("", text) if counted and first[0] in (0, 1) else text


# -- fenced blocks ----------------------------------------------------------------------------


def _open(language: str, block: str, code: str) -> Iterator[str]:
    """The lines of a fenced block that say something: values, comments, and what is no code."""
    known = {line.strip() for line in code.splitlines()}
    quiet = language.strip().lower() in _QUIET
    yield ""
    for line in block.splitlines():
        plain = line.strip()
        if plain in known or not plain:
            continue
        match = _COMMENT.match(plain)
        if match and match["code"].strip() in known | {""}:
            yield match["said"]
        elif literals_read(plain) or quiet:
            yield plain
    yield ""


# -- tables -----------------------------------------------------------------------------------

_RULE = re.compile(r"^\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*$")
_BAR = re.compile(r"""(`[^`]*`|(?<!\w)'(?:[^'\\]|\\.)*'|(?<!\w)"(?:[^"\\]|\\.)*")|\|""")
_BEFORE = re.compile(
    r"^(?P<name>.+?)[\s_]*\(?(?:before|start|old|initial|at start|previous)\)?$", re.IGNORECASE
)
_AFTER = re.compile(r"^(?P<name>.+?)[\s_]*\(?(?:after|end|new|updated|afterwards|at end)\)?$", re.IGNORECASE)
_COUNTED = re.compile(r"^(?:loop )?(?:iteration|iter\.?|pass|round|loop)(?: ?#| no\.?| number)?$")
_LINES = re.compile(r"^lines?(?: ?#| no\.?| number)?$|^ln$")
_NUMBERS = ("step", "#", "no.", "no", "nr", "step #", "")
_EMPTY = ("", "-", "–", "—", "...", "…", "n/a")
_JUDGED = {"yes": "True", "no": "False", "true": "True", "false": "False", "✓": "True", "✗": "False"}


def _read_tables(lines: Sequence[str], words: Vocabulary) -> Iterator[str]:
    head: list[str] = []
    for number, line in enumerate(lines):
        following = lines[number + 1] if number + 1 < len(lines) else ""
        if "|" in line and not head and _RULE.match(following) and "|" in following:
            head = [cell.strip("`* ") for cell in _split(line)]
        elif head and "|" in line:
            if not _RULE.match(line):
                yield from _read_row(head, _split(line), words)
        else:
            head = []
            yield line


def _split(line: str) -> list[str]:
    """The cells of a row; a bar in a string or a code span is none."""
    marked = _BAR.sub(lambda match: match[1] or "\x00", line.strip())
    return [cell.strip() for cell in marked.strip("\x00").split("\x00")]


def _read_row(head: Sequence[str], cells: Sequence[str], words: Vocabulary) -> Iterator[str]:
    label, said = "", []
    for title, cell in zip(head, cells, strict=False):
        low, bare = title.lower(), cell.strip("`* ")
        if bare in _EMPTY or (low in _NUMBERS and bare.rstrip(".").isdigit()):
            continue
        if _LINES.match(low) and (match := re.fullmatch(r"(?:L|line )?(\d+)", bare, re.IGNORECASE)):
            label = f"[L{match[1]}] "
        elif _COUNTED.match(low) and bare.rstrip(".").isdigit():
            said.append(f"iteration {bare.rstrip('.')}")
        else:
            said.append(_read_cell(title, cell, words))
    if label or any(said):
        yield ROW + label + "; ".join(part for part in said if part)


def _read_cell(title: str, cell: str, words: Vocabulary) -> str:
    verb = "="
    bare = cell.strip("`* ")
    for pattern, how in ((_BEFORE, "was"), (_AFTER, "=")):
        match = pattern.match(title)
        if match and _is_known(match["name"].strip("`* "), words):
            title, verb = match["name"].strip("`* "), how
            break
    title = title.rstrip("?").strip("` ")
    test = title.removeprefix("if ").removeprefix("while ")
    if test != title and _is_known(test, words) and bare.lower() in _JUDGED:
        return f"`bool({test})` = {_JUDGED[bare.lower()]}"
    if not _is_known(title, words):
        return cell
    bare = _JUDGED.get(bare.lower(), bare) if classify(title, words.variables) != "name" else bare
    if not literals_read(bare) and len(bare) == 1 and not bare.isalnum():
        bare = repr(bare)
    if title not in words.variables:
        return f"`{title}` = {bare}" if literals_read(bare) else cell
    return f"{title} {verb} {bare}" if literals_read(bare) else f"{title}: {cell}"


def _is_known(title: str, words: Vocabulary) -> bool:
    """Whether a heading is one of the program's names, or an expression of them."""
    if title in words.variables:
        return True
    names = set(re.findall(r"[^\W\d]\w*", title))
    known = not names - words.known
    return known and bool(names & words.variables) and classify(title, words.variables) == "expr"


# -- states -----------------------------------------------------------------------------------

_STATE = re.compile(
    r"(?:^[ \t]*(?:[-*•]|\d+[.)])?[ \t]*(?:[^{}\n'\"=`:]{1,40}:[ \t]*)?|`[ \t:,;→-]+"
    r"|\b(?:state|locals|variables|vars|env)\b[ \t]*(?:is|are|[:=])?[ \t]*)(?=\{)",
    re.IGNORECASE | re.MULTILINE,
)


def _open_states(text: str, words: Vocabulary) -> str:
    """A dict from the program's names to their values, as a trace writes a state: `x = 1, y = 2`."""
    parts, place = [], 0
    for match in _STATE.finditer(text):
        named = re.search(r"(\w+)\W*$", match[0])
        own = named is not None and named[1] in words.variables  # "d: {...}" is a name and its value
        end = find_closing(text, match.end()) if match.end() >= place and not own else None
        said = _spell_state(text[match.end() : end], words) if end is not None else ""
        if said:
            parts += [text[place : match.end()], said]
            place = end or place
    return "".join([*parts, text[place:]])


def _spell_state(text: str, words: Vocabulary) -> str:
    try:
        node = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    if not isinstance(node, ast.Dict) or not node.keys:
        return ""
    names = [str(key.value) if isinstance(key, ast.Constant) else "" for key in node.keys]
    if not all(name in words.variables for name in names):
        return ""
    values = [ast.get_source_segment(text, value) for value in node.values]
    return ", ".join(f"{name} = {value}" for name, value in zip(names, values, strict=True))


# -- formulas ---------------------------------------------------------------------------------

_FORMULA = re.compile(
    r"\\\((.+?)\\\)|\\\[(.+?)\\\]|\$\$(.+?)\$\$"
    r"|(?<![\w'\"$\\])\$(?!\s*\d+\.\d\d\b)([^$\n]{1,300}?)\$(?![\w'\"])",
    re.DOTALL,
)
_BOXED = re.compile(r"\\boxed\s*\{")
_COMMANDS: tuple[tuple[str, str], ...] = (
    (r"\\(?:text|texttt|mathtt|mathrm|mathbf|operatorname)\s*\{([^{}]*)\}", r"\1"),
    (r"\\d?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}", r"\1 / \2"),
    (r"\\(?:leq?|leqslant)\b", "<="),
    (r"\\(?:geq?|geqslant)\b", ">="),
    (r"\\neq?\b", "!="),
    (r"\\(?:times|cdot)\b", "*"),
    (r"\\div\b", "/"),
    (r"\\(?:bmod|mod)\b", "%"),
    (r"\\notin\b", "not in"),
    (r"\\in\b", "in"),
    (r"\\(?:to|rightarrow|Rightarrow|implies|mapsto|longrightarrow)\b", "→"),
    (r"\\(?:lfloor|rfloor|left|right|quad|qquad|,|;|!)", " "),
    (r"\\([_%{}#&])", r"\1"),
)


def _read_formulas(text: str) -> str:
    if "\\" not in text and "$" not in text:
        return text
    lines = []
    for line in _FORMULA.sub(lambda match: _spell(next(part for part in match.groups() if part)), text).split(
        "\n"
    ):
        match = _BOXED.search(line)
        close = _find_brace(line, match.end()) if match else None
        if match and close is not None:
            inside = line[match.end() : close]
            lines += [line[: match.start()] + inside + line[close + 1 :], f"Final answer: {inside}"]
        else:
            lines.append(line)
    return "\n".join(lines)


def _spell(formula: str) -> str:
    for pattern, sign in _COMMANDS:
        formula = re.sub(pattern, sign, formula)
    return f" {formula.strip()} "


def _find_brace(line: str, place: int) -> int | None:
    depth = 1
    for number in range(place, len(line)):
        depth += {"{": 1, "}": -1}.get(line[number], 0)
        if not depth:
            return number
    return None


# -- typographic signs ------------------------------------------------------------------------

_SIGNS = str.maketrans({"≤": "<=", "≥": ">=", "≠": "!=", "×": "*", "−": "-", "⟶": "→", "➜": "→", "➔": "→",
                        "↦": "→", "⟹": "⇒", "✓": "", "✔": "", "✅": "", "✗": "", "❌": ""})  # fmt: skip
_QUOTED = re.compile(r"“([^“”\n]*)”|‘([^‘’\n]*)’(?!\w)")


def _straighten(text: str, words: Vocabulary) -> str:
    """Curly quotes as straight ones or code spans, signs as Python spells them."""
    text = re.sub(r"(?<=\w)’(?=\w)", "'", text)
    text = _QUOTED.sub(lambda match: _quote(match, text, words), text)
    text = _outside(text, lambda part: part.translate(_SIGNS))
    return re.sub(r"(?<=[\w)]) mod(?:ulo)? (?=[\w(])", " % ", text)


def _quote(match: re.Match[str], text: str, words: Vocabulary) -> str:
    inside = match[1] if match[1] is not None else match[2]
    kind = classify(inside.strip(), words.variables | words.functions)
    if kind in ("value", "expr", "const") or (kind == "name" and inside in words.variables | words.functions):
        return f"`{inside}`"
    given = re.search(
        r"(?:=|\bis|\bto|\bbecomes|\breturns|[\[(,:])\s*$", text[max(0, match.start() - 12) : match.start()]
    )
    return repr(inside) if given or (not inside.strip().isidentifier() and len(inside) < 3) else inside


def _outside(text: str, change: Callable[[str], str]) -> str:
    """A change made outside of strings."""
    parts, place = [], 0
    for match in TEXT.finditer(text):
        parts += [change(text[place : match.start()]), match[0]]
        place = match.end()
    return "".join([*parts, change(text[place:])])


# -- results on a line of their own -------------------------------------------------------------

_LEADS = re.compile(
    r"\b(?:returns?|returned|output|result|answer|value|prints?|gives?|get)\b[^\n]{0,60}:\s*\**$",
    re.IGNORECASE,
)
_HEADING = re.compile(
    r"^\s*(?:#+\s*|\*\*)(?:\d+[.)]\s*)?(?:the )?(?:final |expected )?"
    r"(?:answer|output|result|return value)\s*:?\s*\**\s*$",
    re.IGNORECASE,
)


def _join_results(lines: Sequence[str]) -> Iterator[str]:
    """A value that stands alone under the line that leads up to it joins that line."""
    number = 0
    while number < len(lines):
        line, following = lines[number], number + 1
        if _LEADS.search(line) or _HEADING.match(line):
            while following < len(lines) and not lines[following].strip():
                following += 1
            value = lines[following].strip().strip("*").strip("` ") if following < len(lines) else ""
            if value and literals_read(value):
                yield f"Final answer: {value}" if _HEADING.match(line) else f"{line.rstrip('* ')} {value}"
                number = following + 1
                continue
        yield line
        number += 1

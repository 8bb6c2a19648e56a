"""A text cut into units: sentences, each with the line label that it stands under."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from pyx.claims.markup import ROW
from pyx.claims.tokens import Token, tokenize
from pyx.claims.vocabulary import Vocabulary

_MARKER = re.compile(
    r"^\s*(?:[-*•+>|]+\s+|#+\s*|\(?\d+[.)]\s+|(?:\**)(?:[Ss]tep|STEP)\s+\d+(?:\**)\s*[:.)\-–—]*\s*(?:\**)|\[/?MONOLOGUE\])+"
)
_BOLD = re.compile(r"""(`+.+?`+|(?<!\w)'[^'\n]*'|(?<!\w)"[^"\n]*")|(\*\*|__)(?=[^\s*_])(.+?)(?<=[^\s])\2""")
_ENDS = ".!?"
_REPLY = re.compile(
    r"(?:'[^'\n]*'|\"[^\"\n]*\"|[^.?!\n]|[.!](?=\S)){0,90}?\b(?:yes|no|nope|yep|yeah|nah)\b", re.IGNORECASE
)
"""What answers a question right behind it."""
_NOT_RUN = {
    "skip", "skips", "skipping", "skipped", "not", "over", "past", "without", "never", "instead", "avoid",
    "bypass", "before", "until", "ignored", "ignore", "unlike", "after", "from",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Unit:
    """One sentence: its tokens, its words, its own label, and the label that it stands under."""

    tokens: tuple[Token, ...]
    said: str
    label: int = 0
    under: int = 0  # the last label of the same paragraph

    @property
    def plain(self) -> str:
        """The sentence with a mark for each operand that is no whole number."""
        return " ".join(
            token.low if not token.is_operand or token.text.isdigit() else "◊" for token in self.tokens
        )


def cut_units(text: str, words: Vocabulary) -> Iterator[Unit]:
    """The units of a text, in order; what was a row of a table stays marked as one."""
    text = text.replace("i.e.", "that is").replace("e.g.", "for example")
    for line in text.split("\n"):
        if line.startswith(ROW):
            yield from (replace(unit, said=ROW + unit.said) for unit in _cut_line(line[len(ROW) :], words))
            continue
        clean = _MARKER.sub("", _BOLD.sub(lambda match: match[1] or match[3], line)).strip()
        units = _label_back(list(_cut_line(clean, words))) if clean else []
        heading = line.lstrip().startswith("#") and not any(
            token.is_operand for unit in units for token in unit.tokens
        )
        if not heading:
            yield from units


def _label_back(units: list[Unit]) -> list[Unit]:
    """A label that stands alone at the end of a line belongs to what stands before it."""
    if len(units) < 2 or not units[-1].label or any(token.kind != "mark" for token in units[-1].tokens):
        return units
    if any(unit.label for unit in units[:-1]):
        return units
    *first, told, last = units
    return [*first, replace(told, label=last.label, under=last.label)]


def _cut_line(line: str, words: Vocabulary) -> Iterator[Unit]:
    tokens = list(tokenize(line, words))
    under, label, start, run = 0, 0, 0, list[Token]()
    for number, token in enumerate(tokens):
        following = tokens[number + 1] if number + 1 < len(tokens) else None
        if token.kind == "label":
            behind = number > 1 and tokens[0].kind != "label" and tokens[1].kind != "label"
            if (
                behind
                and run
                and run[-1].text == "("
                and following is not None
                and following.text == ")"
                and len(run) > 1
            ):
                yield Unit(
                    tuple(run[:-1]), line[start : following.end].strip(), int(token.text), int(token.text)
                )
                start, label, run = following.end, 0, []
                continue
            if _is_reference(tokens, number, run):
                run.append(token)
                continue
            if any(item.kind != "mark" for item in run) and not _is_lead(run):
                yield Unit(tuple(run), line[start : token.start].strip(), label, under)
                start, label = token.start, 0
                run = []
            label = under = int(token.text)
            continue
        run.append(token)
        ended = (
            token.kind == "mark"
            and token.text in _ENDS
            and (following is None or following.start > token.end)
            and not (token.text == "?" and _REPLY.match(line, token.end))
        )
        if ended and any(item.kind != "mark" for item in run):
            yield Unit(tuple(run), line[start : token.end].strip(), label, under)
            start, label, run = token.end, 0, []
    if any(item.kind != "mark" for item in run) or label:
        yield Unit(tuple(run), line[start:].strip(), label, under)


LEADS = {
    "on", "at", "in", "then", "next", "now", "for", "first", "finally", "execute", "executing", "after",
    "that", "back", "to", "we", "continue", "go", "move", "moving", "proceed", "program", "the", "reach",
    "jump", "and", "so", "start", "starting", "begin", "with", "again", "starts", "returning", "return",
    "moves", "goes", "control", "execution", "reaches",
}  # fmt: skip


def _is_lead(run: list[Token]) -> bool:
    """Whether the words before a label only lead up to it: "Then, on line 3"."""
    return all(token.kind == "mark" or token.low in LEADS for token in run)


def _is_reference(tokens: list[Token], number: int, run: list[Token]) -> bool:
    """Whether a label names a line that is not said to run, or a range of lines."""
    before = [token.low for token in run[-6:] if token.kind == "word"]
    near = [token.low for token in run[-4:] if token.kind == "word"]
    after = tokens[number + 1 : number + 3]
    ranged = (
        len(after) == 2
        and after[0].text in ("-", "–", "to", "and", "through", ",")
        and after[1].text.isdigit()
    )
    ranged = ranged or bool(after and after[0].kind == "value" and re.fullmatch(r"-\d+", after[0].text))
    if len(before) > 3 and before[-4:-1] in (["half", "of", "the"], ["part", "of", "the"]):
        return True
    skipped = [token.low for token in tokens[number + 1 : number + 3]]
    if skipped[:1] in (["is"], ["are"], ["gets"], ["was"]) and skipped[-1] in _NOT_RUN:
        return True
    if skipped == ["does", "not"] or skipped[:1] in [
        [word] for word in ("isn't", "aren't", "wasn't", "doesn't", "didn't", "won't", "never")
    ]:
        return True
    return ranged or bool(_NOT_RUN.intersection(near))

"""Claims read out of free prose: a teacher's, a person's, the narrator's own.

Forgiving in form: line labels (`[L3]`, `Line 3:`), values in code spans or bare, after `=`, `is`,
`becomes`, `returns` and their kin; conditions that are true, hold or fail; bodies that are entered
or skipped; iterations and how often; exceptions, output, and the answer. A value that no phrase
explains is still claimed: as one that stands somewhere in the execution at that point. A sentence
without any claim is unread.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from pyx.claims import looping, phrases
from pyx.claims.answers import find_answers, read_answer
from pyx.claims.conditions import Conditions
from pyx.claims.courses import Courses
from pyx.claims.layout import Layout, find_layout
from pyx.claims.links import ASKING, find_links
from pyx.claims.markup import clean
from pyx.claims.mentions import Mentions
from pyx.claims.places import Places
from pyx.claims.sentence import Found
from pyx.claims.tallies import Tallies, untie
from pyx.claims.tokens import normalize
from pyx.claims.units import Unit, cut_units
from pyx.claims.values import Values
from pyx.claims.vocabulary import Vocabulary, hide_words, learn_names
from pyx.records import Claim


@dataclass(frozen=True, slots=True)
class Reading:
    """The claims of a text, and the sentences that say nothing that could be read."""

    claims: tuple[Claim, ...]
    sentences: int
    unread: tuple[str, ...]

    @property
    def share(self) -> float:
        """The share of the sentences that could be read."""
        return 1 - len(self.unread) / self.sentences if self.sentences else 1.0


def read(text: str, code: str, *, entry: str = "") -> Reading:
    """The claims that a text about a program makes, in the order of the text."""
    words, layout = hide_words(learn_names(code), text), find_layout(code)
    body, answers = find_answers(clean(text, code, words), words)
    claims: list[Claim] = []
    unread: list[str] = []
    units = list(cut_units(body, words))
    last = Claim("within")  # the last iteration that was summed up
    for unit in units:
        found = [] if phrases.IMAGINED.search(unit.said) else read_unit(unit, words, layout)
        if looping.AFTERWARDS.match(unit.said) and last.count > 0:
            found = [_end(claim, last) for claim in found]
        summed = [claim for claim in found if claim.kind == "alike" or looping.RANGE.search(unit.said)]
        if summed:
            count = int(summed[-1].value) if summed[-1].kind == "alike" else summed[-1].count
            last = Claim("within", summed[-1].line or unit.label, count=count)
        claims += found
        if not found:
            unread.append(unit.said)
    answers = answers or find_result(claims, units, entry, words)
    claims = _count_from_one(claims)
    claims += [Claim("answer", value=value, said=value) for value in answers]
    return Reading(tuple(claims), len(units), tuple(unread))


def find_result(claims: list[Claim], units: list[Unit], entry: str, words: Vocabulary) -> list[str]:
    """The result of a text that does not call it so: what is returned or raised last, or its last line."""
    said = units[-1].said if units else ""
    if told := re.match(
        rf"\W*{re.escape(entry)}\(.*\)\W*(?:==|=|->|→|=>|⇒|is|returns|gives|evaluates to)\W(.+)", said
    ):
        value = read_answer(told[1])
        if value is not None:
            return [value]
    late = {unit.said for unit in units[-3:]} if len(words.functions) > 1 else {unit.said for unit in units}
    ends = [
        f"raises {claim.value}" if claim.kind == "raised" else claim.value
        for claim in claims
        if claim.said in late
        and (
            claim.kind == "raised"
            or (claim.kind == "returned" and claim.name in ("", entry))
            or (claim.kind == "computed" and claim.name.startswith(f"{entry}("))
        )
    ]
    last = [token for token in units[-1].tokens if token.text not in ".=>→⇒`*"] if units else []
    if any(token.low in ASKING for token in last):
        return ends[-1:]
    while last and last[-1].text in ")]!":
        last.pop()
    free = [claim.value for claim in claims if claim.kind in ("mentioned", "computed")]
    if (
        not ends
        and re.match(r"\W*(?:result|output|answer)\W+", said)
        and last[1:]
        and last[1].kind == "value"
    ):
        return [last[1].text]
    given = [token for token in units[-1].tokens if token.is_operand] if units else []
    if not ends and given and looping.FINAL.search(said) and not looping.DENIED.search(said):
        if given[-1].kind == "value":
            return [given[-1].text]
        if given[-1].kind == "name" and given[-1].coded and given[-1].text not in words.known:
            return [repr(given[-1].text)]  # a text in a code span, without its quotes
    if not ends and last and last[-1].kind == "value" and (len(last) == 1 or last[-1].text in free[-2:]):
        return [last[-1].text]
    return ends[-1:]


def _end(claim: Claim, last: Claim) -> Claim:
    """What holds when the iterations that were summed up are over."""
    if claim.kind not in ("shown", "held", "became", "computed"):
        return claim
    kind = "ended" if claim.kind != "computed" else "computed"
    return replace(claim, kind=kind, line=last.line, count=last.count if kind == "ended" else -1)


def _count_from_one(claims: list[Claim]) -> list[Claim]:
    """Iterations of a text that counts them from 0 are counted from 1."""
    counted = [
        claim for claim in claims if claim.kind == "within" or (claim.kind == "began" and not claim.line)
    ]
    if not {0, 1} <= {claim.count for claim in counted}:
        return claims
    return [replace(claim, count=claim.count + 1) if claim in counted else claim for claim in claims]


def read_unit(unit: Unit, words: Vocabulary, layout: Layout) -> list[Claim]:
    """The claims of one sentence."""
    unit = untie(unit, words, layout)
    found = sorted(find_claims(unit, words, layout), key=lambda item: item.place)
    claims = [Claim("ran", unit.label)] if unit.label else []
    claims += [item.claim for item in found]
    if not unit.label and looping.HEADING.fullmatch(unit.plain):
        claims = _begin(claims, layout)
    if unit.label:
        asides = {item.claim for item in found if item.aside}
        claims = [*find_places(unit, layout, claims), *_anchor(claims, unit, layout, asides)]
    return [Claim(c.kind, c.line, c.name, c.value, c.count, unit.said) for c in dict.fromkeys(claims)]


def find_claims(unit: Unit, words: Vocabulary, layout: Layout) -> Iterator[Found]:
    """Everything that one sentence claims, in no order."""
    links = find_links(unit.tokens)
    used: set[int] = set()
    values = Values(unit, words, layout)
    mentions = Mentions(unit, words, layout)
    conditions = Conditions(unit, words, layout)
    courses = Courses(unit, words, layout)
    yield from courses.find_spans(used)
    tallies = Tallies(unit, words, layout)
    yield from tallies.find_tallies(used)
    links = [link for link in links if link.subject not in used and link.value not in used]
    for link in links:
        used.update((link.value,) if unit.tokens[link.value].kind != "name" else ())
        yield from values.find_link(link)
    yield from tallies.find_sizes(used)
    yield from values.find_item(used)
    yield from conditions.find_truths(links, used)
    yield from courses.find_returns(links, used)
    yield from courses.find_named()
    yield from courses.find_counts(used)
    yield from courses.find_faults()
    yield from courses.find_prints(used)
    yield from conditions.find_adjectives()
    yield from conditions.find_its()
    yield from mentions.find_strangers()
    yield from values.find_tested()
    yield from values.find_filled()
    yield from values.find_gained()
    yield from Places(unit, words, layout).find_places()
    yield from mentions.find_rest(used, links)
    yield from mentions.find_leaves(links)


def _begin(claims: list[Claim], layout: Layout) -> list[Claim]:
    """A sentence that only says which iteration it is speaks of its beginning."""
    only = all(
        claim.kind == "within" or (claim.kind in ("held", "shown", "became") and claim.name in layout.targets)
        for claim in claims
    )
    if not only or sum(claim.kind == "within" for claim in claims) != 1:
        return claims
    return [
        replace(claim, kind="began") if claim.kind == "within" else replace(claim, kind="held")
        for claim in claims
    ]


def _anchor(claims: list[Claim], unit: Unit, layout: Layout, asides: set[Claim]) -> list[Claim]:
    """Results and branches of a labelled sentence that says nothing else belong to its own line."""
    others = {claim.kind for claim in claims} - {"ran", "took", "within", "mentioned"}
    telling = [claim for claim in claims if claim.kind not in ("ran", "within")]
    here = layout.functions.get(unit.label, "")
    made = []
    for claim in claims:
        if claim.kind == "took" and not claim.line and not others:
            claim = replace(claim, line=unit.label)
        alone = len(telling) == 1 and len({token.text for token in unit.tokens if token.kind == "name"}) < 2
        if alone and claim.kind in ("shown", "held") and claim not in asides:
            # All that a line is said to do is to leave a name with a value.
            bound = claim.name in layout.binds.get(unit.label, ())
            now = " = " in unit.said or "->" in unit.said or "after" in unit.said.lower()
            claim = replace(claim, kind="became" if not bound else "held" if now else claim.kind)
        if claim.kind == "returned" and claim.name in ("", here):
            claim = replace(claim, line=unit.label)
        made.append(claim)
    return made


def find_places(unit: Unit, layout: Layout, claims: list[Claim]) -> Iterator[Claim]:
    """What a labelled sentence says its line to be: its expressions, its kind of statement."""
    yield Claim("ran", unit.label)
    computed = {normalize(claim.name.removeprefix("bool")) for claim in claims if claim.kind == "computed"}
    computed |= {normalize(claim.name) for claim in claims if claim.kind == "computed"}
    first = next((token.text for token in unit.tokens if token.kind == "expr" and token.coded), "")
    for claim in claims:
        plain = normalize(claim.name.replace("(", "").replace(")", "")) if claim.kind == "computed" else ""
        turned = (
            plain.replace(" not in ", " in ") if " not in " in plain else plain.replace(" in ", " not in ", 1)
        )
        plain = turned if turned in layout.tests else plain
        if plain in layout.tests:
            yield Claim("stands", unit.label, plain)
    for token in unit.tokens:
        spelled = normalize(token.text) if token.kind == "expr" else ""
        if spelled in layout.parts and (
            token.text == first or spelled in computed or spelled in layout.tests
        ):
            yield Claim("stands", unit.label, token.text)
    if unit.label in layout.loops and looping.OVER.search(unit.said) and "break" not in unit.said.lower():
        yield Claim("took", unit.label, value="False")
    if called := re.search(r"\bfunction `?(\w+)`? (?:is|was|gets) (?:called|entered|invoked)", unit.said):
        yield Claim("does", unit.label, f"call {called[1]}")
    if alone := re.fullmatch(r"\W*(break|continue|pass)\W*", unit.plain):
        yield Claim("does", unit.label, alone[1].capitalize())
    for pattern, kind in looping.DOING:
        if pattern.search(unit.said):
            yield Claim("does", unit.label, kind)

"""Texts that repeat benchmark items: four ways of looking, and what each found.

    copy    the item's solution or description stands in the text, white space aside
    words   ten words in a row are the same
    shape   most of the item's syntax tree stands in the program, names aside
    prose   half of the item's description stands in the text, by runs of three words

All compare texts: they find copies, also edited ones, and hardly any paraphrase. To compare by
behaviour, programs have to be run on the items' inputs: that would be a fifth `METHODS` entry,
made from executions.
"""

from __future__ import annotations

import ast
import math
import re
import warnings
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyx.source.shingles import find_runs, list_shape

METHODS = ("copy", "words", "shape", "prose")

SHORTEST = 60
"""Characters, white space aside, below which a piece of an item is too common to count."""
RUN = {"words": 10, "shape": 6, "prose": 3}
"""Tokens in a run."""
ENOUGH = {"words": ((1, 0.0),), "shape": ((40, 0.75), (16, 0.9)), "prose": ((6, 0.5),)}
"""For items of at least so many runs, the share of them that tells; smaller items are not told."""

_WORD = re.compile(r"\w+")
_FENCE = re.compile(r"^```(?:python|py)?[^\S\n]*\n(.*?)^```", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Item:
    """One task of a benchmark."""

    benchmark: str
    id: str
    code: str = ""  # the reference solution, with its prompt
    prose: str = ""  # the description


@dataclass(frozen=True, slots=True)
class Hit:
    """One item that a text repeats; `share` of the item was found by that method."""

    benchmark: str
    item: str
    method: str
    share: float


class Overlap:
    """An index of benchmark items."""

    def __init__(self, items: Iterable[Item]) -> None:
        self.items = list(items)
        self._pieces = [
            [p for p in map(squeeze, _list_pieces(item)) if len(p) >= SHORTEST] for item in self.items
        ]
        self._holders: dict[tuple[str, str], list[int]] = defaultdict(list)
        self._sizes: dict[tuple[str, int], int] = {}
        for number, item in enumerate(self.items):
            prose = item.prose or _docstring(item.code)
            for method, runs in _find_runs(f"{item.code}\n{item.prose}", item.code, prose).items():
                self._sizes[method, number] = len(runs)
                for run in runs:
                    self._holders[method, run].append(number)

    def find(self, text: str) -> list[Hit]:
        """The items that a text repeats, each by the first method that tells."""
        hits: dict[int, Hit] = {}
        for number, method, share in self._search(text):
            item = self.items[number]
            hits.setdefault(number, Hit(item.benchmark, item.id, method, round(share, 3)))
        return [hits[number] for number in sorted(hits)]

    def _search(self, text: str) -> Iterator[tuple[int, str, float]]:
        squeezed = squeeze(text)
        for number, pieces in enumerate(self._pieces):
            if any(piece in squeezed for piece in pieces):
                yield number, "copy", 1.0
        for method, runs in _find_runs(text, _find_code(text), text).items():
            found = Counter(number for run in runs for number in self._holders.get((method, run), ()))
            for number, count in found.items():
                size = self._sizes[method, number]
                if count / size >= _find_bound(method, size):
                    yield number, method, count / size


def _find_bound(method: str, size: int) -> float:
    return next((share for least, share in ENOUGH[method] if size >= least), math.inf)


def squeeze(text: str) -> str:
    """The text without white space, in lower case."""
    return "".join(text.lower().split())


def _find_runs(text: str, code: str, prose: str) -> dict[str, frozenset[str]]:
    words = {"words": _WORD.findall(text.lower()), "prose": _WORD.findall(prose.lower())}
    tokens = {"words": words["words"], "shape": _list_shape(code), "prose": words["prose"]}
    runs = {
        method: find_runs(found, RUN[method]) for method, found in tokens.items() if len(found) >= RUN[method]
    }
    if "words" in runs:
        runs["words"] = frozenset(filter(_says_something, runs["words"]))
    return runs


def _says_something(run: str) -> bool:
    """Whether half of a run is more than numbers: the days of the months stand in many programs."""
    return 2 * sum(not word.isdecimal() for word in run.split("\0")) >= RUN["words"]


def _list_shape(code: str) -> list[str]:
    try:
        with warnings.catch_warnings(action="ignore"):
            return list_shape(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []  # prose, or no Python of this version: the other methods still look at it


def _find_code(text: str) -> str:
    """The program in a text: its fenced blocks where it has any."""
    return "\n".join(_FENCE.findall(text)) or text


def _list_pieces(item: Item) -> list[str]:
    prose = item.prose or _docstring(item.code)
    return [prose, _body(item.code)]


def _docstring(code: str) -> str:
    """The docstring of the last function that has one: in a prompt the helpers come first."""
    return next((text for text in map(ast.get_docstring, reversed(_functions(code))) if text), "")


def _body(code: str) -> str:
    """The statements of the last function, without its docstring."""
    functions = _functions(code)
    if not functions:
        return code
    body = functions[-1].body[1:] if ast.get_docstring(functions[-1]) else functions[-1].body
    return "\n".join(filter(None, (ast.get_source_segment(code, node) for node in body)))


def _functions(code: str) -> list[ast.FunctionDef]:
    try:
        with warnings.catch_warnings(action="ignore"):
            tree = ast.parse(code)
    except (SyntaxError, ValueError):
        return []
    return [node for node in tree.body if isinstance(node, ast.FunctionDef)]

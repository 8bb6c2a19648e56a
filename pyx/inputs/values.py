"""Small readable values of a kind, the edges among them. Not a source: what sources draw from."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from pyx.literals import read
from pyx.source.types import ANY, INT, STR, Kind

WORDS = (
    "a", "ab", "abc", "aab", "abba", "hello", "level", "banana", "python", "Hello World", "racecar",
    "mississippi", "the quick brown fox", "one two three", "Stay hungry", "AbCdE", "a1b2c3", "x", "tree",
    "noon", "to be or not to be",
)  # fmt: skip
"""What a text is when its name says nothing."""

TEXTS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("binary", "bits", "bin_string", "bin_str"), ("0", "1", "101", "1100", "11111111", "100000")),
    (("hex", "hexadecimal", "hex_num", "hex_string"), ("0", "a", "ff", "1F", "beef", "7c3")),
    (("digits", "number_string", "num_str", "digit_string"), ("0", "7", "42", "1234", "90210", "1001")),
    (("roman",), ("I", "IV", "IX", "XIV", "XL", "XC", "MCMXCIV", "MMXXIV")),
    (("char", "ch", "letter", "c", "character"), ("a", "b", "Z", "x", " ", "7")),
    (("sep", "delimiter", "separator", "delim"), (",", "-", " ", ";", "|")),
    (("date", "date_string", "day", "iso"), ("2024-02-29", "1999-12-31", "2000-01-01", "2023-07-15")),
    (("time", "clock"), ("00:00", "09:30", "23:59", "12:00")),
    (("email",), ("ada@example.org", "bob.smith@mail.example.com", "no-at-sign", "x@y.z")),
    (("url", "uri"), ("https://example.org", "http://example.com/a/b?x=1", "ftp://files.example.net/f.txt")),
    (("ip", "address", "ipv4"), ("192.168.0.1", "10.0.0.256", "127.0.0.1", "8.8.8.8")),
    (("path", "filename", "file_name", "file_path"),
     ("a/b/c.txt", "/usr/lib", "notes.md", "../up", "archive.tar.gz")),
    (("parens", "brackets", "parentheses"), ("()", "(())", "([]{})", "(", "())(", "")),
    (("expression", "expr", "equation", "infix", "formula"), ("1 + 2", "3 * (4 - 1)", "10 / 4", "2 + 3 * 4")),
    (("postfix", "rpn"), ("1 2 +", "3 4 * 2 -", "5 1 2 + 4 * + 3 -")),
    (("pattern",), ("ab", "a", "aba", "na", "lo", "is")),
    (("version", "version_string"), ("1.2.3", "0.10", "2.0.0", "10.4.1")),
    (("name", "title"), ("Ada Lovelace", "some_variable_name", "camelCaseName", "alan turing", "X")),
    (("sentence", "phrase", "line", "message", "text"),
     ("The quick brown fox", "hello world", "Stay hungry, stay foolish.", "a", "one  two   three",
      "To be or not to be", "banana", "level", "abc")),
    (("key", "keyword"), ("KEY", "secret", "b", "LEMON", "abc")),
    (("dna", "rna", "strand", "sequence", "nucleotides"), ("ACGT", "GATTACA", "AACCGG", "TTTT", "A")),
    (("ciphertext", "plaintext", "cipher"), ("HELLO", "ATTACKATDAWN", "ABC", "KHOOR")),
)  # fmt: skip
"""What a text is when its name says something."""

_COUNTS = frozenset(
    ("n", "k", "m", "count", "size", "length", "limit", "num", "number", "depth", "width", "height", "times",
     "base", "step", "index", "position", "steps", "rows", "cols", "columns", "capacity", "level", "order",
     "digits", "bits")
)  # fmt: skip
_RANGES = {
    "year": (1900, 2100), "month": (1, 12), "day": (1, 28), "hour": (0, 23), "minute": (0, 59),
    "second": (0, 59), "base": (2, 16), "radix": (2, 16), "age": (0, 90), "percent": (0, 100),
    "percentage": (0, 100),
}  # fmt: skip
_SMALL = (3, 5, 1, 2, 10, 7, 0, 4, 12, 6, 8, 15, 9, 20)
_NUMBERS = (3, 7, 0, 12, -4, 1, 25, 100, -1, 8, 42, 17)
_FLOATS = (2.5, 1.0, 0.0, 3.75, -1.5, 10.0, 0.1, 100.0, 7.25)


def make_value(kind: Kind, name: str, turn: int, rng: random.Random) -> Any:
    """A value of a kind for the parameter `name`; low turns are plain, then come edges, then chance."""
    maker = _MAKERS.get(kind.name)
    return maker(kind, name, turn, rng) if maker else make_value(_guess(name), name, turn, rng)


def _guess(name: str) -> Kind:
    """What a parameter without any type is likely to be."""
    word = name.casefold()
    if word in ("s", "st", "string", "txt", "str_") or any(word in names for names, _ in TEXTS[:-3]):
        return STR
    many = word.endswith("s") and len(word) > 2 and word.rstrip("s") not in ("clas", "axi")
    return Kind("list", (STR if word in ("words", "strings", "names", "lines") else INT,)) if many else INT


def _pick(items: tuple[Any, ...], turn: int, rng: random.Random) -> Any:
    return rng.choice(items[:4] if turn < 2 else items)


def _make_int(_: Kind, name: str, turn: int, rng: random.Random) -> int:
    word = name.casefold()
    if word in _RANGES:
        return rng.randint(*_RANGES[word])
    if word in _COUNTS or word.startswith(("n_", "num_", "max_", "min_")):
        return int(_pick(_SMALL, turn, rng))
    return int(_pick(_NUMBERS, turn, rng))


def _make_float(_: Kind, __: str, turn: int, rng: random.Random) -> float:
    return float(_pick(_FLOATS, turn, rng))


def _make_text(_: Kind, name: str, turn: int, rng: random.Random) -> str:
    word = name.casefold()
    for names, texts in TEXTS:
        if word in names or any(word.endswith("_" + one) for one in names):
            return str(rng.choice(texts))
    return "" if turn == 4 else str(rng.choice(WORDS))


def _make_bytes(kind: Kind, name: str, turn: int, rng: random.Random) -> bytes:
    return _make_text(kind, name, turn, rng).encode()


def _make_bool(_: Kind, __: str, turn: int, ___: random.Random) -> bool:
    return turn % 2 == 0


def _make_complex(_: Kind, __: str, turn: int, rng: random.Random) -> complex:
    return complex(_pick(_NUMBERS, turn, rng), rng.choice(_SMALL))


def _make_list(kind: Kind, name: str, turn: int, rng: random.Random) -> list[Any]:
    """Turn 2 is empty, turn 3 has one item, turn 4 repeats, turn 5 is in order; the rest is chance."""
    part = kind.parts[0] if kind.parts else ANY
    inner = part if part != ANY else INT
    length = {0: 4, 1: 5, 2: 0, 3: 1}.get(turn, rng.randint(2, 7))
    if inner.name in ("list", "tuple", "dict", "set"):
        length = min(length, 3)
    items = [_make_item(inner, name, turn, rng) for _ in range(length)]
    if turn == 4 and items:
        items += [items[0], items[0]]
    return sort_items(items) if turn == 5 else items


def _make_item(kind: Kind, name: str, turn: int, rng: random.Random) -> Any:
    if kind == INT:
        return rng.randint(0, 9) if turn % 2 else rng.randint(-9, 30) if turn else rng.randint(1, 9)
    return make_value(kind, name.removesuffix("s"), rng.choice((0, 1, 3, 6, 7)), rng)


def sort_items(items: list[Any]) -> list[Any]:
    """The items in order, as they are where they have none."""
    try:
        return sorted(items)
    except TypeError:
        return items


def _make_tuple(kind: Kind, name: str, turn: int, rng: random.Random) -> tuple[Any, ...]:
    parts = kind.parts or (INT, INT)
    return tuple(_make_item(INT if part == ANY else part, name, turn, rng) for part in parts)


def _make_set(kind: Kind, name: str, turn: int, rng: random.Random) -> Any:
    items = [item for item in _make_list(kind, name, turn, rng) if _can_hash(item)]
    return frozenset(items) if kind.name == "frozenset" else set(items)


def _make_dict(kind: Kind, name: str, turn: int, rng: random.Random) -> dict[Any, Any]:
    key, value = kind.parts if len(kind.parts) == 2 else (STR, INT)
    length = {0: 3, 1: 2, 2: 0, 3: 1}.get(turn, rng.randint(2, 4))
    made: dict[Any, Any] = {}
    for index in range(length):
        name_of = "abcdefgh"[index] if key in (STR, ANY) else make_value(key, "key", turn + index, rng)
        if _can_hash(name_of):
            made[name_of] = _make_item(INT if value == ANY else value, name, turn, rng)
    return made


def _can_hash(value: object) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True


def _make_union(kind: Kind, name: str, turn: int, rng: random.Random) -> Any:
    part = kind.parts[0] if turn < 2 else rng.choice(kind.parts)
    return make_value(part, name, turn, rng)


def _make_literal(kind: Kind, _: str, turn: int, __: random.Random) -> Any:
    return read(kind.texts[turn % len(kind.texts)])


_MAKERS: dict[str, Callable[[Kind, str, int, random.Random], Any]] = {
    "int": _make_int, "float": _make_float, "str": _make_text, "bytes": _make_bytes, "bool": _make_bool,
    "complex": _make_complex, "none": lambda *_: None, "list": _make_list, "tuple": _make_tuple,
    "set": _make_set, "frozenset": _make_set, "dict": _make_dict, "union": _make_union,
    "literal": _make_literal,
}  # fmt: skip

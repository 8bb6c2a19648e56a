# SPDX-License-Identifier: CC0-1.0
"""Counting and grouping with dicts and sets."""

from __future__ import annotations

from collections import Counter, defaultdict


def word_counts(text: str) -> dict[str, int]:
    """Count how often each word occurs in a text, capitals made small.

    >>> word_counts("the cat the dog")
    {'the': 2, 'cat': 1, 'dog': 1}
    >>> word_counts("")
    {}
    """
    counts: dict[str, int] = {}
    for word in text.lower().split():
        counts[word] = counts.get(word, 0) + 1
    return counts


def most_common_letter(text: str) -> str:
    """Return the letter that occurs most often, the first in the alphabet among equals.

    A text without letters raises ValueError.

    >>> most_common_letter("banana")
    'a'
    >>> most_common_letter("bbaa")
    'a'
    """
    counts = Counter(letter for letter in text.lower() if letter.isalpha())
    if not counts:
        raise ValueError("no letters")
    most = max(counts.values())
    return min(letter for letter, count in counts.items() if count == most)


def group_by_length(words: list[str]) -> dict[int, list[str]]:
    """Group words by their length, each group in the order of the words.

    >>> group_by_length(["a", "to", "b", "at"])
    {1: ['a', 'b'], 2: ['to', 'at']}
    """
    groups: dict[int, list[str]] = {}
    for word in words:
        groups.setdefault(len(word), []).append(word)
    return groups


def group_anagrams(words: list[str]) -> list[list[str]]:
    """Put words that are made of the same letters together.

    >>> group_anagrams(["eat", "tea", "tan", "ate"])
    [['eat', 'tea', 'ate'], ['tan']]
    """
    groups = defaultdict(list)
    for word in words:
        groups["".join(sorted(word))].append(word)
    return list(groups.values())


def invert(mapping: dict[str, int]) -> dict[int, list[str]]:
    """Turn a mapping round: each value leads to the sorted keys that had it.

    >>> invert({"a": 1, "b": 2, "c": 1})
    {1: ['a', 'c'], 2: ['b']}
    """
    turned: dict[int, list[str]] = {}
    for key in sorted(mapping):
        value = mapping[key]
        if value not in turned:
            turned[value] = []
        turned[value].append(key)
    return turned


def first_repeated(items: list[int]) -> int | None:
    """Return the first item that has been seen before, None when all are different.

    >>> first_repeated([3, 1, 4, 1, 3])
    1
    >>> first_repeated([1, 2])
    """
    seen = set()
    for item in items:
        if item in seen:
            return item
        seen.add(item)
    return None


def without_duplicates(items: list[int]) -> list[int]:
    """Return the items without repetitions, in the order in which they first occur.

    >>> without_duplicates([2, 1, 2, 3, 1])
    [2, 1, 3]
    """
    seen: set[int] = set()
    kept = []
    for item in items:
        if item not in seen:
            seen.add(item)
            kept.append(item)
    return kept


def two_sum(numbers: list[int], target: int) -> tuple[int, int] | None:
    """Return the indices of two numbers that add up to target, None when there are none.

    >>> two_sum([2, 7, 11, 15], 9)
    (0, 1)
    >>> two_sum([1, 2], 10)
    """
    places: dict[int, int] = {}
    for index, number in enumerate(numbers):
        if target - number in places:
            return places[target - number], index
        places[number] = index
    return None


def majority(items: list[int]) -> int | None:
    """Return the item that makes up more than half of the items, None when there is none.

    >>> majority([3, 3, 4, 3])
    3
    >>> majority([1, 2])
    """
    candidate, lead = None, 0
    for item in items:
        if lead == 0:
            candidate = item
        lead += 1 if item == candidate else -1
    if candidate is not None and items.count(candidate) * 2 > len(items):
        return candidate
    return None


def merge_counts(left: dict[str, int], right: dict[str, int]) -> dict[str, int]:
    """Add up two tables of counts; a count that comes to 0 is left out.

    >>> merge_counts({"a": 1, "b": 2}, {"b": -2, "c": 3})
    {'a': 1, 'c': 3}
    """
    total = dict(left)
    for key, count in right.items():
        total[key] = total.get(key, 0) + count
        if total[key] == 0:
            del total[key]
    return total

# SPDX-License-Identifier: CC0-1.0
"""Generators: values one at a time."""

from __future__ import annotations

from collections.abc import Iterator


def pairwise_sums(numbers: list[int]) -> Iterator[int]:
    """Yield the sum of each number and the one after it.

    >>> list(pairwise_sums([1, 2, 3]))
    [3, 5]
    >>> list(pairwise_sums([1]))
    []
    >>> list(pairwise_sums([-1, 1, 5, 0]))
    [0, 6, 5]
    """
    for index in range(len(numbers) - 1):
        yield numbers[index] + numbers[index + 1]


def take_while_rising(numbers: list[int]) -> Iterator[int]:
    """Yield numbers from the start for as long as each is larger than the last.

    >>> list(take_while_rising([1, 3, 2, 9]))
    [1, 3]
    >>> list(take_while_rising([]))
    []
    """
    last = None
    for number in numbers:
        if last is not None and number <= last:
            return
        yield number
        last = number


def sliding_windows(items: list[int], size: int) -> Iterator[list[int]]:
    """Yield every window of size neighbouring items.

    >>> list(sliding_windows([1, 2, 3], 2))
    [[1, 2], [2, 3]]
    >>> list(sliding_windows([1], 2))
    []
    """
    window: list[int] = []
    for item in items:
        window.append(item)
        if len(window) > size:
            window.pop(0)
        if len(window) == size:
            yield list(window)


def look_and_say(start: str, count: int) -> list[str]:
    """Return the first texts of the look-and-say sequence: each reads the digits of the one before aloud.

    >>> look_and_say("1", 4)
    ['1', '11', '21', '1211']
    >>> look_and_say("22", 2)
    ['22', '22']
    """

    def say(text: str) -> str:
        said = ""
        while text:
            run = len(text) - len(text.lstrip(text[0]))
            said += f"{run}{text[0]}"
            text = text[run:]
        return said

    texts: list[str] = []
    while len(texts) < count:
        texts.append(start)
        start = say(start)
    return texts


def primes_from(start: int, count: int) -> list[int]:
    """Return the first count primes that are not below start.

    >>> primes_from(10, 3)
    [11, 13, 17]
    >>> primes_from(0, 0)
    []
    """

    def candidates() -> Iterator[int]:
        number = max(start, 2)
        while True:
            yield number
            number += 1

    found: list[int] = []
    for number in candidates():
        if len(found) >= count:
            break
        if all(number % divisor for divisor in range(2, int(number**0.5) + 1)):
            found.append(number)
    return found


def merge_intervals(intervals: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join intervals that overlap or touch and return them sorted.

    >>> merge_intervals([(1, 3), (8, 9), (2, 5)])
    [(1, 5), (8, 9)]
    >>> merge_intervals([])
    []
    """
    merged: list[tuple[int, int]] = []
    for start, end in sorted(intervals):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def topological_order(needs: dict[str, list[str]]) -> list[str]:
    """Return names so that each stands after all that it needs, in alphabetical order where free.

    A circle of needs raises ValueError.

    >>> topological_order({"shoes": ["socks"], "socks": [], "coat": ["shoes"]})
    ['socks', 'shoes', 'coat']
    >>> topological_order({"a": ["b"], "b": ["a"]})
    Traceback (most recent call last):
        ...
    ValueError: a circle among a, b
    """
    left = {name: set(before) for name, before in needs.items()}
    order: list[str] = []
    while left:
        ready = sorted(name for name, before in left.items() if not before & set(left))
        if not ready:
            raise ValueError(f"a circle among {', '.join(sorted(left))}")
        order += ready
        for name in ready:
            del left[name]
    return order

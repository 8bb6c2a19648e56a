# SPDX-License-Identifier: CC0-1.0
"""Functions that call themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def flatten(items: list[Any]) -> list[Any]:
    """Return the items of a nested list in one flat list.

    >>> flatten([1, [2, [3, 4]], []])
    [1, 2, 3, 4]
    >>> flatten([])
    []
    >>> flatten([[["deep"]], 5])
    ['deep', 5]
    """
    flat = []
    for item in items:
        if isinstance(item, list):
            flat.extend(flatten(item))
        else:
            flat.append(item)
    return flat


def depth(value: object) -> int:
    """Return how deeply lists are nested: 0 for what is no list.

    >>> depth([1, [2, [3]]])
    3
    >>> depth("text")
    0
    >>> depth([])
    1
    """
    if not isinstance(value, list):
        return 0
    deepest = 0
    for item in value:
        deepest = max(deepest, depth(item))
    return deepest + 1


def permutations(items: list[int]) -> list[list[int]]:
    """Return all orders in which the items can stand.

    >>> permutations([1, 2])
    [[1, 2], [2, 1]]
    >>> permutations([1])
    [[1]]
    >>> len(permutations([1, 2, 3]))
    6
    """
    if len(items) <= 1:
        return [items]
    found = []
    for index, item in enumerate(items):
        rest = items[:index] + items[index + 1 :]
        for tail in permutations(rest):
            found.append([item, *tail])
    return found


def subsets(items: list[int]) -> list[list[int]]:
    """Return all subsets of the items, the empty one first.

    >>> subsets([1, 2])
    [[], [1], [2], [1, 2]]
    >>> subsets([])
    [[]]
    """
    if not items:
        return [[]]
    without = subsets(items[:-1])
    return without + [[*subset, items[-1]] for subset in without]


def hanoi(disks: int, source: str = "A", target: str = "C", spare: str = "B") -> list[str]:
    """Return the moves that carry a tower of disks from source to target.

    >>> hanoi(2)
    ['A->B', 'A->C', 'B->C']
    >>> hanoi(0)
    []
    >>> hanoi(1, "X", "Y", "Z")
    ['X->Y']
    """
    if disks == 0:
        return []
    moves = hanoi(disks - 1, source, spare, target)
    moves.append(f"{source}->{target}")
    return moves + hanoi(disks - 1, spare, target, source)


def change_ways(amount: int, coins: list[int]) -> int:
    """Count the ways to pay an amount with coins of the given positive values.

    >>> change_ways(5, [1, 2])
    3
    >>> change_ways(0, [3])
    1
    >>> change_ways(3, [2])
    0
    """
    if amount == 0:
        return 1
    if amount < 0 or not coins:
        return 0
    first = coins[0]
    if first <= 0:
        raise ValueError("coins must be positive")
    return change_ways(amount - first, coins) + change_ways(amount, coins[1:])


def ackermann(m: int, n: int) -> int:
    """Return Ackermann's function for small m and n; m above 2 or n above 6 raises ValueError.

    >>> ackermann(1, 2)
    4
    >>> ackermann(2, 3)
    9
    """
    if not (0 <= m <= 2 and 0 <= n <= 6):
        raise ValueError("too large")

    def step(m: int, n: int) -> int:
        if m == 0:
            return n + 1
        if n == 0:
            return step(m - 1, 1)
        return step(m - 1, step(m, n - 1))

    return step(m, n)


def climb_stairs(steps: int) -> int:
    """Count the ways to climb a number of stairs, one or two at a time, remembering what is known.

    >>> climb_stairs(4)
    5
    >>> climb_stairs(1)
    1
    """
    known: dict[int, int] = {}

    def count(left: int) -> int:
        if left <= 1:
            return 1
        if left not in known:
            known[left] = count(left - 1) + count(left - 2)
        return known[left]

    return count(steps)


def walk_paths(tree: dict[str, Any], prefix: str = "") -> Iterator[str]:
    """Yield the path of every leaf of nested dicts, its keys joined by slashes.

    >>> list(walk_paths({"a": 1, "b": {"c": 2, "d": {"e": 3}}}))
    ['a', 'b/c', 'b/d/e']
    >>> list(walk_paths({}))
    []
    >>> list(walk_paths({"x": {"y": 0}}, "root"))
    ['root/x/y']
    """
    for key, value in tree.items():
        path = f"{prefix}/{key}" if prefix else str(key)
        if isinstance(value, dict):
            yield from walk_paths(value, path)
        else:
            yield path


def binary_strings(length: int) -> list[str]:
    """Return all texts of zeros and ones of a length in which no two ones are neighbours.

    >>> binary_strings(2)
    ['00', '01', '10']
    >>> binary_strings(0)
    ['']
    """
    if length == 0:
        return [""]
    if length == 1:
        return ["0", "1"]
    found = ["0" + rest for rest in binary_strings(length - 1)]
    found += ["10" + rest for rest in binary_strings(length - 2)]
    return found

# SPDX-License-Identifier: CC0-1.0
"""Lists of numbers: running values, windows, sums."""

from __future__ import annotations


def running_maximum(numbers: list[int]) -> list[int]:
    """Return, for each place, the largest number up to there.

    >>> running_maximum([3, 1, 4, 1, 5])
    [3, 3, 4, 4, 5]
    >>> running_maximum([])
    []
    """
    result = []
    largest = None
    for number in numbers:
        if largest is None or number > largest:
            largest = number
        result.append(largest)
    return result


def running_total(numbers: list[int]) -> list[int]:
    """Return the sums of the first number, the first two, and so on.

    >>> running_total([1, 2, 3])
    [1, 3, 6]
    """
    total = 0
    totals = []
    for number in numbers:
        total += number
        totals.append(total)
    return totals


def differences(numbers: list[int]) -> list[int]:
    """Return how much each number differs from the one before it.

    >>> differences([1, 4, 9, 16])
    [3, 5, 7]
    >>> differences([5])
    []
    """
    return [after - before for before, after in zip(numbers, numbers[1:])]


def moving_average(numbers: list[float], size: int = 3) -> list[float]:
    """Return the mean of each window of size neighbouring numbers.

    A size below 1 raises ValueError.

    >>> moving_average([1.0, 2.0, 3.0, 4.0], 2)
    [1.5, 2.5, 3.5]
    >>> moving_average([1.0], 3)
    []
    """
    if size < 1:
        raise ValueError("size must be at least 1")
    means = []
    for start in range(len(numbers) - size + 1):
        window = numbers[start : start + size]
        means.append(sum(window) / size)
    return means


def largest_sum(numbers: list[int]) -> int:
    """Return the largest sum that neighbouring numbers of the list have, 0 for none of them.

    >>> largest_sum([-2, 1, -3, 4, -1, 2, 1, -5, 4])
    6
    >>> largest_sum([-1, -2])
    0
    """
    best = current = 0
    for number in numbers:
        current = max(0, current + number)
        best = max(best, current)
    return best


def best_profit(prices: list[int]) -> int:
    """Return the most that buying once and selling later earns, 0 when prices only fall.

    >>> best_profit([7, 1, 5, 3, 6, 4])
    5
    >>> best_profit([7, 6, 4])
    0
    """
    profit = 0
    lowest = prices[0] if prices else 0
    for price in prices:
        if price < lowest:
            lowest = price
        elif price - lowest > profit:
            profit = price - lowest
    return profit


def longest_rise(numbers: list[int]) -> int:
    """Return the length of the longest run of neighbours that rise strictly.

    >>> longest_rise([1, 2, 2, 3, 4])
    3
    >>> longest_rise([])
    0
    """
    longest = length = 0
    before = None
    for number in numbers:
        length = length + 1 if before is not None and number > before else 1
        longest = max(longest, length)
        before = number
    return longest


def partition(numbers: list[int], pivot: int) -> tuple[list[int], list[int]]:
    """Split numbers into those below pivot and those that are not.

    >>> partition([5, 1, 8, 3], 4)
    ([1, 3], [5, 8])
    """
    below: list[int] = []
    others: list[int] = []
    for number in numbers:
        (below if number < pivot else others).append(number)
    return below, others


def rotate(items: list[int], steps: int) -> list[int]:
    """Move the items steps places to the right; those that fall off come in again on the left.

    >>> rotate([1, 2, 3, 4, 5], 2)
    [4, 5, 1, 2, 3]
    >>> rotate([], 3)
    []
    """
    if not items:
        return []
    steps %= len(items)
    return items[-steps:] + items[:-steps] if steps else list(items)


def chunks(items: list[int], size: int) -> list[list[int]]:
    """Cut a list into pieces of size items, the last one perhaps shorter.

    >>> chunks([1, 2, 3, 4, 5], 2)
    [[1, 2], [3, 4], [5]]
    """
    if size <= 0:
        raise ValueError("size must be positive")
    return [items[start : start + size] for start in range(0, len(items), size)]


def interleave(left: list[int], right: list[int]) -> list[int]:
    """Take items from two lists in turn; what is left of the longer one follows.

    >>> interleave([1, 2, 3], [10, 20])
    [1, 10, 2, 20, 3]
    """
    mixed = []
    for index in range(max(len(left), len(right))):
        if index < len(left):
            mixed.append(left[index])
        if index < len(right):
            mixed.append(right[index])
    return mixed


def clamp_all(numbers: list[int], low: int = 0, high: int = 10) -> list[int]:
    """Return the numbers with those below low raised to low and those above high lowered to high.

    >>> clamp_all([-5, 3, 99])
    [0, 3, 10]
    >>> clamp_all([1, 2, 3], low=2)
    [2, 2, 3]
    """
    if low > high:
        raise ValueError(f"low {low} is above high {high}")
    return [min(max(number, low), high) for number in numbers]


def move_zeros(numbers: list[int]) -> None:
    """Move the zeros of a list to its end, in place, without changing the order of the others.

    >>> numbers = [0, 1, 0, 3]
    >>> move_zeros(numbers)
    >>> numbers
    [1, 3, 0, 0]
    """
    target = 0
    for index in range(len(numbers)):
        if numbers[index] != 0:
            numbers[target], numbers[index] = numbers[index], numbers[target]
            target += 1

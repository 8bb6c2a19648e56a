# SPDX-License-Identifier: CC0-1.0
"""Putting things in order, and finding them again."""

from __future__ import annotations


def bubble_sort(items: list[int]) -> list[int]:
    """Return a sorted copy of items, made by swapping neighbours until none is out of place.

    >>> bubble_sort([3, 1, 2])
    [1, 2, 3]
    >>> bubble_sort([])
    []
    >>> bubble_sort([5, 4, 3, 2])
    [2, 3, 4, 5]
    """
    result = list(items)
    swapped = True
    while swapped:
        swapped = False
        for i in range(len(result) - 1):
            if result[i] > result[i + 1]:
                result[i], result[i + 1] = result[i + 1], result[i]
                swapped = True
    return result


def insertion_sort(items: list[int]) -> list[int]:
    """Return a sorted copy of items by inserting each one into the part already sorted.

    >>> insertion_sort([4, 2, 9, 2])
    [2, 2, 4, 9]
    >>> insertion_sort([1])
    [1]
    """
    result: list[int] = []
    for item in items:
        place = len(result)
        while place > 0 and result[place - 1] > item:
            place -= 1
        result.insert(place, item)
    return result


def merge(left: list[int], right: list[int]) -> list[int]:
    """Merge two sorted lists into one sorted list.

    >>> merge([1, 4], [2, 3, 5])
    [1, 2, 3, 4, 5]
    >>> merge([], [7])
    [7]
    """
    merged = []
    i = j = 0
    while i < len(left) and j < len(right):
        if left[i] <= right[j]:
            merged.append(left[i])
            i += 1
        else:
            merged.append(right[j])
            j += 1
    return merged + left[i:] + right[j:]


def merge_sort(items: list[int]) -> list[int]:
    """Sort items by sorting each half and merging the two.

    >>> merge_sort([5, 2, 8, 1])
    [1, 2, 5, 8]
    >>> merge_sort([3])
    [3]
    """
    if len(items) < 2:
        return items
    middle = len(items) // 2
    return merge(merge_sort(items[:middle]), merge_sort(items[middle:]))


def quick_sort(items: list[int]) -> list[int]:
    """Sort items by splitting them around the first one, again and again.

    >>> quick_sort([3, 6, 1, 3])
    [1, 3, 3, 6]
    """
    if not items:
        return []
    pivot, *rest = items
    smaller = [item for item in rest if item < pivot]
    larger = [item for item in rest if item >= pivot]
    return quick_sort(smaller) + [pivot] + quick_sort(larger)


def counting_sort(items: list[int]) -> list[int]:
    """Sort small whole numbers from 0 upwards by counting how often each occurs.

    A negative number raises ValueError.

    >>> counting_sort([2, 0, 2, 1])
    [0, 1, 2, 2]
    >>> counting_sort([3, -1])
    Traceback (most recent call last):
        ...
    ValueError: -1 is negative
    """
    if not items:
        return []
    for item in items:
        if item < 0:
            raise ValueError(f"{item} is negative")
    counts = [0] * (max(items) + 1)
    for item in items:
        counts[item] += 1
    result = []
    for value, count in enumerate(counts):
        result.extend([value] * count)
    return result


def binary_search(items: list[int], target: int) -> int:
    """Return the index of target in a sorted list, or -1 when it is not there.

    >>> binary_search([1, 3, 5, 7, 9], 7)
    3
    >>> binary_search([1, 3, 5], 4)
    -1
    >>> binary_search([], 1)
    -1
    """
    low, high = 0, len(items) - 1
    while low <= high:
        middle = (low + high) // 2
        if items[middle] == target:
            return middle
        if items[middle] < target:
            low = middle + 1
        else:
            high = middle - 1
    return -1


def is_sorted(items: list[int]) -> bool:
    """Tell whether no item is smaller than the one before it.

    >>> is_sorted([1, 2, 2, 5])
    True
    >>> is_sorted([2, 1])
    False
    """
    for i in range(1, len(items)):
        if items[i] < items[i - 1]:
            return False
    return True

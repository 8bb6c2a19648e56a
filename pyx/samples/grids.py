# SPDX-License-Identifier: CC0-1.0
"""Rows and columns: matrices, mazes, boards."""

from __future__ import annotations

from collections import deque


def transpose(rows: list[list[int]]) -> list[list[int]]:
    """Turn the rows of a matrix into columns.

    >>> transpose([[1, 2, 3], [4, 5, 6]])
    [[1, 4], [2, 5], [3, 6]]
    >>> transpose([])
    []
    """
    if not rows:
        return []
    return [[row[column] for row in rows] for column in range(len(rows[0]))]


def multiply(left: list[list[int]], right: list[list[int]]) -> list[list[int]]:
    """Multiply two matrices; ValueError when their sizes do not fit.

    >>> multiply([[1, 2], [3, 4]], [[5, 6], [7, 8]])
    [[19, 22], [43, 50]]
    >>> multiply([[2]], [[3]])
    [[6]]
    >>> multiply([[1, 2]], [[3], [4]])
    [[11]]
    """
    if not left or not right or len(left[0]) != len(right):
        raise ValueError("the sizes do not fit")
    product = []
    for row in left:
        line = []
        for column in range(len(right[0])):
            total = 0
            for k, factor in enumerate(row):
                total += factor * right[k][column]
            line.append(total)
        product.append(line)
    return product


def spiral(grid: list[list[int]]) -> list[int]:
    """Read a grid in a spiral: along the top, down the right side, back, and on inwards.

    >>> spiral([[1, 2, 3], [4, 5, 6], [7, 8, 9]])
    [1, 2, 3, 6, 9, 8, 7, 4, 5]
    >>> spiral([[1, 2], [3, 4]])
    [1, 2, 4, 3]
    >>> spiral([])
    []
    """
    rows = [list(row) for row in grid]
    order: list[int] = []
    while rows:
        order += rows.pop(0)
        rows = [list(row) for row in zip(*rows)][::-1]
    return order


def count_islands(grid: list[str]) -> int:
    """Count the groups of '#' that touch each other left, right, above or below.

    >>> count_islands(["#..", "#.#", "..#"])
    2
    >>> count_islands(["...", "..."])
    0
    >>> count_islands(["###"])
    1
    """
    land = {(r, c) for r, row in enumerate(grid) for c, cell in enumerate(row) if cell == "#"}
    islands = 0
    while land:
        islands += 1
        waiting = [land.pop()]
        while waiting:
            row, column = waiting.pop()
            for near in ((row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)):
                if near in land:
                    land.remove(near)
                    waiting.append(near)
    return islands


def shortest_path(maze: list[str]) -> int:
    """Return the fewest steps from the top left to the bottom right of a maze, -1 if there is no way.

    A '#' is a wall; steps go left, right, up and down.

    >>> shortest_path(["..", ".."])
    2
    >>> shortest_path([".#", "#."])
    -1
    >>> shortest_path(["...", "##.", "..."])
    4
    """
    if not maze or maze[0][0] == "#":
        return -1
    goal = (len(maze) - 1, len(maze[0]) - 1)
    queue = deque([(0, 0, 0)])
    seen = {(0, 0)}
    while queue:
        row, column, steps = queue.popleft()
        if (row, column) == goal:
            return steps
        for r, c in ((row + 1, column), (row - 1, column), (row, column + 1), (row, column - 1)):
            inside = 0 <= r < len(maze) and 0 <= c < len(maze[0])
            if inside and maze[r][c] != "#" and (r, c) not in seen:
                seen.add((r, c))
                queue.append((r, c, steps + 1))
    return -1


def pascal_triangle(height: int) -> list[list[int]]:
    """Return the first rows of Pascal's triangle.

    >>> pascal_triangle(4)
    [[1], [1, 1], [1, 2, 1], [1, 3, 3, 1]]
    >>> pascal_triangle(0)
    []
    """
    rows: list[list[int]] = []
    for size in range(height):
        row = [1]
        for left, right in zip(rows[-1], rows[-1][1:]) if rows else []:
            row.append(left + right)
        if size:
            row.append(1)
        rows.append(row)
    return rows


def winner(board: list[str]) -> str:
    """Return who has three in a row on a noughts and crosses board, "" when nobody has.

    >>> winner(["XXX", "OO.", "..."])
    'X'
    >>> winner(["XO.", "OX.", "O.X"])
    'X'
    >>> winner(["XOX", "OXO", "OXO"])
    ''
    """
    lines = list(board)
    lines += ["".join(row[column] for row in board) for column in range(3)]
    lines.append("".join(board[i][i] for i in range(3)))
    lines.append("".join(board[i][2 - i] for i in range(3)))
    for line in lines:
        if line in ("XXX", "OOO"):
            return line[0]
    return ""

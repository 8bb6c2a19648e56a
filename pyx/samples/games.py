# SPDX-License-Identifier: CC0-1.0
"""Small rules of games and everyday life."""

from __future__ import annotations

from dataclasses import dataclass

CARD_VALUES = {"J": 10, "Q": 10, "K": 10, "A": 11}


@dataclass
class Account:
    """A bank account that refuses what it cannot pay."""

    balance: int = 0
    refused: int = 0

    def withdraw(self, amount: int) -> None:
        if amount > self.balance:
            self.refused += 1
        else:
            self.balance -= amount


def blackjack_score(cards: list[str]) -> int:
    """Return the score of a hand in blackjack; aces count 1 instead of 11 where the hand is too high.

    >>> blackjack_score(["A", "K"])
    21
    >>> blackjack_score(["A", "9", "5"])
    15
    >>> blackjack_score([])
    0
    """
    score = 0
    aces = 0
    for card in cards:
        score += CARD_VALUES[card] if card in CARD_VALUES else int(card)
        aces += card == "A"
    while score > 21 and aces:
        score -= 10
        aces -= 1
    return score


def bowling_score(rolls: list[int]) -> int:
    """Return the score of a finished game of bowling, strikes and spares counted.

    >>> bowling_score([0] * 20)
    0
    >>> bowling_score([10] * 12)
    300
    >>> bowling_score([5, 5, 3] + [0] * 17)
    16
    """
    score = 0
    roll = 0
    for _ in range(10):
        if rolls[roll] == 10:
            score += 10 + rolls[roll + 1] + rolls[roll + 2]
            roll += 1
        elif rolls[roll] + rolls[roll + 1] == 10:
            score += 10 + rolls[roll + 2]
            roll += 2
        else:
            score += rolls[roll] + rolls[roll + 1]
            roll += 2
    return score


def fizz_buzz(count: int) -> list[str]:
    """Return the numbers from 1 to count as texts, with Fizz for threes, Buzz for fives and both for both.

    >>> fizz_buzz(5)
    ['1', '2', 'Fizz', '4', 'Buzz']
    >>> fizz_buzz(0)
    []
    """
    said = []
    for number in range(1, count + 1):
        word = ""
        if number % 3 == 0:
            word += "Fizz"
        if number % 5 == 0:
            word += "Buzz"
        said.append(word or str(number))
    return said


def settle(deposits: list[int], withdrawals: list[int]) -> tuple[int, int]:
    """Pay in, then out: return the balance that is left and how many withdrawals were refused.

    >>> settle([100], [30, 80, 20])
    (50, 1)
    >>> settle([], [1])
    (0, 1)
    """
    account = Account(sum(deposits))
    for amount in withdrawals:
        account.withdraw(amount)
    return account.balance, account.refused


def walk_robot(commands: str) -> tuple[int, int]:
    """Return where a robot stands that began at (0, 0): N, E, S and W move it one step.

    Anything else raises ValueError.

    >>> walk_robot("NNE")
    (1, 2)
    >>> walk_robot("")
    (0, 0)
    >>> walk_robot("WSWN")
    (-2, 0)
    """
    moves = {"N": (0, 1), "E": (1, 0), "S": (0, -1), "W": (-1, 0)}
    x = y = 0
    for command in commands:
        if command not in moves:
            raise ValueError(f"no command {command!r}")
        dx, dy = moves[command]
        x, y = x + dx, y + dy
    return x, y


def is_leap_year(year: int) -> bool:
    """Tell whether a year has a 29th of February.

    >>> is_leap_year(2024)
    True
    >>> is_leap_year(1900)
    False
    >>> is_leap_year(2000)
    True
    """
    if year % 400 == 0:
        return True
    return year % 4 == 0 and year % 100 != 0


def day_of_year(year: int, month: int, day: int) -> int:
    """Return the number of a day in its year, 1 for the first of January.

    >>> day_of_year(2023, 3, 1)
    60
    >>> day_of_year(2024, 3, 1)
    61
    """
    if not 1 <= month <= 12:
        raise ValueError("no such month")
    lengths = [31, 29 if is_leap_year(year) else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return sum(lengths[: month - 1]) + day


def luhn_valid(number: str) -> bool:
    """Tell whether a card number passes the Luhn check; spaces are ignored.

    >>> luhn_valid("4539 1488 0343 6467")
    True
    >>> luhn_valid("8273 1232 7352 0569")
    False
    >>> luhn_valid("12a")
    False
    """
    digits = number.replace(" ", "")
    if not digits.isdigit():
        return False
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit)
        if place % 2 == 1:
            value *= 2
            if value > 9:
                value -= 9
        total += value
    return total % 10 == 0


def life_step(alive: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the living cells, sorted, one step later in the game of life.

    >>> life_step([(0, 0), (0, 1), (0, 2)])
    [(-1, 1), (0, 1), (1, 1)]
    >>> life_step([(0, 0)])
    []
    """
    counts: dict[tuple[int, int], int] = {}
    for row, column in alive:
        for r in (row - 1, row, row + 1):
            for c in (column - 1, column, column + 1):
                if (r, c) != (row, column):
                    counts[r, c] = counts.get((r, c), 0) + 1
    return sorted(cell for cell, count in counts.items() if count == 3 or (count == 2 and cell in alive))


def queue_times(customers: list[int], tills: int) -> int:
    """Return when the last customer is served if each goes to the till that is free first.

    >>> queue_times([5, 3, 4], 1)
    12
    >>> queue_times([10, 2, 3, 3], 2)
    10
    >>> queue_times([], 3)
    0
    """
    if tills < 1:
        raise ValueError("no till is open")
    busy = [0] * tills
    for minutes in customers:
        free = busy.index(min(busy))
        busy[free] += minutes
    return max(busy)

# SPDX-License-Identifier: CC0-1.0
"""The same thing written in another way."""

from __future__ import annotations

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
ROMAN = [
    (1000, "M"),
    (900, "CM"),
    (500, "D"),
    (400, "CD"),
    (100, "C"),
    (90, "XC"),
    (50, "L"),
    (40, "XL"),
    (10, "X"),
    (9, "IX"),
    (5, "V"),
    (4, "IV"),
    (1, "I"),
]
MORSE = {"e": ".", "t": "-", "a": ".-", "n": "-.", "i": "..", "m": "--", "s": "...", "o": "---"}


def to_base(number: int, base: int = 2) -> str:
    """Write a whole number in a base from 2 to 36.

    >>> to_base(10)
    '1010'
    >>> to_base(255, 16)
    'ff'
    >>> to_base(-5)
    '-101'
    >>> to_base(0)
    '0'
    """
    if not 2 <= base <= 36:
        raise ValueError(f"no base {base}")
    if number < 0:
        return "-" + to_base(-number, base)
    text = ""
    while number >= base:
        number, digit = divmod(number, base)
        text = DIGITS[digit] + text
    return DIGITS[number] + text


def from_base(text: str, base: int) -> int:
    """Read a whole number that is written in a base; a digit the base does not have raises ValueError.

    >>> from_base("1010", 2)
    10
    >>> from_base("ff", 16)
    255
    """
    value = 0
    for character in text.lower():
        digit = DIGITS.find(character)
        if digit < 0 or digit >= base:
            raise ValueError(f"no digit {character!r} in base {base}")
        value = value * base + digit
    return value


def to_roman(number: int) -> str:
    """Write a number from 1 to 3999 in Roman numerals.

    >>> to_roman(1994)
    'MCMXCIV'
    >>> to_roman(4)
    'IV'
    """
    if not 0 < number < 4000:
        raise ValueError("only 1 to 3999 can be written")
    text = ""
    for value, letters in ROMAN:
        while number >= value:
            text += letters
            number -= value
    return text


def from_roman(text: str) -> int:
    """Read Roman numerals: a smaller numeral before a larger one counts negative.

    >>> from_roman("XIV")
    14
    >>> from_roman("MMXXIV")
    2024
    """
    values = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
    total = 0
    before = 0
    for letter in reversed(text):
        value = values[letter]
        if value < before:
            total -= value
        else:
            total += value
            before = value
    return total


def format_duration(seconds: int) -> str:
    """Write a number of seconds as hours, minutes and seconds.

    >>> format_duration(3661)
    '1h 1m 1s'
    >>> format_duration(59)
    '59s'
    >>> format_duration(0)
    '0s'
    """
    parts = []
    for unit, size in (("h", 3600), ("m", 60)):
        if seconds >= size:
            parts.append(f"{seconds // size}{unit}")
            seconds %= size
    if seconds or not parts:
        parts.append(f"{seconds}s")
    return " ".join(parts)


def parse_duration(text: str) -> int:
    """Read a duration such as '1h 30m' as seconds; an unknown unit raises ValueError.

    >>> parse_duration("1h 30m")
    5400
    >>> parse_duration("45s")
    45
    >>> parse_duration("3x")
    Traceback (most recent call last):
        ...
    ValueError: unknown unit 'x'
    """
    sizes = {"h": 3600, "m": 60, "s": 1}
    total = 0
    for part in text.split():
        number, unit = part[:-1], part[-1]
        if unit not in sizes:
            raise ValueError(f"unknown unit {unit!r}")
        total += int(number) * sizes[unit]
    return total


def format_size(size: int) -> str:
    """Write a number of bytes with the unit that fits, B to GB, in steps of 1000.

    >>> format_size(999)
    '999 B'
    >>> format_size(15300)
    '15.3 KB'
    >>> format_size(2000000)
    '2.0 MB'
    """
    if size < 1000:
        return f"{size} B"
    amount = float(size)
    for unit in ("KB", "MB", "GB"):
        amount /= 1000
        if amount < 1000:
            break
    return f"{amount:.1f} {unit}"


def to_morse(word: str) -> str:
    """Write the letters of a word that the table has in Morse code; others become '?'.

    >>> to_morse("sos")
    '... --- ...'
    >>> to_morse("Team")
    '- . .- --'
    >>> to_morse("x")
    '?'
    """
    codes = []
    for letter in word.lower():
        try:
            codes.append(MORSE[letter])
        except KeyError:
            codes.append("?")
    return " ".join(codes)


def number_in_words(number: int) -> str:
    """Write a number from 0 to 99 in English words.

    >>> number_in_words(42)
    'forty-two'
    >>> number_in_words(13)
    'thirteen'
    """
    small = [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
        "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
    ]  # fmt: skip
    tens = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
    if not 0 <= number < 100:
        raise ValueError("only 0 to 99 can be written")
    if number < 20:
        return small[number]
    ten, one = divmod(number, 10)
    return tens[ten - 2] + (f"-{small[one]}" if one else "")


def ordinal(number: int) -> str:
    """Write a number with the ending of its ordinal.

    >>> ordinal(1)
    '1st'
    >>> ordinal(12)
    '12th'
    >>> ordinal(23)
    '23rd'
    """
    if number % 100 in (11, 12, 13):
        return f"{number}th"
    match number % 10:
        case 1:
            ending = "st"
        case 2:
            ending = "nd"
        case 3:
            ending = "rd"
        case _:
            ending = "th"
    return f"{number}{ending}"

# SPDX-License-Identifier: CC0-1.0
"""Words, letters and lines."""

from __future__ import annotations

VOWELS = "aeiou"


def count_vowels(text: str) -> int:
    """Count the vowels in a text, small and capital.

    >>> count_vowels("Education")
    5
    >>> count_vowels("rhythm")
    0
    """
    count = 0
    for letter in text.lower():
        if letter in VOWELS:
            count += 1
    return count


def is_palindrome(text: str) -> bool:
    """Tell whether a text reads the same backwards, looking only at letters and digits.

    >>> is_palindrome("Never odd or even")
    True
    >>> is_palindrome("python")
    False
    """
    kept = [letter.lower() for letter in text if letter.isalnum()]
    left, right = 0, len(kept) - 1
    while left < right:
        if kept[left] != kept[right]:
            return False
        left += 1
        right -= 1
    return True


def reverse_words(sentence: str) -> str:
    """Return the words of a sentence in reverse order, parted by single spaces.

    >>> reverse_words("one two  three")
    'three two one'
    """
    words = sentence.split()
    result = []
    while words:
        result.append(words.pop())
    return " ".join(result)


def to_snake_case(name: str) -> str:
    """Turn a camelCase name into a snake_case one.

    >>> to_snake_case("camelCaseName")
    'camel_case_name'
    >>> to_snake_case("Simple")
    'simple'
    """
    parts = []
    for index, letter in enumerate(name):
        if letter.isupper() and index > 0:
            parts.append("_")
        parts.append(letter.lower())
    return "".join(parts)


def to_camel_case(name: str) -> str:
    """Turn a snake_case name into a camelCase one.

    >>> to_camel_case("some_variable_name")
    'someVariableName'
    >>> to_camel_case("x")
    'x'
    """
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)


def run_length_encode(text: str) -> str:
    """Write each run of equal letters as the letter and how often it stands there.

    >>> run_length_encode("aaabcc")
    'a3b1c2'
    >>> run_length_encode("")
    ''
    """
    encoded = ""
    index = 0
    while index < len(text):
        end = index
        while end < len(text) and text[end] == text[index]:
            end += 1
        encoded += f"{text[index]}{end - index}"
        index = end
    return encoded


def run_length_decode(text: str) -> str:
    """Undo run-length encoding: letters, each followed by a number.

    >>> run_length_decode("a3b1c2")
    'aaabcc'
    >>> run_length_decode("x12")
    'xxxxxxxxxxxx'
    """
    decoded = ""
    letter = ""
    number = ""
    for character in text + " ":
        if character.isdigit():
            number += character
            continue
        if letter:
            decoded += letter * int(number or "1")
        letter, number = character, ""
    return decoded


def caesar(text: str, shift: int = 3) -> str:
    """Move each letter of a text shift places on in the alphabet, keeping its case.

    >>> caesar("abc xyz")
    'def abc'
    >>> caesar("Hello", 1)
    'Ifmmp'
    >>> caesar("Khoor", -3)
    'Hello'
    """
    moved = []
    for letter in text:
        if not letter.isalpha() or not letter.isascii():
            moved.append(letter)
            continue
        first = ord("A") if letter.isupper() else ord("a")
        moved.append(chr(first + (ord(letter) - first + shift) % 26))
    return "".join(moved)


def longest_word(sentence: str) -> str:
    """Return the longest word of a sentence, the first one if several are as long.

    >>> longest_word("the quick brown fox")
    'quick'
    >>> longest_word("")
    ''
    """
    longest = ""
    for word in sentence.split():
        if len(word) > len(longest):
            longest = word
    return longest


def wrap(text: str, width: int = 20) -> list[str]:
    """Break a text between words into lines of at most width characters.

    A word longer than width gets a line of its own.

    >>> wrap("the quick brown fox jumps", 10)
    ['the quick', 'brown fox', 'jumps']
    >>> wrap("")
    []
    """
    lines: list[str] = []
    line = ""
    for word in text.split():
        if line and len(line) + 1 + len(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    if line:
        lines.append(line)
    return lines


def common_prefix(words: list[str]) -> str:
    """Return the longest beginning that all words share.

    >>> common_prefix(["flower", "flow", "flight"])
    'fl'
    >>> common_prefix(["dog", "cat"])
    ''
    """
    if not words:
        return ""
    prefix = words[0]
    for word in words[1:]:
        while not word.startswith(prefix):
            prefix = prefix[:-1]
    return prefix

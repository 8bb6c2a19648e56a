# SPDX-License-Identifier: CC0-1.0
"""Reading small languages."""

from __future__ import annotations

PAIRS = {")": "(", "]": "[", "}": "{"}
PRIORITY = {"+": 1, "-": 1, "*": 2, "/": 2}


class Stack:
    """A pile of things: the last one in is the first one out."""

    def __init__(self) -> None:
        self.items: list[int] = []

    def push(self, item: int) -> None:
        self.items.append(item)

    def pop(self) -> int:
        if not self.items:
            raise ValueError("the stack is empty")
        return self.items.pop()

    def size(self) -> int:
        return len(self.items)


def is_balanced(text: str) -> bool:
    """Tell whether every bracket in a text is closed by its partner, in the right order.

    >>> is_balanced("a(b[c]{d})")
    True
    >>> is_balanced("(]")
    False
    >>> is_balanced("((")
    False
    """
    open_brackets = []
    for character in text:
        if character in "([{":
            open_brackets.append(character)
        elif character in PAIRS:
            if not open_brackets or open_brackets.pop() != PAIRS[character]:
                return False
    return not open_brackets


def evaluate_postfix(expression: str) -> int:
    """Work out an expression in which each operator follows its operands: + - and * on whole numbers.

    Too few operands raise ValueError.

    >>> evaluate_postfix("2 3 + 4 *")
    20
    >>> evaluate_postfix("7")
    7
    >>> evaluate_postfix("1 +")
    Traceback (most recent call last):
        ...
    ValueError: the stack is empty
    """
    stack = Stack()
    for token in expression.split():
        if token in ("+", "-", "*"):
            right, left = stack.pop(), stack.pop()
            if token == "+":
                stack.push(left + right)
            elif token == "-":
                stack.push(left - right)
            else:
                stack.push(left * right)
        else:
            stack.push(int(token))
    if stack.size() != 1:
        raise ValueError("operands are left over")
    return stack.pop()


def to_postfix(expression: str) -> str:
    """Rewrite an expression of tokens parted by spaces so that operators follow their operands.

    >>> to_postfix("1 + 2 * 3")
    '1 2 3 * +'
    >>> to_postfix("( 1 + 2 ) * 3")
    '1 2 + 3 *'
    """
    output: list[str] = []
    operators: list[str] = []
    for token in expression.split():
        if token == "(":
            operators.append(token)
        elif token == ")":
            while operators and operators[-1] != "(":
                output.append(operators.pop())
            operators.pop()
        elif token in PRIORITY:
            while operators and PRIORITY.get(operators[-1], 0) >= PRIORITY[token]:
                output.append(operators.pop())
            operators.append(token)
        else:
            output.append(token)
    while operators:
        output.append(operators.pop())
    return " ".join(output)


def parse_query(query: str) -> dict[str, str]:
    """Read 'a=1&b=2' as a dict; a part without '=' has an empty value.

    >>> parse_query("a=1&b=two&flag")
    {'a': '1', 'b': 'two', 'flag': ''}
    >>> parse_query("")
    {}
    """
    values = {}
    for part in query.split("&"):
        if not part:
            continue
        key, _, value = part.partition("=")
        values[key] = value
    return values


def parse_ranges(text: str) -> list[int]:
    """Read a list of numbers and ranges such as '1-3,7'.

    >>> parse_ranges("1-3,7")
    [1, 2, 3, 7]
    >>> parse_ranges("5")
    [5]
    """
    numbers: list[int] = []
    for part in text.split(","):
        if "-" in part:
            first, last = part.split("-")
            numbers.extend(range(int(first), int(last) + 1))
        else:
            numbers.append(int(part))
    return numbers


def compress_ranges(numbers: list[int]) -> str:
    """Write sorted numbers as a list of ranges: neighbours are joined by a dash.

    >>> compress_ranges([1, 2, 3, 7])
    '1-3,7'
    >>> compress_ranges([])
    ''
    """
    parts = []
    index = 0
    while index < len(numbers):
        end = index
        while end + 1 < len(numbers) and numbers[end + 1] == numbers[end] + 1:
            end += 1
        first, last = numbers[index], numbers[end]
        parts.append(str(first) if first == last else f"{first}-{last}")
        index = end + 1
    return ",".join(parts)


def split_csv(line: str) -> list[str]:
    """Split a line at commas, but not at those between double quotes.

    >>> split_csv('a,"b,c",d')
    ['a', 'b,c', 'd']
    >>> split_csv("")
    ['']
    """
    fields = []
    field = ""
    quoted = False
    for character in line:
        if character == '"':
            quoted = not quoted
        elif character == "," and not quoted:
            fields.append(field)
            field = ""
        else:
            field += character
    fields.append(field)
    return fields


def compare_versions(left: str, right: str) -> int:
    """Compare two dotted versions: -1 when left is older, 1 when it is newer, 0 when they are equal.

    >>> compare_versions("1.2.10", "1.2.9")
    1
    >>> compare_versions("1.0", "1")
    0
    >>> compare_versions("0.9", "1.0")
    -1
    """
    a = [int(part) for part in left.split(".")]
    b = [int(part) for part in right.split(".")]
    while len(a) < len(b):
        a.append(0)
    while len(b) < len(a):
        b.append(0)
    for x, y in zip(a, b):
        if x != y:
            return 1 if x > y else -1
    return 0

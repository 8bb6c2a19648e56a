"""Small programs with what CRUXEval has little of: recursion, nested loops, helpers, exceptions, floats."""

from __future__ import annotations

_PROGRAMS = """
def fact(n):
    if n <= 1:
        return 1
    return n * fact(n - 1)
# fact(4)

def fib(n):
    if n < 2:
        return n
    left = fib(n - 1)
    right = fib(n - 2)
    return left + right
# fib(4)

def gcd(a, b):
    while b:
        a, b = b, a % b
    return a
# gcd(48, 18)

def grid(rows, cols):
    out = []
    for i in range(rows):
        for j in range(cols):
            if i != j:
                out.append(i * 10 + j)
    return out
# grid(2, 3)

def first_even(nums):
    for n in nums:
        if n % 2 == 0:
            return n
    return None
# first_even([3, 7, 8, 2])

def none_even(nums):
    for n in nums:
        if n % 2 == 0:
            return n
    return None
# none_even([3, 7, 5])

def safe_div(a, b):
    try:
        result = a / b
    except ZeroDivisionError:
        result = None
    return result
# safe_div(7, 0)

def halve(x):
    y = x / 2
    if y > 1.5:
        y = y - 0.25
    return y
# halve(5)

def collatz(n):
    steps = 0
    while n != 1:
        if n % 2 == 0:
            n = n // 2
        else:
            n = 3 * n + 1
        steps += 1
    return steps
# collatz(6)

def bubble(xs):
    n = len(xs)
    for i in range(n):
        for j in range(n - i - 1):
            if xs[j] > xs[j + 1]:
                xs[j], xs[j + 1] = xs[j + 1], xs[j]
    return xs
# bubble([3, 1, 2])

def count_words(text):
    counts = {}
    for word in text.split():
        if word in counts:
            counts[word] += 1
        else:
            counts[word] = 1
    return counts
# count_words('a b a')

def is_palindrome(s):
    i = 0
    j = len(s) - 1
    while i < j:
        if s[i] != s[j]:
            return False
        i += 1
        j -= 1
    return True
# is_palindrome('abca')

def max_of(xs):
    best = None
    for x in xs:
        if best is None or x > best:
            best = x
    return best
# max_of([-4, -2, -9])

def square(x):
    return x * x

def sum_squares(xs):
    total = 0
    for x in xs:
        total += square(x)
    return total
# sum_squares([1, -2, 3])

def classify(age, member):
    if age < 0:
        raise ValueError('age')
    if age < 18:
        label = 'child'
    elif member:
        label = 'member'
    else:
        label = 'guest'
    return label
# classify(30, False)

def must_be_positive(n):
    if n < 0:
        raise ValueError('negative')
    return n * 2
# must_be_positive(-3)

def binary_search(xs, target):
    low = 0
    high = len(xs) - 1
    while low <= high:
        mid = (low + high) // 2
        if xs[mid] == target:
            return mid
        if xs[mid] < target:
            low = mid + 1
        else:
            high = mid - 1
    return -1
# binary_search([1, 3, 5, 7, 9, 11], 9)

def caesar(s, k):
    out = ''
    for c in s:
        if c.isalpha():
            out += chr((ord(c) - 97 + k) % 26 + 97)
        else:
            out += c
    return out
# caesar('ab z', 2)

def transpose(m):
    result = []
    for j in range(len(m[0])):
        row = []
        for i in range(len(m)):
            row.append(m[i][j])
        result.append(row)
    return result
# transpose([[1, 2], [3, 4]])

def flatten(xs):
    out = []
    for x in xs:
        if isinstance(x, list):
            out.extend(flatten(x))
        else:
            out.append(x)
    return out
# flatten([1, [2, 3]])

def digits(n):
    total = 0
    while n > 0:
        total += n % 10
        n //= 10
    return total
# digits(472)

def take_until(xs, stop):
    taken = []
    for x in xs:
        if x == stop:
            break
        taken.append(x)
    return taken
# take_until([4, 5, 0, 6], 0)

def skip_odd(xs):
    out = []
    for x in xs:
        if x % 2 == 1:
            continue
        out.append(x)
    return out
# skip_odd([1, 4, 7, 10])

def sort_by_len(words):
    words = sorted(words, key=len)
    words.reverse()
    return words
# sort_by_len(['bb', 'a', 'dddd'])

def invert(d):
    out = {}
    for key, value in d.items():
        out[value] = key
    return out
# invert({'a': 1, 'b': 2})

def has_pair(xs, target):
    seen = set()
    for i, x in enumerate(xs):
        if target - x in seen:
            return True
        seen.add(x)
    return False
# has_pair([1, 5, 3], 8)

def power(base, exp):
    result = 1
    for _ in range(exp):
        result *= base
    return result
# power(-2, 3)

def parse(text):
    key, sep, value = text.partition('=')
    if not sep:
        return None
    return key.strip(), value.strip()
# parse('name = Bob')

def average(xs):
    if not xs:
        return 0.0
    total = sum(xs)
    return total / len(xs)
# average([1, 2, 4, 3])

def get(d, key):
    value = d.get(key)
    if value is None:
        value = 'missing'
    return value
# get({'a': 1}, 'b')

def rotate(xs, k):
    k = k % len(xs)
    head = xs[-k:]
    tail = xs[:-k]
    return head + tail
# rotate([1, 2, 3, 4, 5], 7)

def stack_ops(tokens):
    stack = []
    for t in tokens:
        if t == '+':
            b = stack.pop()
            a = stack.pop()
            stack.append(a + b)
        else:
            stack.append(int(t))
    return stack
# stack_ops(['2', '3', '+'])

def primes(n):
    found = []
    for p in range(2, n):
        ok = True
        for q in found:
            if p % q == 0:
                ok = False
                break
        if ok:
            found.append(p)
    return found
# primes(6)

def depth(s):
    level = 0
    deepest = 0
    for c in s:
        if c == '(':
            level += 1
            deepest = max(deepest, level)
        elif c == ')':
            level -= 1
    return deepest
# depth('(())')

def to_binary(n):
    bits = ''
    while n > 0:
        bits = str(n % 2) + bits
        n = n // 2
    return bits
# to_binary(6)

def both(a, b):
    if a > 0 and b > 0:
        return True
    if a < 0 or b < 0:
        return False
    return None
# both(0, -1)
"""


def programs() -> list[tuple[str, str, str]]:
    """Identifier, code and call of each."""
    found = []
    parts = _PROGRAMS.strip().split("\n# ")
    code = parts[0]
    for part in parts[1:]:
        call, _, rest = part.partition("\n")
        found.append((f"own_{len(found)}", code.strip() + "\n", call))
        code = rest
    return found

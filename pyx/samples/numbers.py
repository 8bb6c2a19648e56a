# SPDX-License-Identifier: CC0-1.0
"""Whole numbers and their digits."""

from __future__ import annotations


def gcd(a: int, b: int) -> int:
    """Return the greatest common divisor of two whole numbers, by Euclid's way.

    >>> gcd(12, 18)
    6
    >>> gcd(7, 0)
    7
    >>> gcd(-4, 6)
    2
    """
    while b:
        a, b = b, a % b
    return abs(a)


def lcm(a: int, b: int) -> int:
    """Return the least common multiple of two whole numbers, 0 if one of them is 0.

    >>> lcm(4, 6)
    12
    >>> lcm(0, 5)
    0
    """
    if a == 0 or b == 0:
        return 0
    return abs(a * b) // gcd(a, b)


def collatz_steps(n: int) -> int:
    """Count the Collatz steps from n down to 1: halve an even number, else take 3n + 1.

    A number below 1 raises ValueError.

    >>> collatz_steps(6)
    8
    >>> collatz_steps(1)
    0
    """
    if n < 1:
        raise ValueError("n must be at least 1")
    steps = 0
    while n != 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        steps += 1
    return steps


def digit_sum(n: int) -> int:
    """Add up the decimal digits of a whole number, its sign left out.

    >>> digit_sum(1234)
    10
    >>> digit_sum(-56)
    11
    """
    n = abs(n)
    total = 0
    while n > 0:
        n, digit = divmod(n, 10)
        total += digit
    return total


def digital_root(n: int) -> int:
    """Add up the digits of n until only one digit is left.

    >>> digital_root(942)
    6
    >>> digital_root(0)
    0
    """
    n = abs(n)
    while n >= 10:
        n = sum(int(digit) for digit in str(n))
    return n


def is_prime(n: int) -> bool:
    """Tell whether n is a prime number, by trial division.

    >>> is_prime(29)
    True
    >>> is_prime(1)
    False
    >>> is_prime(15)
    False
    """
    if n < 2:
        return False
    divisor = 2
    while divisor * divisor <= n:
        if n % divisor == 0:
            return False
        divisor += 1
    return True


def prime_factors(n: int) -> list[int]:
    """Return the prime factors of n in rising order, each as often as it divides n.

    >>> prime_factors(60)
    [2, 2, 3, 5]
    >>> prime_factors(13)
    [13]
    >>> prime_factors(1)
    []
    """
    factors = []
    divisor = 2
    while n > 1:
        while n % divisor == 0:
            factors.append(divisor)
            n //= divisor
        divisor += 1
        if divisor * divisor > n > 1:
            factors.append(n)
            break
    return factors


def sieve(limit: int) -> list[int]:
    """Return all primes up to and including limit, by crossing out multiples.

    >>> sieve(20)
    [2, 3, 5, 7, 11, 13, 17, 19]
    >>> sieve(1)
    []
    """
    crossed = [False] * (limit + 1)
    primes = []
    for number in range(2, limit + 1):
        if crossed[number]:
            continue
        primes.append(number)
        for multiple in range(number * number, limit + 1, number):
            crossed[multiple] = True
    return primes


def fibonacci(n: int) -> list[int]:
    """Return the first n Fibonacci numbers, beginning with 0 and 1.

    >>> fibonacci(7)
    [0, 1, 1, 2, 3, 5, 8]
    >>> fibonacci(0)
    []
    """
    numbers = []
    a, b = 0, 1
    for _ in range(n):
        numbers.append(a)
        a, b = b, a + b
    return numbers


def power(base: int, exponent: int) -> int:
    """Raise base to a power of at least 0 by repeated squaring.

    >>> power(2, 10)
    1024
    >>> power(3, 0)
    1
    >>> power(-2, 3)
    -8
    """
    if exponent < 0:
        raise ValueError("the exponent must not be negative")
    result = 1
    while exponent:
        if exponent & 1:
            result *= base
        base *= base
        exponent >>= 1
    return result


def factorial(n: int) -> int:
    """Return the product of the whole numbers from 1 to n; n below 0 raises ValueError.

    >>> factorial(5)
    120
    >>> factorial(0)
    1
    """
    if n < 0:
        raise ValueError("n must not be negative")
    return 1 if n < 2 else n * factorial(n - 1)


def is_perfect(n: int) -> bool:
    """Tell whether n is the sum of its divisors below n.

    >>> is_perfect(28)
    True
    >>> is_perfect(12)
    False
    """
    return n > 1 and sum(d for d in range(1, n) if n % d == 0) == n

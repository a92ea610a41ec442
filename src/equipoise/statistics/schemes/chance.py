"""Chance in whole numbers: a number from 0 to A - 1 without bias, from a unit's key."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from equipoise.statistics.schemes.numbers import further_numbers
from equipoise.statistics.schemes.roster import SchemeError


def below(
    keys: NDArray[np.uint64],
    modulus: NDArray[np.int64] | int,
    after: NDArray[np.int64] | int = 0,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Take each key's next further number that can be reduced without bias.

    x is the first further number after the `after`-th with x < 2**64 - (2**64 mod A); the
    answer is x mod A.

    Parameters
    ----------
    keys
        Shape (D,).
    modulus
        A, 1 or more, one for all or shape (D,).
    after
        Further numbers that are used up, one for all or shape (D,).

    Returns
    -------
    value, used
        Shape (D,) each: x mod A, and the count of the further number that x is.

    Examples
    --------
    >>> value, used = below(np.array([1234567], dtype=np.uint64), 10)
    >>> value.tolist(), used.tolist()  # the first further number is 6457827717110365317
    ([7], [1])
    """
    total = np.broadcast_to(np.asarray(modulus, dtype=np.int64), keys.shape).astype(np.uint64)
    # 2**64 mod A from 64-bit numbers: (2**64 - A) mod A.
    spare = (np.uint64(0) - total) % total
    last = np.uint64((1 << 64) - 1) - spare
    used = np.broadcast_to(np.asarray(after, dtype=np.int64), keys.shape) + 1
    x = further_numbers(keys, used.astype(np.uint64))
    while (refused := np.flatnonzero(x > last)).size:
        used[refused] += 1
        x[refused] = further_numbers(keys[refused], used[refused].astype(np.uint64))
    return (x % total).astype(np.int64), used


def rational(name: str, value: Fraction | int | str) -> Fraction:
    """Read an exact fraction, such as ``Fraction(4, 5)`` or ``"4/5"`` or ``"0.8"``.

    Raises
    ------
    SchemeError
        Not an exact fraction; a float is not one.

    Examples
    --------
    >>> rational("The probability", "0.8")
    Fraction(4, 5)
    """
    if isinstance(value, float):
        raise SchemeError(f"{name} must be an exact fraction such as 4/5, not a float.")
    try:
        found = Fraction(value)
    except (TypeError, ValueError, ZeroDivisionError) as problem:
        raise SchemeError(f"{name} must be an exact fraction such as 4/5.") from problem
    if found.denominator >= 1 << 31:
        raise SchemeError(f"{name} must have a denominator under 2 147 483 648.")
    return found

"""SplitMix64: the numbers that follow from a 64-bit key, on any machine.

A draw must be repeatable by an outsider with nothing but a standard library, so it uses no
random stream of NumPy's, whose values are not promised over versions. Every number needed
beyond a unit's 64-bit key comes from the key itself; resampling takes its numbers here too.

Sources
-------
Steele, G. L., Lea, D. and Flood, C. H. (2014). Fast splittable pseudorandom number
generators. OOPSLA '14, figure 16 (the variant with Stafford's mix 13, as published by
Vigna, S. (2015), splitmix64.c).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

GAMMA = 0x9E3779B97F4A7C15
"""The odd constant nearest 2**64 divided by the golden ratio."""

_MASK = (1 << 64) - 1
_FIRST = 0xBF58476D1CE4E5B9
_SECOND = 0x94D049BB133111EB

CACHED = 1 << 15
"""Numbers scrambled at once (256 KiB): they stay in the processor's cache, which is threefold
faster."""


def splitmix64(state: int) -> int:
    """Scramble one 64-bit state, in plain Python integers.

    Parameters
    ----------
    state
        An integer; it is taken modulo 2**64.

    Returns
    -------
    int
        A number from 0 to 2**64 - 1. The map is one to one.

    Examples
    --------
    >>> splitmix64(1234567 + GAMMA)  # the first output of splitmix64.c seeded with 1234567
    6457827717110365317
    """
    z = state & _MASK
    z = ((z ^ (z >> 30)) * _FIRST) & _MASK
    z = ((z ^ (z >> 27)) * _SECOND) & _MASK
    return z ^ (z >> 31)


def further_number(key: int, count: int) -> int:
    """Give the `count`-th further number of a unit: SplitMix64(key + count x GAMMA mod 2**64).

    It is the `count`-th output of splitmix64.c started at `key`; `count` begins at 1.

    Examples
    --------
    >>> [further_number(1234567, count) for count in (1, 2)]
    [6457827717110365317, 3203168211198807973]
    """
    return splitmix64(key + count * GAMMA)


def splitmix64_array(state: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Scramble an array of 64-bit states; the twin of `splitmix64`.

    Parameters
    ----------
    state
        Any shape, dtype uint64.

    Returns
    -------
    ndarray of uint64
        The same shape.

    Examples
    --------
    >>> splitmix64_array(np.array([GAMMA], dtype=np.uint64)).tolist() == [splitmix64(GAMMA)]
    True
    """
    return _scramble(state.astype(np.uint64, order="C", copy=True))


def further_numbers(keys: NDArray[np.uint64], counts: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Give further numbers for many keys at once; the twin of `further_number`.

    Parameters
    ----------
    keys, counts
        Arrays of uint64 that broadcast against each other.

    Returns
    -------
    ndarray of uint64
        The broadcast shape.

    Examples
    --------
    >>> keys = np.array([1234567], dtype=np.uint64)
    >>> further_numbers(keys, np.array([1, 2], dtype=np.uint64)).tolist()
    [6457827717110365317, 3203168211198807973]
    """
    steps = np.atleast_1d(counts) * np.uint64(GAMMA)
    return _scramble(np.ascontiguousarray(np.atleast_1d(keys) + steps))


def _scramble(states: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Scramble a contiguous array in place."""
    flat = states.reshape(-1)
    spare = np.empty(min(CACHED, flat.size), dtype=np.uint64)
    for start in range(0, flat.size, CACHED):
        part = flat[start : start + CACHED]
        shifted = spare[: part.size]
        for shift, factor in ((30, _FIRST), (27, _SECOND), (31, None)):
            np.right_shift(part, np.uint64(shift), out=shifted)
            part ^= shifted
            if factor is not None:
                part *= np.uint64(factor)
    return states

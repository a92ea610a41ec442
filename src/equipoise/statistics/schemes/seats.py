"""Seats of each arm in a stratum: what divides evenly, and three rules for what is left over."""

from __future__ import annotations

from collections import Counter
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from equipoise.statistics.schemes.chance import below
from equipoise.statistics.schemes.seating import place_among

Remainder = Literal["systematic", "fixed", "strata"]
"""How the seats that are left over are given to arms; see `StratifiedScheme`."""

Whole = NDArray[np.int64]


def systematic_seats(size: int, weights: tuple[int, ...], u: Whole) -> Whole:
    """Divide n seats with the remainder by systematic sampling, shape (D, K).

    Parameters
    ----------
    size
        n.
    weights
        a_1 ... a_K, summing to A.
    u
        From 0 to A - 1, shape (D,).

    References
    ----------
    Madow, W. G. (1949). On the theory of systematic sampling, II. Annals of Mathematical
    Statistics 20(3).

    Examples
    --------
    >>> systematic_seats(4, (1, 2), np.arange(3)).tolist()
    [[2, 2], [1, 3], [1, 3]]
    """
    total = sum(weights)
    sure = np.asarray([size * weight // total for weight in weights], dtype=np.int64)
    pieces = [size * weight % total for weight in weights]
    ends = np.cumsum([0, *pieces], dtype=np.int64)
    return np.asarray(sure[None, :] + place_among(u, ends[None, :], total))


def systematic_patterns(size: int, weights: tuple[int, ...]) -> Counter[tuple[int, ...]]:
    """Count for how many of the A values of u each division of n seats comes up.

    Examples
    --------
    >>> systematic_patterns(4, (1, 2))
    Counter({(1, 3): 2, (2, 2): 1})
    """
    total = sum(weights)
    pieces = [size * weight % total for weight in weights]
    # The division changes only where u passes an end of a piece.
    turns = sorted({0, *(int(end) % total for end in np.cumsum(pieces, dtype=np.int64)), total})
    rows = systematic_seats(size, weights, np.asarray(turns[:-1], dtype=np.int64)).tolist()
    found: Counter[tuple[int, ...]] = Counter()
    for row, start, stop in zip(rows, turns, turns[1:], strict=False):
        found[tuple(row)] += stop - start
    return found


def fixed_seats(size: int, weights: tuple[int, ...]) -> tuple[int, ...]:
    """Divide n seats by largest remainder, the arm declared first where remainders are equal.

    Examples
    --------
    >>> fixed_seats(5, (1, 1)), fixed_seats(4, (1, 2))
    ((3, 2), (1, 3))
    """
    total = sum(weights)
    seats = [size * weight // total for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda k: -(size * weights[k] % total))
    for k in by_remainder[: size - sum(seats)]:
        seats[k] += 1
    return tuple(seats)


def seats_over_strata(sizes: Whole, weights: tuple[int, ...], first: NDArray[np.uint64]) -> Whole:
    """Divide the seats of the strata of one stage so that they also add up over the strata.

    Arm by arm, in declared order, the remainders of the strata are laid end to end, strata in
    order of their smallest key, and sampled systematically. So an arm's seats keep within one of
    its share of what the arms before it left, in every stratum and over all strata.

    Parameters
    ----------
    sizes
        Units in each stratum, shape (S,).
    weights
        a_1 ... a_K.
    first
        Smallest key in each stratum, strata in order of the identifier that breaks a tie; shape
        (D, S).

    Returns
    -------
    ndarray of int64
        Shape (D, S, K).
    """
    draws, strata = first.shape
    order = np.argsort(first, axis=1, kind="stable")
    lowest = np.take_along_axis(first, order[:, :1], axis=1)[:, 0]
    left = np.broadcast_to(sizes, first.shape)[np.arange(draws)[:, None], order].copy()
    seats = np.zeros((draws, strata, len(weights)), dtype=np.int64)
    used = np.zeros(draws, dtype=np.int64)
    for k, weight in enumerate(weights[:-1]):
        total = sum(weights[k:])
        u, used = below(lowest, total, used)
        ends = np.zeros((draws, strata + 1), dtype=np.int64)
        np.cumsum(left * weight % total, axis=1, out=ends[:, 1:])
        given = left * weight // total + place_among(u, ends, total)
        np.put_along_axis(seats[:, :, k], order, given, axis=1)
        left -= given
    np.put_along_axis(seats[:, :, -1], order, left, axis=1)
    return seats

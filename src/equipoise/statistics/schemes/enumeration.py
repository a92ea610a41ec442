"""All allocations that a draw could have given, with their exact chances."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from math import factorial, prod
from typing import Protocol, cast

import numpy as np
from numpy.typing import NDArray

from equipoise.statistics.schemes.roster import Roster, Scheme, SchemeError


@dataclass(frozen=True)
class AllocationSet:
    """Every possible allocation of a draw.

    Attributes
    ----------
    allocations
        Arm positions, shape (N, n).
    chances
        The probability of each, shape (N,); they sum to one. They are all 1 / N where every
        arm's share of every cell is a whole number of seats.
    """

    allocations: NDArray[np.int64]
    chances: NDArray[np.float64]


class Enumerable(Protocol):
    """A scheme whose cells are drawn each by itself, orderings given the seats equally likely."""

    def cell_patterns(
        self, roster: Roster
    ) -> list[tuple[NDArray[np.int64], Counter[tuple[int, ...]]]]:
        """Give randomisation units and whole-number weights of the seats of each cell."""
        ...


def enumerate_allocations(scheme: Scheme, roster: Roster, *, limit: int = 100_000) -> AllocationSet:
    """List every allocation of a small trial.

    Parameters
    ----------
    scheme, roster
        The draw.
    limit
        The largest N that is listed.

    Raises
    ------
    SchemeError
        There are more than `limit`, or the scheme's allocations cannot be listed.

    Examples
    --------
    >>> from equipoise.statistics.schemes.stratified import StratifiedScheme
    >>> scheme = StratifiedScheme.from_shares({"supervision": 1, "usual": 1})
    >>> enumerate_allocations(scheme, Roster.build(["a", "b", "c", "d"], ["s"] * 4)).chances.size
    6
    """
    listed = getattr(scheme, "every_allocation", None)
    if listed is not None:
        return cast(AllocationSet, listed(roster, limit))
    if not hasattr(scheme, "cell_patterns"):
        raise SchemeError(
            f"The allocations of {type(scheme).__name__} cannot be listed; simulate draws instead."
        )
    parts = cast(Enumerable, scheme).cell_patterns(roster)
    number = prod(
        sum(factorial(cell.size) // prod(map(factorial, seats)) for seats in pattern)
        for cell, pattern in parts
    )
    if number > limit:
        raise SchemeError(f"The draw has {number} allocations, more than the limit of {limit}.")
    drawn = np.empty((number, roster.head.size), dtype=np.int64)
    weights = []
    for row, choice in enumerate(product(*(list(_cell(pattern)) for _, pattern in parts))):
        for (cell, _), (arms, _) in zip(parts, choice, strict=True):
            drawn[row, cell] = arms
        weights.append(prod(weight for _, weight in choice))
    whole = sum(weights)
    chances = np.asarray([weight / whole for weight in weights], dtype=np.float64)
    return AllocationSet(drawn[:, roster.member_of], chances)


def _cell(patterns: Counter[tuple[int, ...]]) -> Iterator[tuple[tuple[int, ...], int]]:
    """List the arrangements of one cell with their whole-number weights."""
    for seats, times in sorted(patterns.items()):
        # Given the seats, all n! / prod(seats!) arrangements are equally likely.
        weight = times * prod(map(factorial, seats))
        for arrangement in _arrangements(seats):
            yield arrangement, weight


def _arrangements(seats: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """List the distinct orders of a multiset of arms."""
    if sum(seats) == 0:
        yield ()
        return
    for arm, left in enumerate(seats):
        if left:
            rest = (*seats[:arm], left - 1, *seats[arm + 1 :])
            for tail in _arrangements(rest):
                yield (arm, *tail)

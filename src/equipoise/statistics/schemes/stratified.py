"""The stratified draw: shares kept in every stratum, remainders by rule, all in integers.

The rule, for an outsider who repeats a draw
--------------------------------------------
Given a 64-bit key for each unit, a stratum for each unit, and the arms in declared order with
whole-number weights a_1 ... a_K whose greatest common divisor is 1 and whose sum is A. In each
stratum (of each stage) by itself:

1. Put its n units in ascending order of key; equal keys in ascending order of identifier.
2. Arm k has n a_k // A sure seats and a remainder r_k = n a_k mod A. The remainders sum to a
   multiple of A: that many seats are left over.
3. Take the further numbers of the first unit in order, x = SplitMix64(key + c x
   0x9E3779B97F4A7C15 mod 2**64) for c = 1, 2, ..., until x < 2**64 - (2**64 mod A).
   Let u = x mod A.
4. Lay the remainders end to end from 0. Arm k gets one more seat if its piece, from
   r_1 + ... + r_(k-1) up to but not including r_1 + ... + r_k, holds one of u, u + A, u + 2A, ...
5. Seat the units in order: the first arm's seats first, then the second arm's, and so on.

Steps 3 and 4 are systematic sampling (Madow 1949) with inclusion probabilities r_k / A, so the
expected number of seats of arm k is exactly n a_k / A, and every unit's probability of arm k is
exactly its share a_k / A, in every stratum, of any size.

The other rules for what is left over
-------------------------------------
``fixed``: instead of steps 3 and 4 the seats left over go, one each, to the arms with the largest
r_k, the arm declared first where they are equal. No chance is in the numbers; a unit's
probability is seats / n, which differs from the share in strata that do not divide.

``strata``: instead of steps 3 and 4, over all strata of a stage: put the strata in order of
their smallest key (equal keys by the stratum's smallest identifier), and let m be the size of a
stratum. For k = 1, ..., K - 1 with A_k = a_k + ... + a_K: take u = x mod A_k from the next
further number x of the unit that is first of all, x < 2**64 - (2**64 mod A_k), as in step 3; lay
m a_k mod A_k of the strata end to end in their order; arm k has m a_k // A_k seats in a stratum,
and one more if the stratum's piece holds one of u, u + A_k, ...; these seats leave m. The last
arm has what is left.
Every unit's probability is exactly the share, and the first arm's seats keep within one of its
share over all strata too, however many strata have odd numbers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from equipoise.statistics.schemes.chance import below
from equipoise.statistics.schemes.roster import Roster, SchemeError, assign
from equipoise.statistics.schemes.seating import seat_by_key
from equipoise.statistics.schemes.seats import (
    Remainder,
    fixed_seats,
    seats_over_strata,
    systematic_patterns,
    systematic_seats,
)
from equipoise.statistics.schemes.shares import fractions, whole_shares


@dataclass(frozen=True)
class StratifiedScheme:
    """Shares of the arms, kept within every stratum of every stage.

    Attributes
    ----------
    arms
        Labels in declared order, two or more.
    weights
        Positive integers without a common divisor, one per arm.
    remainder
        Who gets the seats that are left over in a stratum: ``systematic`` (by chance, each
        stratum by itself), ``fixed`` (the arms in a fixed order) or ``strata`` (by chance, and
        balanced over the strata).
    """

    arms: tuple[str, ...]
    weights: tuple[int, ...]
    remainder: Remainder = "systematic"

    def __post_init__(self) -> None:
        """Refuse a rule that there is not."""
        if self.remainder not in get_args(Remainder):
            raise SchemeError(f"There is no rule {self.remainder!r} for remainders.")

    @classmethod
    def from_shares(
        cls, shares: Mapping[str, int], *, remainder: Remainder = "systematic"
    ) -> StratifiedScheme:
        """Declare a scheme from whole-number shares, such as ``{"supervision": 2, "usual": 3}``.

        Raises
        ------
        SchemeError
            Fewer than two arms, or a share that is not a positive whole number.

        Examples
        --------
        >>> StratifiedScheme.from_shares({"supervision": 40, "usual": 60}).weights
        (2, 3)
        """
        return cls(*whole_shares(shares), remainder)

    @property
    def total(self) -> int:
        """Sum of the weights, A."""
        return sum(self.weights)

    def probabilities(self) -> tuple[Fraction, ...]:
        """Give every unit's exact probability of each arm, whatever its stratum.

        Raises
        ------
        SchemeError
            Remainders are fixed, so that probabilities differ between strata.

        Examples
        --------
        >>> StratifiedScheme.from_shares({"a": 1, "b": 2}).probabilities()
        (Fraction(1, 3), Fraction(2, 3))
        """
        if self.remainder == "fixed":
            raise SchemeError(
                "With fixed remainders a unit's probability depends on its stratum; use "
                "assignment_probabilities."
            )
        return fractions(self.weights)

    def seats(self, size: int, u: int) -> tuple[int, ...]:
        """Count the seats of each arm in a stratum of `size` units, given u of step 3.

        Examples
        --------
        >>> scheme = StratifiedScheme.from_shares({"a": 1, "b": 2})
        >>> [scheme.seats(4, u) for u in range(3)]
        [(2, 2), (1, 3), (1, 3)]
        """
        seats = systematic_seats(size, self.weights, np.asarray([u], dtype=np.int64))[0]
        return tuple(int(seat) for seat in seats)

    def cell_patterns(self, roster: Roster) -> list[tuple[NDArray[np.int64], Counter[Seats]]]:
        """List the cells with how often, over all values of u, each division into seats comes up.

        Raises
        ------
        SchemeError
            Remainders are balanced over strata, so that cells are not drawn by themselves.
        """
        if self.remainder == "strata":
            raise SchemeError(
                "Remainders that are balanced over strata tie the strata together, so the "
                "allocations cannot be listed stratum by stratum; simulate."
            )
        if self.remainder == "fixed":
            fixed = [Counter([fixed_seats(cell.size, self.weights)]) for cell in roster.cells]
            return list(zip(roster.cells, fixed, strict=True))
        return [(cell, systematic_patterns(cell.size, self.weights)) for cell in roster.cells]

    def assign(
        self,
        keys: Sequence[int] | NDArray[np.uint64],
        units: Sequence[str],
        strata: Sequence[Hashable],
        *,
        stages: Sequence[Hashable] | None = None,
        groups: Sequence[Hashable] | None = None,
    ) -> list[str]:
        """Draw once.

        Parameters
        ----------
        keys
            64-bit keys, one per unit, 0 to 2**64 - 1.
        units, strata, stages, groups
            As in `Roster.build`.

        Returns
        -------
        list of str
            The arm of each unit, in the order of `units`.

        Raises
        ------
        SchemeError
            As `Roster.build`, or a key too few or too many.

        Examples
        --------
        >>> scheme = StratifiedScheme.from_shares({"supervision": 1, "usual": 1})
        >>> scheme.assign([9, 2, 5, 7], ["a", "b", "c", "d"], ["s"] * 4)
        ['usual', 'supervision', 'supervision', 'usual']
        """
        return assign(self, Roster.build(units, strata, stages=stages, groups=groups), keys)

    def assign_many(self, roster: Roster, keys: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Draw once for each row of keys.

        Parameters
        ----------
        roster
            n units.
        keys
            Shape (D, n), dtype uint64, columns in the order of `roster.units`.

        Returns
        -------
        ndarray of int64
            Positions in `arms`, shape (D, n).

        Raises
        ------
        SchemeError
            The number of columns is not n.

        Examples
        --------
        >>> scheme = StratifiedScheme.from_shares({"supervision": 1, "usual": 1})
        >>> roster = Roster.build(["a", "b", "c", "d"], ["s"] * 4)
        >>> scheme.assign_many(roster, np.array([[9, 2, 5, 7]], dtype=np.uint64)).tolist()
        [[1, 0, 0, 1]]
        """
        of_cell = roster.cell_keys(keys)
        if self.remainder == "strata":
            return roster.of_units(self._over_strata(roster, list(of_cell)))
        parts = []
        for cell_keys in of_cell:
            ascending = np.sort(cell_keys, axis=1)
            seats = self._seats(cell_keys.shape[1], ascending[:, 0])
            parts.append(seat_by_key(cell_keys, ascending, seats))
        return roster.of_units(parts)

    def _seats(self, size: int, first: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Count the seats of one cell, shape (D or 1, K), given its smallest key, (D,)."""
        if self.remainder == "fixed":
            return np.asarray([fixed_seats(size, self.weights)])
        even = all(size * weight % self.total == 0 for weight in self.weights)
        u = np.zeros(1, np.int64) if even else below(first, self.total)[0]
        return systematic_seats(size, self.weights, u)

    def _over_strata(
        self, roster: Roster, of_cell: list[NDArray[np.uint64]]
    ) -> list[NDArray[np.signedinteger[Any]]]:
        """Seat the units of all cells, remainders balanced over the cells of a stage."""
        ascending = [np.sort(cell_keys, axis=1) for cell_keys in of_cell]
        first = np.column_stack([cell_keys[:, 0] for cell_keys in ascending])
        sizes = np.asarray([cell.size for cell in roster.cells])
        seats = np.empty((*first.shape, len(self.weights)), dtype=np.int64)
        for stage in range(len(roster.stages)):
            # Cells are in order of their smallest identifier, which breaks ties.
            chosen = np.flatnonzero(np.asarray(roster.cell_stages) == stage)
            seats[:, chosen] = seats_over_strata(sizes[chosen], self.weights, first[:, chosen])
        return [
            seat_by_key(cell_keys, ascending[c], seats[:, c]) for c, cell_keys in enumerate(of_cell)
        ]


Seats = tuple[int, ...]

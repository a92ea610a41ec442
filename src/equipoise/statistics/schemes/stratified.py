"""The stratified draw: shares kept in every stratum, remainders by chance, all in integers.

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
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd

import numpy as np
from numpy.typing import NDArray

from equipoise.statistics.schemes.numbers import further_numbers
from equipoise.statistics.schemes.roster import Roster, SchemeError
from equipoise.statistics.schemes.seating import order_by_key, seat_units


@dataclass(frozen=True)
class StratifiedScheme:
    """Shares of the arms, kept within every stratum of every stage.

    Attributes
    ----------
    arms
        Labels in declared order, two or more.
    weights
        Positive integers without a common divisor, one per arm.
    """

    arms: tuple[str, ...]
    weights: tuple[int, ...]

    @classmethod
    def from_shares(cls, shares: Mapping[str, int]) -> StratifiedScheme:
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
        if len(shares) < 2:
            raise SchemeError("A scheme needs at least two arms.")
        for arm, share in shares.items():
            if isinstance(share, bool) or not isinstance(share, int) or share < 1:
                raise SchemeError(f"The share of arm {arm!r} must be a whole number above zero.")
        if sum(shares.values()) >= 1 << 31:
            raise SchemeError("The shares must sum to less than 2 147 483 648.")
        divisor = gcd(*shares.values())
        return cls(tuple(shares), tuple(share // divisor for share in shares.values()))

    @property
    def total(self) -> int:
        """Sum of the weights, A."""
        return sum(self.weights)

    def probabilities(self) -> tuple[Fraction, ...]:
        """Give every unit's exact probability of each arm, whatever its stratum.

        Examples
        --------
        >>> StratifiedScheme.from_shares({"a": 1, "b": 2}).probabilities()
        (Fraction(1, 3), Fraction(2, 3))
        """
        return tuple(Fraction(weight, self.total) for weight in self.weights)

    def seats(self, size: int, u: int) -> tuple[int, ...]:
        """Count the seats of each arm in a stratum of `size` units, given u of step 3.

        Examples
        --------
        >>> scheme = StratifiedScheme.from_shares({"a": 1, "b": 2})
        >>> [scheme.seats(4, u) for u in range(3)]
        [(2, 2), (1, 3), (1, 3)]
        """
        return tuple(int(seat) for seat in self._seats(size, np.asarray([u], np.uint64))[0])

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
        roster = Roster.build(units, strata, stages=stages, groups=groups)
        positions = self.assign_many(roster, np.asarray(keys, dtype=np.uint64)[None, :])[0]
        return [self.arms[position] for position in positions]

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
        if keys.ndim != 2 or keys.shape[1] != roster.size:
            raise SchemeError(f"A draw of {roster.size} units needs {roster.size} keys.")
        unit_keys = keys[:, roster.head]
        drawn = np.empty(unit_keys.shape, dtype=np.int64)
        for cell in roster.cells:
            cell_keys = unit_keys[:, cell]
            order = order_by_key(cell_keys)
            first = np.take_along_axis(cell_keys, order[:, :1], axis=1)[:, 0]
            drawn[:, cell] = seat_units(order, self._seats(cell.size, self._uniform(first)))
        return drawn[:, roster.member_of]

    def _uniform(self, first: NDArray[np.uint64]) -> NDArray[np.uint64]:
        """Step 3: u in 0 ... A - 1 without bias, for the first key of each draw; shape (D,)."""
        total = self.total
        spare = (1 << 64) % total
        last = np.uint64((1 << 64) - spare - 1)
        x = further_numbers(first, np.asarray([1], dtype=np.uint64))
        count = 1
        while (refused := np.flatnonzero(x > last)).size:
            count += 1
            x[refused] = further_numbers(first[refused], np.asarray([count], dtype=np.uint64))
        return x % np.uint64(total)

    def _seats(self, size: int, u: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Steps 2 and 4: seats of each arm for each u; shape (D, K)."""
        total = self.total
        sure = np.asarray([size * weight // total for weight in self.weights], dtype=np.int64)
        remainders = [size * weight % total for weight in self.weights]
        ends = np.cumsum([0, *remainders], dtype=np.int64)
        # How many of u, u + A, ... lie below a bound: ceil((bound - u) / A).
        below = -((u.astype(np.int64)[:, None] - ends[None, :]) // total)
        return np.asarray(sure[None, :] + np.diff(below, axis=1))

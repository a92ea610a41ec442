"""The simple and the complete draw: without strata.

Simple, for an outsider: each unit by itself takes the further numbers of its own key,
x = SplitMix64(key + c x 0x9E3779B97F4A7C15 mod 2**64) for c = 1, 2, ..., until
x < 2**64 - (2**64 mod A), where a_1 ... a_K are the arms' weights and A is their sum; u = x mod A;
the unit is in the first arm k with u < a_1 + ... + a_k. How many units an arm has is left to
chance.

Complete: the stratified rule (see `StratifiedScheme`) with all units of a stage in one stratum.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.statistics.schemes.chance import below
from equipoise.statistics.schemes.roster import Roster, SchemeError
from equipoise.statistics.schemes.shares import whole_shares
from equipoise.statistics.schemes.stratified import StratifiedScheme


@dataclass(frozen=True)
class SimpleScheme:
    """Each unit by itself, with probabilities equal to the shares.

    Attributes
    ----------
    arms, weights
        As in `StratifiedScheme`.
    """

    arms: tuple[str, ...]
    weights: tuple[int, ...]

    @classmethod
    def from_shares(cls, shares: Mapping[str, int]) -> SimpleScheme:
        """Declare a scheme from whole-number shares."""
        return cls(*whole_shares(shares))

    def assign_many(self, roster: Roster, keys: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Draw once for each row of keys, shape (D, n): arm positions of the same shape.

        Examples
        --------
        >>> scheme = SimpleScheme.from_shares({"a": 1, "b": 1})
        >>> keys = np.array([[1234567, 1234568]], dtype=np.uint64)
        >>> scheme.assign_many(Roster.build(["x", "y"], ["s", "s"]), keys).shape
        (1, 2)
        """
        unit_keys = roster.unit_keys(keys)
        u, _ = below(unit_keys.reshape(-1), sum(self.weights))
        drawn = np.searchsorted(np.cumsum(self.weights), u, side="right").reshape(unit_keys.shape)
        return drawn[:, roster.member_of]

    def cell_patterns(
        self, roster: Roster
    ) -> list[tuple[NDArray[np.int64], Counter[tuple[int, ...]]]]:
        """List each randomisation unit as a cell of its own with the weights of its arms."""
        one = np.eye(len(self.arms), dtype=np.int64).tolist()
        pattern = Counter(
            {tuple(seat): weight for seat, weight in zip(one, self.weights, strict=True)}
        )
        return [(np.asarray([unit]), pattern) for unit in range(roster.head.size)]


@dataclass(frozen=True)
class CompleteScheme:
    """Shares kept over all units of a stage, whatever their strata.

    Attributes
    ----------
    within
        The rule, applied to one stratum.
    """

    within: StratifiedScheme

    def __post_init__(self) -> None:
        """Refuse a rule that needs several strata."""
        if self.within.remainder == "strata":
            raise SchemeError("A complete draw has no strata to balance remainders over.")

    @classmethod
    def from_shares(cls, shares: Mapping[str, int], *, fixed: bool = False) -> CompleteScheme:
        """Declare a scheme from whole-number shares; `fixed` fixes who gets a seat left over."""
        rule = StratifiedScheme.from_shares(shares, remainder="fixed" if fixed else "systematic")
        return cls(rule)

    @property
    def arms(self) -> tuple[str, ...]:
        """Arm labels, in declared order."""
        return self.within.arms

    @property
    def weights(self) -> tuple[int, ...]:
        """Whole-number shares of the arms."""
        return self.within.weights

    def assign_many(self, roster: Roster, keys: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Draw once for each row of keys, shape (D, n): arm positions of the same shape.

        Examples
        --------
        >>> scheme = CompleteScheme.from_shares({"a": 1, "b": 1})
        >>> keys = np.array([[9, 2, 5, 7]], dtype=np.uint64)
        >>> scheme.assign_many(Roster.build(list("wxyz"), [1, 2, 3, 4]), keys).tolist()
        [[1, 0, 0, 1]]
        """
        return self.within.assign_many(roster.merged(), keys)

    def cell_patterns(
        self, roster: Roster
    ) -> list[tuple[NDArray[np.int64], Counter[tuple[int, ...]]]]:
        """List the stages as cells."""
        return self.within.cell_patterns(roster.merged())

"""Re-randomisation by a declared part of the draws: each stage finds its own threshold."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from equipoise.statistics.schemes.balance import Balance
from equipoise.statistics.schemes.constrained import (
    ReRandomisedScheme,
    SharedScheme,
    balance_threshold,
)
from equipoise.statistics.schemes.roster import Roster

LOOKED_AT = 10_000
"""Draws of a stage by which its threshold is found; their seed is 0, so anyone finds the same."""


@dataclass(frozen=True)
class AcceptedShareScheme:
    """Draw again until the imbalance is among the least of its kind.

    Attributes
    ----------
    base, balance
        As in `ReRandomisedScheme`.
    share
        The part of the base scheme's draws that is balanced enough.
    tries
        As in `ReRandomisedScheme`.
    """

    base: SharedScheme
    balance: Balance
    share: Fraction
    tries: int = 10_000
    _found: dict[Hashable, int] = field(default_factory=dict, repr=False, compare=False)

    @property
    def arms(self) -> tuple[str, ...]:
        """Arm labels, in declared order."""
        return self.base.arms

    @property
    def weights(self) -> tuple[int, ...]:
        """Whole-number shares of the arms."""
        return self.base.weights

    def threshold(self, roster: Roster) -> int:
        """Find the largest imbalance of one stage that is accepted (see `balance_threshold`)."""
        known: Hashable = (
            roster.units,
            tuple(cell.tobytes() for cell in roster.cells),
            tuple(sorted(roster.covariates.items())),
        )
        if known not in self._found:
            self._found[known] = balance_threshold(
                self.base, self.balance, roster, self.share, draws=LOOKED_AT
            )
        return self._found[known]

    def assign_many(self, roster: Roster, keys: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Draw once for each row of keys, shape (D, n): arm positions of the same shape.

        Examples
        --------
        >>> from equipoise.statistics.schemes.simple import CompleteScheme
        >>> base = CompleteScheme.from_shares({"new": 1, "usual": 1})
        >>> scheme = AcceptedShareScheme(base, Balance({"x": 1}), Fraction(1, 10))
        >>> roster = Roster.build(list("abcd"), [0] * 4, covariates={"x": [1, 2, 3, 4]})
        >>> scheme.threshold(roster)
        0
        """
        roster.unit_keys(keys)
        drawn = np.empty(keys.shape, dtype=np.int64)
        for part, where in roster.by_stage():
            rule = ReRandomisedScheme(self.base, self.balance, self.threshold(part), self.tries)
            drawn[:, where] = rule.assign_many(part, keys[:, where])
        return drawn

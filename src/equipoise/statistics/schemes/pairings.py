"""Chances of units and of pairs of units together, from one look at a scheme's allocations."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.statistics.schemes.draws import iterate_draws
from equipoise.statistics.schemes.enumeration import enumerate_allocations
from equipoise.statistics.schemes.roster import Roster, Scheme, SchemeError


@dataclass(frozen=True)
class Pairings:
    """Single and pairwise chances under a scheme.

    Attributes
    ----------
    single
        Chance of each arm for each unit, shape (K, n).
    together
        Chance of one arm for two units, for every pair that was looked at, shape (m (m - 1) / 2,).
    paired
        m, the units whose pairs were looked at.
    draws, distinct
        Draws looked at, and different allocations among them; all allocations where `exact`.
    exact
        Whether all allocations were looked at.
    """

    single: NDArray[np.float64]
    together: NDArray[np.float64]
    paired: int
    draws: int
    distinct: int
    exact: bool

    def part_together(self, low: float, high: float) -> tuple[int, int]:
        """Count the pairs that are in one arm in at most, and in at least, a part of the draws."""
        slack = 1e-12
        seldom = self.together <= low + slack
        return int(seldom.sum()), int((self.together >= high - slack).sum())

    @property
    def error(self) -> float:
        """The largest Monte Carlo standard error of a single chance; 0 where exact."""
        if self.exact:
            return 0.0
        return float(np.sqrt(self.single * (1 - self.single) / self.draws).max())

    @property
    def pair_error(self) -> float:
        """The largest Monte Carlo standard error of a pair's chance; 0 where exact."""
        if self.exact or not self.together.size:
            return 0.0
        part = np.clip(self.together, 0, 1)
        return float(np.sqrt(part * (1 - part) / self.draws).max())

    def span(self, arm: int) -> tuple[float, float]:
        """Give the lowest and the highest chance of an arm over units."""
        return float(self.single[arm].min()), float(self.single[arm].max())

    def span_together(self) -> tuple[float, float]:
        """Give the lowest and the highest chance of one arm over pairs; 1 where there is none."""
        if not self.together.size:
            return 1.0, 1.0
        return float(self.together.min()), float(self.together.max())

    def tied(self) -> tuple[int, int]:
        """Count the pairs that are in one arm in every draw, and in none."""
        slack = 1e-12
        return int((self.together >= 1 - slack).sum()), int((self.together <= slack).sum())


def look_at_pairings(
    scheme: Scheme,
    roster: Roster,
    *,
    draws: int,
    paired: int,
    seed: int = 0,
    only: NDArray[np.int64] | None = None,
) -> Pairings:
    """Look at all allocations of a draw, or else at simulated ones.

    Parameters
    ----------
    scheme, roster
        The draw.
    draws
        The most allocations that are listed, and else the draws that are simulated.
    paired
        The most units whose pairs are looked at, the first of the roster.
    seed
        Of simulated draws.
    only
        Positions of the units that are looked at, where others are drawn before them; None for
        all.

    Examples
    --------
    >>> from equipoise.statistics.schemes.simple import CompleteScheme
    >>> roster = Roster.build(list("wxyz"), [0] * 4)
    >>> scheme = CompleteScheme.from_shares({"new": 1, "usual": 1})
    >>> found = look_at_pairings(scheme, roster, draws=10, paired=4)
    >>> found.span(0), round(found.span_together()[1], 6), found.exact
    ((0.5, 0.5), 0.333333, True)
    """
    try:
        every = enumerate_allocations(scheme, roster, limit=draws)
        drawn, weights, exact = every.allocations, every.chances, True
    except SchemeError:
        blocks = iterate_draws(scheme, roster, seed, draws)
        drawn = np.concatenate([block.astype(np.int8) for block in blocks])
        weights, exact = np.full(draws, 1 / draws), False
    drawn = drawn if only is None else drawn[:, only]
    few = drawn[:, :paired]
    single = np.empty((len(scheme.arms), drawn.shape[1]))
    together = np.zeros((few.shape[1], few.shape[1]))
    for k in range(len(scheme.arms)):
        single[k] = weights @ (drawn == k)
        inside = (few == k).astype(np.float64)
        together += (inside * weights[:, None]).T @ inside
    return Pairings(
        single=single,
        together=together[np.triu_indices(few.shape[1], 1)],
        paired=int(few.shape[1]),
        draws=int(drawn.shape[0]),
        distinct=int(np.unique(drawn, axis=0).shape[0]),
        exact=exact,
    )

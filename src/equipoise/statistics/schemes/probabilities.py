"""How likely each unit is to be in each arm, alone and with another unit."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from equipoise.statistics.schemes.draws import iterate_draws
from equipoise.statistics.schemes.enumeration import Enumerable, enumerate_allocations
from equipoise.statistics.schemes.roster import Roster, Scheme, SchemeError
from equipoise.statistics.schemes.shares import fractions
from equipoise.statistics.schemes.stratified import StratifiedScheme

Array = NDArray[np.float64]


@dataclass(frozen=True)
class AssignmentProbabilities:
    """Probabilities of the arms.

    Attributes
    ----------
    probability
        Shape (n, K) for single units; (n, n) for pairs.
    exact
        Whether they follow from the rule; else they are shares of simulated draws.
    draws
        Draws simulated; 0 where exact.
    """

    probability: Array
    exact: bool
    draws: int

    @property
    def error(self) -> Array:
        """Monte Carlo standard error of each, zero where exact."""
        if self.exact:
            return np.zeros_like(self.probability)
        return np.asarray(np.sqrt(self.probability * (1 - self.probability) / self.draws))


def assignment_probabilities(
    scheme: Scheme, roster: Roster, *, draws: int = 10_000, seed: int = 0
) -> AssignmentProbabilities:
    """Give each unit's probability of each arm, shape (n, K).

    Parameters
    ----------
    scheme, roster
        The draw.
    draws, seed
        Simulated draws, where the probabilities do not follow from the rule: minimisation,
        re-randomisation, and constrained draws from some candidates.

    Examples
    --------
    >>> scheme = StratifiedScheme.from_shares({"a": 1, "b": 3})
    >>> assignment_probabilities(scheme, Roster.build(["x"], ["s"])).probability.tolist()
    [[0.25, 0.75]]
    """
    arms = len(scheme.arms)
    if isinstance(scheme, StratifiedScheme) and scheme.remainder == "strata":
        row = np.asarray([float(share) for share in fractions(scheme.weights)])
        return AssignmentProbabilities(np.tile(row, (roster.size, 1)), True, 0)
    cells = _cells(scheme, roster)
    if cells is not None:
        of_unit = np.empty((roster.head.size, arms))
        for cell, pattern in cells:
            of_unit[cell] = _moments(pattern)[0] / cell.size
        return AssignmentProbabilities(of_unit[roster.member_of], True, 0)
    listed = _listed(scheme, roster)
    if listed is not None:
        allocations, chances = listed
        columns = [chances @ (allocations == k) for k in range(arms)]
        return AssignmentProbabilities(np.column_stack(columns), True, 0)
    counts = np.zeros((roster.size, arms))
    for block in iterate_draws(scheme, roster, seed, draws):
        counts += np.stack([(block == k).sum(axis=0) for k in range(arms)], axis=1)
    return AssignmentProbabilities(counts / draws, False, draws)


def pair_probabilities(
    scheme: Scheme,
    roster: Roster,
    arm: int,
    other: int,
    *,
    draws: int = 10_000,
    seed: int = 0,
) -> AssignmentProbabilities:
    """Give the probability that unit i is in one arm and unit j in another, shape (n, n).

    Parameters
    ----------
    scheme, roster
        The draw.
    arm, other
        Positions of i's and j's arm; they may be one.
    draws, seed
        As in `assignment_probabilities`; draws with remainders balanced over strata are
        simulated too.

    Examples
    --------
    >>> scheme = StratifiedScheme.from_shares({"a": 1, "b": 1})
    >>> roster = Roster.build(["w", "x", "y", "z"], ["s"] * 4)
    >>> float(round(pair_probabilities(scheme, roster, 0, 0).probability[0, 1], 6))
    0.166667
    """
    cells = _cells(scheme, roster)
    if cells is not None:
        return AssignmentProbabilities(_exact_pairs(cells, roster, arm, other), True, 0)
    listed = _listed(scheme, roster)
    if listed is not None:
        allocations, chances = listed
        left = (allocations == arm) * chances[:, None]
        return AssignmentProbabilities(left.T @ (allocations == other), True, 0)
    joint = np.zeros((roster.size, roster.size))
    for block in iterate_draws(scheme, roster, seed, draws):
        joint += (block == arm).astype(np.float64).T @ (block == other).astype(np.float64)
    return AssignmentProbabilities(joint / draws, False, draws)


def _exact_pairs(
    cells: list[tuple[NDArray[np.int64], Counter[tuple[int, ...]]]],
    roster: Roster,
    arm: int,
    other: int,
) -> Array:
    """Give joint probabilities from the seats: units of different cells are independent."""
    units = roster.head.size
    left, right = np.empty(units), np.empty(units)
    joint = np.empty((units, units))
    moments = [_moments(pattern) for _, pattern in cells]
    for (cell, _), (mean, _) in zip(cells, moments, strict=True):
        left[cell], right[cell] = mean[arm] / cell.size, mean[other] / cell.size
    np.outer(left, right, out=joint)
    for (cell, _), (_, product) in zip(cells, moments, strict=True):
        m = cell.size
        if m > 1:
            joint[np.ix_(cell, cell)] = product[arm, other] / (m * (m - 1))
    joint[np.arange(units), np.arange(units)] = left if arm == other else 0.0
    return joint[np.ix_(roster.member_of, roster.member_of)]


def _moments(pattern: Counter[tuple[int, ...]]) -> tuple[Array, Array]:
    """Give the mean seats (K,), and the mean ordered pairs of seats of two units, (K, K)."""
    seats = np.asarray(list(pattern), dtype=np.float64)
    weight = np.asarray(list(pattern.values()), dtype=np.float64)
    weight = weight / weight.sum()
    mean = weight @ seats
    return mean, (seats * weight[:, None]).T @ seats - np.diag(mean)


def _cells(
    scheme: Scheme, roster: Roster
) -> list[tuple[NDArray[np.int64], Counter[tuple[int, ...]]]] | None:
    if not hasattr(scheme, "cell_patterns"):
        return None
    if isinstance(scheme, StratifiedScheme) and scheme.remainder == "strata":
        return None
    return cast(Enumerable, scheme).cell_patterns(roster)


def _listed(scheme: Scheme, roster: Roster) -> tuple[NDArray[np.int64], Array] | None:
    if not hasattr(scheme, "every_allocation"):
        return None
    try:
        every = enumerate_allocations(scheme, roster)
    except SchemeError:
        return None
    return every.allocations, every.chances

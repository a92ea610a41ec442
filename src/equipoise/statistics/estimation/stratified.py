"""The stratified difference in means under many allocations at once, without covariates."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations_with_replacement

import numpy as np
from numpy.typing import NDArray

from equipoise.statistics.estimation.cells import Cells
from equipoise.statistics.estimation.errors import EstimationError

Array = NDArray[np.float64]


@dataclass(frozen=True)
class StratifiedEffect:
    """Difference of two arms within strata, over its Neyman error, as a function of allocations.

    The estimate is sum of W_s (mean of the arm - mean of the reference) over strata, W_s the
    stratum's part of the units: what least squares with stratum indicators and inverse realised
    shares as weights gives. Its variance is sum of W_s^2 (s^2_arm / n_arm + s^2_ref / n_ref).
    Strata in which an arm has one unit (pairs) have no such variance: theirs is L / (L - 1) sum
    of W_s^2 (d_s - mean d)^2 over those L strata. Strata without both arms in a draw are left out
    of that draw.

    Attributes
    ----------
    y
        Outcome of each unit, shape (n,), or several outcomes, shape (n, m).
    cells
        Stratum number of each unit, 0 to S - 1 without gaps, shape (n,).
    arm, reference
        Positions of the arms compared.
    arms
        Number of arms.

    References
    ----------
    Imbens, G. W. and Rubin, D. B. (2015). Causal Inference for Statistics, Social, and
    Biomedical Sciences, equations 9.11 to 9.14 (strata) and 10.6 (pairs). With one stratum t is
    Welch's, R's ``t.test``; with pairs it is R's ``t.test(paired = TRUE)``.

    Examples
    --------
    >>> y = np.array([1.0, 2.0, 3.0, 3.0, 5.0, 7.0])
    >>> effect = StratifiedEffect(y, np.zeros(6, np.int64))
    >>> float(round(effect(np.array([[0, 0, 0, 1, 1, 1]]))[0], 6))
    2.32379
    """

    y: Array
    cells: NDArray[np.int64]
    arm: int = 1
    reference: int = 0
    arms: int = 2
    _cells: Cells = field(init=False, repr=False)
    _columns: Array = field(init=False, repr=False)
    _pairs: tuple[tuple[int, int], ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Centre outcomes within strata, which changes no difference, and multiply them once."""
        y = np.asarray(self.y, dtype=np.float64)
        outcomes = y.reshape(y.shape[0], -1)
        if not np.isfinite(outcomes).all():
            raise EstimationError("There are missing or infinite values in the outcome.")
        if self.arm == self.reference:
            raise EstimationError("An arm cannot be compared with itself.")
        cells = Cells(np.asarray(self.cells, dtype=np.int64))
        if cells.codes.size != outcomes.shape[0]:
            raise EstimationError("The strata must be one number per unit.")
        placed = outcomes[cells.order].T
        placed = placed - cells.spread(cells.sum(placed) / cells.sizes)
        pairs = tuple(combinations_with_replacement(range(outcomes.shape[1]), 2))
        products = [placed[a] * placed[b] for a, b in pairs]
        columns = np.stack([np.ones(cells.codes.size), *placed, *products], axis=1)
        object.__setattr__(self, "_cells", cells)
        object.__setattr__(self, "_columns", columns)
        object.__setattr__(self, "_pairs", pairs)

    def __call__(self, allocations: NDArray[np.int64]) -> Array:
        """Compute t for each allocation.

        Parameters
        ----------
        allocations
            Arm positions of the units, shape (D, n).

        Returns
        -------
        ndarray of float64
            Shape (D,), or (D, m) for several outcomes; infinite where an allocation leaves the
            difference or its error undefined (it then counts as extreme, which is cautious).
        """
        estimate, covariance = self.moments(allocations)
        t = t_statistics(estimate, covariance)
        return np.asarray(t[:, 0] if np.ndim(self.y) == 1 else t)

    def moments(self, allocations: NDArray[np.int64]) -> tuple[Array, Array]:
        """Give the differences, shape (D, m), and their covariance matrices, (D, m, m)."""
        inside = allocations == self.arm
        sums = self._sums(inside)
        if self.arms == 2:
            other = self._cell_totals()[None] - sums
        else:
            other = self._sums(allocations == self.reference)
        m = (np.asarray(self.y)[:, None] if np.ndim(self.y) == 1 else self.y).shape[1]
        n1, n0 = sums[:, :, 0], other[:, :, 0]
        usable = (n1 > 0) & (n0 > 0)
        weight = np.where(usable, self._cells.sizes, 0.0)
        with np.errstate(invalid="ignore", divide="ignore"):
            weight = weight / weight.sum(axis=1, keepdims=True)
        mean1 = sums[:, :, 1 : m + 1] / np.maximum(n1, 1.0)[:, :, None]
        mean0 = other[:, :, 1 : m + 1] / np.maximum(n0, 1.0)[:, :, None]
        gap = np.where(usable[:, :, None], mean1 - mean0, 0.0)
        estimate = np.einsum("ds,dsm->dm", weight, gap)
        several = (n1 > 1) & (n0 > 1)
        square = np.where(several, weight**2, 0.0)
        covariance = np.empty((allocations.shape[0], m, m))
        for place, (a, b) in enumerate(self._pairs):
            column = m + 1 + place
            within = _within(sums[:, :, column], n1, mean1[:, :, a], mean1[:, :, b])
            within += _within(other[:, :, column], n0, mean0[:, :, a], mean0[:, :, b])
            covariance[:, a, b] = covariance[:, b, a] = (square * within).sum(axis=1)
        lonely = usable & ~several
        if lonely.any():
            covariance += _between(lonely, weight, gap, estimate)
        return estimate, covariance

    def indicator(self, allocation: NDArray[np.int64]) -> Array:
        """Give 1 for each row in the arm compared, shape (n,)."""
        return np.asarray(np.asarray(allocation) == self.arm, dtype=np.float64)

    def _sums(self, inside: NDArray[np.bool_]) -> Array:
        """Sum the columns of the chosen units within strata, shape (D, S, columns)."""
        placed = inside.take(self._cells.order, axis=1).astype(np.float64)
        sums = np.empty((inside.shape[0], self._cells.sizes.size, self._columns.shape[1]))
        for s, part in enumerate(self._cells.parts()):
            np.matmul(placed[:, part], self._columns[part], out=sums[:, s])
        return sums

    def _cell_totals(self) -> Array:
        """Sum the columns of all units within strata, shape (S, columns)."""
        return np.asarray(self._cells.sum(self._columns.T).T)


def t_statistics(estimate: Array, covariance: Array) -> Array:
    """Divide estimates (D, m) by their errors; infinite where that is impossible."""
    variance = np.einsum("dmm->dm", covariance)
    usable = np.isfinite(variance) & (variance > 0) & np.isfinite(estimate)
    t = np.full(estimate.shape, np.inf)
    t[usable] = estimate[usable] / np.sqrt(variance[usable])
    return t


def _within(product: Array, n: Array, left: Array, right: Array) -> Array:
    """Give the covariance of two means of n units, from their sum of products, shape (D, S)."""
    return np.asarray((product - n * left * right) / (np.maximum(n - 1, 1.0) * np.maximum(n, 1.0)))


def _between(lonely: NDArray[np.bool_], weight: Array, gap: Array, estimate: Array) -> Array:
    """Give the part of the strata in which an arm has one unit, shape (D, m, m)."""
    count = lonely.sum(axis=1)
    part = np.where(lonely, weight, 0.0)
    total = np.where(count > 0, part.sum(axis=1), 1.0)
    centre = np.einsum("ds,dsm->dm", part, gap) / total[:, None]
    # One such stratum alone is compared with all strata.
    centre = np.where((count > 1)[:, None], centre, estimate)
    away = part[:, :, None] * (gap - centre[:, None, :])
    factor = np.where(count > 1, count / np.maximum(count - 1, 1), 1.0)
    return np.asarray(factor[:, None, None] * np.einsum("dsa,dsb->dab", away, away))

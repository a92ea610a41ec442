"""The fit of one effect for each of many allocations: estimates and their covariances.

Strata are absorbed: a column less its weighted stratum mean is what it adds to the stratum
indicators, and an indicator's leverage is the row's part of its stratum's weight. What is left to
solve for each allocation has a column for each arm but one and for each covariate.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.statistics.estimation.cells import Cells

Array = NDArray[np.float64]


@dataclass(frozen=True)
class RowKernel:
    """HC2 of a weighted fit, one row per unit.

    Attributes
    ----------
    outcomes, covariates, weights
        Rows in stratum order: shapes (m, n), (g, n) and (n,).
    cells
        Their strata.
    arms
        Positions of the arms that have an indicator, the compared one first.
    """

    outcomes: Array
    covariates: Array
    weights: Array
    cells: Cells
    arms: list[int]

    def moments(self, placed: NDArray[np.int64], share: Array) -> tuple[Array, Array]:
        """Fit each allocation, (D, n), with weights times `share`, (D, n)."""
        weight = self.weights * share
        total = self.cells.sum(weight)

        def within(column: Array) -> Array:
            mean = self.cells.sum(weight * column) / total
            return np.asarray(column - self.cells.spread(mean))

        chosen = [(placed == arm).astype(np.float64) for arm in self.arms]
        x = [within(column) for column in (*chosen, *self.covariates)]
        y = [within(column) for column in self.outcomes]
        weighted = [weight * column for column in x]
        inverse = inverses(_products(weighted, x))
        coefficients = np.matmul(inverse, _products(weighted, y))
        solved = [_combine(inverse[:, k], x) for k in range(len(x))]
        own = self._own(weight, total, x, solved)
        influence = (weight * solved[0]) ** 2
        kept = own > 1e-10
        influence = np.where(kept, influence / np.where(kept, own, 1.0), 0.0)
        left = [y[j] - _combine(coefficients[:, :, j], x) for j in range(len(y))]
        covariance = _products([influence * column for column in left], left)
        return coefficients[:, 0], covariance

    def _own(self, weight: Array, total: Array, x: list[Array], solved: list[Array]) -> Array:
        """Give the variance of each residual if errors are independent and alike, (D, n).

        It is 1 - 2 h_i + sum_j H_ij^2 with H_ij = w_j (1 / W_s + x_i' M x_j), the first term
        only where i and j share a stratum.
        """
        square = weight**2
        leverage = weight * sum(a * b for a, b in zip(x, solved, strict=True))
        leverage += weight / self.cells.spread(total)
        scaled = [square * column for column in x]
        spread = _products(scaled, x)
        own = 1 - 2 * leverage + self.cells.spread(self.cells.sum(square) / total**2)
        for k, column in enumerate(solved):
            own += column * self.cells.spread(2 * self.cells.sum(scaled[k]) / total)
            own += column * _combine(spread[:, k], solved)
        return np.asarray(own)


@dataclass(frozen=True)
class UnitKernel:
    """CR0 of a weighted fit, from the moments of units.

    Attributes
    ----------
    moments_of
        Weighted cross-products of a constant, g covariates and m outcomes, units in stratum order;
        shape (units, 1 + g + m, 1 + g + m).
    g
        Covariates.
    cells, arms
        As in `RowKernel`.
    """

    moments_of: Array
    g: int
    cells: Cells
    arms: list[int]

    def moments(self, placed: NDArray[np.int64], share: Array) -> tuple[Array, Array]:
        """Fit each allocation, (D, units), with weights times `share`, (D, units)."""
        a, g, size = len(self.arms), self.g, self.moments_of.shape[1]
        first, own = self.moments_of[:, 0, :], self.moments_of[:, 1:, 1:]
        chosen = [(placed == arm).astype(np.float64) for arm in self.arms]
        total = self.cells.sum(share * first[:, 0])
        # Weighted stratum means of the arms, the covariates and the outcomes, (D, S) each.
        z_mean = [self.cells.sum(share * z * first[:, 0]) / total for z in chosen]
        b_mean = [self.cells.sum(share * first[:, c]) / total for c in range(1, size)]
        means = np.stack([*z_mean, *b_mean], axis=1)
        # Products of the arms and of all other columns, less those of their means.
        gram = np.zeros((placed.shape[0], a + size - 1, a + size - 1))
        flat = share @ own.reshape(own.shape[0], -1)
        gram[:, a:, a:] = flat.reshape(-1, size - 1, size - 1)
        for k, z in enumerate(chosen):
            part = (share * z) @ first
            gram[:, k, k] = part[:, 0]
            gram[:, k, a:] = gram[:, a:, k] = part[:, 1:]
        gram -= np.matmul(means * total[:, None, :], means.transpose(0, 2, 1))
        p = a + g
        inverse = inverses(gram[:, :p, :p])
        coefficients = np.matmul(inverse, gram[:, :p, p:])
        row = inverse[:, 0]
        # What the effect's row of the inverse makes of a unit: a constant, and its covariates.
        constant = _combine(row[:, :a], chosen) - self.cells.spread(
            np.einsum("dp,dps->ds", row, means[:, :p])
        )
        scores = []
        for j in range(size - 1 - g):
            beta = coefficients[:, :, j]
            level = means[:, p + j] - np.einsum("dp,dps->ds", beta, means[:, :p])
            level = self.cells.spread(level) + _combine(beta[:, :a], chosen)
            left = []
            for c in range(1 + g):
                known = self.moments_of[:, c, 1 : 1 + g] @ beta[:, a:].T
                left.append(self.moments_of[:, c, 1 + g + j] - known.T - level * first[:, c])
            score = constant * left[0]
            for c in range(g):
                score += row[:, a + c, None] * left[1 + c]
            scores.append(share * score)
        return coefficients[:, 0], _products(scores, scores)


def _products(left: list[Array], right: list[Array]) -> Array:
    """Give the inner products over the last axis, shape (D, left, right)."""
    found = np.empty((left[0].shape[0], len(left), len(right)))
    for i, a in enumerate(left):
        for j, b in enumerate(right):
            found[:, i, j] = np.einsum("dn,dn->d", a, b)
    return found


def _combine(by: Array, columns: list[Array]) -> Array:
    """Sum columns (D, n) multiplied by numbers (D, columns)."""
    found = by[:, :1] * columns[0]
    for k in range(1, len(columns)):
        found += by[:, k : k + 1] * columns[k]
    return np.asarray(found)


def inverses(gram: Array) -> Array:
    """Invert a stack of matrices; NaN where one is singular or next to it."""
    scale = np.sqrt(np.maximum(np.einsum("dpp->dp", gram), np.finfo(float).tiny))
    scaled = gram / (scale[:, :, None] * scale[:, None, :])
    try:
        inverse = np.linalg.inv(scaled)
    except np.linalg.LinAlgError:
        inverse = np.full_like(gram, np.nan)
        for d, matrix in enumerate(scaled):
            if np.linalg.matrix_rank(matrix, hermitian=True) == matrix.shape[0]:
                inverse[d] = np.linalg.inv(matrix)
    inverse[np.abs(inverse).max(axis=(1, 2)) > 1e12] = np.nan
    return np.asarray(inverse / (scale[:, :, None] * scale[:, None, :]))

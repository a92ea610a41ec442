"""The information of a one-level model of counts, from what single clusters say.

A cluster's part of the log-likelihood depends on the coefficients of its constant columns through
one number, its linear predictor, so one pair of exact gradients, the predictors of all clusters
shifted at once, gives the second derivatives by all such coefficients: a model of a hundred strata
costs no more than one of two. Columns that vary inside clusters, the standard deviation of the
random effects and the shape take a pair each. The differences are central, of exact gradients.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from equipoise.statistics.estimation.count_cells import CountCells

Array = NDArray[np.float64]

STEP = 1e-4
"""Step of the differences, on the scale of the linear predictor."""


@dataclass(frozen=True)
class Slopes:
    """A log-likelihood with its derivatives, not yet summed.

    Attributes
    ----------
    value
        The log-likelihood, constants included.
    predictor
        Its derivative by the linear predictor of each cell, shape (cells,).
    sd
        By the standard deviation of the clusters' random effects, shape (G,).
    outer
        By that of outer units; None where there is one level.
    shape
        By the logarithm of the shape, shape (G,); None where the family has none.
    """

    value: float
    predictor: Array
    sd: Array
    outer: float | None
    shape: Array | None

    def total(self, cells: CountCells) -> tuple[float, Array]:
        """Give the log-likelihood and its gradient by (b, s[, r][, log shape])."""
        others = [float(np.sum(self.sd))]
        if self.outer is not None:
            others.append(self.outer)
        if self.shape is not None:
            others.append(float(np.sum(self.shape)))
        return self.value, np.append(cells.design.T @ self.predictor, others)


class Sloped(Protocol):
    """A likelihood that tells its slopes."""

    cells: CountCells

    def __call__(self, parameters: Array) -> tuple[float, Array]:
        """Evaluate at one vector of parameters: value and gradient."""

    def slopes(self, parameters: Array, shift: float | Array = 0.0) -> Slopes:
        """Give them at parameters, linear predictors of cells being shifted."""


def cluster_information(likelihood: Sloped, at: Array, scale: Array) -> Array | None:
    """Give the negative Hessian in the coordinates of `scale`.

    Parameters
    ----------
    likelihood
        Of one level.
    at
        Parameters (b, s[, log shape]), shape (m,).
    scale
        As for `certify`, shape (m, m).

    Returns
    -------
    ndarray or None
        Shape (m, m); None for two levels, whose clusters hang together.
    """
    cells = likelihood.cells
    if cells.level is not None:
        return None
    p, size = cells.design.shape[1], at.size
    first = cells.design[cells.starts]
    varies = (cells.of_cluster(first) != cells.design).any(axis=0)
    constant = first[:, ~varies]
    apart, back = _own_parts(cells, constant, cells.design[:, varies])
    # Coordinates: coefficients of constant columns, of the others' own parts, and the rest.
    turned = np.vstack([scale[:p][~varies] + back @ scale[:p][varies], scale[:p][varies]])
    turned = np.vstack([turned, scale[p:]])
    count = constant.shape[1]
    along = constant @ turned[:count]
    rest = turned[count:]
    by_shift = _bend(likelihood, at, 1.0, np.zeros(size), apart)
    matrix = (along * by_shift[:, :1]).T @ along
    across = along.T @ (by_shift[:, 1:] @ rest)
    matrix += across + across.T
    inner = np.empty((rest.shape[0], rest.shape[0]))
    for k in range(rest.shape[0]):
        if k < apart.shape[1]:
            longest = max(float(np.abs(apart[:, k]).max()), np.finfo(float).tiny)
            bent = longest * _bend(likelihood, at, apart[:, k] / longest, np.zeros(size), apart)
        else:
            ahead = np.zeros(size)
            ahead[p + k - apart.shape[1]] = 1.0
            bent = _bend(likelihood, at, 0.0, ahead, apart)
        inner[k] = bent[:, 1:].sum(axis=0)
    inner = 0.5 * (inner + inner.T)
    matrix += rest.T @ inner @ rest
    return np.asarray(-0.5 * (matrix + matrix.T))


def _own_parts(cells: CountCells, constant: Array, varying: Array) -> tuple[Array, Array]:
    """Split varying columns into what constant ones hold of them, and the rest.

    Returns
    -------
    tuple of ndarray
        The rest, shape (cells, v), and the coefficients of the constant columns in what was
        taken off, shape (c, v).
    """
    if not varying.shape[1] or not constant.shape[1]:
        return varying, np.zeros((constant.shape[1], varying.shape[1]))
    number = np.diff(np.append(cells.starts, cells.cluster.size)).astype(np.float64)
    root = np.sqrt(number)[:, None]
    means = cells.by_cluster(varying) / number[:, None]
    back = np.linalg.lstsq(root * constant, root * means, rcond=None)[0]
    return varying - cells.of_cluster(constant @ back), np.asarray(back, dtype=np.float64)


def _bend(likelihood: Sloped, at: Array, shift: float | Array, move: Array, apart: Array) -> Array:
    """Differentiate each cluster's slopes along a shift of predictors and a move of parameters.

    Returns
    -------
    ndarray
        Shape (G, 1 + v + rest): slopes by the cluster's predictor, by the coefficients of what
        columns have of their own, by s, and by the log shape if there is one.
    """
    cells = likelihood.cells

    def slopes(by: float) -> Array:
        found = likelihood.slopes(at + by * move, by * shift)
        score = found.predictor
        columns = [cells.by_cluster(score)]
        columns += [cells.by_cluster(score * column) for column in apart.T]
        columns.append(found.sd)
        if found.shape is not None:
            columns.append(found.shape)
        return np.column_stack(columns)

    return np.asarray((slopes(STEP) - slopes(-STEP)) / (2 * STEP))

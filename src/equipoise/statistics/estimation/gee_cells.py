"""Rows for generalised estimating equations, checked, and summed over what they share.

Under an exchangeable working correlation the equations need of the pupils of a cluster who share
covariates and weight only their number, their mean and their sum of squares within. So k events
of n pupils stand for n rows exactly, whether or not covariates vary within the cluster.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.statistics.estimation.count_cells import sort_rows
from equipoise.statistics.estimation.count_checks import (
    check_copies,
    check_counts,
    number_clusters,
    refuse_collinear_columns,
)
from equipoise.statistics.estimation.errors import EstimationError

GeeFamily = Literal["binomial", "poisson", "gaussian"]

Array = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True)
class GeeCells:
    """Pupils of a cluster who share covariates, offset and weight.

    Attributes
    ----------
    number, mean, within
        Pupils, the mean of their outcomes, and the sum of squares about it, shape (cells,).
    design, offset, weight
        Shapes (cells, p), (cells,) and (cells,).
    cluster
        Cluster number of each cell, ascending, shape (cells,).
    starts
        First cell of each cluster, shape (G,).
    rows
        As they were given.
    """

    number: Array
    mean: Array
    within: Array
    design: Array
    offset: Array
    weight: Array
    cluster: Whole
    starts: Whole
    rows: int

    def by_cluster(self, values: Array) -> Array:
        """Sum values of cells, shape (cells, ...), within clusters."""
        if self.starts.size == self.cluster.size:
            return values
        return np.asarray(np.add.reduceat(values, self.starts, axis=0))


def build_gee_cells(
    y: ArrayLike,
    design: ArrayLike,
    clusters: ArrayLike,
    family: GeeFamily,
    trials: ArrayLike | None,
    offset: ArrayLike | None,
    weights: ArrayLike | None,
    *,
    copies: ArrayLike | None = None,
    spread: ArrayLike | None = None,
) -> GeeCells:
    """Check rows and sum them into cells; parameters as in `fit_gee`.

    Raises
    ------
    EstimationError
        As `fit_gee`.

    Examples
    --------
    >>> y, one, cluster = [0, 1, 1, 2], np.ones((4, 1)), [1, 1, 1, 2]
    >>> cells = build_gee_cells(y, one, cluster, "gaussian", None, None, None)
    >>> cells.number.tolist(), cells.mean.round(4).tolist(), cells.within.round(4).tolist()
    ([3.0, 1.0], [0.6667, 2.0], [0.6667, 0.0])
    """
    w = np.ones(np.shape(y)) if weights is None else np.asarray(weights, dtype=np.float64)
    if w.shape != np.shape(y) or not np.isfinite(w).all() or (w <= 0).any():
        raise EstimationError("The weights must be one finite number per row, above zero.")
    if spread is not None and family != "gaussian":
        raise EstimationError("A spread about the mean is for the gaussian family.")
    if family == "gaussian":
        mean, regressors, known, code = _measurements(y, design, clusters, trials, offset, spread)
        within = np.zeros_like(mean) if spread is None else np.asarray(spread, np.float64)
        times = number = check_copies(copies, mean.size)
    else:
        counts = check_counts(y, design, clusters, family, trials, offset, copies)
        regressors, known, code = counts.design, counts.offset, counts.cluster
        times, mean = counts.copies, counts.events / counts.trials
        number = times * counts.trials
        within = number * mean * (1 - mean) if family == "binomial" else np.zeros_like(mean)
    order, first = sort_rows([*regressors.T, known, w], code)
    take = order[first]
    total = np.add.reduceat(number[order], first)
    centre = np.add.reduceat((number * mean)[order], first) / total
    lengths = np.diff(np.append(first, order.size))
    apart = number[order] * (mean[order] - np.repeat(centre, lengths)) ** 2
    refuse_collinear_columns(regressors[take])
    cluster = code[take]
    return GeeCells(
        number=total,
        mean=centre,
        within=np.add.reduceat(within[order] + apart, first),
        design=regressors[take],
        offset=known[take],
        weight=w[take],
        cluster=cluster,
        starts=np.searchsorted(cluster, np.arange(int(cluster.max()) + 1)),
        rows=int(times.sum()),
    )


def _measurements(
    y: ArrayLike,
    design: ArrayLike,
    clusters: ArrayLike,
    trials: ArrayLike | None,
    offset: ArrayLike | None,
    spread: ArrayLike | None,
) -> tuple[Array, Array, Array, Whole]:
    """Check the rows of a gaussian outcome."""
    outcome, regressors = np.asarray(y, np.float64), np.asarray(design, np.float64)
    n = outcome.size
    known = np.zeros(n) if offset is None else np.asarray(offset, np.float64)
    labels = np.asarray(clusters)
    if outcome.ndim != 1 or regressors.ndim != 2 or regressors.shape[0] != n:
        raise EstimationError(
            f"The outcome (shape {outcome.shape}) and the design (shape {regressors.shape}) do not "
            "have the same number of rows."
        )
    if known.shape != (n,) or labels.shape != (n,):
        raise EstimationError("Offset and clusters must be one per row.")
    if trials is not None:
        raise EstimationError("Trials are for the binomial family.")
    for name, values in (("outcome", outcome), ("design", regressors), ("offset", known)):
        if not np.isfinite(values).all():
            raise EstimationError(f"There are missing or infinite values in the {name}.")
    apart = np.zeros(n) if spread is None else np.asarray(spread, np.float64)
    if apart.shape != (n,) or not (apart >= 0).all() or not np.isfinite(apart).all():
        raise EstimationError("The spread must be a sum of squares for each row.")
    if np.ptp(outcome) == 0 and not apart.any():
        raise EstimationError("The outcome has the same value in every row.")
    return outcome, regressors, known, number_clusters(labels)

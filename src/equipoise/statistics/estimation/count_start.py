"""Where the climb of a count model begins: the model without random effects, and moments."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.statistics.estimation.count_cells import CountCells, as_poisson
from equipoise.statistics.estimation.count_families import Binomial, NegativeBinomial
from equipoise.statistics.estimation.errors import ConvergenceError, EstimationError
from equipoise.statistics.estimation.separation import SeparationError, separated_columns

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Start:
    """A place to start from.

    Attributes
    ----------
    parameters
        Coefficients, standard deviations of the random effects, log shape if there is one.
    scale
        L with L L' about the covariance of the estimates, shape (m, m).
    """

    parameters: Array
    scale: Array


def fit_without_random_effects(cells: CountCells) -> Array:
    """Fit the binomial or Poisson model of the cells by iteratively reweighted least squares.

    Returns
    -------
    ndarray
        Coefficients, shape (p,).

    Raises
    ------
    SeparationError
        Coefficients without a finite estimate.
    ConvergenceError
        No convergence for another reason.

    References
    ----------
    McCullagh, P. and Nelder, J. A. (1989). Generalized Linear Models, section 2.5. R: ``glm``.
    """
    cells = as_poisson(cells)
    family, trials = cells.family, _trials(cells)
    if trials is None:
        eta = np.log(family.events + 0.1)
    else:
        eta = np.log((family.events + 0.5) / (trials - family.events + 0.5))
    beta: Array = np.zeros(cells.design.shape[1])
    for round_ in range(50):
        curve = family.at(eta)
        weight = np.maximum(curve.weight, 1e-12)
        weighted = cells.design * weight[:, None]
        working = weight * (eta - cells.offset) + curve.score
        after = least_squares(weighted.T @ cells.design, cells.design.T @ working)
        change = np.abs(cells.design @ (after - beta)).max()
        if round_ and change > 5:
            after = beta + (after - beta) * 5 / change
        beta = after
        eta = cells.offset + cells.design @ beta
        if round_ and change < 1e-8:
            break
    bound = family.at(eta).weight
    if change >= 1e-8 or (bound < 1e-4).any():
        columns = runs_off(cells)
        if columns.size:
            raise SeparationError(tuple(int(column) for column in columns))
        if change >= 1e-8:
            raise ConvergenceError(
                "The model without random effects did not converge; look for a covariate with "
                "extreme values."
            )
    return beta


def runs_off(cells: CountCells) -> NDArray[np.int64]:
    """Give the columns whose coefficients have no finite estimate; see `separated_columns`."""
    events, trials = cells.family.events, _trials(cells)
    all_ = np.zeros(events.size, bool) if trials is None else events == trials
    return separated_columns(cells.design, events == 0, all_)


def least_squares(gram: Array, right: Array) -> Array:
    """Solve the normal equations, of smallest length where they are singular."""
    # Columns brought to one length, so that singular does not mean long beside short.
    length = np.sqrt(np.maximum(np.diag(gram), np.finfo(float).tiny))
    scaled = gram / np.outer(length, length)
    solved = np.linalg.lstsq(scaled, right / length, rcond=None)[0]
    return np.asarray(solved / length, dtype=np.float64)


def find_start(cells: CountCells, spread: float | None = None, log_shape: float = 1.0) -> Start:
    """Find a place to start from, and the scale of the problem there.

    Parameters
    ----------
    cells
        The data.
    spread
        Standard deviation of the random effects to start from; None takes it from moments.
    log_shape
        Logarithm of the shape to start from, for a family that has one.

    Raises
    ------
    SeparationError, ConvergenceError
        As `fit_without_random_effects`.
    EstimationError
        Clusters that are all or none for every one of them.
    """
    shaped = isinstance(cells.family, NegativeBinomial)
    rows = cells.cluster.size
    cells = as_poisson(cells)
    family, trials = cells.family, _trials(cells)
    if trials is not None:
        refuse_all_or_none(cells, family.events, trials)
    beta = fit_without_random_effects(cells)
    curve = family.at(cells.offset + cells.design @ beta)
    sums = cells.by_cluster(curve.weight)
    if spread is None:
        excess = np.sum(cells.by_cluster(curve.score) ** 2 / sums - 1.0) / np.sum(sums)
        spread = float(np.sqrt(np.clip(excess, 0.02, 2.0)))
    # What the random effects take from the information on coefficients between clusters.
    weighted = cells.design * curve.weight[:, None]
    shared = cells.by_cluster(weighted) * np.sqrt(spread**2 / (1.0 + spread**2 * sums))[:, None]
    between = weighted.T @ cells.design - shared.T @ shared
    p = beta.size
    others = 1 + (cells.level is not None) + shaped
    scale = np.zeros((p + others, p + others))
    scale[:p, :p] = np.linalg.inv(np.linalg.cholesky(between)).T
    # The information on log s is about the number of clusters, twice.
    scale[p, p] = max(spread, 0.1) / np.sqrt(2.0 * cells.clusters)
    parameters = np.concatenate([beta, np.full(others, spread)])
    if cells.level is not None:
        scale[p + 1, p + 1] = max(spread, 0.1) / np.sqrt(2.0 * cells.levels)
    if shaped:
        parameters[-1] = log_shape
        scale[-1, -1] = 1.0 / np.sqrt(rows)
    return Start(parameters, scale)


def _trials(cells: CountCells) -> Array | None:
    """Give the trials of a binomial model; None of others."""
    return cells.family.trials if isinstance(cells.family, Binomial) else None


def refuse_all_or_none(cells: CountCells, events: Array, trials: Array) -> None:
    """Refuse clusters from which the variance between clusters cannot be told."""
    total, out_of = cells.by_cluster(events), cells.by_cluster(trials)
    if (out_of == 1).all():
        raise EstimationError(
            "Every cluster holds one trial, so the variance between clusters cannot be told from "
            "chance; use a model without random effects."
        )
    if ((total == 0) | (total == out_of)).all():
        raise EstimationError(
            "In every cluster all trials are events or none is, so the variance between clusters "
            "has no finite estimate; use gee, or a model of one row per cluster."
        )

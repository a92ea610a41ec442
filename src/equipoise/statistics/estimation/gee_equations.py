"""The estimating equations: a start under independence, moments, scores, and their solution.

With canonical links the score of a cluster is Z'R^(-1)e, where Z holds the regressors times
sqrt(w v), e the Pearson residuals sqrt(w / v) (y - mu), w the weight and v the variance function.
R^(-1) is (I - g 11') / (1 - a), g = a / (1 + (N - 1) a), so sums over the N pupils are enough.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import special

from equipoise.statistics.estimation.count_start import least_squares
from equipoise.statistics.estimation.errors import ConvergenceError, EstimationError
from equipoise.statistics.estimation.gee_cells import GeeCells, GeeFamily
from equipoise.statistics.estimation.gee_errors import GeeScores
from equipoise.statistics.estimation.separation import SeparationError, separated_columns

ROUNDS = 200
EDGE = 1e-3
"""A correlation this close, in parts, to the ends of what cluster sizes allow is not allowed."""
TINY = 1e-100
"""No variance is less, so that nothing is divided by zero on the way."""

Array = NDArray[np.float64]


def solve_equations(
    cells: GeeCells, family: GeeFamily, beta: Array, exchangeable: bool
) -> tuple[Array, float, float]:
    """Solve the equations: coefficients, and the moments there, allowed or not.

    On the way a correlation is kept inside what the cluster sizes allow, and steps are shortened
    where they grow, as coefficients and correlation may chase each other.
    """
    lowest = -1 / max(float(cells.by_cluster(cells.number).max()) - 1, 1.0)
    fraction, before = 1.0, np.inf
    for _ in range(ROUNDS):
        alpha, dispersion = _moments(cells, family, beta, exchangeable)
        scores = cluster_scores(
            cells, family, beta, float(np.clip(alpha, (1 - EDGE) * lowest, 1 - EDGE))
        )
        try:
            step = np.linalg.solve(scores.information, scores.by_cluster.sum(axis=0))
        except np.linalg.LinAlgError:
            break
        gain = float(step @ scores.information @ step)
        # The second: rounding keeps steps from growing shorter still.
        if gain < 1e-20 * dispersion or (before <= gain < 1e-10 * dispersion):
            return beta, alpha, dispersion
        if not np.isfinite(gain) or np.abs(cells.design @ step).max() > 50 * (
            1 + np.ptp(cells.mean)
        ):
            break
        fraction = max(0.5 * fraction, 0.05) if gain >= 0.9 * before else fraction
        beta, before = beta + fraction * step, gain
    raise ConvergenceError(
        "The estimating equations did not converge"
        + ("; try the independence working correlation." if exchangeable else ".")
    )


def _mean_and_variance(family: GeeFamily, eta: Array) -> tuple[Array, Array]:
    """Give the mean and the variance function at a linear predictor, canonical link."""
    if family == "gaussian":
        return eta, np.ones_like(eta)
    if family == "poisson":
        mean = np.exp(np.clip(eta, -300.0, 300.0))
        return mean, mean
    mean = special.expit(eta)
    return mean, np.maximum(mean * special.expit(-eta), TINY)


def fit_independent(cells: GeeCells, family: GeeFamily) -> Array:
    """Fit the model under independence, which also shows whether it has finite estimates."""
    n = cells.number
    if family == "binomial":
        smoothed = (n * cells.mean + 0.5) / (n + 1)
        eta = special.logit(smoothed)
    else:
        eta = np.log(cells.mean + 0.1) if family == "poisson" else cells.mean
    beta: Array = np.zeros(cells.design.shape[1])
    change = np.inf
    for round_ in range(60):
        mean, variance = _mean_and_variance(family, eta)
        part = cells.weight * n
        weighted = cells.design * (part * np.maximum(variance, 1e-12))[:, None]
        right = weighted.T @ (eta - cells.offset) + cells.design.T @ (part * (cells.mean - mean))
        after = least_squares(weighted.T @ cells.design, right)
        change = float(np.abs(cells.design @ (after - beta)).max())
        if round_ and change > 5 and family != "gaussian":
            after = beta + (after - beta) * 5 / change
        beta = after
        eta = cells.offset + cells.design @ beta
        if round_ and (change < 1e-8 or family == "gaussian"):
            return _checked_start(cells, family, beta, eta)
    _checked_start(cells, family, beta, eta)
    raise ConvergenceError("The model under independence did not converge.")


def _checked_start(cells: GeeCells, family: GeeFamily, beta: Array, eta: Array) -> Array:
    if family == "gaussian":
        return beta
    _, variance = _mean_and_variance(family, eta)
    if (cells.number * variance < 1e-4).any():
        all_ = (cells.mean == 1) & (family == "binomial")
        columns = separated_columns(cells.design, cells.mean == 0, all_)
        if columns.size:
            raise SeparationError(tuple(int(column) for column in columns))
    return beta


def _moments(
    cells: GeeCells, family: GeeFamily, beta: Array, exchangeable: bool
) -> tuple[float, float]:
    """Estimate the correlation (0 under independence) and dispersion from Pearson residuals."""
    mean, variance = _mean_and_variance(family, cells.offset + cells.design @ beta)
    w, n = cells.weight, cells.number
    apart = cells.mean - mean
    squares = (cells.within + n * apart**2) / variance
    dispersion = float(np.sum(w * squares) / np.sum(w * n))
    # Pairs count by the product of their weights, as in geepack.
    pairs = float(np.sum(cells.by_cluster(w * n) ** 2) - np.sum(w**2 * n))
    size = cells.by_cluster(n)
    if not dispersion > 0:
        raise EstimationError("The model fits every row exactly, so there is no error.")
    if not exchangeable or size.max() == 1:
        return 0.0, dispersion
    sums = cells.by_cluster(w * n * apart / np.sqrt(variance))
    alpha = float((np.sum(sums**2) - np.sum(w**2 * squares)) / (dispersion * pairs))
    return alpha, dispersion


def cluster_scores(cells: GeeCells, family: GeeFamily, beta: Array, alpha: float) -> GeeScores:
    """Give each cluster's score and information, without the dispersion."""
    mean, variance = _mean_and_variance(family, cells.offset + cells.design @ beta)
    z = cells.design * np.sqrt(cells.weight * variance)[:, None]
    e = np.sqrt(cells.weight / variance) * (cells.mean - mean)
    n = cells.number
    size = cells.by_cluster(n)
    bend = alpha / (1 + (size - 1) * alpha)
    z_sums, e_sums = cells.by_cluster(n[:, None] * z), cells.by_cluster(n * e)
    scores = cells.by_cluster((n * e)[:, None] * z) - (bend * e_sums)[:, None] * z_sums
    return GeeScores(
        by_cluster=scores / (1 - alpha),
        information=((n[:, None] * z).T @ z - (bend[:, None] * z_sums).T @ z_sums) / (1 - alpha),
        rows=z * np.sqrt(n / (1 - alpha))[:, None],
        sums=z_sums * np.sqrt(np.abs(bend) / (1 - alpha))[:, None],
        sign=float(np.sign(alpha)),
        starts=cells.starts,
    )

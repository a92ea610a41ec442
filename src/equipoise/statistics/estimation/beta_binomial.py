"""Beta-binomial regression: a proportion of each cluster, with a variance beyond chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special, stats

from equipoise.statistics.estimation.cluster_information import Slopes, cluster_information
from equipoise.statistics.estimation.count_cells import CountCells, build_cells
from equipoise.statistics.estimation.count_checks import check_counts
from equipoise.statistics.estimation.count_families import Binomial
from equipoise.statistics.estimation.count_start import (
    fit_without_random_effects,
    refuse_all_or_none,
)
from equipoise.statistics.estimation.errors import ConvergenceError, EstimationError
from equipoise.statistics.estimation.maximise import Maximum, certify, climb
from equipoise.statistics.estimation.rising import digamma_rising, log_rising

BINOMIAL_LIMIT = 9.0
"""Log precision from which the binomial model is tried instead."""

Array = NDArray[np.float64]


@dataclass(frozen=True)
class BetaBinomialFit:
    """A beta-binomial regression.

    Attributes
    ----------
    coefficients
        Shape (p,), log odds of the mean (marginal, unlike those of a mixed model).
    vcov, se
        From the joint Hessian of coefficients and log precision; shapes (p, p) and (p,).
    precision
        phi: a cluster's share is beta with parameters mu phi and (1 - mu) phi. Infinite where it
        is the binomial model.
    parameters, covariance
        The coefficients and their covariance, as standardisation takes them.
    loglik
        The full log-likelihood of the rows, constants included.
    icc, icc_scale
        1 / (1 + phi), the correlation of two pupils of a cluster on the ``response`` scale.
    n, n_trials, clusters
        Rows, trials, clusters.
    boundary
        Whether the precision was estimated as infinite.
    warnings
        Sentences.
    """

    coefficients: Array
    vcov: Array
    se: Array
    precision: float
    parameters: Array
    covariance: Array
    loglik: float
    icc: float
    icc_scale: Literal["response"]
    n: int
    n_trials: int
    clusters: int
    boundary: bool
    warnings: tuple[str, ...]

    @property
    def z(self) -> Array:
        """Coefficients over their standard errors, shape (p,)."""
        return self.coefficients / self.se

    @property
    def p(self) -> Array:
        """Two-sided p values from the normal distribution, shape (p,)."""
        return np.asarray(2 * stats.norm.sf(np.abs(self.z)))


def fit_beta_binomial(
    y: ArrayLike,
    design: ArrayLike,
    clusters: ArrayLike,
    *,
    trials: ArrayLike | None = None,
    copies: ArrayLike | None = None,
) -> BetaBinomialFit:
    """Fit a beta-binomial regression by maximum likelihood, logit link.

    Parameters
    ----------
    y
        Events of each row, shape (n,): out of `trials`, or 0 and 1 without them.
    design
        Regressors, shape (n, p), constant within clusters.
    clusters
        A label per row; rows of a cluster are summed.
    trials
        Whole numbers above zero, shape (n,).
    copies
        Rows, equal in everything, that each row stands for, shape (n,); None means one.

    Raises
    ------
    EstimationError
        As in `fit_generalised_mixed`; also covariates that vary within a cluster.

    References
    ----------
    Prentice, R. L. (1986). Binary regression using an extended beta-binomial distribution.
    Journal of the American Statistical Association 81(394), equation 2. R: glmmTMB 1.1.5,
    family ``betabinomial``.

    Examples
    --------
    >>> events, trials = [3, 1, 8, 2, 1, 12, 7, 4], [20, 22, 18, 25, 30, 28, 24, 21]
    >>> design = np.column_stack([np.ones(8), [0, 1, 0, 1, 1, 0, 1, 0]])
    >>> fit = fit_beta_binomial(events, design, range(8), trials=trials)
    >>> fit.coefficients.round(3).tolist(), round(fit.icc, 4)
    ([-0.816, -1.277], 0.0487)
    """
    counts = check_counts(y, design, clusters, "binomial", trials, None, copies)
    cells = build_cells(counts, "binomial", None)
    if cells.clusters != cells.cluster.size:
        raise EstimationError(
            "A covariate varies within a cluster; the beta-binomial model needs one value per "
            "cluster (use binomial or gee)."
        )
    family = cells.family
    assert isinstance(family, Binomial)
    refuse_all_or_none(cells, family.events, family.trials)
    beta = fit_without_random_effects(cells)
    found, precision, warnings = _maximise(cells, family, beta)
    p = beta.size
    covariance = found.covariance[:p, :p]
    return BetaBinomialFit(
        coefficients=found.parameters[:p],
        vcov=covariance,
        se=np.sqrt(np.diag(covariance)),
        precision=precision,
        parameters=found.parameters[:p],
        covariance=covariance,
        loglik=found.value + cells.constant,
        icc=1.0 / (1.0 + precision),
        icc_scale="response",
        n=counts.rows,
        n_trials=int(counts.copies @ counts.trials),
        clusters=cells.clusters,
        boundary=bool(np.isinf(precision)),
        warnings=warnings,
    )


def _maximise(
    cells: CountCells, family: Binomial, beta: Array
) -> tuple[Maximum, float, tuple[str, ...]]:
    """Find the maximum; the binomial model where the precision runs off."""
    x, k, n = cells.design, family.events, family.trials

    def binomial(b: Array) -> tuple[float, Array]:
        curve = family.at(x @ b)
        return float(np.sum(curve.value)), x.T @ curve.score

    beta_binomial = _Likelihood(cells, family)
    curve = family.at(x @ beta)
    # Pearson's statistic over its degrees of freedom is 1 + (n - 1) icc.
    excess = np.sum(curve.score**2 / np.maximum(curve.weight, 1e-12)) / (k.size - beta.size) - 1
    icc = float(np.clip(excess / max(float(n.mean()) - 1, 1.0), 1e-4, 0.5))
    inverse_root = np.linalg.inv(np.linalg.cholesky((x * curve.weight[:, None]).T @ x)).T
    scale = np.zeros((beta.size + 1, beta.size + 1))
    scale[:-1, :-1] = inverse_root * np.sqrt(max(1.0, 1 + excess))
    scale[-1, -1] = 2.0 / np.sqrt(k.size)
    start = np.append(beta, np.log(1 / icc - 1))
    try:
        found = certify(beta_binomial, climb(beta_binomial, start, scale), scale)
        if found.parameters[-1] < BINOMIAL_LIMIT:
            return found, float(np.exp(found.parameters[-1])), ()
    except ConvergenceError:
        if beta_binomial(np.append(beta, BINOMIAL_LIMIT))[1][-1] < 0:
            raise
        found = None
    plain = certify(binomial, beta, inverse_root)
    if found is not None and found.value > plain.value + 1e-6:
        return found, float(np.exp(found.parameters[-1])), ()
    words = (
        "The proportions vary no more than chance would make them (a boundary), so the precision "
        "is infinite and the beta-binomial model is the binomial model."
    )
    return plain, float("inf"), (words,)


@dataclass
class _Likelihood:
    """The log-likelihood of cells, one for each cluster, as a function of (b, log precision)."""

    cells: CountCells
    family: Binomial

    def __call__(self, parameters: Array) -> tuple[float, Array]:
        """Evaluate at one vector of parameters."""
        return self.slopes(parameters).total(self.cells)

    def information(self, at: Array, scale: Array) -> Array | None:
        """Give the negative Hessian in the coordinates of `scale`."""
        return cluster_information(self, at, scale)

    def slopes(self, parameters: Array, shift: float | Array = 0.0) -> Slopes:
        """Evaluate with linear predictors shifted; the precision stands where s does."""
        eta = self.cells.design @ parameters[:-1] + shift
        found = _log_density(self.family.events, self.family.trials, eta, float(parameters[-1]))
        value, by_eta, by_log = found
        return Slopes(float(np.sum(value)), by_eta, by_log, None, None)


def _log_density(
    k: Array, n: Array, eta: Array, log_precision: float
) -> tuple[Array, Array, Array]:
    """Give the log-density without the binomial coefficient, and its two derivatives."""
    phi = np.exp(log_precision)
    mean, other = special.expit(eta), special.expit(-eta)
    a, b = mean * phi, other * phi
    value = log_rising(a, k) + log_rising(b, n - k) - log_rising(phi, n)
    up, down, whole = digamma_rising(a, k), digamma_rising(b, n - k), digamma_rising(phi, n)
    return value, phi * mean * other * (up - down), phi * (mean * up + other * down - whole)

"""Random-intercept models of counts and proportions, by maximum likelihood."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from equipoise.statistics.estimation.count_cells import build_cells
from equipoise.statistics.estimation.count_checks import CountFamily, check_counts
from equipoise.statistics.estimation.count_maximum import highest_maximum
from equipoise.statistics.estimation.errors import EstimationError

ROUNDING = 1e-7
"""A standard deviation below this is zero but for rounding."""

Array = NDArray[np.float64]


@dataclass(frozen=True)
class GeneralisedMixedFit:
    """A random-intercept model of counts or proportions.

    Attributes
    ----------
    coefficients
        Shape (p,), on the link scale (log odds, or log rate), conditional on the cluster.
    vcov
        Their covariance from the joint Hessian, shape (p, p).
    se
        Square roots of its diagonal, shape (p,).
    cluster_sd, level_sd
        Standard deviations of the random intercepts of clusters and of outer units, link scale;
        `level_sd` None where there is one level.
    size
        Of the negative binomial, variance mu + mu^2 / size; infinite where it is the Poisson
        model; None for other families.
    parameters, covariance
        Coefficients, then standard deviations of random intercepts (cluster, outer), and their
        joint covariance, which standardisation needs. At a boundary the rows and columns of a
        standard deviation of zero are zero.
    loglik
        The full log-likelihood of the rows, constants included.
    icc, icc_level
        Correlation of two pupils' latent responses in one cluster, and in two clusters of one
        outer unit; None where the scale has none.
    icc_scale
        ``latent-logit``: s^2 / (s^2 + pi^2 / 3); None for counts.
    n, n_trials, clusters, levels
        Rows, trials (None for counts), clusters, outer units (0 where there is one level).
    boundary
        Whether a variance was estimated as zero, or the size as infinite.
    warnings
        Sentences.
    family, quadrature
        The options.
    """

    coefficients: Array
    vcov: Array
    se: Array
    cluster_sd: float
    level_sd: float | None
    size: float | None
    parameters: Array
    covariance: Array
    loglik: float
    icc: float | None
    icc_level: float | None
    icc_scale: Literal["latent-logit"] | None
    n: int
    n_trials: int | None
    clusters: int
    levels: int
    boundary: bool
    warnings: tuple[str, ...]
    family: CountFamily
    quadrature: int

    @property
    def z(self) -> Array:
        """Coefficients over their standard errors, shape (p,)."""
        return self.coefficients / self.se

    @property
    def p(self) -> Array:
        """Two-sided p values from the normal distribution, shape (p,)."""
        return np.asarray(2 * stats.norm.sf(np.abs(self.z)))

    @property
    def standard_deviations(self) -> tuple[float, ...]:
        """Of the random intercepts: cluster, then outer unit if there is one."""
        return (self.cluster_sd,) if self.level_sd is None else (self.cluster_sd, self.level_sd)


def fit_generalised_mixed(
    y: ArrayLike,
    design: ArrayLike,
    clusters: ArrayLike,
    *,
    family: CountFamily,
    trials: ArrayLike | None = None,
    offset: ArrayLike | None = None,
    level: ArrayLike | None = None,
    quadrature: int = 1,
    copies: ArrayLike | None = None,
) -> GeneralisedMixedFit:
    """Fit a random-intercept model of counts or proportions by maximum likelihood.

    Parameters
    ----------
    y
        Events of each row, whole numbers, shape (n,): out of `trials`, 0 or 1 without them, or
        a count.
    design
        Regressors, the constant or stratum indicators included, shape (n, p). Where they do not
        vary within clusters the rows are first summed to one cell per cluster.
    clusters
        A label per row.
    family
        ``binomial`` (logit), ``poisson`` (log) or ``negative-binomial`` (log; the size is
        estimated).
    trials
        Binomial only, whole numbers above zero, shape (n,).
    offset
        Added to the linear predictor, shape (n,), such as the log of the roll.
    level
        A label per row of the outer unit (authority) that clusters are nested in, with a random
        intercept of its own; None for one level.
    quadrature
        Nodes of adaptive Gauss-Hermite quadrature; 1 is Laplace's approximation, the only one
        for two levels.
    copies
        Rows, equal in everything, that each row stands for: whole numbers above zero, shape
        (n,). None means one.

    Returns
    -------
    GeneralisedMixedFit

    Raises
    ------
    EstimationError
        Values that are no counts, no event or nothing but events, one cluster, clusters not
        nested in the outer level, collinear columns (`CollinearError`), separation
        (`SeparationError`), no convergence (`ConvergenceError`).

    References
    ----------
    Bates, D., Mächler, M., Bolker, B. and Walker, S. (2015). Fitting linear mixed-effects models
    using lme4. Journal of Statistical Software 67(1). R: lme4 1.1-31, ``glmer`` and ``glmer.nb``
    at ``tolPwrss = 1e-12``; glmmTMB 1.1.5.

    Examples
    --------
    >>> events, trials = [3, 1, 8, 2, 1, 12, 7, 4], [20, 22, 18, 25, 30, 28, 24, 21]
    >>> design = np.column_stack([np.ones(8), [0, 1, 0, 1, 1, 0, 1, 0]])
    >>> fit = fit_generalised_mixed(events, design, range(8), family="binomial", trials=trials)
    >>> fit.coefficients.round(3).tolist(), round(fit.cluster_sd, 3)
    ([-0.884, -1.373], 0.619)
    """
    counts = check_counts(y, design, clusters, family, trials, offset, copies)
    if quadrature < 1 or quadrature > 100:
        raise EstimationError("Quadrature takes from 1 (Laplace) to 100 nodes.")
    if quadrature > 1 and level is not None:
        raise EstimationError("With two levels only Laplace's approximation can be had: 1 node.")
    cells = build_cells(counts, family, level)
    warnings: list[str] = []
    maximum, cells, size = highest_maximum(cells, quadrature, warnings)
    p = cells.design.shape[1]
    sds = 1 + (level is not None)
    parameters = maximum.parameters[: p + sds].copy()
    # The likelihood is even in them, so a negative one is its mirror image.
    mirror = np.where(np.arange(p + sds) >= p, np.where(parameters < 0, -1.0, 1.0), 1.0)
    parameters *= mirror
    parameters[p:][parameters[p:] < ROUNDING] = 0.0
    covariance = maximum.covariance[: p + sds, : p + sds] * np.outer(mirror, mirror)
    zero = np.arange(p, p + sds)[parameters[p:] == 0]
    covariance[zero, :] = covariance[:, zero] = 0.0
    warnings += [_boundary_words(int(column) == p) for column in zero]
    cluster_sd = float(parameters[p])
    level_sd = None if level is None else float(parameters[p + 1])
    latent = cluster_sd**2 + (level_sd or 0.0) ** 2 + np.pi**2 / 3
    logit = family == "binomial"
    return GeneralisedMixedFit(
        coefficients=parameters[:p],
        vcov=covariance[:p, :p],
        se=np.sqrt(np.diag(covariance)[:p]),
        cluster_sd=cluster_sd,
        level_sd=level_sd,
        size=size,
        parameters=parameters,
        covariance=covariance,
        loglik=maximum.value,
        icc=float((latent - np.pi**2 / 3) / latent) if logit else None,
        icc_level=float(level_sd**2 / latent) if logit and level_sd is not None else None,
        icc_scale="latent-logit" if logit else None,
        n=counts.rows,
        n_trials=int(counts.copies @ counts.trials) if logit else None,
        clusters=cells.clusters,
        levels=cells.levels,
        boundary=bool(zero.size or (size is not None and np.isinf(size))),
        warnings=tuple(warnings),
        family=family,
        quadrature=quadrature,
    )


def _boundary_words(cluster: bool) -> str:
    what = "clusters" if cluster else "units of the outer level"
    return (
        f"The variance between {what} is estimated as zero (a boundary): they differ no more than "
        "chance would make them, and errors are those of a model without it."
    )

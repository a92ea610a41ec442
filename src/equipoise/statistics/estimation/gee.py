"""Generalised estimating equations with an independent or exchangeable working correlation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from equipoise.statistics.estimation.errors import EstimationError
from equipoise.statistics.estimation.gee_cells import GeeFamily, build_gee_cells
from equipoise.statistics.estimation.gee_equations import (
    EDGE,
    cluster_scores,
    fit_independent,
    solve_equations,
)
from equipoise.statistics.estimation.gee_errors import GeeError, gee_covariance

WorkingCorrelation = Literal["exchangeable", "independence"]

FEW = 40
"""Clusters under which the uncorrected robust error is too small to be trusted."""

Array = NDArray[np.float64]


@dataclass(frozen=True)
class GeeFit:
    """A marginal model fitted by generalised estimating equations.

    Attributes
    ----------
    coefficients
        Shape (p,), on the link scale, population-averaged.
    vcov, se
        Of the chosen error; shapes (p, p) and (p,).
    naive
        Covariance if the working correlation were true, shape (p, p).
    parameters, covariance
        The coefficients and `vcov`, as standardisation takes them.
    icc, icc_scale
        The ``working`` correlation of two pupils of a cluster; None under independence.
    dispersion
        Mean squared Pearson residual.
    n, n_trials, clusters
        Rows; trials (None without); clusters.
    df
        Clusters less columns, for the t of corrected errors; the robust error goes with z.
    warnings
        Sentences.
    family, correlation, error
        The options.
    """

    coefficients: Array
    vcov: Array
    se: Array
    naive: Array
    parameters: Array
    covariance: Array
    icc: float | None
    icc_scale: Literal["working"] | None
    dispersion: float
    n: int
    n_trials: int | None
    clusters: int
    df: int
    warnings: tuple[str, ...]
    family: GeeFamily
    correlation: WorkingCorrelation
    error: GeeError

    @property
    def z(self) -> Array:
        """Coefficients over their standard errors, shape (p,)."""
        return self.coefficients / self.se

    @property
    def p(self) -> Array:
        """Two-sided p values from the normal distribution, shape (p,)."""
        return np.asarray(2 * stats.norm.sf(np.abs(self.z)))


def fit_gee(
    y: ArrayLike,
    design: ArrayLike,
    clusters: ArrayLike,
    *,
    family: GeeFamily,
    trials: ArrayLike | None = None,
    offset: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    correlation: WorkingCorrelation = "exchangeable",
    error: GeeError = "robust",
    bound: float = 0.75,
    copies: ArrayLike | None = None,
    spread: ArrayLike | None = None,
) -> GeeFit:
    """Fit a marginal model by generalised estimating equations.

    Parameters
    ----------
    y
        Outcome of each row, shape (n,): events out of `trials`, 0 or 1 without them, a count, or
        a measurement.
    design
        Regressors, shape (n, p).
    clusters
        A label per row.
    family
        ``binomial`` (logit), ``poisson`` (log) or ``gaussian`` (identity).
    trials
        Binomial only, shape (n,). A row of k events in n trials stands for n pupils of 0 and 1,
        correlated like all others of their cluster. (geepack takes such a row as one observation
        of weight n, which is another model.)
    offset
        Added to the linear predictor, shape (n,).
    weights
        Above zero, shape (n,); of each pupil of the row. They divide the variance, as in geepack.
    correlation
        ``exchangeable`` or ``independence``. Only independence estimates the average that
        `weights` declare, whatever the cluster sizes have to do with the effect (rules 5).
    error
        ``robust`` (Liang and Zeger), ``md`` (Mancl and DeRouen), ``kc`` (Kauermann and Carroll)
        or ``fg`` (Fay and Graubard).
    bound
        Fay and Graubard's b.
    copies
        Rows, alike in all but the outcome of the gaussian family, that each row stands for:
        whole numbers above zero, shape (n,). None means one.
    spread
        Gaussian family only: y is then the mean of those rows and this their sum of squares
        about it, shape (n,). None means that they are equal.

    Returns
    -------
    GeeFit

    Raises
    ------
    EstimationError
        Values that are missing, infinite or no counts, weights not above zero, no event or
        nothing but events, one cluster, collinear columns, separation, a cluster that alone
        determines a coefficient (for ``md`` and ``kc``), no convergence. A working correlation
        that the cluster sizes do not allow is taken as zero, and this is said.

    References
    ----------
    Liang, K.-Y. and Zeger, S. L. (1986). Longitudinal data analysis using generalized linear
    models. Biometrika 73(1), equations 6 to 8, with moment estimates of correlation and
    dispersion over the number of pairs and rows, as R: geepack 1.3.9, ``geeglm``.

    Examples
    --------
    >>> events, trials = [3, 1, 8, 2, 1, 12, 7, 4], [20, 22, 18, 25, 30, 28, 24, 21]
    >>> design = np.column_stack([np.ones(8), [0, 1, 0, 1, 1, 0, 1, 0]])
    >>> fit = fit_gee(events, design, range(8), family="binomial", trials=trials, error="kc")
    >>> fit.coefficients.round(3).tolist(), fit.se.round(3).tolist(), round(fit.icc, 4)
    ([-0.82, -1.257], [0.363, 0.707], 0.0564)
    """
    cells = build_gee_cells(
        y, design, clusters, family, trials, offset, weights, copies=copies, spread=spread
    )
    if not 0 < bound < 1:
        raise EstimationError("Fay and Graubard's bound must lie between 0 and 1.")
    start = fit_independent(cells, family)
    words = []
    exchangeable = correlation == "exchangeable"
    beta, alpha, dispersion = solve_equations(cells, family, start, exchangeable)
    largest = float(cells.by_cluster(cells.number).max())
    if alpha >= 1 - EDGE or 1 + (largest - 1) * alpha <= EDGE:
        words.append(
            f"The working correlation is estimated as {alpha:.3g}, which clusters of up to "
            f"{largest:.0f} rows cannot have; it was taken as 0 (independence)."
        )
        beta, alpha, dispersion = solve_equations(cells, family, start, exchangeable=False)
    scores = cluster_scores(cells, family, beta, alpha)
    vcov = gee_covariance(scores, error, bound)
    groups = cells.starts.size
    if error == "robust" and groups < FEW:
        words.append(f"The robust error is too small with {groups} clusters; use md, kc or fg.")
    return GeeFit(
        coefficients=beta,
        vcov=vcov,
        se=np.sqrt(np.diag(vcov)),
        naive=np.asarray(dispersion * np.linalg.inv(scores.information)),
        parameters=beta,
        covariance=vcov,
        icc=alpha if exchangeable else None,
        icc_scale="working" if exchangeable else None,
        dispersion=dispersion,
        n=cells.rows,
        n_trials=None if trials is None else int(cells.number.sum()),
        clusters=int(groups),
        df=int(groups) - beta.size,
        warnings=tuple(words),
        family=family,
        correlation=correlation,
        error=error,
    )

"""Blinded variance: the spread of an outcome over all arms, without knowing which is which."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from equipoise.statistics.estimation.designs import check_share
from equipoise.statistics.estimation.errors import EstimationError

Array = NDArray[np.float64]


@dataclass(frozen=True)
class BlindedVariance:
    """The variance of one outcome over all arms, within strata and given covariates.

    Attributes
    ----------
    rows, df
        Values, and degrees of freedom left after strata and covariates.
    variance
        Residual variance of all values together: that within arms plus p (1 - p) effect^2.
    adjusted
        The same less p (1 - p) effect^2 for the effect that is planned for; never below zero.
    unexplained
        Variance within strata before covariates.
    lower, upper
        95 % interval of `variance` (chi-square, so for values near normal).
    """

    rows: int
    df: int
    variance: float
    adjusted: float
    unexplained: float
    lower: float
    upper: float

    @property
    def r2(self) -> float:
        """Part of the variance within strata that covariates explain, 0 or above."""
        return max(0.0, 1 - self.variance / self.unexplained) if self.unexplained > 0 else 0.0


def blinded_variance(
    values: ArrayLike,
    strata: ArrayLike | None = None,
    covariates: ArrayLike | None = None,
    *,
    effect: float = 0.0,
    share: float = 0.5,
) -> BlindedVariance:
    """Estimate the variance within arms from values whose arms are not known.

    Parameters
    ----------
    values
        Shape (n,), none missing.
    strata
        Whole numbers from 0, shape (n,); None for one stratum.
    covariates
        Shape (n, k), none missing; None for none.
    effect
        Difference between arms that is planned for, in the unit of the values.
    share
        Share of the values in the arm of interest.

    Raises
    ------
    EstimationError
        Too few values for strata and covariates.

    References
    ----------
    Gould, A. (1992). Interim analyses for monitoring clinical trials that do not materially affect
    the type I error rate. Statistics in Medicine 11. Kieser, M. and Friede, T. (2003). Simple
    procedures for blinded sample size adjustment that do not affect the type I error rate.
    Statistics in Medicine 22: the variance of all values together, as it is and less
    p (1 - p) effect^2. With covariates: Friede, T. and Kieser, M. (2011). Blinded sample size
    recalculation for clinical trials with normal data and baseline adjusted analysis.
    Pharmaceutical Statistics 10.

    Examples
    --------
    >>> found = blinded_variance([1.0, 2.0, 4.0, 5.0], effect=2.0)
    >>> round(found.variance, 6), round(found.adjusted, 6), found.df
    (3.333333, 2.333333, 3)
    """
    check_share(share)
    y = np.asarray(values, dtype=np.float64)
    places = np.zeros(y.size, np.int64) if strata is None else np.asarray(strata, dtype=np.int64)
    x = np.empty((y.size, 0)) if covariates is None else np.asarray(covariates, dtype=np.float64)
    if y.ndim != 1 or places.shape != y.shape or x.ndim != 2 or x.shape[0] != y.size:
        raise EstimationError("Values, strata and covariates need one row each.")
    within = y - _means(y, places)
    # A covariate that strata already tell keeps nothing within them and takes no freedom.
    columns = np.column_stack([c - _means(c, places) for c in x.T]) if x.shape[1] else x
    fitted, _, rank, _ = np.linalg.lstsq(columns, within, rcond=1e-10)
    groups = int(np.unique(places).size)
    df = y.size - groups - int(rank)
    if df < 1:
        raise EstimationError(
            f"{y.size} values leave {df} degrees of freedom after strata and covariates."
        )
    left = within - columns @ fitted
    variance = float(left @ left) / df
    # Kieser and Friede's term has n / (n - 1); with strata n / df stands for it.
    between = share * (1 - share) * effect**2
    return BlindedVariance(
        rows=int(y.size),
        df=df,
        variance=variance,
        adjusted=max(0.0, variance - between),
        unexplained=float(within @ within) / max(1, y.size - groups),
        lower=variance * df / float(stats.chi2.ppf(0.975, df)),
        upper=variance * df / float(stats.chi2.ppf(0.025, df)),
    )


def blinded_icc(values: ArrayLike, clusters: ArrayLike) -> float:
    """Estimate the correlation within clusters over all arms, by analysis of variance.

    Parameters
    ----------
    values, clusters
        Shape (n,); clusters as whole numbers from 0.

    Returns
    -------
    float
        0 or above. A difference between arms lies between clusters and makes it larger.

    Raises
    ------
    EstimationError
        Where there are not two clusters, or none has two members.

    References
    ----------
    Donner, A. (1986). A review of inference procedures for the intraclass correlation coefficient
    in the one-way random effects model. International Statistical Review 54.

    Examples
    --------
    >>> round(blinded_icc([1.0, 2.0, 4.0, 5.0, 7.0, 9.0], [0, 0, 1, 1, 2, 2]), 3)
    0.91
    """
    y, labels = np.asarray(values, dtype=np.float64), np.asarray(clusters, dtype=np.int64)
    _, places = np.unique(labels, return_inverse=True)
    sizes = np.bincount(places)
    groups, rows = sizes.size, y.size
    if groups < 2 or rows <= groups:
        raise EstimationError("A correlation needs two clusters, and one with two members.")
    means = np.bincount(places, y) / sizes
    between = float(sizes @ (means - y.mean()) ** 2) / (groups - 1)
    within = float(np.sum((y - means[places]) ** 2)) / (rows - groups)
    size = (rows - float(sizes @ sizes) / rows) / (groups - 1)
    total = between + (size - 1) * within
    return max(0.0, (between - within) / total) if total > 0 else 0.0


def _means(values: Array, places: NDArray[np.int64]) -> Array:
    """Mean of each row's stratum."""
    sizes = np.bincount(places)
    return np.asarray((np.bincount(places, values) / np.maximum(sizes, 1))[places])

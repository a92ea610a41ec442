"""Rubin's rules: one estimate from the analyses of several imputed data sets."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from equipoise.statistics.estimation.errors import EstimationError
from equipoise.statistics.estimation.interval import t_interval


@dataclass(frozen=True)
class PooledImputations:
    """An estimate over imputed data sets.

    Attributes
    ----------
    estimate, se, df
        Their mean, the square root of the total variance, Barnard and Rubin's degrees of freedom.
    lower, upper, p, level
        Interval, two-sided p value of zero and confidence level.
    within, between
        Mean of the variances, and variance of the estimates.
    increase
        Relative increase of the variance due to what is missing, r.
    missing_information
        Fraction of information missing, (r + 2 / (df + 3)) / (r + 1).
    imputations
        Data sets, m.
    """

    estimate: float
    se: float
    df: float
    lower: float
    upper: float
    p: float
    level: float
    within: float
    between: float
    increase: float
    missing_information: float
    imputations: int


def pool_imputations(
    estimates: ArrayLike, errors: ArrayLike, *, df_complete: float, alpha: float = 0.05
) -> PooledImputations:
    """Pool the analyses of m imputed data sets.

    Parameters
    ----------
    estimates, errors
        Of each data set, shape (m,), m 2 or more; errors are standard errors, above zero.
    df_complete
        Degrees of freedom that the analysis would have with nothing missing. In a trial
        randomised by cluster these count clusters (design or Satterthwaite's), never rows:
        otherwise the t of the pooled effect has far too many. Infinite for z.
    alpha
        One minus the confidence level.

    Returns
    -------
    PooledImputations

    Raises
    ------
    EstimationError
        Fewer than two data sets, lengths that differ, values that are not finite, errors or
        degrees of freedom not above zero.

    References
    ----------
    Rubin, D. B. (1987). Multiple imputation for nonresponse in surveys. Wiley, section 3.3.
    Barnard, J. and Rubin, D. B. (1999). Small-sample degrees of freedom with multiple imputation.
    Biometrika 86(4), 948-955. R: mice 3.15, ``pool`` and ``pool.scalar``.

    Examples
    --------
    >>> pooled = pool_imputations([1.0, 2.0, 3.0], [1.0, 1.0, 1.0], df_complete=20)
    >>> pooled.estimate, round(pooled.se, 6), round(pooled.df, 6)
    (2.0, 1.527525, 3.435917)
    """
    q = np.asarray(estimates, dtype=np.float64)
    se = np.asarray(errors, dtype=np.float64)
    if q.ndim != 1 or q.shape != se.shape or q.size < 2:
        raise EstimationError(
            "Rubin's rules need an estimate and an error of two data sets or more."
        )
    if not (np.isfinite(q).all() and np.isfinite(se).all() and (se > 0).all()):
        raise EstimationError("Estimates must be finite and their errors finite and above zero.")
    if not df_complete > 0:
        raise EstimationError("The degrees of freedom of complete data must be above zero.")
    m = q.size
    within = float(np.mean(se**2))
    between = float(np.var(q, ddof=1))
    extra = (1 + 1 / m) * between
    total = within + extra
    share = extra / total
    df = _barnard_rubin(m, share, df_complete)
    increase = extra / within
    estimate = float(np.mean(q))
    interval = t_interval(estimate, math.sqrt(total), df, alpha)
    return PooledImputations(
        estimate=estimate,
        se=math.sqrt(total),
        df=df,
        lower=interval.lower,
        upper=interval.upper,
        p=interval.p,
        level=interval.level,
        within=within,
        between=between,
        increase=increase,
        missing_information=(increase + 2 / (df + 3)) / (increase + 1),
        imputations=int(m),
    )


def _barnard_rubin(m: int, share: float, complete: float) -> float:
    """Give equation 3 of Barnard and Rubin (1999): 1 / (1 / old + 1 / observed)."""
    old = (m - 1) / share**2 if share > 0 else math.inf
    if math.isinf(complete):
        return old
    observed = (complete + 1) / (complete + 3) * complete * (1 - share)
    return 1 / (1 / old + 1 / observed)

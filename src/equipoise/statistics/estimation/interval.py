"""The t interval and its p value."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from equipoise.statistics.estimation.errors import EstimationError


@dataclass(frozen=True)
class Interval:
    """An interval and the two-sided p value of zero.

    Attributes
    ----------
    lower, upper
        Bounds, in the units of the estimate.
    p
        Two-sided.
    level
        Confidence level, 1 - alpha.
    """

    lower: float
    upper: float
    p: float
    level: float


def critical_t(df: float, alpha: float) -> float:
    """Give the two-sided critical value; the normal one where `df` is infinite.

    Examples
    --------
    >>> round(critical_t(10, 0.05), 6), round(critical_t(float("inf"), 0.05), 6)
    (2.228139, 1.959964)
    """
    upper = 1 - alpha / 2
    return float(stats.norm.ppf(upper) if np.isinf(df) else stats.t.ppf(upper, df))


def t_interval(estimate: float, se: float, df: float, alpha: float = 0.05) -> Interval:
    """Give the t interval of an estimate.

    Parameters
    ----------
    estimate, se
        In the same units.
    df
        Above zero; infinite for z.
    alpha
        Between 0 and 1.

    Raises
    ------
    EstimationError
        A standard error or degrees of freedom not above zero, or alpha out of range.

    Examples
    --------
    >>> interval = t_interval(2.0, 1.0, 10)
    >>> round(interval.lower, 6), round(interval.p, 6)
    (-0.228139, 0.073388)
    """
    if not (np.isfinite(se) and se > 0):
        raise EstimationError("The standard error is not above zero, so there is no interval.")
    if not df > 0:
        raise EstimationError("The degrees of freedom are not above zero, so there is no interval.")
    if not 0 < alpha < 1:
        raise EstimationError("Alpha must lie between 0 and 1.")
    reach = critical_t(df, alpha) * se
    t = abs(estimate / se)
    p = 2 * float(stats.norm.sf(t) if np.isinf(df) else stats.t.sf(t, df))
    return Interval(estimate - reach, estimate + reach, p, 1 - alpha)

"""The ratio of two rates of sum over sum, with its interval on the log scale."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from equipoise.statistics.estimation.errors import EstimationError
from equipoise.statistics.estimation.interval import t_interval
from equipoise.statistics.estimation.ratio import RatioDifference


@dataclass(frozen=True)
class RateRatio:
    """A ratio of rates.

    Attributes
    ----------
    ratio, lower, upper
        Arm over reference.
    log_se
        Standard error of the ratio's natural logarithm.
    df
        Welch and Satterthwaite's, on the log scale.
    p
        Two-sided, of a ratio of 1.
    level
        1 - alpha.
    """

    ratio: float
    lower: float
    upper: float
    log_se: float
    df: float
    p: float
    level: float


def rate_ratio(rates: RatioDifference, *, alpha: float = 0.05) -> RateRatio:
    """Turn two ratios of sums into their ratio, by linearising the logarithm.

    Parameters
    ----------
    rates
        From `ratio_difference`: both ratios with their variances.
    alpha
        One minus the level.

    Raises
    ------
    EstimationError
        An arm without events: its logarithm does not exist; report the difference.

    References
    ----------
    Woodruff (1971), as `ratio_difference`: the variance of log R is var(R) / R^2.

    Examples
    --------
    >>> from equipoise.statistics.estimation.ratio import ratio_difference
    >>> fit = ratio_difference([1, 3, 4, 6], [4, 4, 8, 8], [0, 0, 1, 1])
    >>> round(rate_ratio(fit).ratio, 6)
    1.25
    """
    reference, arm = rates.ratios
    if not (reference > 0 and arm > 0):
        raise EstimationError("An arm without events has no rate ratio; report the difference.")
    variance = np.asarray(rates.variances) / np.asarray(rates.ratios) ** 2
    log_se = float(np.sqrt(variance.sum()))
    df = float(variance.sum() ** 2 / np.sum(variance**2 / np.asarray(rates.dfs)))
    log_ratio = float(np.log(arm / reference))
    interval = t_interval(log_ratio, log_se, df, alpha)
    return RateRatio(
        ratio=arm / reference,
        lower=float(np.exp(interval.lower)),
        upper=float(np.exp(interval.upper)),
        log_se=log_se,
        df=df,
        p=interval.p,
        level=interval.level,
    )

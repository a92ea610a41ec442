"""The standardised effect of a school-level outcome."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from equipoise.statistics.estimation.errors import EstimationError
from equipoise.statistics.estimation.interval import critical_t


@dataclass(frozen=True)
class EffectSize:
    """Hedges' g with its interval, and what it was divided by.

    Attributes
    ----------
    g, lower, upper
        In standard deviations of `scale`.
    sd
        The standard deviation, in the outcome's units.
    scale
        What it is the standard deviation of. An effect in standard deviations of school values
        is larger than one in standard deviations of pupils and never stands without this label.
    """

    g: float
    lower: float
    upper: float
    sd: float
    scale: str


def hedges_g(
    estimate: float,
    se: float,
    df: float,
    sd: float,
    df_sd: float,
    *,
    alpha: float = 0.05,
    scale: str = "standard deviation of school values",
) -> EffectSize:
    """Standardise an adjusted difference by an unconditional standard deviation.

    g = J estimate / sd with J = 1 - 3 / (4 df_sd - 1). The interval is the model's t interval,
    widened by the uncertainty of the standard deviation: variance of g =
    J^2 (se^2 / sd^2 + (estimate / sd)^2 / (2 df_sd)).

    Parameters
    ----------
    estimate, se, df
        The adjusted difference with its error and degrees of freedom.
    sd, df_sd
        Total standard deviation of the outcome without regard to arm or covariates, and its
        degrees of freedom, 2 or more.
    alpha
        One minus the confidence level.
    scale
        The label.

    Raises
    ------
    EstimationError
        A standard deviation not above zero, or fewer than 2 degrees of freedom for it.

    References
    ----------
    Hedges, L. V. (1981). Distribution theory for Glass's estimator of effect size. Journal of
    Educational Statistics 6(2), equations 6 and 8, with the model's error for that of means.

    Examples
    --------
    >>> size = hedges_g(1.0, 0.4, 100, 2.0, 119)
    >>> round(size.g, 4), round(size.lower, 4), round(size.upper, 4)
    (0.4968, 0.0974, 0.8963)
    """
    if not sd > 0 or df_sd < 2:
        raise EstimationError("A standardised effect needs a standard deviation above zero.")
    correction = 1 - 3 / (4 * df_sd - 1)
    d = estimate / sd
    g = correction * d
    error = correction * float(np.sqrt((se / sd) ** 2 + d**2 / (2 * df_sd)))
    reach = critical_t(df, alpha) * error
    return EffectSize(g, g - reach, g + reach, sd, scale)

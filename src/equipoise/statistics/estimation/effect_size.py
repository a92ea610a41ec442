"""Standardised effects: Hedges' g, whose standard deviation is always named."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

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


def pupil_g(
    estimate: float,
    se: float,
    df: float,
    between: float,
    within: float,
    sizes: ArrayLike,
    *,
    alpha: float = 0.05,
) -> EffectSize:
    """Standardise a difference by the total standard deviation of pupils in schools.

    The standard deviation is sqrt(between + within) of the unconditional model (no arm, no
    covariate). Its degrees of freedom match two moments of the estimate
    MSB / n0 + (1 - 1 / n0) MSW, MSB on G - 1 and MSW on N - G degrees of freedom, n0 = (N -
    sum n^2 / N) / (G - 1) being the usual mean size.

    Parameters
    ----------
    estimate, se, df
        The adjusted difference with its error and degrees of freedom.
    between, within
        Variance components of the unconditional model; `between` may be 0.
    sizes
        Pupils in each school, shape (G,), two schools or more.
    alpha
        One minus the confidence level.

    Raises
    ------
    EstimationError
        Fewer than two schools, no pupil beyond the first in any school, or a variance below zero.

    References
    ----------
    Hedges, L. V. (2007). Effect sizes in cluster-randomized designs. Journal of Educational and
    Behavioral Statistics 32(4) (the total standard deviation); Satterthwaite (1946). Rules 8.

    Examples
    --------
    >>> size = pupil_g(0.3, 0.1, 38, 0.2, 0.8, [30] * 40)
    >>> round(size.g, 4), size.sd
    (0.2996, 1.0)
    """
    n = np.asarray(sizes, dtype=np.float64)
    total, schools = float(n.sum()), n.size
    if schools < 2 or not total > schools or (n < 1).any():
        raise EstimationError("A total standard deviation needs two schools with several pupils.")
    if not (between >= 0 and within > 0):
        raise EstimationError("The variance within schools must be above zero, between not below.")
    n0 = (total - float(np.sum(n**2)) / total) / (schools - 1)
    upper = (n0 * between + within) / n0
    lower = (1 - 1 / n0) * within
    df_sd = (upper + lower) ** 2 / (upper**2 / (schools - 1) + lower**2 / (total - schools))
    return hedges_g(
        estimate,
        se,
        df,
        float(np.sqrt(between + within)),
        df_sd,
        alpha=alpha,
        scale="standard deviation of pupils, between and within schools",
    )


def eef_effect_size(
    difference: float,
    within: float,
    between: float,
    treated_sizes: ArrayLike,
    control_sizes: ArrayLike,
    *,
    total: bool = True,
) -> EffectSize:
    """Give the effect size of the public EEF package, for comparison with its reports alone.

    It corrects variance components as if they were the pooled variance of a sample, leaves out
    the small-sample factor, uses 1.96 and ignores covariates; the g of this project is
    `pupil_g`.

    Parameters
    ----------
    difference
        Adjusted difference.
    within, between
        Variance components.
    treated_sizes, control_sizes
        Pupils in each school of either arm, two schools or more in each for `total`.
    total
        Divide by the total standard deviation; else by that within schools.

    Raises
    ------
    EstimationError
        A variance within schools not above zero, or too few schools.

    References
    ----------
    Hedges (2007), equations 10, 11, 18 and 19 with unequal sizes, as the R package eefAnalytics
    applies them.

    Examples
    --------
    >>> size = eef_effect_size(0.3, 0.8, 0.2, [10, 20, 30], [15, 25, 20])
    >>> round(size.g, 8), round(size.lower, 7), round(size.upper, 7)
    (0.28908095, -0.5294601, 1.107622)
    """
    t, c = np.asarray(treated_sizes, dtype=np.float64), np.asarray(control_sizes, dtype=np.float64)
    if t.size < 2 or c.size < 2 or not (within > 0 and between >= 0):
        raise EstimationError("The effect size needs two schools in each arm and some variance.")
    n_t, n_c = float(t.sum()), float(c.sum())
    n, schools = n_t + n_c, t.size + c.size
    rho = between / (between + within)
    mean = n_c * np.sum(t**2) / (n_t * n) + n_t * np.sum(c**2) / (n_c * n)
    inflation = n / (n_t * n_c) * (1 + (mean - 1) * rho)
    if not total:
        sd = float(np.sqrt(within))
        d = difference / sd
        variance = inflation / (1 - rho) + d**2 / (2 * (n - schools))
        scale = "standard deviation of pupils within schools (eefAnalytics)"
    else:
        sd = float(np.sqrt(between + within))
        size_t = (n_t**2 - np.sum(t**2)) / (n_t * (t.size - 1))
        size_c = (n_c**2 - np.sum(c**2)) / (n_c * (c.size - 1))
        excess = (n - size_t * t.size - size_c * c.size) + size_t + size_c - 2
        d = difference / sd * np.sqrt(1 - rho * excess / (n - 2))
        b = size_t * (t.size - 1) + size_c * (c.size - 1)
        a = sum(
            (m**2 * np.sum(k**2) + np.sum(k**2) ** 2 - 2 * m * np.sum(k**3)) / m**2
            for m, k in ((n_t, t), (n_c, c))
        )
        top = (n - 2) * (1 - rho) ** 2 + a * rho**2 + 2 * b * rho * (1 - rho)
        variance = inflation + top * d**2 / (2 * (n - 2) * ((n - 2) - rho * (n - 2 - b)))
        scale = "standard deviation of pupils, between and within schools (eefAnalytics)"
    reach = 1.96 * float(np.sqrt(variance))
    return EffectSize(float(d), float(d) - reach, float(d) + reach, sd, scale)

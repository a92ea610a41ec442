"""Bounds on an effect that assume nothing, or little, of the missing outcomes."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize, special

from equipoise.statistics.estimation.errors import EstimationError
from equipoise.statistics.estimation.interval import critical_t
from equipoise.statistics.estimation.tipping import OutcomeAnalysis

Array = NDArray[np.float64]


@dataclass(frozen=True)
class WorstCase:
    """Bounds that hold whatever the missing outcomes were.

    Attributes
    ----------
    lower, upper
        The effect with every unknown outcome of the arm at its lowest and of the reference at its
        highest, and the other way round.
    se_lower, se_upper
        Their standard errors, from the analysis.
    interval
        From the confidence bound of the lower to that of the upper, by t: it holds the whole
        range with probability 1 - alpha or more.
    effect_interval
        Imbens and Manski's, by z, for the effect itself.
    unknown
        Rows whose outcome is not fully known, in reference and arm.
    """

    lower: float
    upper: float
    se_lower: float
    se_upper: float
    interval: tuple[float, float]
    effect_interval: tuple[float, float]
    unknown: tuple[int, int]


def worst_case_bounds(
    lowest: ArrayLike,
    highest: ArrayLike,
    treated: ArrayLike,
    analyse: OutcomeAnalysis,
    *,
    df: float = math.inf,
    alpha: float = 0.05,
) -> WorstCase:
    """Analyse the trial with what is missing at its worst and at its best.

    Parameters
    ----------
    lowest, highest
        Between what each row's outcome lies, shape (n,); equal where it is known. A missing yes or
        no lies between 0 and 1; `possible_rates` gives them for schools of which some members are
        missing.
    treated
        1 in the arm, 0 in the reference, shape (n,).
    analyse
        The planned analysis, whose estimate must not fall as an outcome of the arm rises.
    df
        Degrees of freedom of the analysis.
    alpha
        One minus the confidence level.

    Returns
    -------
    WorstCase

    Raises
    ------
    EstimationError
        Values that are not finite or out of order, a treatment other than 0 and 1, an estimate
        that falls where it should rise.

    References
    ----------
    Horowitz, J. L. and Manski, C. F. (2000). Nonparametric analysis of randomized experiments
    with missing covariate and outcome data. JASA 95(449), 77-84, equation 4.

    Examples
    --------
    >>> def difference(y):
    ...     return float(y[2:].mean() - y[:2].mean()), 0.5
    >>> found = worst_case_bounds([0, 0, 1, 0], [0, 1, 1, 1], [0, 0, 1, 1], difference)
    >>> found.lower, found.upper, found.unknown
    (0.0, 1.0, (1, 1))
    """
    low = np.asarray(lowest, dtype=np.float64)
    high = np.asarray(highest, dtype=np.float64)
    arm = np.asarray(treated)
    if low.ndim != 1 or low.shape != high.shape or arm.shape != low.shape:
        raise EstimationError("Lowest, highest and treated must be one number per row.")
    if not (np.isfinite(low).all() and np.isfinite(high).all() and (low <= high).all()):
        raise EstimationError("Each outcome needs a lowest value that is not above its highest.")
    if not np.isin(arm, (0, 1)).all():
        raise EstimationError("Treated must be 1 in the arm and 0 in the reference.")
    inside = arm == 1
    lower, se_lower = analyse(np.where(inside, low, high))
    upper, se_upper = analyse(np.where(inside, high, low))
    if lower > upper:
        raise EstimationError(
            "The estimate falls where the outcomes of the arm rise; check treated and the analysis."
        )
    reach = critical_t(df, alpha)
    unknown = low < high
    return WorstCase(
        lower=lower,
        upper=upper,
        se_lower=se_lower,
        se_upper=se_upper,
        interval=(lower - reach * se_lower, upper + reach * se_upper),
        effect_interval=imbens_manski(lower, upper, se_lower, se_upper, alpha=alpha),
        unknown=(int(np.sum(unknown & ~inside)), int(np.sum(unknown & inside))),
    )


def possible_rates(
    events: ArrayLike, observed: ArrayLike, members: ArrayLike
) -> tuple[Array, Array]:
    """Give the lowest and highest share of members with the event.

    Parameters
    ----------
    events, observed, members
        Members seen to have it, seen at all, and in all, shape (n,); events <= observed <= members.

    Raises
    ------
    EstimationError
        Counts that are not finite or out of order, or a row without members.

    Examples
    --------
    >>> low, high = possible_rates([2], [8], [10])
    >>> low.tolist(), high.tolist()
    ([0.2], [0.4])
    """
    k, n, total = (np.asarray(count, dtype=np.float64) for count in (events, observed, members))
    finite = np.isfinite(k).all() and np.isfinite(n).all() and np.isfinite(total).all()
    if not (finite and ((k >= 0) & (k <= n) & (n <= total) & (total > 0)).all()):
        raise EstimationError(
            "Counts must satisfy 0 <= events <= observed <= members, with members in every row."
        )
    return k / total, (k + total - n) / total


def imbens_manski(
    lower: float, upper: float, se_lower: float, se_upper: float, *, alpha: float = 0.05
) -> tuple[float, float]:
    """Give the interval that holds an effect known only to lie between two estimated bounds.

    The errors are multiplied by c with Phi(c + (upper - lower) / larger error) - Phi(-c) =
    1 - alpha: 1.96 where the bounds meet, falling to 1.645 as they part.

    Raises
    ------
    EstimationError
        Bounds out of order, errors not above zero, alpha not between 0 and 1.

    References
    ----------
    Imbens, G. W. and Manski, C. F. (2004). Confidence intervals for partially identified
    parameters. Econometrica 72(6), 1845-1857, equation 7.

    Examples
    --------
    >>> [round(bound, 4) for bound in imbens_manski(0.0, 0.0, 1.0, 1.0)]
    [-1.96, 1.96]
    >>> [round(bound, 4) for bound in imbens_manski(0.0, 100.0, 1.0, 1.0)]
    [-1.6449, 101.6449]
    """
    if not lower <= upper:
        raise EstimationError("The lower bound is above the upper one.")
    errors = (se_lower, se_upper)
    if not all(math.isfinite(se) and se > 0 for se in errors):
        raise EstimationError("The errors of the bounds must be finite and above zero.")
    if not 0 < alpha < 1:
        raise EstimationError("Alpha must lie between 0 and 1.")
    apart = (upper - lower) / max(errors)
    c = float(
        optimize.brentq(
            lambda c: float(special.ndtr(c + apart) - special.ndtr(-c)) - (1 - alpha),
            0.0,
            critical_t(math.inf, alpha) + 1e-9,
            xtol=1e-14,
        )
    )
    return lower - c * se_lower, upper + c * se_upper

"""How much the true effects of several trials differ: Q, tau2, I2 and H2 with their intervals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, stats

from equipoise.statistics.estimation.errors import EstimationError

Array = NDArray[np.float64]
PoolingMethod = Literal["reml", "pm", "dl", "fixed"]
"""How tau2 is estimated: restricted likelihood, Paule and Mandel, DerSimonian and Laird, or not."""


@dataclass(frozen=True)
class Heterogeneity:
    """How much the effects differ beyond their errors.

    Attributes
    ----------
    tau2
        Variance of the true effects, in squared units of the estimates; 0 under ``fixed``.
    tau2_interval
        By the Q-profile; None under ``fixed``.
    i2, i2_interval
        Percent of the typical total variance that is heterogeneity; None under ``fixed`` for the
        interval.
    h2, h2_interval
        Typical total variance over typical error variance.
    q, q_df, q_p
        Cochran's statistic, its degrees of freedom and the p value of equal effects.
    empty
        Whether the estimates differ so much less than their errors allow that no tau2 at all
        agrees with them at this level; the intervals are then drawn at zero.
    """

    tau2: float
    tau2_interval: tuple[float, float] | None
    i2: float
    i2_interval: tuple[float, float] | None
    h2: float
    h2_interval: tuple[float, float] | None
    q: float
    q_df: int
    q_p: float
    empty: bool


def heterogeneity(
    estimates: Array, variances: Array, *, method: PoolingMethod = "reml", alpha: float = 0.05
) -> Heterogeneity:
    """Estimate the heterogeneity of two or more studies.

    Parameters
    ----------
    estimates, variances
        Finite, the variances above zero, shape (k,), k 2 or more (`meta.pool` checks).
    method
        ``reml``, ``pm``, ``dl`` or ``fixed``.
    alpha
        One minus the level of the intervals.

    Returns
    -------
    Heterogeneity

    References
    ----------
    DerSimonian, R. and Laird, N. (1986). Meta-analysis in clinical trials. Controlled Clinical
    Trials 7(3), 177-188. Paule, R. C. and Mandel, J. (1982). Journal of Research of the National
    Bureau of Standards 87(5), 377-385. Viechtbauer, W. (2005). Bias and efficiency of
    meta-analytic variance estimators in the random-effects model. Journal of Educational and
    Behavioral Statistics 30(3), equations 11 to 13 (REML). Viechtbauer, W. (2007). Confidence
    intervals for the amount of heterogeneity in meta-analysis. Statistics in Medicine 26(1),
    37-52 (Q-profile). Higgins, J. P. T. and Thompson, S. G. (2002). Statistics in Medicine
    21(11), equation 9 (the typical variance). R: metafor 3.8-1, ``rma`` and ``confint``.

    Examples
    --------
    >>> found = heterogeneity(np.array([0.1, 0.5, 0.9]), np.array([0.04, 0.04, 0.04]))
    >>> round(found.tau2, 6), round(found.q, 6)
    (0.12, 8.0)
    """
    df = estimates.size - 1
    weights = 1 / variances
    total = float(weights.sum())
    typical = df / (total - float(weights @ weights) / total)
    q = generalised_q(estimates, variances, 0.0)
    p = float(stats.chi2.sf(q, df))
    if method == "fixed":
        i2 = max(0.0, 100 * (q - df) / q) if q > 0 else 0.0
        return Heterogeneity(0.0, None, i2, None, q / df, None, q, df, p, False)
    tau2 = _TAU2[method](estimates, variances)
    lower, upper, empty = _q_profile(estimates, variances, alpha)

    def shares(value: float) -> tuple[float, float]:
        return 100 * value / (value + typical), value / typical + 1

    (i2, h2), low, high = shares(tau2), shares(lower), shares(upper)
    return Heterogeneity(
        tau2=tau2,
        tau2_interval=(lower, upper),
        i2=i2,
        i2_interval=(low[0], high[0]),
        h2=h2,
        h2_interval=(low[1], high[1]),
        q=q,
        q_df=df,
        q_p=p,
        empty=empty,
    )


def generalised_q(estimates: Array, variances: Array, tau2: float) -> float:
    """Give the weighted squares about the weighted mean, weights 1 / (v + tau2).

    At tau2 = 0 it is Cochran's Q; it falls as tau2 rises.

    Examples
    --------
    >>> generalised_q(np.array([0.0, 2.0]), np.array([1.0, 1.0]), 0.0)
    2.0
    """
    weights = 1 / (variances + tau2)
    mean = weights @ estimates / weights.sum()
    return float(weights @ (estimates - mean) ** 2)


def restricted_loglik(estimates: Array, variances: Array, tau2: Array) -> Array:
    """Give the restricted log-likelihood of each tau2, the constants of metafor included.

    Parameters
    ----------
    estimates, variances
        Shape (k,).
    tau2
        Shape (m,), 0 or more.

    Returns
    -------
    ndarray
        Shape (m,): -1/2 [(k - 1) log 2 pi - log k + sum log(v + tau2) + log sum w + Q(tau2)].
    """
    weights = 1 / (variances + tau2[:, None])
    total = weights.sum(axis=1)
    mean = weights @ estimates / total
    q = np.sum(weights * (estimates - mean[:, None]) ** 2, axis=1)
    k = estimates.size
    constant = (k - 1) * np.log(2 * np.pi) - np.log(k)
    return np.asarray(-0.5 * (constant - np.log(weights).sum(axis=1) + np.log(total) + q))


def _dersimonian_laird(estimates: Array, variances: Array) -> float:
    weights = 1 / variances
    total = weights.sum()
    excess = generalised_q(estimates, variances, 0.0) - (estimates.size - 1)
    return max(0.0, float(excess / (total - weights @ weights / total)))


def _paule_mandel(estimates: Array, variances: Array) -> float:
    return _tau2_of_q(estimates, variances, estimates.size - 1.0)


def _reml(estimates: Array, variances: Array) -> float:
    """Take the best of zero and every maximum, each a root of the score."""

    def score(tau2: float) -> float:
        weights = 1 / (variances + tau2)
        total = weights.sum()
        mean = weights @ estimates / total
        trace = total - weights @ weights / total
        return 0.5 * float(weights**2 @ (estimates - mean) ** 2 - trace)

    spread = float(np.ptp(estimates)) ** 2
    upper = _beyond(lambda tau2: score(tau2) < 0, spread + float(variances.max()))
    grid = np.concatenate([[0.0], np.geomspace(1e-6 * float(variances.min()), upper, 200)])
    slopes = [score(value) for value in grid]
    peaks = [0.0] + [
        _root(score, grid[i], grid[i + 1])
        for i in range(grid.size - 1)
        if slopes[i] > 0 >= slopes[i + 1]
    ]
    loglik = restricted_loglik(estimates, variances, np.asarray(peaks))
    return peaks[int(np.argmax(loglik))]


def _q_profile(estimates: Array, variances: Array, alpha: float) -> tuple[float, float, bool]:
    """Give the tau2 whose generalised Q lies between the chi-squared bounds."""
    df = estimates.size - 1
    highest = float(stats.chi2.ppf(1 - alpha / 2, df))
    lowest = float(stats.chi2.ppf(alpha / 2, df))
    lower = _tau2_of_q(estimates, variances, highest)
    upper = _tau2_of_q(estimates, variances, lowest)
    return lower, upper, generalised_q(estimates, variances, 0.0) < lowest


def _tau2_of_q(estimates: Array, variances: Array, target: float) -> float:
    """Solve generalised Q = target; zero where even tau2 = 0 has a smaller Q."""

    def gap(tau2: float) -> float:
        return generalised_q(estimates, variances, tau2) - target

    if gap(0.0) <= 0:
        return 0.0
    upper = _beyond(lambda tau2: gap(tau2) < 0, float(variances.max()))
    return _root(gap, 0.0, upper)


def _beyond(enough: Callable[[float], bool], start: float) -> float:
    """Double until beyond what is looked for."""
    value = start
    for _ in range(200):
        if enough(value):
            return value
        value *= 2
    raise EstimationError("The estimates are too far apart for their variances to find tau2.")


def _root(function: Callable[[float], float], lower: float, upper: float) -> float:
    return float(optimize.brentq(function, lower, upper, xtol=1e-300, rtol=1e-14, maxiter=500))


_TAU2: dict[PoolingMethod, Callable[[Array, Array], float]] = {
    "reml": _reml,
    "pm": _paule_mandel,
    "dl": _dersimonian_laird,
}

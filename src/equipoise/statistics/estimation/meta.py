"""Meta-analysis: one effect from several trials, and what a further trial might show."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.statistics.estimation.errors import EstimationError
from equipoise.statistics.estimation.heterogeneity import (
    PoolingMethod,
    generalised_q,
    heterogeneity,
)
from equipoise.statistics.estimation.interval import critical_t, t_interval

Array = NDArray[np.float64]
PooledTest = Literal["z", "hksj", "hksj-floored"]
"""How the pooled effect is tested: normal, Hartung and Knapp's t, or that t with its floor."""

ONE_STUDY = "One study: its own estimate and interval, by z; nothing can be said of heterogeneity."
NO_PREDICTION = "Two studies: a prediction interval needs at least three."
FEW_STUDIES = "Under five studies: tau2 is hardly known, and its interval says so."
FLOORED = "The Hartung-Knapp factor was below 1 and was held at 1."
SHRUNK = (
    "The Hartung-Knapp factor is below 1: the interval is narrower than the errors of the studies "
    "warrant."
)
EMPTY = "The estimates agree better than their errors allow: no tau2 fits them at this level."


@dataclass(frozen=True)
class MetaResult:
    """A pooled effect with its heterogeneity.

    Attributes
    ----------
    estimate, se, df
        The pooled effect in the studies' units, its error, and the degrees of freedom of its t
        (infinite for z).
    lower, upper, p, level
        Its interval, the two-sided p value of zero, and the level of every interval here.
    prediction
        Where the true effect of a further trial is expected, by t with k - 2 degrees of freedom;
        None under three studies and for ``fixed``.
    tau2, tau2_interval
        Variance of the true effects; None with one study, the interval also for ``fixed``.
    i2, i2_interval
        In percent; None as for tau2.
    h2, h2_interval
        None as for tau2.
    q, q_df, q_p
        Cochran's Q; None, 0, None with one study.
    factor
        What the variance was multiplied with: 1 for z, q or max(1, q) for Hartung and Knapp.
    weights
        Of the studies, in their order, summing to one.
    k
        Studies.
    method, test
        As asked for.
    notes
        Sentences on what was done otherwise than a reader may expect.
    """

    estimate: float
    se: float
    df: float
    lower: float
    upper: float
    p: float
    level: float
    prediction: tuple[float, float] | None
    tau2: float | None
    tau2_interval: tuple[float, float] | None
    i2: float | None
    i2_interval: tuple[float, float] | None
    h2: float | None
    h2_interval: tuple[float, float] | None
    q: float | None
    q_df: int
    q_p: float | None
    factor: float
    weights: tuple[float, ...]
    k: int
    method: PoolingMethod
    test: PooledTest
    notes: tuple[str, ...]

    @property
    def tau(self) -> float | None:
        """Standard deviation of the true effects, in the studies' units."""
        return None if self.tau2 is None else math.sqrt(self.tau2)

    @property
    def tau_interval(self) -> tuple[float, float] | None:
        """The roots of `tau2_interval`."""
        if self.tau2_interval is None:
            return None
        low, high = self.tau2_interval
        return math.sqrt(low), math.sqrt(high)

    @property
    def q_interval(self) -> tuple[float, float] | None:
        """What Q may be expected to be, over studies of these errors: (k - 1) times H2's interval.

        The expectation of Q is (k - 1) + tau2 (sum of w - sum of w squared / sum of w), w = 1 / v
        (DerSimonian and Laird 1986), which is (k - 1) H2.
        """
        if self.h2_interval is None:
            return None
        low, high = self.h2_interval
        return self.q_df * low, self.q_df * high


def meta_analysis(
    estimates: ArrayLike,
    variances: ArrayLike,
    *,
    method: PoolingMethod = "reml",
    test: PooledTest = "hksj-floored",
    alpha: float = 0.05,
) -> MetaResult:
    """Pool the estimates of several studies.

    The weights are 1 / (v + tau2). Hartung and Knapp's variance is q / sum of the weights, with
    q = generalised Q at tau2 over k - 1, and t with k - 1 degrees of freedom. Its floor is
    max(1, q): a q far below 1, from studies that happen to agree, can manufacture a finding from
    near-identical nulls.

    Parameters
    ----------
    estimates
        One per study, on a scale on which they may be added (log for ratios), shape (k,).
    variances
        Squares of their standard errors, above zero, shape (k,).
    method
        ``reml``, ``pm`` (Paule-Mandel), ``dl`` (DerSimonian-Laird) or ``fixed``, which takes the
        true effects as one (common effect).
    test
        ``hksj-floored``, ``hksj`` or ``z``.
    alpha
        One minus the level of all intervals.

    Returns
    -------
    MetaResult
        One study is returned as it is, by z, without tau2 and with a note.

    Raises
    ------
    EstimationError
        No study, lengths that differ, values that are missing or infinite, a variance not above
        zero, options out of range, or plain Hartung-Knapp on equal estimates.

    References
    ----------
    Hartung, J. and Knapp, G. (2001). A refined method for the meta-analysis of controlled
    clinical trials with binary outcome. Statistics in Medicine 20(24), 3875-3889. Röver, C.,
    Knapp, G. and Friede, T. (2015). Hartung-Knapp-Sidik-Jonkman approach and its modification
    for random-effects meta-analysis with few studies. BMC Medical Research Methodology 15, 99
    (the floor). Higgins, J. P. T., Thompson, S. G. and Spiegelhalter, D. J. (2009). A
    re-evaluation of random-effects meta-analysis. JRSS A 172(1), equation 12, and Riley, R. D.,
    Higgins, J. P. T. and Deeks, J. J. (2011), BMJ 342, d549 (prediction). R: metafor 3.8-1,
    ``rma`` with ``test`` "z", "knha" or "adhoc", and ``predict`` with ``pi.type = "riley"``.

    Examples
    --------
    >>> result = meta_analysis([0.1, 0.5, 0.9], [0.04, 0.04, 0.04])
    >>> round(result.estimate, 6), round(result.se, 6), result.df
    (0.5, 0.23094, 2.0)
    >>> meta_analysis([0.1], [0.04]).tau2 is None
    True
    """
    y, v = check_studies(estimates, variances)
    _check_options(method, test, alpha)
    if y.size == 1:
        return _one_study(float(y[0]), float(v[0]), method, test, alpha)
    spread = heterogeneity(y, v, method=method, alpha=alpha)
    weights = 1 / (v + spread.tau2)
    total = float(weights.sum())
    estimate = float(weights @ y) / total
    q = generalised_q(y, v, spread.tau2) / spread.q_df
    if test == "hksj" and q <= np.finfo(float).eps ** 2:
        raise EstimationError(
            "The studies have equal estimates, so the plain Hartung-Knapp error is zero; use the "
            "floored one."
        )
    factor = {"z": 1.0, "hksj": q, "hksj-floored": max(1.0, q)}[test]
    se = math.sqrt(factor / total)
    df = math.inf if test == "z" else float(spread.q_df)
    interval = t_interval(estimate, se, df, alpha)
    prediction = None
    if method != "fixed" and y.size >= 3:
        reach = critical_t(y.size - 2, alpha) * math.sqrt(spread.tau2 + se**2)
        prediction = (estimate - reach, estimate + reach)
    conditions = (
        (NO_PREDICTION, method != "fixed" and y.size == 2),
        (FEW_STUDIES, method != "fixed" and y.size < 5),
        (FLOORED, test == "hksj-floored" and q < 1),
        (SHRUNK, test == "hksj" and q < 1),
        (EMPTY, spread.empty),
    )
    return MetaResult(
        estimate=estimate,
        se=se,
        df=df,
        lower=interval.lower,
        upper=interval.upper,
        p=interval.p,
        level=interval.level,
        prediction=prediction,
        tau2=spread.tau2,
        tau2_interval=spread.tau2_interval,
        i2=spread.i2,
        i2_interval=spread.i2_interval,
        h2=spread.h2,
        h2_interval=spread.h2_interval,
        q=spread.q,
        q_df=spread.q_df,
        q_p=spread.q_p,
        factor=factor,
        weights=tuple((weights / total).tolist()),
        k=int(y.size),
        method=method,
        test=test,
        notes=tuple(note for note, holds in conditions if holds),
    )


def check_studies(estimates: ArrayLike, variances: ArrayLike) -> tuple[Array, Array]:
    """Give estimates and variances as arrays.

    Raises
    ------
    EstimationError
        What `meta_analysis` refuses.
    """
    y = np.asarray(estimates, dtype=np.float64)
    v = np.asarray(variances, dtype=np.float64)
    if y.ndim != 1 or y.shape != v.shape:
        raise EstimationError("A meta-analysis needs one estimate and one variance per study.")
    if y.size == 0:
        raise EstimationError("There are no studies to pool.")
    for name, values in (("estimate", y), ("variance", v)):
        bad = np.flatnonzero(~np.isfinite(values))
        if bad.size:
            raise EstimationError(f"The {name} of study {bad[0] + 1} is missing or infinite.")
    bad = np.flatnonzero(v <= 0)
    if bad.size:
        raise EstimationError(
            f"The variance of study {bad[0] + 1} is {v[bad[0]]:g}; it must be above zero."
        )
    return y, v


def _check_options(method: str, test: str, alpha: float) -> None:
    for name, value, known in (
        ("method", method, get_args(PoolingMethod)),
        ("test", test, get_args(PooledTest)),
    ):
        if value not in known:
            raise EstimationError(f"The {name} must be one of {', '.join(known)}; it is {value}.")
    if not 0 < alpha < 1:
        raise EstimationError("Alpha must lie between 0 and 1.")


def _one_study(
    estimate: float, variance: float, method: PoolingMethod, test: PooledTest, alpha: float
) -> MetaResult:
    interval = t_interval(estimate, math.sqrt(variance), math.inf, alpha)
    return MetaResult(
        estimate=estimate,
        se=math.sqrt(variance),
        df=math.inf,
        lower=interval.lower,
        upper=interval.upper,
        p=interval.p,
        level=interval.level,
        prediction=None,
        tau2=None,
        tau2_interval=None,
        i2=None,
        i2_interval=None,
        h2=None,
        h2_interval=None,
        q=None,
        q_df=0,
        q_p=None,
        factor=1.0,
        weights=(1.0,),
        k=1,
        method=method,
        test=test,
        notes=(ONE_STUDY,),
    )

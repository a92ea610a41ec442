"""What the programme did for those who took it up: assignment as the instrument for the dose.

The complier effect assumes that assignment changes the outcome through the dose alone, and that no
school takes up less because it was assigned. Neither can be tested here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from equipoise.statistics.estimation.errors import EstimationError
from equipoise.statistics.estimation.interval import Interval, critical_t, t_interval
from equipoise.statistics.estimation.linear import RowFit, fit_linear
from equipoise.statistics.estimation.sandwich import DegreesOfFreedom, ErrorKind

Array = NDArray[np.float64]
SetShape = Literal["interval", "two_rays", "ray_below", "ray_above", "whole_line"]


@dataclass(frozen=True)
class AndersonRubinSet:
    """The effects per unit of dose that the assignment does not reject, however weak it is.

    Attributes
    ----------
    shape
        ``interval``: from lower to upper. ``two_rays``: everything up to lower, and everything
        from upper on. ``ray_below``, ``ray_above``: one of these. ``whole_line``: every effect.
    lower, upper
        Its ends; infinite where there is none.
    level
        1 - alpha.
    """

    shape: SetShape
    lower: float
    upper: float
    level: float

    @property
    def bounded(self) -> bool:
        """Whether it is an interval."""
        return self.shape == "interval"

    def holds(self, effect: float) -> bool:
        """Say whether an effect is in the set."""
        if self.shape == "two_rays":
            return effect <= self.lower or effect >= self.upper
        return self.lower <= effect <= self.upper

    @property
    def words(self) -> str:
        """Say it in a sentence.

        Examples
        --------
        >>> AndersonRubinSet("two_rays", -2.0, 5.0, 0.95).words
        'every effect up to -2 and every effect from 5 on: assignment moved the dose too little'
        """
        match self.shape:
            case "interval":
                return f"effects from {self.lower:.6g} to {self.upper:.6g}"
            case "two_rays":
                return (
                    f"every effect up to {self.lower:.6g} and every effect from {self.upper:.6g} "
                    "on: assignment moved the dose too little"
                )
            case "ray_below":
                return f"every effect up to {self.upper:.6g}: it has no lower end"
            case "ray_above":
                return f"every effect from {self.lower:.6g} on: it has no upper end"
        return "every effect: assignment says nothing about the effect of the dose"


@dataclass(frozen=True)
class InstrumentalFit:
    """A two-stage least squares fit with one instrument.

    Attributes
    ----------
    estimate, se, df
        Outcome per unit of dose among compliers, its robust error and degrees of freedom.
    interval
        t interval, to be trusted where the first stage is strong.
    first_stage
        How much assignment changed the dose, with its error, degrees of freedom and interval.
    first_stage_se, first_stage_df
        Of the first stage.
    f, f_p
        Cluster-robust F of the first stage (the square of its t) on 1 and `first_stage_df`
        degrees of freedom.
    anderson_rubin
        The set that stays valid where the first stage is weak.
    coefficients, vcov
        Of all columns, dose first, then controls; shapes (p,) and (p, p).
    n, clusters
        Rows and clusters.
    """

    estimate: float
    se: float
    df: float
    interval: Interval
    first_stage: float
    first_stage_se: float
    first_stage_df: float
    f: float
    f_p: float
    anderson_rubin: AndersonRubinSet
    coefficients: Array
    vcov: Array
    n: int
    clusters: int


def fit_instrumental(
    y: ArrayLike,
    dose: ArrayLike,
    assigned: ArrayLike,
    controls: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    clusters: ArrayLike | None = None,
    error: ErrorKind = "cr2",
    df: DegreesOfFreedom = "satterthwaite",
    alpha: float = 0.05,
) -> InstrumentalFit:
    """Estimate the complier average effect by two-stage least squares.

    Parameters
    ----------
    y
        Outcome, shape (n,).
    dose
        What was taken up: any (0 or 1), the intended level (0 or 1), or sessions; shape (n,).
    assigned
        The arm, 0 or 1, shape (n,).
    controls
        The constant or stratum indicators, and covariates, shape (n, q).
    weights, clusters, error, df
        As in `fit_linear`. Leverage is that of the second stage's design, the dose replaced by
        its fitted value; residuals are taken with the dose itself.
    alpha
        One minus the level.

    Returns
    -------
    InstrumentalFit

    Raises
    ------
    EstimationError
        As `fit_linear`; a dose that assignment does not change at all.

    References
    ----------
    Angrist, J. D., Imbens, G. W. and Rubin, D. B. (1996). Identification of causal effects using
    instrumental variables. JASA 91(434). Anderson, T. W. and Rubin, H. (1949). Annals of
    Mathematical Statistics 20(1). R: estimatr 1.0.0 ``iv_robust(se_type = "CR2")``, clubSandwich
    0.5.8 ``vcovCR`` of an ``ivreg``.

    Examples
    --------
    >>> assigned = np.array([0, 0, 0, 0, 1, 1, 1, 1])
    >>> dose = np.array([0, 0, 0, 0, 1, 1, 1, 0])
    >>> y = np.array([1.0, 2.0, 3.0, 2.0, 5.0, 4.0, 6.0, 2.0])
    >>> fit = fit_instrumental(y, dose, assigned, np.ones((8, 1)), error="hc2")
    >>> round(fit.estimate, 6), fit.anderson_rubin.shape
    (3.0, 'interval')
    """
    outcome = np.asarray(y, dtype=np.float64)
    taken = np.asarray(dose, dtype=np.float64)
    arm = np.asarray(assigned, dtype=np.float64)
    rest = np.asarray(controls, dtype=np.float64)
    if rest.ndim != 2 or not outcome.shape == taken.shape == arm.shape == (rest.shape[0],):
        raise EstimationError("Outcome, dose, assignment and controls must have the same rows.")
    if not np.isfinite(taken).all():
        raise EstimationError("There are missing or infinite values in the dose.")
    if np.ptp(taken) == 0:
        raise EstimationError("The dose is the same in every row, so it has no effect to estimate.")
    instruments = np.column_stack([arm, rest])

    def stage(values: Array) -> RowFit:
        return fit_linear(
            values,
            instruments,
            weights=weights,
            clusters=clusters,
            error=error,
            df=df,
            df_columns=[0],
        )

    reduced, first = stage(outcome), stage(taken)
    change, change_se = float(first.coefficients[0]), float(first.se[0])
    # What assignment moves, beside the controls, against the dose's own spread.
    if not abs(change) > 1e-10 * float(np.ptp(taken)):
        raise EstimationError("Assignment did not change the dose, so no complier effect exists.")
    effect = float(reduced.coefficients[0]) / change
    # With the dose's residual taken off at the effect, least squares on the fitted dose has the
    # coefficients and the residuals of two-stage least squares, and the leverage of its design.
    second = fit_linear(
        outcome - effect * first.residuals,
        np.column_stack([taken - first.residuals, rest]),
        weights=weights,
        clusters=clusters,
        error=error,
        df=df,
        df_columns=[0],
    )
    se, degrees = float(second.se[0]), float(second.df[0])
    t_first, df_first = change / change_se if change_se > 0 else np.inf, float(first.df[0])
    tail = stats.norm.sf(abs(t_first)) if np.isinf(df_first) else stats.t.sf(abs(t_first), df_first)
    return InstrumentalFit(
        estimate=effect,
        se=se,
        df=degrees,
        interval=t_interval(effect, se, degrees, alpha),
        first_stage=change,
        first_stage_se=change_se,
        first_stage_df=df_first,
        f=float(t_first**2),
        f_p=float(2 * tail),
        anderson_rubin=_anderson_rubin(outcome, taken, stage, reduced, first, alpha),
        coefficients=second.coefficients,
        vcov=second.vcov,
        n=outcome.size,
        clusters=first.clusters,
    )


def _anderson_rubin(
    y: Array,
    dose: Array,
    stage: Callable[[Array], RowFit],
    reduced: RowFit,
    first: RowFit,
    alpha: float,
) -> AndersonRubinSet:
    """Solve (p - b q)^2 <= c^2 (V_pp - 2 b V_pq + b^2 V_qq) for b.

    p and q are the effects of assignment on outcome and dose. The robust variance of the effect
    on y - b dose is quadratic in b, so three fits give it for every b.
    """
    # On equal scales, so that the covariance from the sum loses no digits.
    scale = float(np.std(y) / np.std(dose))
    both = stage(y + scale * dose) if np.ptp(y + scale * dose) > 0 else None
    p, q = float(reduced.coefficients[0]), float(first.coefficients[0])
    v_pp, v_qq = float(reduced.vcov[0, 0]), float(first.vcov[0, 0])
    v_sum = 0.0 if both is None else float(both.vcov[0, 0])
    v_pq = (v_sum - v_pp - scale**2 * v_qq) / (2 * scale)
    c = critical_t(float(first.df[0]), alpha) ** 2
    square, half, level = q**2 - c * v_qq, -(p * q - c * v_pq), p**2 - c * v_pp
    root = half**2 - square * level
    infinity = float("inf")
    if abs(square) <= 1e-12 * q**2:
        if abs(half) <= 1e-12 * (abs(p * q) + c * abs(v_pq)):
            return AndersonRubinSet("whole_line", -infinity, infinity, 1 - alpha)
        end = -level / (2 * half)
        if half > 0:
            return AndersonRubinSet("ray_below", -infinity, end, 1 - alpha)
        return AndersonRubinSet("ray_above", end, infinity, 1 - alpha)
    if root <= 0:
        # The estimate itself is never rejected, so a set without ends is the whole line.
        return AndersonRubinSet("whole_line", -infinity, infinity, 1 - alpha)
    ends = sorted(((-half - np.sqrt(root)) / square, (-half + np.sqrt(root)) / square))
    shape: SetShape = "interval" if square > 0 else "two_rays"
    return AndersonRubinSet(shape, float(ends[0]), float(ends[1]), 1 - alpha)

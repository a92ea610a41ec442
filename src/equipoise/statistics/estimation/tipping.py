"""The tipping point: how far from "missing at random" a conclusion holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize

from equipoise.statistics.estimation.errors import EstimationError
from equipoise.statistics.estimation.imputation import Imputations
from equipoise.statistics.estimation.rubin import PooledImputations, pool_imputations

Array = NDArray[np.float64]

OutcomeAnalysis = Callable[[Array], tuple[float, float]]
"""The planned analysis: a completed outcome, shape (n,), to an estimate and its standard error."""


@dataclass(frozen=True)
class TippingStep:
    """The pooled analysis under one shift.

    Attributes
    ----------
    delta
        What was added to every imputed value, times its row's direction.
    pooled
        The answer.
    """

    delta: float
    pooled: PooledImputations


@dataclass(frozen=True)
class TippingPoint:
    """A grid of shifts, and where the conclusion changes.

    Attributes
    ----------
    steps
        In ascending order of the shift; zero is among them.
    delta
        The shift nearest zero at which the bound reaches the threshold; None where the grid holds
        none.
    bound, threshold
        Which bound of the interval, and what it must reach.
    """

    steps: tuple[TippingStep, ...]
    delta: float | None
    bound: Literal["lower", "upper"]
    threshold: float


def tipping_point(
    imputations: Imputations,
    analyse: OutcomeAnalysis,
    direction: ArrayLike,
    deltas: Sequence[float],
    *,
    bound: Literal["lower", "upper"],
    df_complete: float,
    threshold: float = 0.0,
    alpha: float = 0.05,
) -> TippingPoint:
    """Shift the imputed values until the conclusion changes.

    Parameters
    ----------
    imputations
        Made as if outcomes were missing at random.
    analyse
        The planned analysis.
    direction
        What a shift of one adds to each row's imputed value, shape (n,): 1 in the arm and 0 in
        the reference is the usual one; -1 in the reference shifts the arms apart.
    deltas
        Shifts to print, in the outcome's units; zero is added.
    bound, threshold
        The conclusion changes where this bound of the pooled interval reaches the threshold.
    df_complete, alpha
        As in `pool_imputations`.

    Returns
    -------
    TippingPoint
        Its shift is exact (to 1e-10 of the grid's width), by a root search between the grid's
        points.

    Raises
    ------
    EstimationError
        No missing rows, shifts or directions that are not finite, or what the analysis refuses.

    References
    ----------
    Cro, S., Morris, T. P., Kenward, M. G. and Carpenter, J. R. (2020). Sensitivity analysis for
    clinical trials with missing continuous outcome data using controlled multiple imputation.
    Statistics in Medicine 39(21), 2815-2842, section 4.

    Examples
    --------
    >>> y = np.array([1.0, 2.0, 3.0, 2.5, 4.0, np.nan, 5.0, 6.0])
    >>> made = Imputations(y, np.array([5]), np.array([[5.0], [5.0]]), 0)
    >>> def difference(outcome):
    ...     return outcome[4:].mean() - outcome[:4].mean(), 1.0
    >>> found = tipping_point(
    ...     made, difference, np.arange(8) >= 4, [-20, 20], bound="lower", df_complete=6
    ... )
    >>> round(found.delta, 4)  # where 2.875 + 0.25 delta is t of 4.67 df
    -0.9928
    """
    shifts = np.unique(np.asarray([0.0, *deltas], dtype=np.float64))
    rows = np.asarray(direction, dtype=np.float64)
    if rows.shape != imputations.observed.shape:
        raise EstimationError("The direction must be one number per row.")
    if not (np.isfinite(shifts).all() and np.isfinite(rows).all()):
        raise EstimationError("Shifts and directions must be finite.")
    if not rows[imputations.missing].any():
        raise EstimationError("No missing outcome is shifted, so there is no tipping point.")

    def pooled(delta: float) -> PooledImputations:
        shift = delta * rows
        answers = [analyse(imputations.completed(i, shift)) for i in range(len(imputations))]
        estimates, errors = zip(*answers, strict=True)
        return pool_imputations(estimates, errors, df_complete=df_complete, alpha=alpha)

    def gap(delta: float) -> float:
        found = pooled(delta)
        return (found.lower if bound == "lower" else found.upper) - threshold

    steps = tuple(TippingStep(float(delta), pooled(float(delta))) for delta in shifts)
    bounds = [s.pooled.lower if bound == "lower" else s.pooled.upper for s in steps]
    roots = _roots(gap, shifts, np.asarray(bounds) - threshold)
    return TippingPoint(steps, min(roots, key=abs, default=None), bound, threshold)


def _roots(gap: Callable[[float], float], at: Array, values: Array) -> list[float]:
    """Give a root from each pair of neighbours between which the sign changes."""
    found = [float(x) for x, value in zip(at, values, strict=True) if value == 0]
    width = float(np.ptp(at))
    for left, right, first, second in zip(at, at[1:], values, values[1:], strict=False):
        if first * second < 0:
            found.append(float(optimize.brentq(gap, left, right, xtol=1e-12 * width)))
    return found

"""A common outcome re-derived from one trial's table of schools: a difference and a log ratio.

Several trials may be pooled only on an outcome that each of them counts alike (rules 11). Arms
meet outcomes here, as in the rest of this room; what is done with several trials is synthesis.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.design.protocol import Outcome, Protocol
from equipoise.evaluation.analysis.allocation import checked_allocation
from equipoise.evaluation.analysis.rows import main_rows
from equipoise.evaluation.outcomes import AnalysisSet
from equipoise.statistics.estimation import LinearFit
from equipoise.statistics.models import TrialArrays, specified_effect

__all__ = ["CommonEffect", "LogRatio", "common_effect", "log_ratio"]

Array = NDArray[np.float64]
NOTHING = 1e-12
"""A mean is zero if it is no larger than this part of the largest value, for rounding leaves it."""


@dataclass(frozen=True)
class LogRatio:
    """The log of the ratio of two adjusted means.

    Attributes
    ----------
    estimate, se
        Log ratio, arm over reference, and its standard error by the delta method.
    """

    estimate: float
    se: float


@dataclass(frozen=True)
class CommonEffect:
    """One trial on the common outcome.

    Attributes
    ----------
    estimate, se, df
        Difference in the unit of the outcome, arm less reference, by the trial's own model; the
        smaller of the method's and the design's degrees of freedom.
    reference_rate, intervention_rate
        Adjusted means of the two arms; ``estimate`` is their difference.
    ratio
        Their log ratio; None where a mean is not above zero.
    schools, units
        Analysed.
    notes
        Sentences.
    """

    estimate: float
    se: float
    df: float
    reference_rate: float
    intervention_rate: float
    ratio: LogRatio | None
    schools: int
    units: int
    notes: tuple[str, ...]


def common_effect(
    protocol: Protocol,
    outcome: Outcome,
    data: AnalysisSet,
    allocation: Mapping[str, str],
    *,
    arm: str,
) -> CommonEffect:
    """Estimate a rate's difference and log ratio by one weighted least squares model.

    Parameters
    ----------
    protocol
        The trial: arms, and by `Protocol.model_of` the model of the outcome.
    outcome
        The common outcome as this trial would declare it: a rate of schools, with the trial's own
        windows.
    data
        The frozen analysis set.
    allocation
        The opened arms.
    arm
        The arm that is compared with the reference.

    Raises
    ------
    EstimationError
        In one sentence, why the model gives no estimate.
    ProblemsError
        A count that the analysis set does not hold, or an allocation that does not fit it.
    """
    arms = checked_allocation(protocol, data, allocation)
    planned = main_rows(protocol, outcome, data, arms, arm=arm)
    rows, spec, ready = planned.rows, planned.spec, planned.ready()
    effect = specified_effect(ready.arrays, spec, absorb=False)
    reference, intervention = adjusted_means(ready.arrays, effect.fit)
    analysed = rows.filter(rows["analysed"])
    return CommonEffect(
        estimate=effect.estimate,
        se=effect.se,
        df=effect.df,
        reference_rate=reference,
        intervention_rate=intervention,
        ratio=log_ratio(ready.arrays, effect.fit),
        schools=analysed["urn"].n_unique(),
        units=analysed["unit"].n_unique(),
        notes=planned.frame.notes,
    )


def _contrasts(arrays: TrialArrays) -> tuple[Array, Array]:
    """Give the rows of the design whose products with the coefficients are the two means.

    Strata and covariates stand at their means over all analysed rows, weighted as the estimand
    says; only the arm differs.
    """
    fixed = np.average(
        np.hstack([arrays.indicators(), arrays.covariates]), axis=0, weights=arrays.weights
    )
    strata = int(arrays.cells.max()) + 1
    none = np.zeros(len(arrays.indicated_arms))
    reference = np.concatenate([fixed[:strata], none, fixed[strata:]])
    intervention = reference.copy()
    intervention[strata] = 1.0
    return reference, intervention


def adjusted_means(arrays: TrialArrays, fit: LinearFit) -> tuple[float, float]:
    """Give the adjusted means of the reference and of the compared arm.

    Parameters
    ----------
    arrays
        The analysed rows.
    fit
        Of `estimate_effect`: stratum indicators, arm indicators (compared arm first), covariates.
    """
    reference, intervention = _contrasts(arrays)
    return float(reference @ fit.coefficients), float(intervention @ fit.coefficients)


def log_ratio(arrays: TrialArrays, fit: LinearFit) -> LogRatio | None:
    """Give the log ratio of the two adjusted means, with its linearised cluster-robust error.

    log(m1 / m0) has the gradient c1 / m1 - c0 / m0 in the coefficients, where m = c b. The error
    is that of the same robust covariance matrix as the difference; the means of covariates are
    taken as known, for the estimand is about the randomised schools.

    Parameters
    ----------
    arrays, fit
        As in `adjusted_means`.

    Returns
    -------
    LogRatio or None
        None where a mean is not above zero.

    References
    ----------
    Oehlert, G. W. (1992). A note on the delta method. The American Statistician 46(1), 27-29.

    Examples
    --------
    >>> from equipoise.statistics.models import TrialArrays, estimate_effect
    >>> y = np.array([3.0, 5.0, 4.0, 1.0, 2.0, 3.0])
    >>> arm, one = np.array([0, 0, 0, 1, 1, 1]), np.zeros(6, np.int64)
    >>> arrays = TrialArrays(y, arm, 2, 1, 0, one, np.empty((6, 0)), np.ones(6))
    >>> found = log_ratio(arrays, estimate_effect(arrays).fit)
    >>> round(found.estimate, 6), round(found.se, 6)  # log(2 / 4); sqrt(1/12 + 1/48)
    (-0.693147, 0.322749)
    """
    reference, intervention = _contrasts(arrays)
    low, high = adjusted_means(arrays, fit)
    if not min(low, high) > NOTHING * float(np.abs(arrays.y).max()):
        return None
    gradient = intervention / high - reference / low
    variance = float(gradient @ fit.vcov @ gradient)
    return LogRatio(float(np.log(high / low)), float(np.sqrt(variance)))

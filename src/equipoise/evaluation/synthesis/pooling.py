"""Pooling a common outcome: difference and ratio, and which of them differs less."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from equipoise.evaluation.analysis import class_of
from equipoise.evaluation.outcomes import unit_of_difference, unit_of_mean
from equipoise.evaluation.synthesis.common_outcome import CommonOutcomeRow, CommonOutcomeRows
from equipoise.evaluation.synthesis.pool_types import (
    LeftOut,
    PooledMeasure,
    PoolRow,
    ProgrammePool,
)
from equipoise.statistics.estimation import (
    EstimationError,
    MetaResult,
    leave_one_out,
    meta_analysis,
    t_interval,
)

__all__ = ["pool_common", "pooled_class", "safe_in"]

Measure = Literal["difference", "log-rate-ratio"]


def safe_in(rows: Sequence[CommonOutcomeRow]) -> bool | None:
    """Say whether safety holds in every trial; None where no trial declares any."""
    known = [row.evidence.impact.safe for row in rows if row.evidence.impact.safe is not None]
    return all(known) if known else None


def pooled_class(rows: Sequence[CommonOutcomeRow], lower: float, upper: float) -> str:
    """Give the class of an interval of the difference, under the common outcome's margins."""
    return class_of(rows[0].outcome, lower, upper, safe=safe_in(rows))


def pool_common(found: CommonOutcomeRows, *, alpha: float) -> ProgrammePool | None:
    """Pool a common outcome over the trials that count it alike.

    Parameters
    ----------
    found
        Of `common_outcome`.
    alpha
        One minus the level of the intervals.

    Returns
    -------
    ProgrammePool or None
        None with fewer than two trials: there is then nothing to pool.
    """
    rows, common = found.rows, found.common
    if len(rows) < 2:
        return None
    outcome = rows[0].outcome
    difference = _measure(rows, "difference", unit_of_difference(outcome), alpha)
    ratio = None
    if all(row.effect.ratio is not None for row in rows):
        ratio = _measure(rows, "log-rate-ratio", "log rate ratio", alpha)
    days = [row.days for row in rows]
    return ProgrammePool(
        outcome=common.id,
        title=common.title,
        unit=unit_of_mean(outcome),
        unit_difference=unit_of_difference(outcome),
        numerator=common.measure.numerator,
        denominator=common.measure.denominator,
        per=common.measure.per,
        window_days=(min(days), max(days)),
        average=common.average,
        direction=common.direction,
        margin=common.margin.benefit,
        harm=common.margin.harm,
        margin_reason=common.margin.reason,
        safe=safe_in(rows),
        difference=difference,
        ratio=ratio,
        more_homogeneous=_more_homogeneous(difference, ratio),
        not_pooled=found.not_pooled,
    )


def _numbers(row: CommonOutcomeRow, measure: Measure) -> tuple[float, float]:
    """Give estimate and standard error of a trial on a scale."""
    if measure == "difference":
        return row.effect.estimate, row.effect.se
    assert row.effect.ratio is not None
    return row.effect.ratio.estimate, row.effect.ratio.se


def _measure(
    rows: Sequence[CommonOutcomeRow], measure: Measure, unit: str, alpha: float
) -> PooledMeasure:
    estimates = [_numbers(row, measure)[0] for row in rows]
    variances = [_numbers(row, measure)[1] ** 2 for row in rows]
    floored = meta_analysis(estimates, variances, alpha=alpha)
    plain = _plain(estimates, variances, alpha)
    classes = measure == "difference"
    lower, upper = floored.tau2_interval or (0.0, 0.0)
    prediction = floored.prediction or (None, None)
    return PooledMeasure(
        measure=measure,
        unit=unit,
        rows=tuple(
            _row(row, measure, weight, alpha)
            for row, weight in zip(rows, floored.weights, strict=True)
        ),
        trials=floored.k,
        estimate=floored.estimate,
        se=floored.se,
        df=floored.df,
        lower=floored.lower,
        upper=floored.upper,
        p=floored.p,
        plain_se=None if plain is None else plain.se,
        plain_lower=None if plain is None else plain.lower,
        plain_upper=None if plain is None else plain.upper,
        plain_p=None if plain is None else plain.p,
        floored=plain is None or plain.factor < 1,
        interval=floored.level,
        estimator="REML",
        tau2=floored.tau2 or 0.0,
        tau2_lower=lower,
        tau2_upper=upper,
        i2=(floored.i2 or 0.0) / 100,
        q=floored.q or 0.0,
        q_df=floored.q_df,
        q_p=1.0 if floored.q_p is None else floored.q_p,
        prediction_lower=prediction[0],
        prediction_upper=prediction[1],
        conclusion=pooled_class(rows, floored.lower, floored.upper) if classes else None,
        plain_conclusion=pooled_class(rows, plain.lower, plain.upper)
        if classes and plain is not None
        else None,
        leave_one_out=_left_out(rows, estimates, variances, alpha, classes=classes),
        notes=floored.notes,
    )


def _plain(
    estimates: Sequence[float], variances: Sequence[float], alpha: float
) -> MetaResult | None:
    """Give plain Hartung-Knapp; None where equal estimates leave it without an error."""
    try:
        return meta_analysis(estimates, variances, test="hksj", alpha=alpha)
    except EstimationError:
        return None


def _row(row: CommonOutcomeRow, measure: Measure, weight: float, alpha: float) -> PoolRow:
    estimate, se = _numbers(row, measure)
    interval = t_interval(estimate, se, row.effect.df, alpha)
    return PoolRow(
        trial=row.evidence.id,
        title=row.evidence.title,
        schools=row.effect.schools,
        reference_rate=row.effect.reference_rate,
        intervention_rate=row.effect.intervention_rate,
        estimate=estimate,
        se=se,
        df=row.effect.df,
        lower=interval.lower,
        upper=interval.upper,
        weight=weight,
    )


def _left_out(
    rows: Sequence[CommonOutcomeRow],
    estimates: Sequence[float],
    variances: Sequence[float],
    alpha: float,
    *,
    classes: bool,
) -> tuple[LeftOut, ...]:
    if len(rows) < 3:
        return ()
    found = leave_one_out(estimates, variances, alpha=alpha)
    return tuple(
        LeftOut(
            trial=row.evidence.id,
            title=row.evidence.title,
            estimate=without.estimate,
            lower=without.lower,
            upper=without.upper,
            tau2=without.tau2 or 0.0,
            conclusion=pooled_class(
                [other for other in rows if other is not row], without.lower, without.upper
            )
            if classes
            else None,
        )
        for row, without in zip(rows, found, strict=True)
    )


def _more_homogeneous(difference: PooledMeasure, ratio: PooledMeasure | None) -> str:
    """Say on which scale the trials differ less: both Q have the same degrees of freedom."""
    if ratio is None:
        return "no-ratio"
    if difference.q == ratio.q or (difference.q <= difference.q_df and ratio.q <= ratio.q_df):
        return "alike"
    return "difference" if difference.q < ratio.q else "ratio"

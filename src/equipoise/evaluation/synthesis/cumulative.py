"""What would have been believed after the first trial, and after each later one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from equipoise.evaluation.synthesis.common_outcome import CommonOutcomeRow, CommonOutcomeRows
from equipoise.evaluation.synthesis.evidence import TrialEvidence
from equipoise.evaluation.synthesis.pool_types import CumulativePoint
from equipoise.evaluation.synthesis.pooling import pooled_class
from equipoise.evaluation.synthesis.programme_decision import Rule
from equipoise.statistics.estimation import meta_analysis, t_interval

__all__ = ["beliefs"]


@dataclass(frozen=True)
class _Belief:
    """An interval of the difference, with its class."""

    estimate: float
    lower: float
    upper: float
    method: str
    conclusion: str


def beliefs(
    trials: Sequence[TrialEvidence],
    found: CommonOutcomeRows | None,
    rule: Rule,
    *,
    alpha: float,
) -> tuple[CumulativePoint, ...]:
    """Give what would have been believed after each trial, in order of date.

    Parameters
    ----------
    trials
        In order of date.
    found
        The common outcome; None where none is declared.
    rule
        From a class to a decision.
    alpha
        One minus the level of the intervals.
    """
    points = []
    so_far: list[CommonOutcomeRow] = []
    rows = {} if found is None else {row.evidence.id: row for row in found.rows}
    for trial in trials:
        if trial.id in rows:
            so_far.append(rows[trial.id])
        points.append(_point(trial, trial.id in rows, so_far, rule, alpha))
    return tuple(points)


def _point(
    trial: TrialEvidence, common: bool, so_far: Sequence[CommonOutcomeRow], rule: Rule, alpha: float
) -> CumulativePoint:
    own = trial.primary
    belief = _belief(so_far, alpha)
    fixed = _fixed(so_far, alpha)
    return CumulativePoint(
        trial=trial.id,
        title=trial.title,
        on=trial.ends.isoformat(),
        common=common,
        own_estimate=own.estimate,
        own_lower=own.lower,
        own_upper=own.upper,
        own_unit=own.unit_difference,
        own_conclusion=own.conclusion,
        own_decision=trial.decision().decision,
        trials=len(so_far),
        estimate=None if belief is None else belief.estimate,
        lower=None if belief is None else belief.lower,
        upper=None if belief is None else belief.upper,
        method=None if belief is None else belief.method,
        conclusion=None if belief is None else belief.conclusion,
        decision=None if belief is None else rule.decide(belief.conclusion),
        fixed_estimate=None if fixed is None else fixed.estimate,
        fixed_lower=None if fixed is None else fixed.lower,
        fixed_upper=None if fixed is None else fixed.upper,
        fixed_conclusion=None if fixed is None else fixed.conclusion,
    )


def _belief(rows: Sequence[CommonOutcomeRow], alpha: float) -> _Belief | None:
    if not rows:
        return None
    if len(rows) == 1:
        effect = rows[0].effect
        one = t_interval(effect.estimate, effect.se, effect.df, alpha)
        conclusion = pooled_class(rows, one.lower, one.upper)
        return _Belief(effect.estimate, one.lower, one.upper, "one-trial", conclusion)
    found = meta_analysis(*_studies(rows), alpha=alpha)
    conclusion = pooled_class(rows, found.lower, found.upper)
    return _Belief(found.estimate, found.lower, found.upper, "floored-hartung-knapp", conclusion)


def _fixed(rows: Sequence[CommonOutcomeRow], alpha: float) -> _Belief | None:
    """Give the pool as it were if the effect were one in all trials."""
    if len(rows) < 2:
        return None
    found = meta_analysis(*_studies(rows), method="fixed", test="z", alpha=alpha)
    conclusion = pooled_class(rows, found.lower, found.upper)
    return _Belief(found.estimate, found.lower, found.upper, "common-effect", conclusion)


def _studies(rows: Sequence[CommonOutcomeRow]) -> tuple[list[float], list[float]]:
    return [row.effect.estimate for row in rows], [row.effect.se**2 for row in rows]

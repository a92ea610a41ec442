"""The decision over several trials, with its grounds."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from equipoise.evaluation.synthesis.decision import INCOMPLETE
from equipoise.evaluation.synthesis.evidence import TrialEvidence
from equipoise.evaluation.synthesis.pool_types import NotPooled, PooledMeasure, ProgrammePool
from equipoise.evaluation.synthesis.programme_types import ProgrammeDecision, ProgrammeReason

__all__ = ["Rule", "decide_programme"]

CONTINUE, STOP, TEST_FURTHER = "continue", "stop", "test-further"


@dataclass(frozen=True)
class Rule:
    """From a class to a decision.

    Attributes
    ----------
    continue_if, stop_if
        Classes of the pooled difference.
    otherwise
        For every other class.
    """

    continue_if: Collection[str]
    stop_if: Collection[str]
    otherwise: str

    def decide(self, conclusion: str) -> str:
        """Give the decision of a class.

        Examples
        --------
        >>> Rule(("worthwhile-benefit",), (), "test-further").decide("cannot-tell")
        'test-further'
        """
        if conclusion in self.continue_if:
            return CONTINUE
        return STOP if conclusion in self.stop_if else self.otherwise


def decide_programme(
    trials: Sequence[TrialEvidence],
    pool: ProgrammePool | None,
    not_pooled: Sequence[NotPooled],
    rule: Rule,
) -> ProgrammeDecision:
    """Decide over several trials.

    With a pool the class of its difference (floored Hartung-Knapp) leads; without one the trials'
    own decisions lead, and only if all are the same. All else is shown beside and changes nothing.

    Parameters
    ----------
    trials
        In order of date.
    pool
        The first common outcome; None where there is none to pool.
    not_pooled
        Trials that do not count it alike.
    rule
        From a class to a decision.
    """
    own = [_trial_class(trial) for trial in trials]
    left = [_left_out(name) for name in dict.fromkeys(entry.trial for entry in not_pooled)]
    if pool is None:
        decisions = {trial.decision().decision for trial in trials}
        return ProgrammeDecision(
            rule="all-trials",
            decision=decisions.pop() if len(decisions) == 1 else TEST_FURTHER,
            outcome=trials[0].primary.outcome,
            conclusion=None,
            reasons=(
                ProgrammeReason(
                    "no-pool", None, trials[0].primary.outcome, None, None, None, None, None
                ),
                *own,
                *left,
            ),
        )
    conclusion = str(pool.difference.conclusion)
    return ProgrammeDecision(
        rule="pooled-class",
        decision=rule.decide(conclusion),
        outcome=pool.outcome,
        conclusion=conclusion,
        reasons=(
            _of_pool("pooled-class", pool, pool.difference, conclusion, pool.margin),
            *_safety(trials, pool),
            *_estimators(pool),
            *_prediction(pool),
            *_records(pool, conclusion),
            *own,
            *left,
        ),
    )


def _of_pool(
    code: str,
    pool: ProgrammePool,
    measure: PooledMeasure,
    conclusion: str | None = None,
    bound: float | None = None,
    *,
    limits: tuple[float | None, float | None] | None = None,
    trial: str | None = None,
) -> ProgrammeReason:
    lower, upper = (measure.lower, measure.upper) if limits is None else limits
    return ProgrammeReason(code, trial, pool.outcome, conclusion, lower, upper, bound, measure.unit)


def _trial_class(trial: TrialEvidence) -> ProgrammeReason:
    own = trial.primary
    return ProgrammeReason(
        code="trial-class",
        trial=trial.id,
        outcome=own.outcome,
        conclusion=own.conclusion,
        lower=own.lower,
        upper=own.upper,
        bound=own.margin,
        unit=own.unit_difference,
    )


def _left_out(trial: str) -> ProgrammeReason:
    return ProgrammeReason("trial-not-pooled", trial, "", None, None, None, None, None)


def _safety(trials: Sequence[TrialEvidence], pool: ProgrammePool) -> list[ProgrammeReason]:
    """Name each safety outcome that fails in any trial, pooled or not."""
    found = [
        ProgrammeReason("safety-fails", trial.id, name, None, None, None, None, None)
        for trial in trials
        for name in trial.impact.safety_failing
    ]
    if not found and pool.safe is None:
        none = None
        return [
            ProgrammeReason("safety-not-declared", none, pool.outcome, none, none, none, none, none)
        ]
    return found


def _estimators(pool: ProgrammePool) -> list[ProgrammeReason]:
    """Name what another reasonable choice would have said."""
    found, main = [], pool.difference
    if main.plain_conclusion is not None and main.plain_conclusion != main.conclusion:
        found.append(
            _of_pool(
                "plain-interval-disagrees",
                pool,
                main,
                main.plain_conclusion,
                pool.margin,
                limits=(main.plain_lower, main.plain_upper),
            )
        )
    found += [
        _of_pool(
            "leave-one-out-disagrees",
            pool,
            main,
            left.conclusion,
            pool.margin,
            limits=(left.lower, left.upper),
            trial=left.trial,
        )
        for left in main.leave_one_out
        if left.conclusion != main.conclusion
    ]
    if pool.ratio is not None and _sign(pool.ratio) != _sign(main):
        found.append(_of_pool("ratio-disagrees", pool, pool.ratio))
    return found


def _sign(measure: PooledMeasure) -> int:
    """Give the side of no effect on which the interval lies; 0 where it holds no effect."""
    return (measure.lower > 0) - (measure.upper < 0)


def _prediction(pool: ProgrammePool) -> list[ProgrammeReason]:
    """Say whether a further trial may well find a worthwhile benefit, or a worrying harm."""
    main = pool.difference
    if main.prediction_lower is None or main.prediction_upper is None:
        return []
    limits = (main.prediction_lower, main.prediction_upper)
    lower, upper = limits if pool.direction == "higher" else (-limits[1], -limits[0])
    found = []
    if pool.direction == "none":
        lower, upper = -math.inf, max(abs(limits[0]), abs(limits[1]))
    if upper >= pool.margin:
        found.append(
            _of_pool("prediction-holds-benefit", pool, main, None, pool.margin, limits=limits)
        )
    if pool.direction != "none" and lower <= -pool.harm:
        found.append(_of_pool("prediction-holds-harm", pool, main, None, pool.harm, limits=limits))
    return found


def _records(pool: ProgrammePool, conclusion: str) -> list[ProgrammeReason]:
    if conclusion not in INCOMPLETE:
        return []
    return [_of_pool("records-not-corrected", pool, pool.difference, conclusion)]

"""A common outcome, re-derived from each trial's frozen table of schools, or refused by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from equipoise.design.protocol import Outcome, Pool
from equipoise.evaluation.analysis import CommonEffect, common_effect, compared_arms
from equipoise.evaluation.synthesis.definitions import differences
from equipoise.evaluation.synthesis.evidence import TrialEvidence
from equipoise.evaluation.synthesis.pool_types import NotPooled
from equipoise.statistics.estimation import EstimationError

__all__ = ["CommonOutcomeRow", "CommonOutcomeRows", "common_outcome"]


@dataclass(frozen=True)
class CommonOutcomeRow:
    """One trial that counts the common outcome as the others do.

    Attributes
    ----------
    evidence
        The trial.
    outcome
        The common outcome as it would declare it.
    days
        Length of its outcome window outside the summer holiday.
    effect
        Its difference and log ratio.
    """

    evidence: TrialEvidence
    outcome: Outcome
    days: int
    effect: CommonEffect


@dataclass(frozen=True)
class CommonOutcomeRows:
    """The trials on one common outcome.

    Attributes
    ----------
    common
        The outcome.
    rows
        The trials that count it alike, in order of date.
    not_pooled
        The others, with every reason.
    """

    common: Pool
    rows: tuple[CommonOutcomeRow, ...]
    not_pooled: tuple[NotPooled, ...]


def common_outcome(common: Pool, trials: Sequence[TrialEvidence]) -> CommonOutcomeRows:
    """Re-derive a common outcome in each trial that counts it alike, by that trial's own model.

    Parameters
    ----------
    common
        The common outcome, as programme.yaml declares it.
    trials
        In order of date.

    Returns
    -------
    CommonOutcomeRows
        Each row has the difference by the weighted least squares model of the trial's own outcome
        with these counts (or else of its primary one), and the log ratio of the two adjusted
        means from the same fit. With several arms it is the first that the trial compares.

    Raises
    ------
    ProblemsError
        An allocation that does not fit its trial's roster.
    """
    alike, refused = differences(common, trials)
    rows: list[CommonOutcomeRow] = []
    not_pooled = list(refused)
    for trial, outcome, days in alike:
        arm = compared_arms(trial.protocol, outcome)[0]
        try:
            effect = common_effect(trial.protocol, outcome, trial.data, trial.allocation, arm=arm)
        except EstimationError as error:
            found = str(error).rstrip(".")
            not_pooled.append(
                NotPooled(trial.id, trial.title, common.id, "no-estimate", found, "an estimate")
            )
        else:
            rows.append(CommonOutcomeRow(trial, outcome, days, effect))
    order = {trial.id: number for number, trial in enumerate(trials)}
    return CommonOutcomeRows(
        common, tuple(rows), tuple(sorted(not_pooled, key=lambda entry: order[entry.trial]))
    )
